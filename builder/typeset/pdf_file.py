"""The bytes of a PDF file, written once for all papers.

Every page is laid out on one sheet, 210 x 279.4 mm, which both A4 and Letter contain. A paper is only a
MediaBox around that sheet, so its numbers are written at a fixed width in page objects that are not
compressed, and the file for another paper is the same bytes with those numbers exchanged.

The file has an object stream and a cross-reference stream (ISO 32000-1, 7.5.7 and 7.5.8). pydyf can write
those too, but puts page objects into the object stream and compresses every stream twice.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pydyf  # type: ignore[import-untyped]  # published without types

from builder.model import SHEET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builder.model import Paper

POINTS = 72 / 25.4  # points in a millimetre

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"  # four bytes above 127: ISO 19005-2, 6.1.2
_TOLERANCE = 0.01  # millimetres: how much smaller than the sheet a paper may be said to be
_BOXES = ("MediaBox", "CropBox", "TrimBox", "BleedBox", "ArtBox")


def media_box(paper: Paper, sheet: tuple[float, float] = SHEET) -> bytes:
    """Give the MediaBox of a paper, in points from the sheet's lower left corner, at a fixed width.

    The sheet lies in the middle, so the lower left corner is at or below zero, which ISO 32000-1, 7.9.5
    allows. Raises ValueError for a paper that the sheet does not fit on.
    """
    width, height = sheet
    across, down = (paper.width - width) / 2, (paper.height - height) / 2
    if min(across, down) < -_TOLERANCE:
        raise ValueError(f"paper {paper.id} is smaller than the sheet of {width:g} x {height:g} mm")
    corners = (-across, -down, width + across, height + down)
    return b"[" + b" ".join(b"%10.4f" % (corner * POINTS + 0.0) for corner in corners) + b"]"


def write(pdf: pydyf.PDF, papers: Sequence[Paper], sheet: tuple[float, float] = SHEET) -> tuple[tuple[str, bytes], ...]:
    """Write a finished pydyf document, laid out on a sheet, for each paper, in order: (paper id, file)."""
    if not papers:
        return ()
    boxes = [media_box(paper, sheet) for paper in papers]
    content, places = _serialise(pdf, len(boxes[0]))
    files = []
    for paper, box in zip(papers, boxes, strict=True):
        copy = bytearray(content)
        for place in places:
            copy[place : place + len(box)] = box
        files.append((paper.id, bytes(copy)))
    return tuple(files)


def _serialise(pdf: pydyf.PDF, width: int) -> tuple[bytes, list[int]]:
    """Give the file with room of a width for every MediaBox array, and the offsets of those rooms."""
    if pdf.info:
        pdf.add_object(pdf.info)
    file = bytearray(_HEADER)
    places: list[int] = []
    offsets: dict[int, int] = {}  # object number -> offset, of objects that stand alone
    packed: list[pydyf.Object] = []

    for thing in pdf.objects[1:]:  # object 0 is the head of the free list
        if isinstance(thing, pydyf.Stream):
            body = _body(thing)
        elif isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/Page":
            for name in _BOXES:
                thing.pop(name, None)
            opening = thing.data.removesuffix(b">>") + b"/MediaBox "
            places.append(len(file) + len(_opening(thing.number)) + len(opening))
            body = opening + b" " * width + b">>"
        else:
            packed.append(thing)
            continue
        offsets[thing.number] = len(file)
        file += _opening(thing.number) + body + b"\nendobj\n"

    bodies = [thing.data for thing in packed]
    pack = _pack(packed, bodies)
    pack.number = len(pdf.objects)
    offsets[pack.number] = len(file)
    file += _opening(pack.number) + _body(pack) + b"\nendobj\n"

    # Every byte of the content, and no clock, path, process or paper: equal content has an equal identifier.
    identifier = b"<" + hashlib.sha256(bytes(file)).hexdigest()[:32].encode() + b">"
    table = pack.number + 1
    offsets[table] = start = len(file)
    index = {thing.number: position for position, thing in enumerate(packed)}
    size = (start.bit_length() + 7) // 8
    rows = [b"\0" * size + b"\0\0\0"]  # object 0: free
    for number in range(1, table + 1):
        if number in index:
            rows.append(b"\2" + pack.number.to_bytes(size, "big") + index[number].to_bytes(2, "big"))
        else:
            rows.append(b"\1" + offsets[number].to_bytes(size, "big") + b"\0\0")
    extra = {
        "Type": "/XRef",
        "W": pydyf.Array((1, size, 2)),
        "Size": table + 1,
        "Root": pdf.catalog.reference,
        "ID": pydyf.Array((identifier, identifier)),
    }
    if pdf.info:
        extra["Info"] = pdf.info.reference
    references = pydyf.Stream([b"".join(rows)], extra, compress=True)
    file += _opening(table) + _body(references) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(file), places


def _pack(things: Sequence[pydyf.Object], bodies: Sequence[bytes]) -> pydyf.Stream:
    """Make the object stream: pairs of number and offset, then the objects."""
    numbers, position = [], 0
    for thing, body in zip(things, bodies, strict=True):
        numbers += [thing.number, position]
        position += len(body) + 1  # pydyf joins the parts of a stream by a line feed
    head = b" ".join(b"%d" % number for number in numbers)
    extra = {"Type": "/ObjStm", "N": len(things), "First": len(head) + 1}
    return pydyf.Stream([head, *bodies], extra, compress=True)


def _opening(number: int) -> bytes:
    return b"%d 0 obj\n" % number


def _body(stream: pydyf.Stream) -> bytes:
    """Give a stream's bytes, with an end of line that its last byte cannot be mistaken for.

    pydyf ends the line before `endstream` with a line feed. After data that ends in a carriage return,
    readers such as page-validation 0.11 take the two for one end of line and find the data short.
    """
    data: bytes = stream.data
    end = b"\nendstream"
    return data.removesuffix(end) + b"\r" + end if data.endswith(b"\r" + end) else data

"""The bytes of a composed file, in which every stream ends where readers say it does."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import cast

from pikepdf import Dictionary, Name, ObjectStreamMode, Pdf, Stream

_DOUBTFUL = b"\r"  # before the line feed that stands before `endstream`


def written(pdf: Pdf) -> bytes:
    """The bytes of a file, always the same for what it holds.

    Data that ends in a carriage return, and the line feed after it, look like one end of line: readers such as
    page-validation 0.11 then find a stream a byte short, which PDF/A-2 forbids (ISO 19005-2, 6.1.7.1). Compressed data
    tells its own end, so a line feed may follow it. A list of the file's objects, which qpdf makes, ends otherwise when
    they are numbered otherwise: one more of them has a number then.
    """
    for each in pdf.objects:
        if isinstance(each, Stream) and each.get("/Type") != Name.Metadata:  # which stays readable as it is
            _settle(each)
    data = _saved(pdf)
    own = [name for name, value in pdf.Root.items() if isinstance(value, Dictionary) and not value.is_indirect]
    while own and _DOUBTFUL + b"\nendstream" in data:
        name = own.pop()
        pdf.Root[name] = pdf.make_indirect(pdf.Root[name])
        data = _saved(pdf)
    return data


def _settle(stream: Stream) -> None:
    """Compress a stream, and see to its end."""
    if "/Filter" not in stream:
        stream.write(zlib.compress(stream.read_bytes()), filter=Name.FlateDecode)
    data = stream.read_raw_bytes()
    if stream.Filter == Name.FlateDecode and data.endswith(_DOUBTFUL):
        parameters = cast("Dictionary | None", stream.get("/DecodeParms"))
        stream.write(data + b"\n", filter=Name.FlateDecode, decode_parms=parameters)


def _saved(pdf: Pdf) -> bytes:
    made = BytesIO()
    pdf.save(made, deterministic_id=True, compress_streams=True, object_stream_mode=ObjectStreamMode.generate)
    return made.getvalue()

"""Small pages onto whole sheets: two-up cards to cut apart, booklets to fold.

A half sheet is 139.7 x 210 mm: two of them side by side are the common sheet, turned. An imposed file has no structure
tree, for its pages are pictures of pages; the file on the half sheet itself keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pikepdf import Dictionary, Name, Pdf

from builder.impose.written import written
from builder.model import HALF, Paper

POINTS = 72 / 25.4  # points in a millimetre
_MARK = 4.0  # millimetres: the lines at the edges that say where to cut or fold

Side = tuple[int | None, int | None]  # page indexes at the left and the right of one side; None is blank


def two_up(pages: int) -> tuple[Side, ...]:
    """Every page twice, side by side: cut once, and there are two."""
    return tuple((page, page) for page in range(pages))


def booklet(pages: int, binding: str) -> tuple[Side, ...]:
    """The sides of a saddle-stitched booklet, padded to four: outer sheet first, its front before its back.

    `binding` is "left" or "right", the edge at which it is folded when the title page lies on top: right for a
    language that reads from right to left.
    """
    total = -(-pages // 4) * 4
    sides: list[Side] = []
    for sheet in range(total // 4):
        outer, inner = 2 * sheet, 2 * sheet + 1
        front = (total - 1 - outer, outer)
        back = (inner, total - 1 - inner)
        sides += [front, back]
    if binding == "right":
        sides = [(right, left) for left, right in sides]
    return tuple((_there(left, pages), _there(right, pages)) for left, right in sides)


def facing(pages: int, others: int, binding: str) -> tuple[Side, ...]:
    """Page beside page of two documents, the second's indexes after the first's; the first stands where reading begins.

    `binding` is "left" or "right": the side at which the first document's language begins to read.
    """
    total = range(max(pages, others))
    pairs = [(_there(page, pages), pages + page if page < others else None) for page in total]
    return tuple((second, first) if binding == "right" else (first, second) for first, second in pairs)


def _there(page: int | None, pages: int) -> int | None:
    return page if page is not None and page < pages else None


def impose(pdf: bytes, sides: Sequence[Side], paper: Paper, other: bytes = b"") -> bytes:
    """Put half-sheet pages side by side on a turned paper, the fold in its middle; `other` follows the pages of `pdf`.

    Raises ValueError when the paper is too small. Printers are asked not to scale, and to turn a leaf over its short
    edge, which is the edge beside the fold.
    """
    across, down = paper.height * POINTS, paper.width * POINTS  # turned
    width, height = HALF[0] * POINTS, HALF[1] * POINTS
    left, bottom = (across - 2 * width) / 2, (down - height) / 2
    if min(left, bottom) < -0.01:
        raise ValueError(f"paper {paper.id} is too small for two half sheets")
    with Pdf.open(BytesIO(pdf)) as source, Pdf.new() as target:
        forms = [target.copy_foreign(page.as_form_xobject()) for page in source.pages]
        if other:
            with Pdf.open(BytesIO(other)) as second:
                forms += [target.copy_foreign(page.as_form_xobject()) for page in second.pages]
        for side in sides:
            page = target.add_blank_page(page_size=(across, down))
            drawn = [(form, left + place * width) for place, form in enumerate(side) if form is not None]
            page.obj.Resources = Dictionary(XObject=Dictionary({f"/P{i}": forms[i] for i, _ in drawn}))
            parts = [f"q 1 0 0 1 {x:.4f} {bottom:.4f} cm /P{i} Do Q" for i, x in drawn]
            parts.append(_marks(left + width, bottom, height, down))
            page.obj.Contents = target.make_stream("\n".join(parts).encode())
        target.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipShortEdge
        )
        if "/Lang" in source.Root:
            target.Root.Lang = source.Root.Lang
        if "/Title" in source.docinfo:
            target.docinfo["/Title"] = source.docinfo["/Title"]
        return written(target)


def _marks(fold: float, bottom: float, height: float, down: float) -> str:
    """Short lines at both ends of the fold, outside the pages where the paper leaves room."""
    long = _MARK * POINTS
    low, high = max(min(bottom, long), 6), min(max(bottom + height, down - long), down - 6)
    return f"q 1 w {fold:.4f} 0 m {fold:.4f} {low:.4f} l {fold:.4f} {down:.4f} m {fold:.4f} {high:.4f} l S Q"

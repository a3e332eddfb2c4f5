"""Judgements on laid-out pages, before anything is written.

A renderer loses text without a word: a wide word runs off the page, a clipped box hides a line, a
display rule drops a paragraph. Each function here looks for one way and names the text concerned.
Lengths are CSS pixels from the top left corner of the page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from weasyprint.anchors import rectangle_aabb
from weasyprint.formatting_structure import boxes

from builder.model import Fault
from builder.typeset.accessible import laid_out
from builder.typeset.markup import INVISIBLE, describe, own_text, printed_elements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from weasyprint import Page
    from weasyprint.matrix import Matrix

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom

_PIXELS = 96 / 25.4  # CSS pixels in a millimetre
_EDGE = 4.5 * _PIXELS  # what an office printer cannot reach
_SLACK = 0.5  # pixels that a box may lie outside: sums of lengths are not exact
_FAINTEST = 0.5  # of black: paler text is gone after the first copy
_SMALLEST = 4.0  # pixels: 3 points, half the size of a footnote; nobody reads what is smaller
_GENERATED = ("::before", "::after", "::marker")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A run of text or a picture where layout has put it."""

    page: int  # counted from 1
    box: boxes.Box
    place: Rectangle
    clip: Rectangle | None  # what a box around it lets be seen
    furniture: bool  # in a page margin
    seen: bool = True  # not transparent, and large enough to be read

    @property
    def text(self) -> str:
        return self.box.text if isinstance(self.box, boxes.TextBox) else ""


def drawn(pages: Sequence[Page]) -> tuple[Drawn, ...]:
    """List every run of text and every picture of the laid-out pages, in tree order."""
    return tuple(
        item
        for number, page in enumerate(pages, 1)
        for item in _walk(page._page_box, number)  # noqa: SLF001  # no public way
    )


def wrong_pages(pages: Sequence[Page], sheet: tuple[float, float], language: str) -> list[Fault]:
    """Refuse a page of another size than its sheet (millimetres): its MediaBox would cut it."""
    width, height = (side * _PIXELS for side in sheet)
    return [
        Fault(
            "off-page",
            f"{language}: page {number} is {page.width / _PIXELS:.1f} x {page.height / _PIXELS:.1f} mm,"
            f" and every page is laid out on {sheet[0]:g} x {sheet[1]:g} mm",
            "give @page its size, and no bleed",
        )
        for number, page in enumerate(pages, 1)
        if abs(page.width - width) > _SLACK or abs(page.height - height) > _SLACK or any(page.bleed.values())
    ]


def off_page(root: Element, items: Sequence[Drawn], sheet: tuple[float, float], language: str) -> list[Fault]:
    """Find what lies outside the sheet, or inside a box that hides what overflows it."""
    width, height = (side * _PIXELS for side in sheet)
    whole, printable = (0.0, 0.0, width, height), (_EDGE, _EDGE, width - _EDGE, height - _EDGE)
    worst: dict[tuple[Element | None, int, str], tuple[float, Drawn]] = {}  # one word for an element on a page
    for item in items:
        for how, excess in (
            ("off", _excess(item.place, whole)),
            ("cut", _excess(item.place, item.clip) if item.clip else 0.0),
            ("edge", _excess(item.place, printable) if item.text else 0.0),
        ):
            if excess:
                at = (item.box.element, item.page, how)
                worst[at] = max(worst.get(at, (0.0, item)), (excess, item), key=lambda found: found[0])
                break
    faults = []
    for (_element, page, how), (excess, item) in worst.items():
        fact, hint = {
            "off": ("runs {:.1f} mm off page {}", "shorten the text, or give its part of the template more room"),
            "cut": ("is cut off by {:.1f} mm on page {}", "a box around it hides what overflows"),
            "edge": (
                "stands {:.1f} mm too near the edge of page {}",
                "a printer would cut it: shorten what stands above it",
            ),
        }[how]
        subject = describe(root, item.box.element, language, item.text)
        faults.append(Fault("off-page", f"{subject} {fact.format(excess / _PIXELS, page)}", hint))
    return faults


def lost_text(root: Element, items: Sequence[Drawn], language: str) -> list[Fault]:
    """Find elements some of whose own characters are not on any page.

    Spaces are left out, letters compared without case (for text-transform), generated content does not
    count, and what is printed more than once (a table's head, a running element) may be.
    """
    printed: dict[Element, list[str]] = {}
    for item in items:
        if item.text and item.seen and not (item.box.element_tag or "").endswith(_GENERATED):
            printed.setdefault(item.box.element, []).append(item.text)
    faults = []
    pages = max((item.page for item in items), default=1)
    for element in printed_elements(root, pages):
        own = own_text(element)
        wanted, got = _letters(own), _letters("".join(printed.get(element, ())))
        if wanted != got and (missing := Counter(wanted) - Counter(got)):
            subject = describe(root, element, language, own)
            faults.append(
                Fault(
                    "lost-text",
                    f"{subject}: {missing.total()} characters are not on the page",
                    "a style hides them, or a running part is on no page",
                )
            )
    return faults


def over_budget(root: Element, items: Sequence[Drawn], sides: int, language: str) -> Fault:
    """Say by how much the laid-out pages exceed the budget, and which text is the first beyond it."""
    pages = max(item.page for item in items)
    beyond = [item for item in items if item.page > sides and not item.furniture]
    said = [item for item in beyond if item.text]
    lines = len({(item.page, round(item.place[3])) for item in said})
    first = describe(root, said[0].box.element, language, said[0].text) if said else language
    return Fault(
        "over-budget",
        f"{first}: {pages} pages (at most {sides}), {lines} line{'s' * (lines != 1)} too many at the smallest type",
        "shorten the longest items",
    )


# --- the tree of boxes --------------------------------------------------------------------------


def _walk(
    box: boxes.Box,
    page: int,
    matrix: Matrix | None = None,
    clip: Rectangle | None = None,
    *,
    opacity: float = 1,
    furniture: bool = False,
) -> Iterator[Drawn]:
    box = laid_out(box)
    opacity *= box.style["opacity"]
    if box.transformation_matrix:
        matrix = box.transformation_matrix @ matrix if matrix else box.transformation_matrix
    if isinstance(box, boxes.TextBox):
        if not box.text.strip():
            return  # a space may hang over the end of a line
        place = rectangle_aabb(matrix, box.position_x, box.position_y, box.width, box.height)
        yield Drawn(page, box, place, clip, furniture, _seen(box, matrix, opacity))
        return
    if isinstance(box, boxes.ReplacedBox):
        place = rectangle_aabb(matrix, box.content_box_x(), box.content_box_y(), box.width, box.height)
        yield Drawn(page, box, place, clip, furniture)
        return
    if not isinstance(box, boxes.PageBox):
        clip = _clip(box, matrix, clip)
    for child in box.children:
        inside = furniture or isinstance(child, boxes.MarginBox)
        yield from _walk(child, page, matrix, clip, opacity=opacity, furniture=inside)


def _clip(box: boxes.Box, matrix: Matrix | None, outer: Rectangle | None) -> Rectangle | None:
    if box.is_absolutely_positioned() and box.style["clip"]:
        return (0, 0, 0, 0)  # the way to hide text from paper and not from readers: a sheet has no such text
    if box.style["overflow"] == "visible":
        return outer
    left, top, right, bottom = rectangle_aabb(
        matrix, box.padding_box_x(), box.padding_box_y(), box.padding_width(), box.padding_height()
    )
    if outer:
        left, top = max(left, outer[0]), max(top, outer[1])
        right, bottom = min(right, outer[2]), min(bottom, outer[3])
    return left, top, right, bottom


def _excess(place: Rectangle, frame: Rectangle) -> float:
    """Say how far a rectangle reaches out of a frame; 0 when it does not."""
    reach = max(frame[0] - place[0], frame[1] - place[1], place[2] - frame[2], place[3] - frame[3])
    return reach if reach > _SLACK else 0.0


def _seen(box: boxes.TextBox, matrix: Matrix | None, opacity: float) -> bool:
    style = box.style
    size = style["font_size"] * (sqrt(abs(matrix.determinant)) if matrix else 1)
    return bool(style["visibility"] == "visible" and size >= _SMALLEST and style["color"].alpha * opacity >= _FAINTEST)


def _letters(text: str) -> str:
    return "".join(text.split()).translate(INVISIBLE).casefold()

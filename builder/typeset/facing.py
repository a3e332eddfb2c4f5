"""Two layouts of the same parts in two languages, brought to begin the same part on the same page.

One language takes more lines than the other, so page three of one would face page two of the other. Where the layouts
part, both are told to begin a new page at the earlier part, and are laid out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.typeset import inspect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from weasyprint import Page

_PARTS = frozenset(["item", "contacts", "notes", "no-test", "own-words", "colophon"])  # classes; headings count too
_FORCED = "break-before: page"


def parts(root: Element) -> list[Element]:
    """What a page may begin with, in document order: headings, items and closing blocks."""
    return [
        element
        for element in root.iter()
        if element.tag == "h2" or not _PARTS.isdisjoint(str(element.get("class", "")).split())
    ]


def openings(root: Element, pages: Sequence[Page]) -> list[int]:
    """The index of the part that opens each page after the first."""
    belongs: dict[Element, int] = {}
    starts = {part: index for index, part in enumerate(parts(root))}
    _assign(root, starts, belongs, -1)
    first: dict[int, int] = {}
    for item in inspect.drawn(pages):
        part = belongs.get(item.box.element, -1)
        if part >= 0 and not item.furniture:
            first.setdefault(part, item.page)
    return [
        min((part for part, page in first.items() if page == number), default=len(starts))
        for number in range(2, len(pages) + 1)
    ]


def _assign(element: Element, starts: dict[Element, int], belongs: dict[Element, int], current: int) -> int:
    """Note for every element the part it stands in, or the last one before it."""
    current = starts.get(element, current)
    belongs[element] = current
    for child in element:
        current = max(current, _assign(child, starts, belongs, current))
    return current


def apart(ours: list[int], theirs: list[int], tried: set[int]) -> int | None:
    """The part at which two layouts stop to agree; None when they agree, or nothing is left to try."""
    for index in range(max(len(ours), len(theirs))):
        found = {openings[index] for openings in (ours, theirs) if index < len(openings)}
        both = index < len(ours) and index < len(theirs)
        if (len(found) > 1 or not both) and min(found) not in tried:
            return min(found)
    return None


def break_before(root: Element, part: int) -> None:
    """Begin a page at a part."""
    found = parts(root)
    if part < len(found):
        found[part].set("style", _FORCED)

"""What stands in a document's markup, laid out or not, and how a message names it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Comment

from builder.model import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060))  # soft hyphen and break marks come and go with the lines

_FROM_PAGE = "data-from-page"
_EXCERPT = 40  # characters of a text that a message quotes
_SVG = "{http://www.w3.org/2000/svg}"
_PICTURES = ("img", f"{_SVG}svg")
_UNPRINTED: frozenset[object] = frozenset({Comment, "head", "title", "style", "script", "template", f"{_SVG}svg"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


def printed_elements(element: Element, pages: int = sys.maxsize) -> Iterator[Element]:
    """List the elements whose text is meant for a document of so many pages, in document order.

    What heads only later pages says so with `data-from-page`: a document that has no later page prints it nowhere.
    """
    later = int(element.get(_FROM_PAGE) or 1) > pages
    if element.tag not in _UNPRINTED and element.get("hidden") is None and not later:
        yield element
        for child in element:
            yield from printed_elements(child, pages)


def own_text(element: Element) -> str:
    """Give the text that stands directly in an element, without that of its children."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def describe(root: Element, element: Element | None, language: str, text: str = "") -> str:
    """Name an element for a message: its language, its tag, the start of its text.

    `language` is the document's, for text that the markup gives no language.
    """
    if element is None:
        return f'{language}, page margin "{_excerpt(text)}"'
    tag = element.tag.rpartition("}")[2]
    quoted = text or element.get("src") or element.get("class") or ""
    return f'{_language(root, element) or language}, <{tag}> "{_excerpt(quoted)}"'


def with_character(root: Element, character: str, language: str) -> str:
    """Name the first element whose own text has a character, for a message on that character."""
    for element in printed_elements(root):
        if character in own_text(element):
            return describe(root, element, language, own_text(element))
    return f"{language}, generated content"


def not_accessible(root: Element, language: str) -> list[Fault]:
    """Find what PDF/UA-1 asks for and no renderer can supply: title, language, headings, words for pictures."""
    faults = []
    if not (root.findtext("head/title") or "").strip():
        faults.append(Fault("not-accessible", f"{language}: the document has no title"))
    if not root.get("lang"):
        faults.append(Fault("not-accessible", f"{language}: <html> has no lang"))
    level = 0
    for element in printed_elements(root):
        if element.tag in _HEADINGS:
            if _HEADINGS[element.tag] > level + 1:  # ISO 14289-1, 7.4.2
                subject = describe(root, element, language, "".join(element.itertext()))
                faults.append(Fault("not-accessible", f"{subject} skips a level of headings"))
            level = _HEADINGS[element.tag]
    return faults + [
        Fault(
            "not-accessible",
            f"{describe(root, element, language)} has no text for those who do not see it",
            'give it an alt (in <svg>, a <title>), or aria-hidden="true" when it is decoration',
        )
        for element in _pictures(root)
        if element.get("alt") is None and not element.findtext(f"{_SVG}title")
    ]


def _pictures(element: Element) -> Iterator[Element]:
    """List the pictures that are part of what the document says."""
    if (
        element.get("aria-hidden") == "true"
        or element.get("role") == "presentation"
        or element.get("hidden") is not None
    ):
        return
    if element.tag in _PICTURES:
        yield element
        return
    for child in element:
        yield from _pictures(child)


def _excerpt(text: str) -> str:
    words = " ".join(text.translate(INVISIBLE).split())
    return words if len(words) <= _EXCERPT else words[: _EXCERPT - 1] + "…"


def _language(root: Element, element: Element) -> str:
    """Find the language of an element: its own or its nearest ancestor's."""
    parents = {child: parent for parent in root.iter() for child in parent}
    at: Element | None = element
    while at is not None:
        if at.get("lang"):
            return at.get("lang", "")
        at = parents.get(at)
    return ""

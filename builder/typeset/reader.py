"""Markup to a tree, read as XML where that gives the tree that HTML's rules give.

The parser of HTML is written in Python and takes 15 ms for a sheet; expat takes less than one. They read a page alike
where each element is closed, stands where HTML lets it stand, and none is one for which HTML has rules of its own.
Everything else is left to HTML's parser: the answer is None.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, fromstring

SVG = "http://www.w3.org/2000/svg"
_SVG = f"{{{SVG}}}svg"

_DOCTYPE = "<!doctype html>"
_EMPTY = re.compile(r"<(meta|br|wbr|hr|img)\b([^<>]*?)/?>")
_BARE = re.compile(r"<svg\b(?![^<>]*xmlns)")
# What XML reads otherwise: markup of its own, an element said to be empty, white space in a value, most references.
_OTHERWISE = re.compile(r"<[!?]|\r|/>|\"[^\"<>]*[\n\t][^\"<>]*\"|&#(?!3[49];)")

_PHRASES = frozenset({"a", "b", "bdi", "br", "em", "i", "img", "small", "span", "strong", "sub", "sup", "wbr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FLOW = frozenset({"div", "section", "p", "ul", "ol", "table", "hr", "blockquote", _SVG}) | _HEADINGS | _PHRASES
_INSIDE = {  # element -> the children that HTML leaves where they stand
    "html": frozenset({"head", "body"}),
    "head": frozenset({"meta", "title"}),
    "title": frozenset(),
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "table": frozenset({"thead", "tbody"}),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tr": frozenset({"th", "td"}),
    _SVG: frozenset(),
    **dict.fromkeys(("body", "div", "section", "blockquote", "li", "td", "th"), _FLOW),
    **dict.fromkeys(_HEADINGS | {"p"}, _PHRASES | {_SVG}),
    **dict.fromkeys(_PHRASES - {"a"}, _PHRASES | {_SVG}),
    "a": _PHRASES - {"a"} | {_SVG},
    **dict.fromkeys(("br", "img", "wbr", "hr", "meta"), frozenset()),
}
_SPACELESS = frozenset({"html", "head", "table", "thead", "tbody", "tr"})  # where HTML moves text elsewhere

_DRAWING = frozenset({"class", "id", "role", "width", "height", "viewBox", "fill"})  # HTML spells others its own way
_LINE = ("aria-", "data-", "stroke")


def read(text: str) -> Element | None:
    """Give the root of a document, as HTML's parser would; None where that parser has to be asked.

    `text` has had the insides of its drawings taken out.
    """
    body = text[len(_DOCTYPE) :]
    if not text.startswith(_DOCTYPE) or _OTHERWISE.search(_EMPTY.sub(r"<\1\2>", body)):
        return None
    try:
        # no declaration, so no entity, is left in it
        root = fromstring(_BARE.sub(f'<svg xmlns="{SVG}"', _EMPTY.sub(r"<\1\2/>", body)))  # noqa: S314
    except ParseError:
        return None
    return _settled(root, body[len(body.rstrip()) :]) if _regular(root) else None


def _regular(root: Element) -> bool:
    """Whether every element stands where HTML leaves it, under a name that HTML leaves as it is."""
    return [child.tag for child in root] == ["head", "body"] and all(
        element.tag in _INSIDE
        and all(child.tag in _INSIDE[element.tag] for child in element)
        and (element.tag not in _SPACELESS or not _own(element).strip())
        and _named(element)
        and not (element.tag == "a" and any(inner is not element for inner in element.iter("a")))
        for element in root.iter()
    )


def _own(element: Element) -> str:
    return "".join([element.text or "", *(child.tail or "" for child in element)])


def _named(element: Element) -> bool:
    if element.tag == _SVG:
        return all(name in _DRAWING or name.startswith(_LINE) for name in element.attrib)
    return all(name == name.lower() and ":" not in name for name in element.attrib)


def _settled(root: Element, after: str) -> Element:
    """Put the white space around head and body where HTML puts it."""
    body = root[1]
    root.text = None
    after = (body.tail or "") + after
    body.tail = None
    if len(body):
        body[-1].tail = (body[-1].tail or "") + after or None
    else:
        body.text = (body.text or "") + after or None
    return root

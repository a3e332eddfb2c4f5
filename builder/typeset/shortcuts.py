"""The same layout in less time: where WeasyPrint 70 works out what it does not need.

`apply` replaces functions of the renderer, once for the process; `parse` reads each document. Each gives exactly the
upstream value, by the argument named above it, and a test holds every sheet's bytes against the renderer without them;
`cut` alone may give a larger font of the same glyphs. Another version of the renderer is left alone: slower, and right.
"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element, ParseError, fromstring

import pydyf  # type: ignore[import-untyped]  # published without types
import weasyprint
import weasyprint.draw.text
import weasyprint.html
from weasyprint.images import SVGImage
from weasyprint.layout import page, percent, preferred
from weasyprint.pdf import fonts
from weasyprint.text import line_break

from builder.typeset import accessible, cascade, cut, ink, lines, reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weasyprint.urls import URLFetcher

SVG = "{http://www.w3.org/2000/svg}svg"
_TITLE = "{http://www.w3.org/2000/svg}title"
_DRAWING = re.compile(r"(<svg\b[^>]*)>.*?</svg>", re.DOTALL)
_MARK = "data-drawing"
_PYDYF = "0.13.0"
_STATE = ("_current_color", "_current_color_stroke", "_current_alpha", "_current_alpha_stroke")  # of a page's stream
_OPAQUE = re.compile(rb"/([Aa]1\.0) gs\Z")  # the one resource that every drawing names

_LENGTH = re.compile(r"\[\d+\]$")
TYPES = (
    "PangoLogAttr[]", "PangoRectangle *", "char[4]", "char[]", "hb_codepoint_t[]", "hb_tag_t[100]", "unsigned int *",
)  # fmt: skip

_ENDLESS = sys.maxsize

_limit = [_ENDLESS]  # pages of the layout that is being made
# drawing -> its size and the page's state before -> what it writes, and the state after
_strokes: WeakKeyDictionary[Element, dict[tuple[Any, ...], tuple[tuple[bytes, ...], tuple[Any, ...]]]] = (
    WeakKeyDictionary()
)
_whole: WeakKeyDictionary[Element, Element] = WeakKeyDictionary()  # outer element in a document -> its drawing


@cache
def apply() -> bool:
    """Take the shortcuts in this process; False for a renderer of another version, which is left alone."""
    if not weasyprint.__version__.startswith(accessible.VERSION):
        return False
    page.remake_page = _page(page.remake_page)
    cascade.apply()
    _everywhere("resolve_percentages", percent.resolve_percentages, cascade.percentages(percent.resolve_percentages))
    weasyprint.html.SVGImage = _Image
    if pydyf.__version__ == _PYDYF:
        pydyf._to_bytes = _to_bytes  # noqa: SLF001  # there is no public way
    _everywhere("shrink_to_fit", preferred.shrink_to_fit, _shrink_to_fit)
    _everywhere("split_first_line", line_break.split_first_line, lines.split(line_break.split_first_line))
    writing = weasyprint.draw.text
    _everywhere("draw_text", writing.draw_text, ink.draw(writing.draw_text, writing.draw_first_line))
    _everywhere("strut", line_break.strut, lines.strut(line_break.strut))
    fonts.ffi = _Arrays(fonts.ffi)
    cut.apply()
    return True


def parse(text: str, fetcher: URLFetcher) -> weasyprint.HTML:
    """Read a document, its drawings apart: only their outer elements stand in its tree.

    What is inside <svg> makes no box and is drawn with its own attributes, but it is half of a sheet's elements: read,
    matched with every rule and given styles for nothing. The same few drawings come on all sheets. A drawing that is
    no XML stays where it is.
    """
    drawings: list[Element] = []
    if not apply():
        return weasyprint.HTML(string=text, url_fetcher=fetcher)

    def aside(match: re.Match[str]) -> str:
        drawing = _drawing(match[0])
        if drawing is None:
            return match[0]
        drawings.append(drawing)
        return f'{match[1]} {_MARK}="{len(drawings) - 1}"></svg>'

    html = _html(_DRAWING.sub(aside, text), fetcher)
    for outer in html.etree_element.iter(SVG):
        number = outer.attrib.pop(_MARK, None)
        if number is not None:
            outer.extend(drawings[int(number)].findall(_TITLE))  # its words, for those who do not see it
            _whole[outer] = drawings[int(number)]
    return html


def _html(text: str, fetcher: URLFetcher) -> weasyprint.HTML:
    root = reader.read(text)
    if root is None:
        return weasyprint.HTML(string=text, url_fetcher=fetcher)
    html = weasyprint.HTML.__new__(weasyprint.HTML)
    html.base_url, html.url_fetcher, html.media_type = None, fetcher, "print"
    html.etree_element = root
    html.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(root, content_language=None)
    return html


class TooLongError(Exception):
    """A layout has come to a page that nobody wants to see."""


@contextmanager
def at_most(pages: int) -> Iterator[None]:
    """Give a layout up, with TooLongError, before it makes another page than these; 0 for any number."""
    _limit.append(pages or _ENDLESS)
    try:
        yield
    finally:
        _limit.pop()


def _page(upstream: Callable[..., Any]) -> Callable[..., Any]:
    def remake_page(index: int, *rest: Any) -> Any:  # noqa: ANN401  # upstream's
        if index >= _limit[-1]:
            raise TooLongError
        return upstream(index, *rest)

    return remake_page


def whole(outer: Element) -> Element:
    """Give the drawing that stands behind an element of the tree: itself, where it was not set aside."""
    return _whole.get(outer, outer)


@lru_cache(maxsize=256)
def _drawing(text: str) -> Element | None:
    named = text if "xmlns=" in text else text.replace("<svg", f'<svg xmlns="{SVG[1:-4]}"', 1)
    try:
        return fromstring(named)  # noqa: S314 - templates' own; a declaration of entities cannot stand in the middle
    except ParseError:
        return None


class _Image(SVGImage):  # type: ignore[misc]  # published without types
    """A drawing of the document: what it writes on a page it writes on every page where it has the same size.

    Where it names a resource, such as a gradient or a degree of transparency, it is drawn anew: another file has none.
    """

    def __init__(self, tree: Element, *rest: Any) -> None:  # noqa: ANN401  # upstream's
        self._tree = whole(tree)
        super().__init__(self._tree, *rest)

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:  # noqa: ANN401  # upstream's
        known = _strokes.setdefault(self._tree, {})
        key = (width, height, *(getattr(stream, name) for name in _STATE))
        if key not in known:
            begin = len(stream.stream)
            super().draw(stream, width, height, style)
            written = tuple(stream.stream[begin:])
            if stream._current_font is None and all(  # noqa: SLF001  # there is no public way
                isinstance(each, bytes) and (b"/" not in each or _OPAQUE.match(each)) for each in written
            ):
                known[key] = written, tuple(getattr(stream, name) for name in _STATE)
            return
        written, after = known[key]
        states = stream._resources["ExtGState"]  # noqa: SLF001  # there is no public way
        for each in written:
            if named := _OPAQUE.match(each):
                name = named[1].decode()
                states.setdefault(name, pydyf.Dictionary({"CA" if name[0] == "A" else "ca": float(name[1:])}))
        stream.stream.extend(written)
        stream._current_font = None  # noqa: SLF001  # likewise
        for name, value in zip(_STATE, after, strict=True):
            setattr(stream, name, value)


# min(max(min-content, available), max-content) is max-content wherever that fits. To find min-content, with
# `overflow-wrap: anywhere`, every letter is laid out as a line.
def _shrink_to_fit(context: Any, box: Any, available: float) -> float:  # noqa: ANN401  # upstream's
    most: float = preferred.max_content_width(context, box, outer=False)
    if most <= available:
        return most
    least: float = preferred.min_content_width(context, box, outer=False)
    return min(max(least, available), most)


# Most parts of a page's stream are bytes already; the kinds are told by one look instead of three questions.
def _to_bytes(item: Any) -> bytes:  # noqa: ANN401  # upstream's
    kind = type(item)
    if kind is bytes:
        return item  # type: ignore[no-any-return]  # asked above
    if kind is float:
        return b"%d" % item if item.is_integer() else f"{item:f}".rstrip("0").encode("ascii")
    if isinstance(item, pydyf.Object):
        return item.data  # type: ignore[no-any-return]  # published without types
    if isinstance(item, bytes):
        return item
    if isinstance(item, float):
        return _to_bytes(float(item))
    return str(item).encode("ascii")


# A declaration in C is parsed once, which takes 3 ms, and kept for ever: one for each number of glyphs that a font
# is cut to is as good as a new one for each sheet. An array without a length is as long as what it is made from.
class _Arrays:
    def __init__(self, ffi: Any) -> None:  # noqa: ANN401  # upstream's
        self._ffi = ffi

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # likewise
        return getattr(self._ffi, name)

    def new(self, kind: str, values: Any = None) -> Any:  # noqa: ANN401  # likewise
        return self._ffi.new(_LENGTH.sub("[]", kind) if isinstance(values, (list, tuple)) else kind, values)


def declare() -> None:
    """Have the declarations in C parsed that every document needs: once, for all workers that come of this process."""
    for kind in TYPES:
        fonts.ffi.typeof(kind)


def _everywhere(name: str, upstream: object, ours: object) -> None:
    """Replace a function in every module that imported it by name."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith("weasyprint.") and getattr(module, name, None) is upstream:
            setattr(module, name, ours)

"""What a document may ask for: the assets it was given, by exact name, and nothing else.

WeasyPrint swallows a refusal and leaves a hole on the page, so refusals are kept for the caller to
act on. It also asks for less than HTML can name (`iframe` is ignored), hence `refused_in`.
"""

from __future__ import annotations

import re
import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError, fromstring

from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse, iri_to_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from xml.etree.ElementTree import Element

SCHEME = "asset:"

_MEDIA_TYPES = {
    ".css": "text/css",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_XLINK = "{http://www.w3.org/1999/xlink}href"
_ADDRESSES = frozenset({
    "action", "archive", "background", "cite", "classid", "code", "codebase", "data", "dynsrc", "formaction", "href",
    _XLINK, "icon", "longdesc", "lowsrc", "manifest", "ping", "poster", "profile", "src", "srcdoc", "usemap",
    "{http://www.w3.org/XML/1998/namespace}base",
})  # fmt: skip
_SOURCE_SETS = ("srcset", "imagesrcset")
_LINKS = frozenset({"a", "area"})
_SCHEMES = ("https:", "mailto:", "tel:")  # where a reader may be led
# What is nothing on paper and asks for something elsewhere, or changes the page after it was judged.
_ACTIVE = frozenset({
    "animate", "animateMotion", "animateTransform", "applet", "audio", "base", "bgsound", "discard", "embed",
    "foreignObject", "frame", "frameset", "iframe", "object", "script", "set", "video",
})  # fmt: skip
_SVG = "{http://www.w3.org/2000/svg}"
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})[ \t\n]?|(.))", re.DOTALL)
_REFERENCE = re.compile(r"""(?:url|src)\(\s*['"]?\s*([^'")]*)""", re.IGNORECASE)


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is published without types
    """Serves `asset:NAME` for the names it was given; refuses and remembers any other address."""

    _fail_on_errors = False  # asked by weasyprint.urls.fetch: refusals are judged after the layout

    def __init__(self, assets: Iterable[tuple[str, bytes]] = ()) -> None:
        # No super().__init__(): it would set up openers for files and the network.
        self._assets: Mapping[str, bytes] = {iri_to_uri(SCHEME + name): data for name, data in assets}
        self.refused: list[str] = []

    def serves(self, url: str) -> bool:
        return url in self._assets

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Give an asset's bytes; raise PermissionError, which WeasyPrint logs, for anything else."""
        del headers  # they would only matter to a network
        if not self.serves(url):
            self.refused.append(url)
            raise PermissionError(f"not an asset: {url}")
        suffix = PurePosixPath(url).suffix.lower()
        media_type = _MEDIA_TYPES.get(suffix, "application/octet-stream")
        data = self._assets[url]
        if suffix == ".svg":
            self.refused += _in_drawing(url, data, self)
        return URLFetcherResponse(url, data, {"Content-Type": media_type})


class InstalledFonts(FontConfiguration):  # type: ignore[misc]  # WeasyPrint is published without types
    """The fonts of the generated configuration only.

    The configuration is shared by all documents of a process: a face that one of them brought along
    would change the pages of the next.
    """

    def add_font_face(self, rule_descriptors: Mapping[str, Any], url_fetcher: AssetFetcher) -> None:
        """Refuse a face, whether its source is an address or an installed font."""
        url_fetcher.refused.extend(str(address) for _, address in rule_descriptors["src"])


def addresses(styles: str) -> tuple[str, ...]:
    """List every address that a style sheet, or a part of one, names to another file, in use or not.

    The renderer asks for fewer, and keeps silent about most that it does not know (`cursor`, an unused variable). A
    comment is read like a rule: what looks like one may stand in a string.
    """
    if "(" not in styles:
        return ()
    text = _ESCAPE.sub(_plain, styles) if "\\" in styles else styles
    return tuple(found for match in _REFERENCE.finditer(text) if (found := match[1].strip()) and found[0] != "#")


def _plain(escape: re.Match[str]) -> str:
    number = int(escape[1], 16) if escape[1] else 0
    return chr(number) if 0 < number <= sys.maxunicode else escape[2] or "\ufffd"


def refused_in(root: Element, fetcher: AssetFetcher) -> list[str]:
    """List what the markup names and would not be given, whether the renderer asks for it or not."""
    return [
        found for element in root.iter() for found in _named(element) if _attached(element) or not fetcher.serves(found)
    ]


def _in_drawing(url: str, data: bytes, fetcher: AssetFetcher) -> list[str]:
    """List what a drawing names and would not be given; itself, when it declares entities or cannot be read."""
    if b"<!DOCTYPE" in data or b"\0" in data:  # UTF-16 and its kin could say it in other bytes
        return [url]
    try:
        return refused_in(fromstring(data), fetcher)  # noqa: S314  # without a DOCTYPE there are no entities
    except ParseError:
        return [url]


def _attached(element: Element) -> bool:
    """Whether an element would put a file into the PDF: PDF/A-2 takes none but PDF/A files."""
    return "attachment" in element.get("rel", "").lower().split()


def _named(element: Element) -> Iterator[str]:
    """What one element names, but for places in the document itself and links that may be printed."""
    name = str(element.tag)  # a comment has a function for its tag
    tag, drawing = name.rpartition("}")[2], name.startswith(_SVG)
    if tag in _ACTIVE:
        yield f"<{tag}>"
    if tag == "meta" and element.get("http-equiv", "").strip().lower() == "refresh":
        yield element.get("content", "")
    if tag == "style":
        yield from addresses("".join(element.itertext()))
    link = tag in _LINKS and not _attached(element)
    for name, value in element.attrib.items():
        address = value.strip()
        if name in _ADDRESSES:
            led = link and name in {"href", _XLINK} and address.lower().startswith(_SCHEMES)
            if address and not address.startswith("#") and not led:
                yield address
        elif name in _SOURCE_SETS:
            yield from (part.split()[0] for part in value.split(",") if part.strip())
        elif drawing or name == "style":
            yield from addresses(value)

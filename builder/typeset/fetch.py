"""What a document may ask for: the assets it was given, by exact name, and nothing else.

WeasyPrint swallows a refusal and leaves a hole on the page, so refusals are kept for the caller to
act on. It also asks for less than HTML can name (`iframe` is ignored), hence `refused_in`.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse, iri_to_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from xml.etree.ElementTree import Element

SCHEME = "asset:"

_MEDIA_TYPES = {
    ".css": "text/css",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_ADDRESSES = ("src", "data", "href", "{http://www.w3.org/1999/xlink}href", "poster", "background", "action")
_SVG = "{http://www.w3.org/2000/svg}"
_REFERENCE = re.compile(r"url\(\s*['\"]?([^#'\")\s][^'\")\s]*)")  # to another file, as in fill="url(other.svg#a)"
_SOURCE_SETS = ("srcset", "imagesrcset")


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
        return URLFetcherResponse(url, self._assets[url], {"Content-Type": media_type})


class InstalledFonts(FontConfiguration):  # type: ignore[misc]  # WeasyPrint is published without types
    """The fonts of the generated configuration only.

    The configuration is shared by all documents of a process: a face that one of them brought along
    would change the pages of the next.
    """

    def add_font_face(self, rule_descriptors: Mapping[str, Any], url_fetcher: AssetFetcher) -> None:
        """Refuse a face, whether its source is an address or an installed font."""
        url_fetcher.refused.extend(str(address) for _, address in rule_descriptors["src"])


def refused_in(root: Element, fetcher: AssetFetcher) -> list[str]:
    """List the addresses in the markup that would not be served, whether the renderer asks for them or not."""
    refused = []
    for element in root.iter():
        link = element.tag == "a"
        if "attachment" in element.get("rel", "").lower().split():  # PDF/A-2 takes none but PDF/A files
            refused.append(element.get("href", ""))
        for name in _ADDRESSES:
            address = element.get(name, "").strip()
            if address and not link and not address.startswith("#") and not fetcher.serves(address):
                refused.append(address)
        for name in _SOURCE_SETS:
            refused.extend(
                part.split()[0]
                for part in element.get(name, "").split(",")
                if part.strip() and not fetcher.serves(part.split()[0])
            )
        if str(element.tag).startswith(_SVG):  # a comment has a function for its tag
            references = (match[1] for value in element.attrib.values() for match in _REFERENCE.finditer(value))
            refused.extend(address for address in references if not fetcher.serves(address))
    return refused

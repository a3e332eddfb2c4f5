"""What WeasyPrint 70 lacks for PDF/UA-1 and PDF/A-2a in one file.

`apply` wraps functions and methods of the renderer, once for the process. Each wrapper answers one gap,
named above it; when a gap is closed upstream, its wrapper goes. Another version of the renderer may have
moved any of them, so `apply` refuses to work with one.
"""

from __future__ import annotations

import unicodedata
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import pydyf  # type: ignore[import-untyped]  # published without types
import weasyprint
import weasyprint.pdf
from weasyprint.formatting_structure import boxes
from weasyprint.images import RasterImage
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import tags
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.pdf.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

VERSION = "70."  # of WeasyPrint

# Scripts whose glyphs do not stand one for one and in order for their characters. Thai and Lao are
# among them for the sake of vowels that are composed from two glyphs.
_COMPLEX = (
    (0x0900, 0x0DFF),  # Devanagari to Sinhala
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1B7F),  # Balinese
    (0xA980, 0xA9DF),  # Javanese, Burmese extensions
    (0xAA60, 0xAADF),  # Burmese extensions, Tai Viet
)
_BMP_END = 0xFFFF
_BREAKS = {0x200B: None, 0x2060: None}  # characters that only steer line breaks: no reader types them
_BLANK = "\u200b"  # stands for a glyph without a character of its own, see _fonts_dictionary
_SVG = "{http://www.w3.org/2000/svg}svg"
_PAGINATION = "Pagination"
_DECORATION = "Decoration"
_PIXEL = 0.75  # points in a CSS pixel

# The extension schema of pdfuaid, which PDF/A-2 asks for since it does not know PDF/UA: ISO 19005-2, 6.6.2.3.
_UA_IDENTIFIER = (
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>The part of ISO 14289 that the file follows</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
)


class Metadata(DocumentMetadata):  # type: ignore[misc]  # WeasyPrint is published without types
    """Title and language, declared for PDF/A-2a and PDF/UA-1.

    Gaps: the two standards cannot be chosen together, and the metadata stream is compressed, which
    PDF/UA readers that look for it in the bytes of the file do not expect. Authors, dates and keywords
    are left behind on purpose: no sheet says who wrote or printed it.
    """

    def include_in_pdf(self, pdf: pydyf.PDF, variant: str, version: int, conformance: str, compress: bool) -> None:  # noqa: FBT001  # upstream's
        del compress
        super().include_in_pdf(pdf, variant, version, conformance, compress=False)

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        rdf: bytes = super().generate_rdf_metadata(variant, version, conformance)
        return rdf.replace(b"</rdf:RDF>", _UA_IDENTIFIER + b"</rdf:RDF>")


@cache
def apply() -> None:
    """Answer the gaps in this process. Raises RuntimeError for a renderer of another major version."""
    if not weasyprint.__version__.startswith(VERSION):
        raise RuntimeError(
            f"builder.typeset.accessible answers the gaps of WeasyPrint {VERSION}x, and this is"
            f" {weasyprint.__version__}: see which of them are left, and measure the tagged output again"
        )
    boxes.Box.artifact = ""
    Stream.marked = _marked(Stream.marked)
    RasterImage.get_x_object = _x_object(RasterImage.get_x_object)
    tags._build_box_tree = _box_tree(tags._build_box_tree)  # noqa: SLF001  # there is no public way
    weasyprint.pdf.add_links = _links(weasyprint.pdf.add_links)
    weasyprint.pdf.build_fonts_dictionary = _fonts_dictionary(weasyprint.pdf.build_fonts_dictionary)


def mark_artifacts(root: Element, pages: list[boxes.PageBox]) -> None:
    """Tell which boxes are no part of what the document says: page furniture and decoration.

    Decoration is what HTML calls so: an empty alt, role="presentation", and aria-hidden="true" with all
    that is inside.
    """
    hidden: set[Element] = set()
    for element in root.iter():
        if element.get("aria-hidden") == "true":
            hidden.update(element.iter())
        elif element.get("role") == "presentation" or (element.tag == "img" and element.get("alt") == ""):
            hidden.add(element)

    def mark(box: boxes.Box, kind: str) -> None:
        box = laid_out(box)
        if isinstance(box, boxes.MarginBox):
            kind = _PAGINATION
        box.artifact = kind or (_DECORATION if box.element in hidden else "")
        for child in box.children:
            mark(child, kind)

    for page in pages:
        mark(page, "")


def laid_out(box: boxes.Box) -> boxes.Box:
    """Give the box itself where layout left a placeholder for an absolutely positioned one."""
    return box._box if isinstance(box, AbsolutePlaceholder) else box  # noqa: SLF001  # there is no public way


# Gaps: page margins and pictures without meaning are tagged like text. A viewer that searches or copies
# text of a complex script meets glyphs in visual order; /ActualText gives it the characters instead.
# Not for right-to-left text, which viewers reverse once more, nor beyond the BMP, where they cut pairs.
def _marked(upstream: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def marked(self: Stream, box: boxes.Box, tag: str) -> Iterator[None]:
        if self._tags is None:
            yield
        elif box.artifact:
            kind = pydyf.Dictionary({"Type": "/Pagination"}) if box.artifact == _PAGINATION else None
            self.begin_marked_content("Artifact", kind)
            try:
                yield
            finally:
                self.end_marked_content()
        else:
            with upstream(self, box, tag):
                if isinstance(box, boxes.TextBox) and _needs_actual_text(box.text):
                    properties = self.stream[-2]  # ... properties BDC
                    properties["ActualText"] = pydyf.String(box.text.translate(_BREAKS))
                yield

    return marked


def _needs_actual_text(text: str) -> bool:
    codes = set(map(ord, text))
    return (
        any(first <= code <= last for code in codes for first, last in _COMPLEX)
        and max(codes) <= _BMP_END
        and not any(unicodedata.bidirectional(chr(code)) in ("R", "AL") for code in codes)
    )


# Gaps: elements have no language, header cells no scope, lists no numbering; a link's annotation says its
# address and not its text; `a::before` becomes a link without an annotation; a figure's bounding box is in
# pixels from the top.
def _box_tree(upstream: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def build(box: boxes.Box, parent: Any, pdf: pydyf.PDF, page: int, *rest: Any) -> Iterator[Any]:  # noqa: ANN401  # upstream's
        box = laid_out(box)
        if box.artifact:
            return
        for structure in upstream(box, parent, pdf, page, *rest):
            if box.element is not None and box.element_tag not in ("html", "body"):
                _complete(structure, box, pdf, page)
            yield structure

    return build


def _complete(structure: pydyf.Dictionary, box: boxes.Box, pdf: pydyf.PDF, page: int) -> None:
    generated = "::" in (box.element_tag or "")
    if box.element.get("lang") and not generated:
        structure["Lang"] = pydyf.String(box.element.get("lang"))
    match structure["S"]:
        case "/TH":
            rows = box.element.get("scope") in ("row", "rowgroup")
            structure["A"]["Scope"] = "/Row" if rows else "/Column"
        case "/L":
            numbering = "/Decimal" if box.element.tag == "ol" else "/None"
            structure["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})
        case "/Link" if box.link_annotation is None:
            structure["S"] = "/Span"
        case "/Link":
            text = box.element.get("aria-label") or "".join(box.element.itertext())
            box.link_annotation["Contents"] = pydyf.String(" ".join(text.translate(_BREAKS).split()))
        case "/Figure":
            _, _, _, top = _media_box(pdf, page)
            left, first, right, last = structure["A"]["BBox"]
            edges = (left * _PIXEL, top - last * _PIXEL, right * _PIXEL, top - first * _PIXEL)
            structure["A"]["BBox"] = pydyf.Array(edges)


def _media_box(pdf: pydyf.PDF, page: int) -> tuple[float, float, float, float]:
    number = int(pdf.page_references[page].split()[0])
    left, bottom, right, top = pdf.objects[number]["MediaBox"]
    return left, bottom, right, top


# Gap: every box inside a link becomes a link annotation of its own, outside a Link element. The link's own
# boxes, one a line, cover them.
def _links(upstream: Callable[..., None]) -> Callable[..., None]:
    def add_links(links_and_anchors: tuple[list[Any], list[Any]], *rest: Any) -> None:  # noqa: ANN401  # upstream's
        links, anchors = links_and_anchors
        upstream(([link for link in links if link[3].link is not None], anchors), *rest)

    return add_links


# Gap: a glyph whose cluster of characters another glyph stands for has an empty ToUnicode value, which
# PDF/A-2a forbids (ISO 19005-2, 6.2.11.7.2). A character without width that viewers skip is allowed.
def _fonts_dictionary(upstream: Callable[..., Any]) -> Callable[..., Any]:
    def build_fonts_dictionary(pdf: pydyf.PDF, fonts: dict[Any, Any], *rest: Any) -> Any:  # noqa: ANN401  # upstream's
        for font in fonts.values():
            font.to_unicode.update({glyph: _BLANK for glyph, text in font.to_unicode.items() if not text})
        return upstream(pdf, fonts, *rest)

    return build_fonts_dictionary


# Gap: pictures are marked for interpolation, which PDF/A-2 forbids (ISO 19005-2, 6.2.8).
def _x_object(upstream: Callable[..., Any]) -> Callable[..., Any]:
    def get_x_object(self: RasterImage, interpolate: bool, ratio: float) -> Any:  # noqa: ANN401, FBT001  # upstream's
        del interpolate
        return upstream(self, interpolate=False, dpi_ratio=ratio)

    return get_x_object

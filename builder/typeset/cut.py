"""Fonts of very many glyphs are embedded with those of the sheet alone.

The fonts for Chinese, Japanese and Korean have 65,000 glyphs. A page names glyphs by number, so WeasyPrint 70 keeps an
empty one for each number up to the last that is used: 140 kB a weight, compressed, around the 12 kB that are drawn; and
it cuts twice to get there. These fonts are CID-keyed: a CFF program lists which number each of its glyphs goes by
(Adobe Technical Note 5176, 13; ISO 32000-1, 9.7.4.2), so the empty ones can go, and the page stays as it was. It is
embedded without the frame of OpenType (FontFile3, CIDFontType0C): in the frame, FreeType takes the number for a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf  # type: ignore[import-untyped]  # published without types
import weasyprint.pdf
from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset

from builder.fonts import cff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MANY = 32_768  # glyphs: a font that has so many is cut here

_USELESS = (
    b"BASE", b"DSIG", b"GPOS", b"GSUB", b"JSTF", b"VORG", b"cmap", b"hmtx", b"vmtx",
)  # fmt: skip  # large tables of a font whose outlines alone are wanted
_VARIED = {"fvar", "CBDT", "sbix", "COLR", "SVG "}  # upstream works on the outlines of such a font after cutting
_CFF = b"\x01\x00"  # how a program of CFF 1 begins


def apply() -> None:
    """Replace how fonts are cut and embedded in this process."""
    fonts.Font._harfbuzz_subset = _subset(fonts.Font._harfbuzz_subset)  # noqa: SLF001  # there is no public way
    fonts.Font.type = property(_type)
    weasyprint.pdf.build_fonts_dictionary = _dictionary(weasyprint.pdf.build_fonts_dictionary)


def _subset(upstream: Callable[..., None]) -> Callable[..., None]:
    def subset(self: Any, to_unicode: Mapping[int, str], hinting: bool) -> None:  # noqa: ANN401, FBT001  # upstream's
        program = b""
        if self.glyph_count >= MANY and "CFF " in self.tables and _VARIED.isdisjoint(self.tables):
            program = _program(
                self.hb_face, {*to_unicode} - {*self.missing.values()}, hinting=hinting, notdef=bool(self.missing)
            )
        if program:
            self.file_content = program
        else:
            upstream(self, to_unicode, hinting)

    return subset


def _program(face: object, glyphs: set[int], *, hinting: bool, notdef: bool) -> bytes:
    """The CFF program with these glyphs, each by its number; nothing when the font's are not numbered so.

    HarfBuzz keeps what a glyph may turn into as well. It is then asked for just that: as many glyphs as numbers, and in
    the same order, prove that each is the one of its number.
    """
    for _ in range(2):
        font = _cut(face, sorted(glyphs), hinting=hinting, notdef=notdef)
        numbers = cff.numbers(font)
        if not glyphs <= {*numbers}:
            return b""
        if numbers == [0, *sorted(glyphs - {0})]:
            return cff.program(font)
        glyphs = {*numbers}
    return b""


def _cut(face: object, glyphs: list[int], *, hinting: bool, notdef: bool) -> bytes:
    wish = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    flags = harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE
    if not hinting:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
    if notdef:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NOTDEF_OUTLINE
    harfbuzz_subset.hb_subset_input_set_flags(wish, flags)
    _add(harfbuzz_subset.hb_subset_input_glyph_set(wish), glyphs)
    tables = sorted(harfbuzz.hb_tag_from_string(name, -1) for name in _USELESS)
    _add(harfbuzz_subset.hb_subset_input_set(wish, harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG), tables)
    cut = ffi.gc(harfbuzz_subset.hb_subset_or_fail(face, wish), harfbuzz.hb_face_destroy)
    return fonts.get_hb_object_data(cut) if cut else b""


def _add(numbers: object, values: list[int]) -> None:
    harfbuzz.hb_set_add_sorted_array(numbers, ffi.new("hb_codepoint_t[]", values), len(values))


def _type(font: Any) -> str:  # noqa: ANN401  # upstream's
    return "otf" if font.file_content.startswith((b"OTTO", _CFF)) else "ttf"


def _dictionary(upstream: Callable[..., Any]) -> Callable[..., Any]:
    def build_fonts_dictionary(pdf: pydyf.PDF, *rest: Any) -> Any:  # noqa: ANN401  # upstream's
        before = len(pdf.objects)
        made = upstream(pdf, *rest)
        streams = (each for each in pdf.objects[before:] if isinstance(each, pydyf.Stream))
        for stream in streams:
            if stream.extra.get("Subtype") == "/OpenType" and stream.stream[0].startswith(_CFF):
                stream.extra["Subtype"] = "/CIDFontType0C"
        return made

    return build_fonts_dictionary

"""Fonts of very many glyphs are cut once.

WeasyPrint 70 cuts every font twice, the second time to drop the empty glyphs after the last one that is used. The fonts
for Chinese, Japanese and Korean have 65,000 glyphs and their punctuation at the end: there the second time takes two
thirds of the work, a fifth of a sheet's time, and changes no byte of sheets in Korean and most in simplified Chinese.
In traditional Chinese a file is up to a tenth larger without it; what it shows and says is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MANY = 32_768  # glyphs: a font whose last used one stands behind so many is cut once

_USELESS = (
    b"BASE", b"DSIG", b"EBDT", b"EBLC", b"EBSC", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT", b"SVG ",
)  # fmt: skip  # tables that upstream drops, too


def apply() -> None:
    """Replace how fonts are cut in this process."""
    fonts.Font._harfbuzz_subset = _subset(fonts.Font._harfbuzz_subset)  # noqa: SLF001  # there is no public way


def _subset(upstream: Callable[..., None]) -> Callable[..., None]:
    def subset(self: Any, to_unicode: Mapping[int, str], hinting: bool) -> None:  # noqa: ANN401, FBT001  # upstream's
        if max(to_unicode) < MANY or not _cut(self, to_unicode, hinting=hinting):
            upstream(self, to_unicode, hinting)

    return subset


def _cut(font: Any, to_unicode: Mapping[int, str], *, hinting: bool) -> bool:  # noqa: ANN401  # upstream's
    """Keep these glyphs, each under its number. False when HarfBuzz cannot."""
    wish = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    flags = (
        harfbuzz_subset.HB_SUBSET_FLAGS_RETAIN_GIDS
        | harfbuzz_subset.HB_SUBSET_FLAGS_PASSTHROUGH_UNRECOGNIZED
        | harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE
    )
    if not hinting:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
    if font.missing:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NOTDEF_OUTLINE
    harfbuzz_subset.hb_subset_input_set_flags(wish, flags)
    _add(harfbuzz_subset.hb_subset_input_glyph_set(wish), sorted(to_unicode))
    tables = sorted(harfbuzz.hb_tag_from_string(name, -1) for name in _USELESS)
    _add(harfbuzz_subset.hb_subset_input_set(wish, harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG), tables)
    face = ffi.gc(harfbuzz_subset.hb_subset_or_fail(font.hb_face, wish), harfbuzz.hb_face_destroy)
    content = fonts.get_hb_object_data(face) if face else b""
    if content:
        font.file_content = content
    return bool(content)


def _add(numbers: object, values: list[int]) -> None:
    harfbuzz.hb_set_add_sorted_array(numbers, ffi.new("hb_codepoint_t[]", values), len(values))

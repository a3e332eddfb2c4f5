"""Embedded fonts: which glyph a code is, what it stands for, how wide it is and where its ink is."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import Any

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

_CFF = b"\x01\x00"  # how a program of CFF 1 begins


class _Outlines:
    """The glyphs of a program: of an OpenType font by their place, of a bare CFF program by the numbers it gives them."""

    def __init__(self, program: bytes) -> None:
        if program.startswith(_CFF):
            bare = CFFFontSet()
            bare.decompile(io.BytesIO(program), None)
            self._em, self._glyphs = 1000.0, bare.topDictIndex[0].CharStrings
            self._names = {int(name.removeprefix("cid")): name for name in self._glyphs.keys() if name != ".notdef"}  # noqa: SIM118
        else:
            font = TTFont(io.BytesIO(program), lazy=True)
            self._em, self._glyphs = font["head"].unitsPerEm, font.getGlyphSet()
            self._names = dict(enumerate(font.getGlyphOrder()))

    def bounds(self, number: int) -> tuple[float, float, float, float] | None:
        """Of a glyph's ink, in type sizes; None where it has none, or is not there."""
        if number not in self._names:
            return None
        pen = BoundsPen(self._glyphs)
        self._glyphs[self._names[number]].draw(pen)
        return pen.bounds and tuple(edge / self._em for edge in pen.bounds)


_outlines = lru_cache(maxsize=24)(_Outlines)  # the papers of a sheet embed the same bytes


class Font:
    """An embedded font with two-byte codes."""

    def __init__(self, font: pikepdf.Object) -> None:
        own = font.DescendantFonts[0]
        descriptor = own.FontDescriptor
        self._program = bytes(descriptor["/FontFile2" if "/FontFile2" in descriptor else "/FontFile3"].read_bytes())
        encoding, mapping = font.get("/Encoding"), own.get("/CIDToGIDMap")
        self._cids = _codes(encoding.read_bytes()) if isinstance(encoding, pikepdf.Stream) else None
        self._gids = bytes(mapping.read_bytes()) if isinstance(mapping, pikepdf.Stream) else None
        self._texts = _unicode(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else {}
        self._default = float(own.get("/DW", 1000))
        self._widths = _widths(own.get("/W", pikepdf.Array()))
        self._boxes: dict[int, tuple[float, float, float, float] | None] = {}

    def glyph(self, code: int) -> int:
        cid = code if self._cids is None else self._cids.get(code, 0)
        return cid if self._gids is None else int.from_bytes(self._gids[2 * cid : 2 * cid + 2], "big")

    def text(self, code: int) -> str | None:
        return self._texts.get(code)

    def width(self, code: int) -> float:
        """In thousandths of the type size."""
        return self._widths.get(code if self._cids is None else self._cids.get(code, 0), self._default)

    def box(self, number: int) -> tuple[float, float, float, float] | None:
        """Of the ink, in type sizes."""
        if number not in self._boxes:
            self._boxes[number] = _outlines(self._program).bounds(number)
        return self._boxes[number]


def _codes(cmap: bytes) -> dict[int, int]:
    return {int(code, 16): int(cid) for code, cid in re.findall(rb"<([0-9a-fA-F]{4})>\s*(\d+)", cmap)}


def _unicode(cmap: bytes) -> dict[int, str]:
    """Code -> text, from the bfchar and bfrange parts of a ToUnicode map; an empty text is left out."""
    found: dict[int, str] = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", part):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", part):
            head, start = bytes.fromhex(text.decode()).decode("utf-16-be"), int(first, 16)
            for code in range(start, int(last, 16) + 1):
                found[code] = head[:-1] + chr(ord(head[-1]) + code - start)
    return {code: text for code, text in found.items() if text}


def _widths(array: Any) -> dict[int, float]:
    found: dict[int, float] = {}
    items = list(array)
    while items:
        first, second = int(items.pop(0)), items.pop(0)
        if isinstance(second, pikepdf.Array):
            found.update({first + at: float(width) for at, width in enumerate(second)})
        else:
            width = float(items.pop(0))
            found.update(dict.fromkeys(range(first, int(second) + 1), width))
    return found

"""Embedded fonts: which glyph a code is, what it stands for, how wide it is and where its ink is."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import Any

import pikepdf
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont


@lru_cache(maxsize=24)  # the papers of a sheet embed the same bytes
def _outlines(program: bytes) -> tuple[TTFont, Any]:
    font = TTFont(io.BytesIO(program), lazy=True)
    return font, font.getGlyphSet()


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
            font, outlines = _outlines(self._program)
            order = font.getGlyphOrder()
            bounds = None
            if number < len(order):
                pen = BoundsPen(outlines)
                outlines[order[number]].draw(pen)
                bounds = pen.bounds
            em = font["head"].unitsPerEm
            self._boxes[number] = bounds and tuple(edge / em for edge in bounds)
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

"""The outlines of an OpenType font without its frame: a CFF program.

A program may give its glyphs numbers (CIDs) in place of names: Adobe Technical Note 5176, The Compact Font Format
Specification. How a glyph is drawn is written in charstrings: Technical Note 5177, The Type 2 Charstring Format.
"""

from __future__ import annotations

import io
import re

from fontTools.cffLib import CFFFontSet  # type: ignore[import-untyped]  # published without types
from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]  # likewise

_NUMBER = re.compile(r"cid(\d{5})")  # what fontTools calls a glyph that has a number and no name
_VMOVETO, _RMOVETO, _HMOVETO, _ZERO = b"\x04", b"\x15", b"\x16", b"\x8b"


def numbers(font: bytes) -> list[int]:
    """The numbers that a font's glyphs go by, in order; none where they have names, or the font is no such font."""
    try:
        with TTFont(io.BytesIO(font), lazy=True) as opened:
            names = opened["CFF "].cff.topDictIndex[0].charset
    except (TTLibError, KeyError):
        return []
    found = [_NUMBER.fullmatch(name) for name in names[1:]]  # the first is .notdef, whose number is 0
    return [0, *(int(each[1]) for each in found if each)] if all(found) else []


def program(font: bytes) -> bytes:
    """The program of a font whose glyphs have numbers, spelled so that no reader can take it amiss.

    page-validation 0.11 looks for a glyph's widths in the range after its own where glyphs are assigned in ranges
    (FDSelect 3, so it is 0 here), and takes a first move along one axis for the width (so it has both axes here).
    """
    with TTFont(io.BytesIO(font), lazy=True, recalcBBoxes=False) as opened:
        cff: CFFFontSet = opened["CFF "].cff
        top = cff.topDictIndex[0]
        top.FDSelect.format = 0
        for name in top.charset:
            drawn = top.CharStrings[name]
            drawn.bytecode = _with_both_axes(drawn.bytecode)
        written = io.BytesIO()
        cff.compile(written, opened)
        return written.getvalue()


def _with_both_axes(charstring: bytes) -> bytes:
    """A charstring that opens with a move along one axis, after a width or without, moves along both."""
    first = _operand(charstring, 0)
    second = _operand(charstring, first)
    move, rest = charstring[second : second + 1], charstring[second + 1 :]
    if first == 0 or move not in {_HMOVETO, _VMOVETO}:
        return charstring
    width, way = (b"", charstring[:first]) if first == second else (charstring[:first], charstring[first:second])
    both = way + _ZERO if move == _HMOVETO else _ZERO + way
    return width + both + _RMOVETO + rest


def _operand(charstring: bytes, at: int) -> int:
    """Where the number that stands there ends; `at` when it is none (Technical Note 5177, table 1)."""
    first = charstring[at] if at < len(charstring) else 0
    if first == 28:
        return at + 3
    if first < 32:
        return at
    return at + (1 if first < 247 else 2 if first < 255 else 5)

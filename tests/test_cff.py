"""Programs of outlines without their frame: numbers, widths and moves."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from builder import fonts
from builder.fonts import cff

GLYPHS = [1, 18, 24, 34, 1398, 9579, 47611, 63146]  # a space, figures, a letter, marks, an ideograph, a syllable


def cut() -> bytes:
    """A font of a collection, cut to some glyphs, its hints gone."""
    (path,) = [path for path in fonts.families()["Noto Sans CJK SC"] if "Bold" in path.name]
    with TTFont(path, fontNumber=2, lazy=True) as font:
        options = Options(desubroutinize=True, hinting=False, layout_closure=False)
        options.drop_tables += ["GSUB", "GPOS"]
        subsetter = Subsetter(options)
        subsetter.populate(gids=GLYPHS)
        subsetter.subset(font)
        written = io.BytesIO()
        font.save(written)
    return written.getvalue()


def drawn(top) -> dict[str, tuple[float, list[object]]]:
    found = {}
    for name in top.charset:
        pen = RecordingPen()
        top.CharStrings[name].draw(pen)
        found[name] = (top.CharStrings[name].width, pen.value)
    return found


def test_a_program_draws_what_the_font_does_in_the_same_widths():
    font = cut()
    assert cff.numbers(font) == [0, *GLYPHS]
    bare = CFFFontSet()
    bare.decompile(io.BytesIO(cff.program(font)), None)
    with TTFont(io.BytesIO(font)) as opened:
        theirs = opened["CFF "].cff.topDictIndex[0]
        assert drawn(bare.topDictIndex[0]) == drawn(theirs)
        assert len({width for width, _ in drawn(theirs).values()}) > 2
    assert bare.topDictIndex[0].FDSelect.format == 0


@pytest.mark.parametrize(
    ("charstring", "spelled"),
    [
        ("8b 0e", "8b 0e"),  # a width, and nothing drawn
        ("8c 16 8d 06 0e", "8c 8b 15 8d 06 0e"),  # no width
        ("8c 04 8d 06 0e", "8b 8c 15 8d 06 0e"),
        ("8c 8d 15 0e", "8c 8d 15 0e"),
        ("6f 8c 16 0e", "6f 8c 8b 15 0e"),  # a width, to the right
        ("6f 8c 04 0e", "6f 8b 8c 15 0e"),  # a width, up
        ("6f 8c 8d 15 0e", "6f 8c 8d 15 0e"),  # a width, along both
        ("f7 00 fb 00 16 0e", "f7 00 fb 00 8b 15 0e"),  # numbers of two bytes
        ("1c 01 00 1c 01 01 04 0e", "1c 01 00 8b 1c 01 01 15 0e"),  # of three
        ("ff 00 01 00 00 8c 16 0e", "ff 00 01 00 00 8c 8b 15 0e"),  # of five
        ("0e", "0e"),
        ("", ""),
    ],
)
def test_the_first_move_is_along_both_axes(charstring: str, spelled: str):
    assert cff._with_both_axes(bytes.fromhex(charstring)) == bytes.fromhex(spelled)


def test_a_font_that_is_no_cff_has_no_numbers():
    (path,) = [path for path in fonts.families()["Noto Sans"] if path.name == "NotoSans-Regular.ttf"]
    assert cff.numbers(Path(path).read_bytes()) == []
    assert cff.numbers(b"no font") == []

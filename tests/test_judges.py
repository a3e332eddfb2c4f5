"""The judges of finished sheets: our own sheets pass, and every defect is caught by its judge alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import judges
import pdf_facts
import pikepdf
import pytest
from judges import Expectation, drawings, reading, shelf, words
from judges import __main__ as command

from builder import project, store
from builder.model import HALF, Paper
from builder.typeset import typeset

CODE = "AB12-3C"
EXPECTED = Expectation(code=CODE, sides=3, body=11, sizes={"en": 1, "ar": 1.167})
NOTICE = "DRAFT: not for families"
LETTER = Paper("letter", 215.9, 279.4)

CSS = """
@page { size: 210mm 279.4mm; margin: 24mm 20mm 29mm;
        @top-center { content: element(head); width: 100%; vertical-align: top; padding-top: 8mm }
        @bottom-center { content: element(foot); width: 100%; vertical-align: top; padding-top: 1.5mm } }
* { box-sizing: border-box }
html { font: 12pt/6mm 'Noto Sans' }
body, h1, h2, p { margin: 0; font-size: inherit }
.head { position: running(head); font-size: 9pt }
.foot { position: running(foot); border-top: 1pt solid; font-size: 9pt }
.number::before { content: counter(page) " / " counter(pages) }
.box { border: 2pt solid; border-radius: 4mm; padding: 3mm; break-inside: avoid }
.tick { position: relative; padding-left: 12mm; margin-top: 2mm }
.square { position: absolute; left: 0; top: 0; width: 5.4mm; height: 5.4mm; border: 1.25pt solid }
.rule { height: 9mm; border-bottom: 1pt solid }
.next { break-before: page }
"""
HEAD = '<div class="head head-first">Goodbyes</div>'
FOOT = f'<div class="foot">{CODE} <span class="number"></span></div>'
BODY = """
<h1>There and back</h1><p>Wave and say when you will be back.</p>
<div class="box"><p>Your child explores best when you are near.</p></div>
<div class="tick"><span class="square"></span>Says hello</div>
<p>What did you notice?</p><div class="rule"></div><div class="rule"></div>
"""
LINE = "<p>Wave and say when you will be back.</p>"
SECOND = f'<h2 class="next">At home</h2>{LINE * 12}'
NEPALI = '<p lang="ne" style="font: 12.5pt/7mm \'Noto Sans Devanagari\'">खेल्न जान्छ, फर्केर आउँछ।</p>'


def asked(body: str = BODY + SECOND) -> tuple[tuple[str, bool, int], ...]:
    return words.texts(f"<body>{HEAD}{FOOT}{body}</body>")


@cache
def printed_sheet(body: str = BODY + SECOND, css: str = "", head: str = HEAD, foot: str = FOOT) -> bytes:
    sheet = typeset(pdf_facts.job(head + foot + body, styles=(CSS + css,), papers=(LETTER,)))
    assert sheet.faults == ()
    return sheet.pdfs[0][1]


# --- edits of a finished file -------------------------------------------------------------------


def edited(change: Callable[[pikepdf.Pdf], None], pdf: bytes = b"") -> bytes:
    document = pdf_facts.opened(pdf or printed_sheet())
    change(document)
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def drawing(operators: bytes) -> bytes:
    """The sheet with a drawing under its first page, in points from the sheet's lower left corner."""
    return edited(
        lambda document: document.pages[0].contents_add(
            document.make_stream(b"/Artifact BMC q " + operators + b" Q EMC"), prepend=True
        )
    )


def with_text(before: str = "", first_glyph: bytes = b"") -> bytes:
    """The sheet with an operator before its first text, or with another first glyph."""

    def change(document: pikepdf.Pdf) -> None:
        sheet = document.pages[0]
        operators = list(pikepdf.parse_content_stream(sheet))
        at = next(at for at, (_, operator) in enumerate(operators) if str(operator) == "TJ")
        if first_glyph:
            shown = operators[at].operands[0]
            shown[0] = pikepdf.String(first_glyph + bytes(shown[0])[2:])
        stream = operators[:at], operators[at : at + 1], operators[at + 1 :]
        parts = [pikepdf.unparse_content_stream(part) for part in stream]
        undo = b"0 Tr" if before else b""
        sheet.Contents = document.make_stream(b"\n".join([parts[0], before.encode(), parts[1], undo, parts[2]]))

    return edited(change)


def shifted(document: pikepdf.Pdf) -> None:
    """Move the first page to the left, until its text stands 3.4 mm from the edge."""
    document.pages[0].contents_add(document.make_stream(b"1 0 0 1 -47 0 cm"), prepend=True)


def over(operators: bytes) -> bytes:
    """The sheet with a drawing over its first page, in points from the upper left corner."""
    return edited(
        lambda document: document.pages[0].contents_add(
            document.make_stream(b"/Artifact BMC q " + operators + b" Q EMC")
        )
    )


def without(shown: Callable[[int, int], bool], pdf: bytes = b"") -> bytes:
    """The sheet without those glyphs of its first page that (marked content, position in it) chooses."""

    def change(document: pikepdf.Pdf) -> None:
        kept, mark, at = [], -1, 0
        for operands, operator in pikepdf.parse_content_stream(document.pages[0]):
            if str(operator) == "BDC":
                mark, at = int(operands[1].get("/MCID", -1)), 0
            if str(operator) == "TJ":
                parts = []
                for part in operands[0]:
                    if isinstance(part, pikepdf.String):
                        data = bytes(part)
                        codes = [data[n : n + 2] for n in range(0, len(data), 2)]
                        parts.append(
                            pikepdf.String(b"".join(code for n, code in enumerate(codes, at) if not shown(mark, n)))
                        )
                        at += len(codes)
                    else:
                        parts.append(part)
                kept.append(([pikepdf.Array(parts)], operator))
            else:
                kept.append((operands, operator))
        document.pages[0].Contents = document.make_stream(pikepdf.unparse_content_stream(kept))

    return edited(change, pdf)


def without_unicode() -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        for font in document.pages[0].Resources.Font.values():
            if "Bold" in str(font.BaseFont):
                del font["/ToUnicode"]

    return edited(change)


# --- defects ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Defect:
    judge: str
    name: str
    pdf: Callable[[], bytes]
    expected: Expectation = field(default=EXPECTED)


def seeded(judge: str, name: str, body: str = "", css: str = "", *, after: str = SECOND, **running: str) -> Defect:
    return Defect(judge, name, lambda: printed_sheet(BODY + body + after, css, **running))


def told(judge: str, name: str, pdf: Callable[[], bytes] = printed_sheet, **changes: object) -> Defect:
    values = {name: getattr(EXPECTED, name) for name in EXPECTED.__slots__}
    return Defect(judge, name, pdf, Expectation(**(values | changes)))


def large(size: float) -> Callable[[], bytes]:
    css = "html, .head, .foot { font-size: 18pt; line-height: 9mm }"
    return lambda: printed_sheet(BODY + f'<p style="font-size: {size}pt">Wave.</p>' + SECOND, css)


def folded(how: str) -> Callable[[], bytes]:
    """Four pages of half a sheet on one leaf."""

    def make() -> bytes:
        css = CSS.replace("210mm 279.4mm", f"{HALF[0]}mm {HALF[1]}mm")
        text = HEAD + FOOT + BODY + 3 * f'<div class="next">{LINE * 12}</div>'
        job = pdf_facts.job(text, styles=(css,), papers=(LETTER,), page=HALF, imposition=how)
        return typeset(job).pdfs[0][1]

    return make


def exchanged(document: pikepdf.Pdf) -> None:
    """Front and back of a leaf, the wrong way round."""
    document.pages.append(document.pages[0])
    del document.pages[0]


IMPOSED: dict[str, Any] = {"size": HALF, "imposed": True}
ARABIC = '<p lang="ar" dir="rtl" style="font: 12pt/7mm \'Noto Naskh Arabic\'">مع السلامة</p>'
DEFECTS = [
    Defect("trim", "text near the edge", lambda: edited(shifted)),
    Defect("trim", "a border near the edge", lambda: drawing(b"9 300 99 50 re 11 302 95 46 re f*")),
    Defect("trim", "a shape beyond the edge", lambda: drawing(b"-6 300 30 30 re f")),
    Defect("trim", "dashes beyond the edge", lambda: drawing(b"[3 3] 0 d -6 300 m 30 300 l S")),
    seeded("type", "small running text", '<p style="font-size: 10.5pt">Wave</p>'),
    seeded("type", "small text of a larger language", ARABIC),
    seeded("type", "a small foot", css=".foot { font-size: 8pt }"),
    seeded("type", "a scaled text", '<p style="transform: scale(.8)">Wave</p>'),
    told("type", "a small line in large print", large(17), body=18, sizes={}, least=18),
    told("budget", "a page too many", sides=1),
    seeded("fill", "an almost empty last side", after=f'<div class="next">{LINE * 3}</div>'),
    seeded("heading", "a heading before a page break", "<h2>At home</h2>", after=f'<div class="next">{LINE * 12}</div>'),
    seeded("heading", "a heading at the very end", after=f"{SECOND}<h2>Next time</h2>"),
    seeded("box", "a round box across pages", f'<div class="box" style="break-inside: auto">{LINE * 40}</div>', after=""),
    seeded(
        "box",
        "a table across pages",
        f'<div style="display: table; border: 1pt solid"><div style="display: table-cell">{LINE * 45}</div></div>',
        after="",
    ),
    seeded(
        "box",
        "a box cut off",
        '<div style="overflow: hidden; height: 12mm"><div class="box" style="height: 20mm"></div></div>',
    ),
    seeded("contrast", "grey text", '<p style="color: #555">Wave</p>'),
    seeded("contrast", "a grey line", '<p style="border-top: 1pt solid #888">Wave</p>'),
    seeded("contrast", "a tinted box", '<p style="background: #eee">Wave</p>'),
    seeded("contrast", "half transparent text", '<p style="opacity: .5">Wave</p>'),
    seeded("contrast", "white text", '<p style="color: #fff">Wave</p>'),
    Defect("contrast", "a colour for presses", lambda: drawing(b"0 1 1 0 k 100 300 30 1 re f")),
    Defect("contrast", "invisible text", lambda: with_text(before="3 Tr")),
    seeded("footer", "no page number", foot=f'<div class="foot">{CODE}</div>'),
    seeded("footer", "no version code", foot='<div class="foot"><span class="number"></span></div>'),
    seeded("footer", "the code at the head only", head=f'<div class="head">{CODE}</div>', foot=FOOT.replace(CODE, "")),
    seeded("footer", "another version's code", foot=FOOT.replace("3C", "3D")),
    seeded("tick", "a small square", '<div class="tick"><span class="square small"></span>Waves</div>', ".small { width: 4.5mm; height: 4.5mm }"),
    seeded("tick", "a flat circle", '<div class="tick"><span class="square flat"></span>Waves</div>', ".flat { height: 4mm; border-radius: 50% }"),
    Defect("tick", "a small stroked square", lambda: drawing(b"400 300 11 11 re S")),
    seeded("writing", "lines too close", '<div class="rule"></div><div class="rule" style="height: 8mm"></div>'),
    seeded("writing", "a line under its question", '<p>When?</p><div class="rule" style="height: 5mm"></div>'),
    Defect("lost", "a glyph that no font has", lambda: with_text(first_glyph=b"\0\0")),
    Defect("lost", "a font without characters", without_unicode),
    Defect("lost", "a line behind a white box", lambda: over(b"1 1 1 rg 60 80 500 60 re f")),
    Defect("lost", "a foot cut off", lambda: edited(lambda document: document.pages[0].contents_add(document.make_stream(b"0 72 612 720 re W n"), prepend=True))),
    seeded("lost", "a line on another", LINE + '<p style="margin-top: -6mm">Sing and play.</p>'),
    told("words", "a line that is not drawn", lambda: without(lambda mark, _: mark == 1), texts=asked()),
    told("words", "a letter that is not drawn", lambda: without(lambda mark, at: mark == 1 and at == 3), texts=asked()),
    told("words", "a paragraph that was not laid out", texts=asked(BODY + SECOND + "<p>Sing.</p>")),
    told("words", "a margin left empty", lambda: printed_sheet(head=""), texts=asked()),
    told(
        "words",
        "a line that few glyphs are left of",
        lambda: without(lambda mark, at: mark == 1 and at > 6, printed_sheet(NEPALI.replace("<p", "<h1").replace("</p", "</h1") + NEPALI)),
        sizes={"ne": 1},
    ),
    told("draft", "a draft without its banner", draft=True),
    told("draft", "a banner on one side only", lambda: printed_sheet(NOTICE + BODY + SECOND), draft=True),
    told("order", "front and back exchanged", lambda: edited(exchanged, folded("booklet")()), order="booklet", **IMPOSED),
    told("order", "bound at the wrong side", folded("booklet"), order="booklet", binding="right", **IMPOSED),
    told("order", "folded, and should be cut", folded("booklet"), order="two-up", **IMPOSED),
    told("order", "cut, and should face", lambda: edited(exchanged, folded("two-up")()), order="facing", **IMPOSED),
    seeded("draft", "a banner on a ready sheet", head=f'<div class="head">{NOTICE}</div>'),
]  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.judge}: {defect.name}")
def test_a_defect_is_caught_by_its_judge_alone(defect: Defect):
    found = judges.judge(defect.pdf(), defect.expected, "sheet.pdf")
    assert {each.judge for each in found} == {defect.judge}, found
    assert all(each.file == "sheet.pdf" and each.what and each.measure and each.limit for each in found)


def test_every_judge_has_a_defect_to_catch():
    assert {defect.judge for defect in DEFECTS} == judges.JUDGES.keys()


# --- what is sound ------------------------------------------------------------------------------


SOUND = {
    "every word": (printed_sheet, Expectation(code=CODE, sides=3, body=11, texts=asked())),
    "every word of a script whose glyphs are not its letters": (
        lambda: printed_sheet(BODY + NEPALI * 2),
        Expectation(code=CODE, sides=3, body=11, texts=asked(BODY + NEPALI * 2)),
    ),
    "the sheet without a defect": (printed_sheet, EXPECTED),
    "dashes to the edge": (lambda: drawing(b"[3 3] 0 d 3 300 m 500 300 l S"), EXPECTED),
    "white on black": (lambda: printed_sheet(BODY + '<p style="background: #000; color: #fff">Wave</p>' + SECOND), EXPECTED),
    "a box that stands on a rule": (
        lambda: printed_sheet(BODY + '<div class="box" style="border-bottom: 0; border-radius: 0"></div><p style="border-top: 1pt solid">Wave</p>' + SECOND),
        EXPECTED,
    ),
    "one page": (lambda: printed_sheet(BODY), EXPECTED),
    "a drawing with a small circle": (lambda: drawing(b"400 300 11 11 re S 404 296 3 3 re S"), EXPECTED),
    "a draft": (
        lambda: printed_sheet(head=f'<div class="head">{NOTICE}</div>'),
        Expectation(code=CODE, sides=2, body=11, draft=True),
    ),
    "a booklet": (folded("booklet"), Expectation(code=CODE, body=11, order="booklet", **IMPOSED)),
    "cards": (folded("two-up"), Expectation(code=CODE, body=11, order="two-up", **IMPOSED)),
    "large print": (large(18), Expectation(code=CODE, body=18, least=18)),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_passes(name: str):
    pdf, expected = SOUND[name]
    assert judges.judge(pdf(), expected) == []


def test_half_sheets_are_judged_one_by_one_wherever_they_stand():
    """A half sheet's edge is where somebody cuts: in the middle of the paper."""
    css = CSS.replace("210mm 279.4mm", f"{HALF[0]}mm {HALF[1]}mm")
    job = pdf_facts.job(HEAD + FOOT + BODY, styles=(css,), papers=(LETTER,), page=HALF, imposition="two-up")
    pdf = typeset(job).pdfs[0][1]
    expected = Expectation(code=CODE, sides=1, body=11, size=HALF, imposed=True)
    assert judges.judge(pdf, expected) == []
    found = judges.judge(edited(shifted, pdf), expected)
    assert {(each.judge, each.page) for each in found} == {("trim", 1), ("trim", 2)}


# --- the shelf ----------------------------------------------------------------------------------


def judged(root: Path) -> tuple[list[judges.Finding], dict[str, set[str]]]:
    """What the judges find in a project's sheets, and the kinds by judge."""
    own = project.read(root)
    found: list[judges.Finding] = []
    kinds: dict[str, set[str]] = {}
    for path, record in store.load(root / "output").documents.items():
        here = judges.judge(root / "output" / path, shelf.expectation(own, record), path)
        found += here
        for each in here:
            kinds.setdefault(each.judge, set()).add(record.key.kind)
    return found, kinds


@pytest.mark.xdist_group("printed")
def test_the_sheets_of_one_age_are_sound(printed):
    found, kinds = judged(printed[0])
    assert kinds == {}, "\n".join(map(str, found))


@pytest.mark.xdist_group("printed")
def test_the_judges_see_what_our_sheets_draw(printed):
    """A judge that recognises nothing finds nothing: on these sheets there is something to recognise."""
    folder = printed[0] / "output" / "es" / "attachment"
    (checklist,) = reading.read((folder / "7-18m-checklist-letter.pdf").read_bytes()).pages
    assert len(drawings.tick_boxes(checklist)) >= 8
    assert len(drawings.lines_to_write_on(checklist)) == 5
    assert sum(all(frame.sides) for frame in checklist.frames) >= 9
    document = reading.read((folder / "7-18m-handout-letter.pdf").read_bytes())
    assert {mark.heading for mark in document.marks} >= {"H1", "H2"}
    assert all(any(run.furniture for run in page.runs) for page in document.pages)


@pytest.mark.xdist_group("printed")
def test_the_command_ends_with_zero_on_sound_sheets_and_with_one_on_others(printed, tmp_path, capsys):
    root = printed[0]
    assert command.main([str(root / "output")]) == 0
    assert "sheets judged in" in capsys.readouterr().out.splitlines()[-1]
    for name in ("content", "templates", "program.yaml", "output"):
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, tmp_path / name)
    swapped = tmp_path / "output/en/attachment"
    shutil.copy(swapped / "7-18m-handout-letter.pdf", swapped / "7-18m-checklist-letter.pdf")  # two sides, not one
    assert command.main([str(tmp_path / "output")]) == 1
    said = capsys.readouterr().out
    assert "7-18m-checklist-letter.pdf" in said
    assert "budget 1" in said.splitlines()[-1]


def test_the_command_says_that_there_is_nothing_to_judge(tmp_path: Path, capsys):
    assert command.main([str(tmp_path)]) == 2
    assert "nothing to judge" in capsys.readouterr().err


def test_the_measures_are_those_of_the_program(shelf):
    """A judge measures against numbers of its own: a template cannot lower them."""
    tokens = shelf.tokens["base"]
    assert float(str(tokens["tick"]).removesuffix("mm")) >= drawings.TICK
    assert float(str(tokens["write"]).removesuffix("mm")) >= drawings.PITCH

"""Losses that are put into real sheets are named: by the builder, which prints nothing, and by the judges of a finished file.

Every script has the library's own handout, translated; scripts that the library does not speak yet have the specimen of
a language. Which word is lost is a matter of chance, and the same each time: the seed is the script and the loss.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from html import escape, unescape
from io import BytesIO
from pathlib import Path

import judges
import pdf_facts
import pikepdf
import pytest
from conftest import REPOSITORY
from judges import __main__ as command
from judges import ink, reading
from judges import shelf as expected_of
from judges.verdict import Expectation

from builder import editions, fonts, project, render, specimens, store
from builder.jobs import Jobs
from builder.model import DocumentKey, Fault, Job, Language
from builder.project import Project
from builder.typeset import typeset

SHEETS = {
    "Latin": "es", "Arabic": "ar", "Han": "zh-Hans", "Hant": "zh-Hant", "Hangul": "ko", "Cyrillic": "uk",
    "Gurmukhi": "pa", "Devanagari": "ne", "Myanmar": "my",
}  # fmt: skip
SPECIMENS = {"Ethiopic": "am", "Khmer": "km", "Thai": "th"}
SCRIPTS = [*SHEETS, *SPECIMENS]
_NAMES = {"Han": "CJK", "Hant": "CJK"}  # how Unicode begins the names of the letters
_TEXT = re.compile(r">([^<>]+)<")
NOBODYS = "\U0001f9f8"  # a teddy bear, in none of the fonts
INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060))  # break marks come and go with the lines
_SILENT = re.compile(r"<(svg|style|script|title)\b.*?</\1>", re.DOTALL)


def some_now(scripts: Iterable[str]) -> list[object]:
    """Four ways of writing in each run of the tests: apart, joined from right to left, without spaces, stacked."""
    now = {"Latin", "Arabic", "Han", "Devanagari", "Myanmar"}
    return [pytest.param(each, marks=() if each in now else pytest.mark.slow) for each in scripts]


@cache
def library() -> Project:
    return project.read(REPOSITORY)


def key(script: str) -> DocumentKey:
    return DocumentKey(SHEETS[script], "attachment", "7-18m", "handout", "", "normal", "en", "letter")


@cache
def job(script: str) -> Job:
    """The sheet on its way to paper, at the type size that it is printed with."""
    own = library()
    assert own.library is not None
    if script in SPECIMENS:
        (made,) = specimens.jobs(own, [SPECIMENS[script]])
    else:
        (localised,) = editions.voices(own, own.library, (key(script),))
        assert localised.page is not None
        name = f"{SHEETS[script]}/attachment/7-18m-handout"
        made = Jobs(own, own.library).job([key(script)], render.render(own.templates, localised.page), name)
    sheet = typeset(made)
    assert sheet.faults == ()  # unharmed, it is printed
    return replace(
        made, styles=made.styles[sheet.step : sheet.step + 1], sides=0
    )  # the budget is another test's affair


def letters(script: str, text: str) -> int:
    name = _NAMES.get(script, script.upper())
    return sum(unicodedata.name(letter, "").startswith(name) for letter in text)


def passages(script: str) -> list[re.Match[str]]:
    """The runs of text below the head of the page that say something in the script."""
    html = job(script).html
    start = html.index("<h1") if script in SHEETS else html.index("<body")
    silent = [found.span() for found in _SILENT.finditer(html)]
    return [
        found
        for found in _TEXT.finditer(html, start)
        if letters(script, found[1]) >= 6 and not any(a <= found.start() < b for a, b in silent)
    ]


def harmed(script: str, loss: str, put: Callable[[str], str]) -> tuple[Job, str]:
    """The sheet with one passage changed, and the passage."""
    chance = random.Random(f"{script}, {loss}")
    found = chance.choice(passages(script))
    html = job(script).html
    return replace(job(script), html=html[: found.start(1)] + put(found[1]) + html[found.end(1) :]), found[1]


def styled(css: str) -> Callable[[str], str]:
    return lambda text: f'<span style="{escape(css)}">{text}</span>'


def one_word(text: str) -> str:
    return f'<span style="white-space: nowrap">{"".join(text.split()) * 12}</span>'


LOSSES: dict[str, tuple[Callable[[str], str], str]] = {
    "a word too long for the page": (one_word, "off-page"),
    "a word put off the page": (styled("position: relative; left: -300mm"), "off-page"),
    "a passage turned off the page": (styled("display: inline-block; transform: translateX(400mm)"), "off-page"),
    "a passage in a box that hides it": (styled("display: block; height: 1mm; overflow: hidden"), "off-page"),
    "a passage not laid out": (styled("display: none"), "lost-text"),
    "a passage hidden": (styled("visibility: hidden"), "lost-text"),
    "a passage without colour": (styled("color: transparent"), "lost-text"),
    "a passage seen through": (styled("display: inline-block; opacity: 0"), "lost-text"),
    "a passage too small": (styled("font-size: 1pt"), "lost-text"),
    "a letter that no font has": (lambda text: text + NOBODYS, "missing-glyph"),
}


def named(faults: tuple[Fault, ...], script: str, code: str, passage: str) -> bool:
    """Whether a fault of this code names the language and quotes the passage or one of its lines."""
    start = f"{ {**SHEETS, **SPECIMENS}[script] }, <"
    held = squeezed(passage) * 12
    quotes = [
        squeezed(fault.fact.split('"')[1].removesuffix("…").removesuffix(NOBODYS))
        for fault in faults
        if fault.code == code and fault.fact.startswith(start)
    ]
    return any(quote and quote in held for quote in quotes)


def squeezed(text: str) -> str:
    return "".join(unescape(text).translate(INVISIBLE).split())


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("script", some_now(SCRIPTS))
def test_a_sheet_with_a_loss_is_not_printed(script: str, loss: str):
    put, code = LOSSES[loss]
    changed, passage = harmed(script, loss, put)
    sheet = typeset(changed)
    assert (sheet.pdfs, sheet.name) == ((), job(script).name)
    assert named(sheet.faults, script, code, passage), (passage, sheet.faults)


@cache
def specimen(script: str) -> Job:
    """A page with room for other fonts: what runs off it would be told first."""
    (made,) = specimens.jobs(library(), [{**SHEETS, **SPECIMENS}[script]])
    assert typeset(made).faults == ()
    return made


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_font_that_only_the_system_would_put_in_is_named(script: str):
    """A font stack without the script's font: fontconfig finds another one, and says nothing."""
    sheet = typeset(replace(specimen(script), styles=(in_ogham(specimen(script)),)))
    assert sheet.pdfs == ()
    told = [fault.fact for fault in sheet.faults if fault.code == "missing-glyph"]
    assert any("which the style sheet does not name" in fact and letters(script, fact) for fact in told), sheet.faults


def test_a_font_is_not_named_by_the_words_of_a_page():
    style = '@page { size: 210mm 279.4mm; margin: 15mm } html { font: 12pt "Noto Sans Ogham" }'
    (fault,) = substituted(pdf_facts.job("<h1>T</h1>", styles=(style,)))
    family = fault.partition(" is set in ")[2].partition(",")[0]
    assert substituted(pdf_facts.job(f"<h1>T</h1><p>{family}, {family};", styles=(style,)))
    assert not substituted(pdf_facts.job(f"<h1 style='font-family: {family}'>T</h1>", styles=(style,)))


def substituted(job: Job) -> list[str]:
    return [fault.fact for fault in typeset(job).faults if "which the style sheet does not name" in fault.fact]


def in_ogham(made: Job) -> str:
    """The style sheet with a font in every place that has the letters of no living language."""
    language = next(each for each in _languages() if each.tag == made.language)
    style = made.styles[0]
    for family in language.fonts:
        style = re.sub(rf'"{family}"', '"Noto Sans Ogham"', style)
    assert style != made.styles[0]
    return style


def _languages() -> tuple[Language, ...]:
    own = library().library
    assert own is not None
    return tuple(own.languages.values())


def test_where_no_font_has_the_letters_each_is_named_and_nothing_printed(tmp_path: Path):
    """A computer with one font: every script comes out as empty boxes, and the renderer goes on."""
    shutil.copy(fonts.FONT_DIRECTORIES[0] / "NotoSansOgham-Regular.ttf", tmp_path)
    code = (
        "import sys; sys.path[:0] = ['.', 'tests']\n"
        "from test_losses import SCRIPTS, letters, library, specimens, typeset, SHEETS, SPECIMENS\n"
        "for script in SCRIPTS:\n"
        "    (job,) = specimens.jobs(library(), [{**SHEETS, **SPECIMENS}[script]])\n"
        "    sheet = typeset(job)\n"
        "    missing = [fault.fact for fault in sheet.faults if fault.code == 'missing-glyph']\n"
        "    print(script, len(sheet.pdfs), sum('no font has' in fact and letters(script, fact) > 0 for fact in missing))\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "FONTCONFIG_FILE"}
    environment |= {fonts.OVERRIDE: str(tmp_path), "TMPDIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    rows = [line.split() for line in ended.stdout.splitlines()]
    assert [row[0] for row in rows] == SCRIPTS
    assert {row[1] for row in rows} == {"0"}
    assert min(int(row[2]) for row in rows) >= 10, rows


# --- losses in a finished file ------------------------------------------------------------------

POINTS, PIXELS = 72 / 25.4, 96 / 25.4  # in a millimetre: the unit of a page, and of the contents in it
HEIGHT = 279.4  # millimetres


@dataclass(frozen=True)
class Line:
    """A line of the first page: its marked content, where it stands and where one above it does (millimetres)."""

    mark: int
    text: str
    glyphs: int
    box: ink.Box
    above: ink.Box


@cache
def printed(script: str) -> tuple[bytes, store.Record, Expectation]:
    """The sheet as it is handed out, what is kept of it, and what the judges are told."""
    own = library()
    assert own.library is not None
    (localised,) = editions.voices(own, own.library, (key(script),))
    assert localised.page is not None
    code = localised.page.footer.code
    record = store.Record(key(script), store.Stamp(0, 0, ""), "", "", 0, localised.state, "", code, "")
    return dict(typeset(job(script)).pdfs)["letter"], record, expected_of.expectation(own, record)


@cache
def lines(script: str) -> list[Line]:
    """The lines of the running text that say something in the script."""
    (page, *_) = reading.read(printed(script)[0]).pages
    found: dict[int, list[ink.Run]] = {}
    for run in page.runs:
        if run.mark >= 0 and run.box:
            found.setdefault(run.mark, []).append(run)
    held = []
    above = None
    for mark, runs in found.items():
        box = ink.around([run.box for run in runs if run.box])
        text = runs[0].actual or "".join(run.text for run in runs)
        if letters(script, text) >= 6:
            count = sum(len(run.glyphs) for run in runs)
            if above:
                held.append(Line(mark, text, count, box, above))
            above = box
    assert len(held) > 10
    return held


def kept(inside: list[pikepdf.ContentStreamInstruction], put: Callable[[int, bytes], bytes]) -> bytes:
    """The operators of a line with each glyph replaced: by its position and its two bytes."""
    at, changed = 0, []
    for operands, operator in inside:
        parts = operands
        if str(operator) == "TJ":
            parts = [pikepdf.Array()]
            for part in operands[0]:
                if isinstance(part, pikepdf.String):
                    codes = [bytes(part)[n : n + 2] for n in range(0, len(bytes(part)), 2)]
                    parts[0].append(pikepdf.String(b"".join(put(n, code) for n, code in enumerate(codes, at))))
                    at += len(codes)
                else:
                    parts[0].append(part)
        changed.append((parts, operator))
    return pikepdf.unparse_content_stream(changed)


def moved(inside: list[pikepdf.ContentStreamInstruction], right: float, down: float) -> bytes:
    """A line somewhere else, by millimetres."""
    place = f"q 1 0 0 1 {right * PIXELS:.3f} {down * PIXELS:.3f} cm\n".encode()
    return place + pikepdf.unparse_content_stream(inside) + b"\nQ"


def on_the_line_above(inside: list[pikepdf.ContentStreamInstruction], line: Line) -> bytes:
    return moved(inside, line.above.left - line.box.left, line.box.top - line.above.top)


def white_box(line: Line) -> bytes:
    left, top = (line.box.left - 1) * POINTS, (HEIGHT - line.box.top - 1) * POINTS
    width, height = (line.box.width + 2) * POINTS, (line.box.height + 2) * POINTS
    return f"/Artifact BMC q 1 1 1 rg {left:.3f} {top:.3f} {width:.3f} {height:.3f} re f Q EMC".encode()


Inside = list[pikepdf.ContentStreamInstruction]
CUTS: dict[str, tuple[str, Callable[[Inside, Line], bytes]]] = {
    "a line cut out": ("words", lambda inside, line: kept(inside, lambda n, code: b"")),
    "a line cut short": ("words", lambda inside, line: kept(inside, lambda n, code: code if n < 3 else b"")),
    "a letter cut out": ("words", lambda inside, line: kept(inside, lambda n, code: b"" if n == 1 else code)),
    "an empty box": ("lost", lambda inside, line: kept(inside, lambda n, code: b"\0\0" if n == 1 else code)),
    "a line off the page": ("trim", lambda inside, line: moved(inside, -300, 0)),
    "a line on another": ("lost", on_the_line_above),
    "a line that is not painted": ("contrast", lambda inside, line: b"3 Tr " + pikepdf.unparse_content_stream(inside) + b" 0 Tr"),
    "a line behind a white box": ("lost", lambda inside, line: pikepdf.unparse_content_stream(inside)),
}  # fmt: skip


def cut(script: str, loss: str) -> tuple[bytes, Line]:
    """The finished file with one line harmed, and the line."""
    chance = random.Random(f"{script}, {loss}")
    line = chance.choice([line for line in lines(script) if line.glyphs >= 8])
    document = pdf_facts.opened(printed(script)[0])
    page = document.pages[0]
    operators = list(pikepdf.parse_content_stream(page))
    start = next(
        at
        for at, (operands, operator) in enumerate(operators)
        if str(operator) == "BDC" and int(operands[1].get("/MCID", -1)) == line.mark
    )
    end = next(at for at in range(start, len(operators)) if str(operators[at].operator) == "EMC")
    parts = [
        pikepdf.unparse_content_stream(operators[: start + 1]),
        CUTS[loss][1](operators[start + 1 : end], line),
        pikepdf.unparse_content_stream(operators[end:]),
        white_box(line) if loss == "a line behind a white box" else b"",
    ]
    page.Contents = document.make_stream(b"\n".join(parts))
    data = BytesIO()
    document.save(data)
    return data.getvalue(), line


@pytest.mark.parametrize("script", SHEETS)
def test_the_judges_find_nothing_in_an_unharmed_sheet(script: str):
    pdf, _, expected = printed(script)
    assert sum(letters(script, text) for text, *_ in expected.texts) > 300
    assert judges.judge(pdf, expected) == []


SPELLED = {"Gurmukhi", "Devanagari", "Myanmar"}  # by /ActualText: no file says which of their glyphs is which letter


@pytest.mark.parametrize("loss", CUTS)
@pytest.mark.parametrize("script", some_now(SHEETS))
def test_a_loss_in_a_finished_sheet_is_named(script: str, loss: str):
    if loss == "a letter cut out" and script in SPELLED:
        loss = "a line cut short"  # the least that the file lets be seen
    pdf, line = cut(script, loss)
    found = judges.judge(pdf, printed(script)[2], "sheet.pdf")
    assert CUTS[loss][0] in {each.judge for each in found}, (line.text, found)
    assert {each.file for each in found} == {"sheet.pdf"}


def test_the_command_names_each_harmed_sheet_and_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A folder of sheets as a build leaves it; then every second one is harmed."""
    documents = {}
    for script, tag in SHEETS.items():
        pdf, record, _ = printed(script)
        path = f"{tag}/attachment/7-18m-handout-letter.pdf"
        documents[path] = replace(record, stamp=store.write(tmp_path, path, pdf))
    store.save(tmp_path, store.Manifest(documents=documents))
    arguments = [str(tmp_path), "--root", str(REPOSITORY), "--workers", "1"]
    assert command.main(arguments) == 0
    capsys.readouterr()
    harmed = dict(list(zip(documents, SHEETS, strict=True))[::2])
    for path, script in harmed.items():
        (tmp_path / path).write_bytes(cut(script, "a line cut short")[0])
    assert command.main(arguments) == 1
    said = capsys.readouterr().out
    assert {path for path in documents if path in said} == set(harmed)

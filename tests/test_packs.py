"""Situations of real programs, each ending in a pack whose pages, copies, languages and codes are read from the PDF.

The situations follow how programs work: one child, twins, siblings, early births, overlaps, families with two
languages, languages without sheets, groups of several languages. The command runs as a person types it.
"""

from __future__ import annotations

import io
import os
import pty
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

import pdf_facts
import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner
from conftest import REPOSITORY

from builder import cli, fonts, pack, run, store
from builder.cli import packs, shell
from builder.model import Job

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\b")


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """A program with the repository's library; its sheets are built as packs ask for them."""
    root = tmp_path_factory.mktemp("packs") / "program"
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "program.yaml", root)
    return root


@pytest.fixture(scope="module")
def pool() -> Iterator[run.LocalWorkers]:
    """Two real workers for all situations of this file."""
    cache = Path(tempfile.gettempdir()) / f"handouts-tests-{os.getuid()}"
    cache.mkdir(exist_ok=True)
    with run.local(2, str(fonts.configure(cache))) as workers:
        yield workers


@pytest.fixture
def command(program, pool, monkeypatch, tmp_path):
    """Run `handouts` as typed, on a given day; gives what it printed and where the pack would be."""

    def call(*arguments: str, stdin: str = "", today: str = "2026-11-22"):
        from datetime import date

        monkeypatch.setattr(shell, "workers", lambda _jobs: lambda _count, _cache: nullcontext(pool))
        monkeypatch.setattr(packs, "_today", lambda: date.fromisoformat(today))
        target = tmp_path / "pack.pdf"
        typed = ["--project", str(program), *arguments, "-o", str(target)]
        kept = signal.getsignal(signal.SIGTERM)
        try:
            done = CliRunner().invoke(cli.main, typed, input=stdin)
        finally:
            signal.signal(signal.SIGTERM, kept)
        return done, target

    return call


class Leaf(NamedTuple):
    """A page as the PDF has it."""

    number: int
    code: str  # of the library's sheet it belongs to; "" on slips and empty backs
    text: str


def leaves(pdf: bytes) -> list[Leaf]:
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            text = " ".join(page.get_textpage().get_text_bounded().split())
            codes = CODE.findall(text)
            found.append(Leaf(number, codes[-1] if codes else "", text))
    return found


def bookmarks(pdf: bytes) -> list[str]:
    """The titles of all bookmarks, those inside with a margin."""
    lines: list[str] = []

    def walk(items, depth: int) -> None:
        for item in items:
            lines.append("  " * depth + str(item.title))
            walk(item.children, depth + 1)

    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        walk(outline.root, 0)
    return lines


def languages(pdf: bytes) -> list[str]:
    """The language of each part, from the structure tree."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [str(part.Lang) for part in document.Root.StructTreeRoot.K]


def sheets(program: Path, pdf: bytes, *, both_sides: bool = True) -> list[str]:
    """The library's sheets in the order of the pack, by their codes: "es 7-18m handout", with their pages checked.

    Every sheet begins on a leaf of its own and has as many pages as the library's file.
    """
    known = {record.code: record for record in store.load(program / "output").documents.values()}
    found: list[str] = []
    pages = leaves(pdf)
    at = 0
    while at < len(pages):
        code = pages[at].code
        if code not in known or "Cover slip" in pages[at].text:
            at += 1
            continue
        key, count = known[code].key, known[code].pages
        assert not both_sides or at % 2 == 0, f"page {at + 1} is the back of another sheet"
        assert [page.code for page in pages[at : at + count]] == [code] * count
        edition = "" if key.edition == "normal" else f" {key.edition}"
        found.append(f"{key.language} {key.band} {key.kind}{edition}")
        at += count
        if both_sides and count % 2:
            assert pages[at].text.strip() == ""
            at += 1
    return found


# --- visits -------------------------------------------------------------------------------------

GUIDE, SHEET, TICKS = "visit-guide", "handout", "checklist"
OVERLAP = "This age stands in more than one band."


def of(language: str, band: str, *kinds: str) -> list[str]:
    return [f"{language} {band} {kind}" for kind in kinds]


class Situation(NamedTuple):
    """What is typed, the sheets that come out in order, and words of the cover slip."""

    typed: str
    sheets: list[str]
    said: tuple[str, ...]
    unsaid: tuple[str, ...] = ()
    stdin: str = ""


VISITS = {
    "a child of one year": Situation(
        "visit --age 12m --language en", of("en", "7-18m", GUIDE, SHEET, TICKS),
        ("Chosen for 12 months.", "4 sheets of paper", "Ready"), (OVERLAP, "DRAFT", "due date"),
    ),
    "an interpreter speaks Spanish": Situation(
        "visit --age 14m --language es --drafts yes", of("es", "7-18m", GUIDE, SHEET, TICKS),
        ("Chosen for 14 months.", "Spanish · español", "Draft", "marked DRAFT"),
    ),
    "an Arabic family, bound at the right": Situation(
        "visit --age 11m --language ar --drafts yes", of("ar", "7-18m", GUIDE, SHEET, TICKS),
        ("Arabic", "Staple at the upper right: Arabic", "Staple at the upper left: English"),
    ),
    "twins share all but the checklist": Situation(
        "visit --age 12m --children 2 --language en", of("en", "7-18m", GUIDE, SHEET, TICKS, TICKS),
        ("2 children", "5 sheets of paper"),
    ),
    "triplets born nine weeks early": Situation(
        "visit --age 10m --weeks-early 9 --children 3 --language en",
        of("en", "0-9m", GUIDE, SHEET, TICKS, TICKS, TICKS),
        ("Chosen for about 7 months, counted from the due date.", "3 children", OVERLAP),
    ),
    "siblings of two bands": Situation(
        "visit --age 5m --age 30m --language en",
        [*of("en", "0-9m", GUIDE), *of("en", "21-36m", GUIDE), *of("en", "0-9m", SHEET, TICKS), *of("en", "21-36m", SHEET, TICKS)],
        ("Chosen for 5 months.", "Chosen for 30 months."),
    ),
    "siblings of one band": Situation(
        "visit --age 10m --age 15m --language en", of("en", "7-18m", GUIDE, SHEET, TICKS, TICKS),
        ("Chosen for 10 months.", "Chosen for 15 months."),
    ),
    "an overlap takes the younger band and names both": Situation(
        "visit --age 17m --language en", of("en", "7-18m", GUIDE, SHEET, TICKS),
        (OVERLAP, "7 to 18 months", "16 to 24 months", "Your toddler uses signs"),
    ),
    "the visitor chooses the older band": Situation(
        "visit --age 17m --band 16-24m --language en", of("en", "16-24m", GUIDE, SHEET, TICKS),
        (OVERLAP, "16 to 24 months"),
    ),
    "a band without an age": Situation(
        "visit --band 21-36m --language en", of("en", "21-36m", GUIDE, SHEET, TICKS),
        ("Chosen for the age band: 21 to 36 months.",), (OVERLAP,),
    ),
    "the third birthday": Situation(
        "visit --age 36m --topic attachment --language en", of("en", "21-36m", GUIDE, SHEET, TICKS),
        ("Chosen for 3 years.",),
    ),
    "the third birthday stands in two bands of different topics": Situation(
        "visit --age 36m --language en", of("en", "21-36m", GUIDE, SHEET, TICKS), (OVERLAP, "3 to 5 years"),
    ),
    "the visitor chooses preschool for the third birthday": Situation(
        "visit --age 36m --band 3-5y --language en", of("en", "3-5y", SHEET, TICKS), (OVERLAP, "21 to 36 months"),
    ),
    "a teen: the checklist that waits for a specialist is left out": Situation(
        "visit --age 13y --language en --drafts no", of("en", "12-17y", SHEET), ("Chosen for 13 years.",), ("DRAFT",),
    ),
    "a teen: or printed as the draft it is": Situation(
        "visit --age 13y --language en --drafts yes", of("en", "12-17y", SHEET, TICKS), ("Draft", "marked DRAFT"),
    ),
    "a topic for every age, with the one that guides the visitor": Situation(
        "visit --age 8m --topic attachment --topic trust --language en",
        [*of("en", "0-9m", GUIDE, SHEET, TICKS), *of("en", "any-age", SHEET, TICKS)], ("Chosen for 8 months.",),
    ),
    "a guide that has no family sheet": Situation(
        "visit --age 20m --topic secure-relationship --language es --drafts yes", of("es", "16-24m", GUIDE), ("Draft",),
    ),
    "dates on standard input, eight weeks early": Situation(
        "visit --dates - --language en", of("en", "0-9m", GUIDE, SHEET, TICKS),
        ("Chosen for about 8 months, counted from the due date.",), ("2026-0",), "2026-01-10 2026-03-12 2026-11-22\n",
    ),
    "early, but past the second birthday": Situation(
        "visit --dates - --language en --band 21-36m", of("en", "21-36m", GUIDE, SHEET, TICKS),
        ("Chosen for 24 months.", "24 months after birth or later", OVERLAP), ("due date.",),
        "2024-11-22 2025-01-20 2026-11-22\n",
    ),
    "a few days early is not corrected": Situation(
        "visit --age 12m --weeks-early 2 --language en", of("en", "7-18m", GUIDE, SHEET, TICKS),
        ("Chosen for 12 months.", "Born less than 3 weeks early: nothing is subtracted."),
    ),
    "the visitor counts from birth": Situation(
        "visit --age 10m --weeks-early 12 --use actual --language en", of("en", "7-18m", GUIDE, SHEET, TICKS),
        ("Chosen for 10 months.", "The visitor chose to count from birth."), ("due date",),
    ),
    "home from hospital before the due date": Situation(
        "visit --age 6w --weeks-early 11 --language en", of("en", "0-9m", GUIDE, SHEET, TICKS),
        ("The due date has not come yet",),
    ),
    "a family of two languages": Situation(
        "visit --age 12m --language es --language en --drafts yes",
        [*of("es", "7-18m", GUIDE), *of("en", "7-18m", GUIDE), *of("es", "7-18m", SHEET, TICKS), *of("en", "7-18m", SHEET, TICKS)],
        ("Spanish · español", "English"),
    ),
    "nothing in Kinyarwanda yet: English instead": Situation(
        "visit --age 12m --language rw --instead en", of("en", "7-18m", GUIDE, SHEET, TICKS),
        ("There is nothing to print in Kinyarwanda yet. Printed in its place: English",),
    ),
    "large print where it is made": Situation(
        "visit --age 12m --language en --edition large-print",
        ["en 7-18m visit-guide", "en 7-18m handout large-print", "en 7-18m checklist large-print"],
        ("Large print", "in normal print: Visit guide"),
    ),
    "only what the family keeps, on one side": Situation(
        "visit --age 12m --language en --kind handout --kind checklist --sides 1", of("en", "7-18m", SHEET, TICKS),
        ("Print on one side.", "4 sheets of paper"), ("both sides",),
    ),
}  # fmt: skip


CHECKED = {"twins share all but the checklist", "an Arabic family, bound at the right", "a family of two languages"}


@pytest.mark.parametrize("name", VISITS)
def test_a_visit(name, command, program):
    situation = VISITS[name]
    done, target = command(*situation.typed.split(), stdin=situation.stdin)
    assert done.exit_code == 0, done.output
    pdf = target.read_bytes()
    both_sides = "--sides 1" not in situation.typed
    assert sheets(program, pdf, both_sides=both_sides) == situation.sheets
    cover = " ".join(leaves(pdf)[0].text.split())
    for words in situation.said:
        assert words in cover
    for words in situation.unsaid:
        assert words not in cover
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    if name in CHECKED:
        assert pdf_facts.violations(pdf, "ua1") == []
    assert languages(pdf) == ["en", *(s.split()[0] if GUIDE not in s else "en" for s in situation.sheets)]
    with pikepdf.open(target) as document:
        assert len(document.pages) % 2 == 0 or not both_sides
        wishes = document.Root.ViewerPreferences
        assert str(wishes.Duplex) == ("/DuplexFlipLongEdge" if both_sides else "/Simplex")
        assert str(wishes.PrintScaling) == "/None"
    family = " ".join(page.text for page in leaves(pdf)[2 if both_sides else 1 :])
    assert "counted from the due date" not in family


def test_the_number_of_sheets_is_right_and_said_before_building(command, program):
    done, target = command("visit", "--age", "5m", "--age", "30m", "--language", "en")
    said = int(re.search(r"(\d+) sheets of paper", done.output).group(1))
    assert 2 * said == pdf_facts.pages(target.read_bytes())


def test_a_worker_keeps_no_line_of_a_page_that_a_pack_is_made_for(command, monkeypatch):
    asked: list[Job] = []
    monkeypatch.setattr(pack, "run", lambda jobs, pool: asked.extend(jobs) or run.run(jobs, pool))
    done, _target = command("visit", "--age", "5m", "--language", "en", "--kind", "handout")
    assert done.exit_code == 0, done.output
    assert asked
    assert all(job.private for job in asked)


def test_codes_are_the_same_in_guide_and_sheet(command):
    _done, target = command("visit", "--age", "12m", "--language", "es", "--drafts", "yes")
    pages = leaves(target.read_bytes())
    guide, handout = pages[2].text, pages[4].text
    assert {"C1", "C2", "C3"} <= set(re.findall(r"\bC\d\b", guide)) & set(re.findall(r"\bC\d\b", handout))
    talk = pages[3].text
    assert "What do you think that look was" in " ".join(talk.split())  # in the staff's words
    assert "¿Qué cree" in talk  # and beside it in the family's


def test_cards_are_cut_for_one_family_and_end_the_claim(command, program):
    done, target = command("visit", "--age", "12m", "--language", "en", "--kind", "reminder", "--kind", "handout")
    assert done.exit_code == 0, done.output
    pdf = target.read_bytes()
    assert "for the same family" in " ".join(leaves(pdf)[0].text.split())
    with pikepdf.open(target) as document:
        assert b"pdfuaid" not in document.Root.Metadata.read_bytes()
        assert b"pdfaid:part" not in document.Root.Metadata.read_bytes()
        assert not document.Root.MarkInfo.Marked
        assert len(document.Root.StructTreeRoot.K) == 2  # the tags of the others stay


def test_backs_of_booklets_are_turned(command):
    done, target = command("visit", "--age", "12m", "--language", "en", "--edition", "booklet", "--kind", "handout")
    assert done.exit_code == 0, done.output
    with pikepdf.open(target) as document:
        turns = [int(page.obj.get("/Rotate", 0)) for page in document.pages]
    assert turns[:2] == [0, 0]
    assert turns[2:] == [0, 180] * ((len(turns) - 2) // 2)
    assert len(turns) > 3


# --- refusals -----------------------------------------------------------------------------------

REFUSED = [
    ("visit --age 40 --language en", "", '"40" is no age'),
    ("visit --age before-birth --language en", "", "before-birth is not available yet: none of the sources"),
    ("visit --age 13y --language en", "", "a sheet in English (en) waits for something"),
    ("visit --age 40y --language en", "", "nothing is made for that age"),
    ("visit --age 7y --language en --topic attachment", "", "nothing is made for 84 months (there is attachment: 0-9m"),
    ("visit --age 12m --language es", "", "--drafts yes prints them marked DRAFT"),
    ("visit --age 12m --language rw", "", "--instead en prints English"),
    ("visit --age 12m --language es --drafts no --instead none", "", "nothing is left to print"),
    ("visit --age 12m --band 21-36m --language en", "", "21-36m does not hold 12 months"),
    ("visit --age 12m --language en --paper half", "", "a pack is printed on whole sheets"),
    ("visit --age 12m --language en --topic atachment", "", 'did you mean "attachment"?'),
    ("visit --age 12m --age 5m --weeks-early 8 --language en", "", "give one for each age"),
    ("visit --language en", "", "how old is the child?"),
    ("visit --age 12m --use corrected --language en", "", "needs the weeks early"),
    ("visit --dates - --language en", "2026-12-01 - 2026-11-22", "nothing is made for the time before birth"),
    ("visit --dates - --language en", "", "no date on standard input"),
    ("visit --dates 2026-01-01 --language en", "", "'2026-01-01' is not one of"),
    ("group --age 12m", "", "give a list"),
    ("group --families es:8", "", "how old are the children?"),
    ("group --families en:5000 --age 12m", "", "a whole number from 1 to 200"),
    ("group --families en:2 --age 7y --topic attachment", "", "nothing is made for 7y"),
]


@pytest.mark.parametrize(("typed", "stdin", "said"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_made_is_refused(typed, stdin, said, command):
    done, target = command(*typed.split(), stdin=stdin)
    assert done.exit_code in {1, 2}
    assert said in done.output
    assert "Traceback" not in done.output
    assert not target.exists()
    if stdin:
        assert stdin.split()[0] not in done.output


# --- groups -------------------------------------------------------------------------------------


def test_a_group_of_four_languages_is_printed_in_order(command, program, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "language,age,families,copies\nes,14m,2,1\nar,7-18m,1,1\nzh-Hans,5m,1,1\nen,20m,1,2\n", encoding="utf-8"
    )
    done, target = command("group", str(roster), "--drafts", "yes", "--spares", "1")
    assert done.exit_code == 0, done.output
    pdf = target.read_bytes()
    one = {
        tag: of(tag, band, SHEET, TICKS)
        for tag, band in (("es", "7-18m"), ("ar", "7-18m"), ("zh-Hans", "0-9m"), ("en", "16-24m"))
    }
    first = [*one["es"] * 2, *one["ar"], *one["zh-Hans"], *one["en"] * 2]
    spare = [*one["es"], *one["ar"], *one["zh-Hans"], *one["en"]]
    assert sheets(program, pdf) == [*first, *spare]
    outline = [line for line in bookmarks(pdf) if not line.startswith(" ")]
    assert outline == [
        "Cover slip", "Sign-in", "Agenda", "Station cards", "Spanish", "Arabic", "Chinese (Simplified)", "English",
        "Spanish · Spare sets", "Arabic · Spare sets", "Chinese (Simplified) · Spare sets", "English · Spare sets",
    ]  # fmt: skip
    dividers = [page.text for page in leaves(pdf) if "Language divider" in page.text]
    assert len(dividers) == 8
    assert all(autonym in "".join(dividers) for autonym in ("español", "العربية", "简体中文"))
    assert "2 families" in dividers[0]
    assert sum("Spare sets" in page for page in dividers) == 4
    said = int(re.search(r"(\d+) sheets of paper", done.output).group(1))
    assert 2 * said == pdf_facts.pages(pdf)
    assert pdf_facts.violations(pdf, "ua1") == []
    assert {"en", "es", "ar", "zh-Hans"} <= set(languages(pdf))


def test_no_leaf_is_shared_by_two_families(command, program):
    _done, target = command("group", "--families", "en:3", "--age", "12m")
    pdf = target.read_bytes()
    assert sheets(program, pdf) == of("en", "7-18m", SHEET, TICKS) * 3  # `sheets` holds the leaves against the rule
    assert bookmarks(pdf).count("    There and back to you · Handout · 7 to 18 months") == 3
    feedback = [page.number for page in leaves(pdf) if "How was it for you?" in page.text]
    assert len(feedback) == 3
    assert all(number % 2 == 0 for number in feedback)


def test_a_line_of_families_with_a_language_that_has_nothing(command, program):
    done, target = command(
        "group", "--families", "es:1 rw:2 en:1", "--age", "12m", "--drafts", "yes", "--instead", "en"
    )
    assert done.exit_code == 0, done.output
    pdf = target.read_bytes()
    assert sorted(sheets(program, pdf)) == sorted(
        [*of("es", "7-18m", SHEET, TICKS), *of("en", "7-18m", SHEET, TICKS) * 3]
    )
    assert "There is nothing to print in Kinyarwanda yet. Printed in its place: English" in " ".join(
        leaves(pdf)[0].text.split()
    )
    left, target = command(
        "group", "--families", "es:1 rw:2 en:1", "--age", "12m", "--drafts", "no", "--instead", "none"
    )
    assert left.exit_code == 0, left.output
    assert sheets(program, target.read_bytes()) == of("en", "7-18m", SHEET, TICKS)


def test_a_leaders_guide_comes_along_when_its_topic_is_asked_for(command, program):
    done, target = command(
        "group", "--families", "en:1", "--age", "20m", "--topic", "secure-relationship", "--topic", "attachment"
    )
    assert done.exit_code == 0, done.output
    assert sheets(program, target.read_bytes()) == [*of("en", "16-24m", GUIDE, SHEET, TICKS)]


def test_mixed_bands_of_one_language(command, program, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("language;age;families\nen;5m;1\nen;30m;1\n", encoding="utf-8")
    _done, target = command("group", str(roster))
    pdf = target.read_bytes()
    assert sheets(program, pdf) == [*of("en", "0-9m", SHEET, TICKS), *of("en", "21-36m", SHEET, TICKS)]
    (divider,) = [page.text for page in leaves(pdf) if "Language divider" in page.text]
    assert "Birth to 9 months: 1 family" in " ".join(divider.split())
    assert "21 to 36 months: 1 family" in " ".join(divider.split())


def test_a_dry_run_says_what_and_makes_nothing(command, program):
    before = {path: path.stat().st_mtime_ns for path in program.rglob("*") if path.is_file()}
    done, target = command(
        "group", "--families", "en:40 es:2", "--band", "21-36m", "--drafts", "yes", "--paper", "a4", "--dry-run"
    )
    assert done.exit_code == 0
    assert "  40 x en attachment 21-36m handout normal\n" in done.output
    assert "   2 x es attachment 21-36m checklist normal\n" in done.output
    assert re.search(r"^\d+ sheets of paper$", done.output, re.MULTILINE)
    assert not target.exists()
    assert {path: path.stat().st_mtime_ns for path in program.rglob("*") if path.is_file()} == before


def test_the_template_is_a_roster(command, tmp_path):
    done = CliRunner().invoke(cli.main, ["group", "--template"])
    roster = tmp_path / "roster.csv"
    roster.write_text(done.output, encoding="utf-8")
    made, _target = command("group", str(roster), "--drafts", "yes", "--dry-run")
    assert made.exit_code == 0, made.output


# --- questions at a terminal --------------------------------------------------------------------


def _terminals() -> bool:
    """Whether this machine gives pseudo-terminals; a minimal container may have none."""
    try:
        for end in pty.openpty():
            os.close(end)
    except OSError:
        return False
    return True


def conversation(program: Path, desk: Path, answers: list[str]) -> tuple[int, str]:
    """Type `handouts visit` at a terminal and answer each question as it comes."""
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "builder", "--project", str(program), "visit"]
    process = subprocess.Popen(command, cwd=desk, stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True)
    os.close(terminal)
    said, waiting = "", list(answers)
    with suppress(OSError):  # the terminal closes with the process
        while chunk := os.read(controller, 4096):
            said += chunk.decode(errors="replace")
            if said.rstrip().endswith(":"):  # with nothing left to say, the default
                os.write(controller, (waiting.pop(0) if waiting else "").encode() + b"\n")
    os.close(controller)
    return process.wait(timeout=60), said


@pytest.mark.skipif(not _terminals(), reason="this machine has no pseudo-terminals")
@pytest.mark.parametrize(
    ("answers", "cover"),
    [
        (["10m", "8", "es"], ("Chosen for about 8 months, counted from the due date.", "Spanish · español")),
        (["3y", ""], ("Chosen for 3 years.", "English")),
        (["2026-01-10 2026-03-12 2026-11-22", "en"], ("Chosen for about 8 months, counted from the due date.",)),
    ],
)
def test_without_options_it_asks_at_most_four_questions(answers, cover, program, tmp_path):
    code, said = conversation(program, tmp_path, answers)
    assert code == 0, said
    assert said.count("]: ") + said.count("): ") <= 4
    assert "(draft)" in said  # beside the languages, so that nobody is surprised
    told = leaves((tmp_path / "visit-pack.pdf").read_bytes())[0].text
    for words in cover:
        assert words in told

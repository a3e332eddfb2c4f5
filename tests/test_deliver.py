"""What comes back from translators: spreadsheets and PO files of every kind, and hostile ones."""

from __future__ import annotations

import io
import random
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_catalog import language

from builder import project
from builder.diagnostics import ProblemsError
from builder.translation import deliver, workbook
from builder.translation.deliver import take

PO = "content/locale/es/hello.po"


@pytest.fixture
def root(make_project):
    return make_project()


@pytest.fixture
def book(root, tmp_path) -> Path:
    deliver.export(root, "es", ("hello",), tmp_path / "es.xlsx", xlsx=True)
    return tmp_path / "es.xlsx"


def change(book: Path, cells: dict[str, object]) -> None:
    found = openpyxl.load_workbook(book)
    for at, value in cells.items():
        found.active[at] = value
    found.save(book)


def codes(report: deliver.Report) -> list[str]:
    return [problem.code for problem in report.problems]


# --- spreadsheets -------------------------------------------------------------------------------


def test_the_same_words_give_the_same_spreadsheet(root, book, tmp_path):
    deliver.export(root, "es", ("hello",), tmp_path / "again.xlsx", xlsx=True)
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def test_unchanged_cells_leave_the_file_as_it_is_to_the_byte(root, book):
    before = (root / PO).read_bytes()
    change(book, {"H2": "a note that nobody reads"})
    assert take(root, [book]) == deliver.Report()
    assert (root / PO).read_bytes() == before


def test_a_changed_cell_changes_its_message_only(root, book):
    before = (root / PO).read_text("utf-8")
    change(book, {"D3": "Irse y volver"})
    report = take(root, [book], dry_run=True)
    assert [(c.before, c.after) for c in report.changes] == [(("Ir y volver",), ("Irse y volver",))]
    assert (root / PO).read_text("utf-8") == before
    take(root, [book])
    old = (
        "# draft: machine translation, no speaker has read it\n#. title · 7-18m · a few words, the largest on the page\n"
        '#: content/topics/hello/7-18m.md\n#, fuzzy\nmsgid "Out and back"\nmsgstr "Ir y volver"'
    )
    new = (
        "#. title · 7-18m · a few words, the largest on the page\n"
        '#: content/topics/hello/7-18m.md\nmsgid "Out and back"\nmsgstr "Irse y volver"'
    )
    assert (root / PO).read_text("utf-8").rstrip("\n") == before.replace(old, new).rstrip("\n")


def test_yes_says_that_a_person_has_read_a_draft(root, book):
    change(book, {"E3": "Yes"})
    (only,) = take(root, [book]).changes
    assert "read by a person" in str(only)
    assert project.read(root).catalogs["es"].find("hello", "Out and back").state == "translated"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"C3": "Out and about"}, "old-source"),
        ({"A3": "hello:000000000000"}, "old-source"),
        ({"A3": None}, "old-source"),
        ({"D3": '=HYPERLINK("https://example.org")'}, "bad-workbook"),
        ({"D3": "Ir y volver 7 veces"}, "po-number"),
        ({"D3": "Ir y **volver**"}, "po-mark"),
        ({"D3": "Ir y {volver}"}, "po-placeholder"),
        ({"D3": "Ir y \u202evolver"}, "bad-character"),
        ({"D3": "Ir y volver \U0001f600"}, "no-glyph"),
        ({"D3": "Уйти и вернуться"}, "po-script"),
        ({"D3": "Ir y <b>volver</b>"}, "raw-html"),
    ],
)  # fmt: skip
def test_a_row_that_would_print_wrong_is_refused_and_the_others_are_taken(root, book, cells, code):
    change(book, {**cells, "D4": "Su bebé se va y vuelve a usted."})
    report = take(root, [book])
    assert codes(report) == [code]
    assert report.problems[0].place.line == 3
    assert [c.after for c in report.changes] == [("Su bebé se va y vuelve a usted.",)]


def test_a_counted_message_needs_every_form(root, tmp_path):
    deliver.export(root, "ar", ("ui",), tmp_path / "ar.xlsx", xlsx=True)
    rows = openpyxl.load_workbook(tmp_path / "ar.xlsx").active
    at = next(cell.row for cell in rows["A"] if str(cell.value).endswith("#0"))
    assert rows[f"H{at}"].value.startswith("for 0")
    change(tmp_path / "ar.xlsx", {f"D{at}": "{last} شهرا"})
    assert codes(take(root, [tmp_path / "ar.xlsx"])) == ["po-plural"]


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


HOSTILE = {
    "nothing": b"",
    "text": b"Key,English\n",
    "another zip": _zipped({"a.txt": b"a"}),
    "an empty workbook": _zipped({"xl/workbook.xml": b""}),
    "a bomb": _zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 80_000_000}),
    "entities": _zipped({
        "xl/workbook.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        "[Content_Types].xml": b"<Types/>",
    }),
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_spreadsheet_is_refused(root, tmp_path, data):
    (tmp_path / "es.xlsx").write_bytes(data)
    report = take(root, [tmp_path / "es.xlsx"])
    assert codes(report) == ["bad-workbook"]
    assert not report.changes


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_any_damage_to_a_spreadsheet_is_told_never_raised(seed):
    whole = _whole_book()
    chance = random.Random(seed)
    at, length = chance.randrange(len(whole)), chance.randrange(200)
    damaged = whole[:at] + chance.randbytes(chance.randrange(60)) + whole[at + length :]
    rows, problems = workbook.read(damaged, "es.xlsx")
    assert rows or problems


def _whole_book() -> bytes:
    lines = [
        workbook.Line("hello", f"hello:{n}", "title", f"Text {n}", f"Texto {n}", "draft", "", "") for n in range(9)
    ]
    return workbook.written(lines, language("es"))


# --- PO files -----------------------------------------------------------------------------------


def foreign(tool: str) -> str:
    """The Spanish file as a tool writes it, with two texts translated by a person."""
    head = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    one = 'msgid "Comes back for a hug."\nmsgstr "Regresa por un abrazo."\n'
    if tool == "poedit":
        head += '"Last-Translator: A Name <a@example.org>\\n"\n"X-Generator: Poedit 3.4\\n"\n'
        one = '#, no-wrap\nmsgid ""\n"Comes back "\n"for a hug."\nmsgstr ""\n"Regresa por "\n"un abrazo."\n'
    elif tool == "babel":
        head = "# Spanish translations for PROJECT.\n# Copyright (C) 2026 ORGANIZATION\n#\n" + head.replace(
            '"Language: es\\n"',
            '"Project-Id-Version: PROJECT VERSION\\n"\n"POT-Creation-Date: 2026-01-01 00:00+0000\\n"\n"Language: es\\n"',
        )
    elif tool == "weblate":
        head += '"Plural-Forms: nplurals=2; plural=n != 1;\\n"\n"X-Generator: Weblate 5.9\\n"\n'
        one = "#. a note\n#: content/topics/hello/7-18m.md:12\n" + one + '\n#~ msgid "gone"\n#~ msgstr "ido"\n'
    elif tool == "context":
        one += '\nmsgctxt "button"\nmsgid "Comes back for a hug."\nmsgstr ""\n'
    return f"{head}\n{one}"


@pytest.mark.parametrize("tool", ["gettext", "poedit", "babel", "weblate", "context"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_files_of_other_tools_are_taken_in(root, tmp_path, tool, end):
    (tmp_path / "hello.po").write_bytes(foreign(tool).replace("\n", end).encode())
    report = take(root, [tmp_path / "hello.po"])
    assert codes(report) == []
    assert [c.after for c in report.changes] == [("Regresa por un abrazo.",)]
    text = (root / PO).read_text("utf-8")
    assert "Last-Translator" not in text
    assert polib.pofile(str(root / PO)).find("Comes back for a hug.").msgstr == "Regresa por un abrazo."


def test_a_file_that_gettext_merged_is_taken_in(root, tmp_path):
    (tmp_path / "new").mkdir()
    template = tmp_path / "new" / "hello.pot"
    subprocess.run(
        ["msgattrib", "--clear-fuzzy", "--empty", "-o", template, root / PO], check=True, capture_output=True
    )
    (tmp_path / "hello.po").write_text(foreign("gettext"), encoding="utf-8")
    merged = tmp_path / "new" / "hello.po"
    subprocess.run(["msgmerge", "--previous", "-q", "-o", merged, tmp_path / "hello.po", template], check=True)
    report = take(root, [merged])
    assert (codes(report), len(report.changes)) == ([], 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"\xff\xfe", "not-utf8"),
        (b'msgid "a\nmsgstr "b"\n', "po-syntax"),
        (b"<<<<<<< HEAD\n", "po-syntax"),
        (foreign("gettext").replace("un abrazo", "2 abrazos").encode(), "po-number"),
        (foreign("gettext").replace("Language: es", "Language: xx").encode(), "unknown-name"),
        (b"PK\x03\x04", "unknown-name"),
        (foreign("gettext").replace("hug.", "kiss.").encode(), "old-source"),
    ],
)  # fmt: skip
def test_a_po_file_that_cannot_be_taken_in_is_told(root, tmp_path, text, code):
    (tmp_path / "hello.po").write_bytes(text)
    before = (root / PO).read_bytes()
    report = take(root, [tmp_path / "hello.po"], "es" if code in {"not-utf8", "po-syntax"} else "")
    assert code in codes(report)
    assert (root / PO).read_bytes() == before


def test_files_that_are_neither_and_unknown_languages_are_told(root, tmp_path):
    (tmp_path / "es.docx").write_bytes(b"PK")
    assert codes(take(root, [tmp_path / "es.docx"])) == ["bad-workbook"]
    (tmp_path / "nowhere.po").write_text(foreign("gettext"), encoding="utf-8")
    assert codes(take(root, [tmp_path / "nowhere.po"])) == ["po-unknown"]
    (tmp_path / "mine.xlsx").write_bytes(_whole_book())
    with pytest.raises(ProblemsError, match="does not tell the language"):
        take(root, [tmp_path / "mine.xlsx"])

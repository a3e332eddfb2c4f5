"""The whole road of a language that nobody here has, through the real command: begun, translated, approved, outdated."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pdf_facts
import polib
import pytest

ARTICLE = "content/topics/hello/7-18m.md"
PO = "content/locale/lzz/hello.po"
UI = "content/locale/lzz/ui.po"
SHEET = "output/lzz/hello/7-18m-handout-letter.pdf"


def rewrite(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def words(text: str) -> str:
    """An invented translation: every word turned round, but for marks, slots and numbers."""
    return re.sub(r"\{\w+\}|[A-Za-z']+", lambda m: m[0] if m[0][0] == "{" else "la" + m[0].lower()[::-1], text)


def in_poedit(path: Path) -> None:
    """What a volunteer does to a PO file."""
    po = polib.pofile(str(path), wrapwidth=78)  # Poedit wraps lines
    for entry in po:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: words(entry.msgid), 1: words(entry.msgid_plural)}
        else:
            entry.msgstr = words(entry.msgid)
        entry.flags = []
    po.save(str(path))


def in_a_spreadsheet(path: Path, changes: dict[str, str] | None = None, column: int = 4) -> None:
    """What an agency does to a workbook: every row, or those whose English is named."""
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_row=2):
        source = row[2].value
        if changes is None or source in changes:
            row[column - 1].value = words(source) if changes is None else changes[source]
    book.save(path)


def printed(root: Path) -> str:
    return " ".join(pdf_facts.text((root / SHEET).read_bytes()).split())


def code_of(pdf: Path) -> str:
    return re.search(r"Proof code (\S+)", said_by(pdf)).group(1)


def said_by(pdf: Path) -> str:
    return " ".join(pdf_facts.text(pdf.read_bytes()).split())


@pytest.fixture
def root(make_project):
    return make_project()


def test_the_road_from_a_new_language_to_an_approved_sheet_and_on(root, handouts, tmp_path):  # noqa: PLR0915 - one road
    def call(*arguments: str | Path, ends: int = 0) -> str:
        done = handouts(*arguments, cwd=root)
        assert "Traceback" not in done.stderr
        assert done.returncode == ends, f"{arguments}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    # begun
    assert "say --name and --autonym and --script as well" in call("translate", "add", "lzz", ends=2)
    said = call("translate", "add", "lzz", "--name", "Laz", "--autonym", "Lazuri", "--script", "Latn")
    assert said.splitlines() == ["content/languages/lzz.yaml", PO, UI]
    assert call("translate", "add", "lzz") == ""
    assert "0 errors" in call("translate", "check", "lzz")
    assert "missing" in call("translate", "status", "lzz")

    # translated: headings in Poedit, the topic in a spreadsheet, slips refused with their rows
    in_poedit(root / UI)
    book = tmp_path / "lzz.xlsx"
    call("translate", "export", "lzz", "--topic", "hello", "--xlsx", "-o", book)
    before = (root / PO).read_bytes()
    assert "0 messages changed, 0 refused" in call("translate", "import", book)
    assert (root / PO).read_bytes() == before
    in_a_spreadsheet(book)
    in_a_spreadsheet(
        book,
        {
            "**At play time:** Sit on the floor and follow.": "la emit yalp: la tis",
            "Comes back for a hug.": "la guh 3 {n}",
        },
    )
    said = call("translate", "import", book, ends=1)
    assert "the bold does not open the text" in said or "marks differ" in said
    assert "numbers differ: 3 instead of none" in said
    assert "8 messages changed" in said
    assert str(book) in said
    in_a_spreadsheet(
        book,
        {
            "**At play time:** Sit on the floor and follow.": "**la emit yalp:** la tis",
            "Comes back for a hug.": "la guh",
        },
    )
    assert "2 messages changed, 0 refused" in call("translate", "import", book)
    assert "DRAFT" in (call("build", "--language", "lzz", "--kind", "handout"), printed(root))[1]

    # read and approved: only for the words of the proof
    with (root / "content/languages/lzz.yaml").open("a", encoding="utf-8") as record:
        record.write('history: [drafted by a test]\nlook_first: ["the word for trust"]\n')
    call("translate", "proof", "lzz", "-o", tmp_path)
    proof = tmp_path / "proof-lzz-hello.pdf"
    assert pdf_facts.violations(proof.read_bytes(), "ua1") == []
    assert "How this text came to be: drafted by a test" in said_by(proof)
    assert "the word for trust" in said_by(proof)
    approve = ["translate", "approve", "lzz", "--topic", "hello", "--role", "certified translator", "--proof"]
    assert "the code of another proof" in call(*approve, "AAA-AAA", ends=2)
    call(*approve, code_of(proof))
    assert "approved" in call("translate", "status", "lzz")
    call("build", "--language", "lzz", "--kind", "handout")
    assert "DRAFT" not in printed(root)
    assert "Translation approved by certified translator" in printed(root)
    assert "lzz/hello/7-18m-handout" in call("issue", "--language", "lzz", "--kind", "handout")
    assert call("issue", "--language", "lzz", "--kind", "handout") == ""
    assert "is as it is printed today" in call("recall")

    # a typo in English: said to be one, the approval stays
    rewrite(root, ARTICLE, "Crawls off and looks back at you.", "Crawls off, and looks back at you.")
    assert "which is no typo" not in call("translate", "sync", "--as", "typo", "--role", "editor")
    assert call("translate", "sync") == ""
    assert "approved" in call("translate", "status", "lzz")
    call("build", "--language", "lzz", "--kind", "handout")
    assert "Translation approved by" in printed(root)
    assert "is as it is printed today" in call("recall")

    # a change of meaning cannot be passed off as a typo; the last approved edition is printed whole, and recalled
    rewrite(root, ARTICLE, "Wave, and say you will be back.", "Do not wave, but say you will be back.")
    assert "a negation changed, which is no typo" in call("translate", "sync", "--as", "typo", ends=1)
    call("translate", "sync", "--as", "meaning")
    assert "1 stale; the edition approved on" in call("translate", "status", "lzz")
    call("build", "--language", "lzz", "--kind", "handout")
    assert "Edition approved on" in printed(root)
    assert "DRAFT" not in printed(root)
    assert words("Wave, and say you will be back.") in printed(root)
    said = call("recall", ends=1)
    assert "lzz/hello/7-18m-handout" in said
    assert "is printed until the new one is" in said
    call("build", "--language", "lzz", "--kind", "handout", "--on-stale", "draft")
    assert "DRAFT" in printed(root)
    assert "has moved on since its approval" in call(
        "build", "--language", "lzz", "--kind", "handout", "--on-stale", "fail", ends=1
    )

    # approved again, and at last taken back
    in_poedit(root / PO)
    call("translate", "proof", "lzz", "-o", tmp_path)
    assert "Changed since the approval of" in pdf_facts.text(proof.read_bytes())
    call(*approve, code_of(proof))
    call("build", "--language", "lzz", "--kind", "handout")
    assert "Translation approved by" in printed(root)
    assert "its text has changed; replaced by" in call("recall", ends=1)
    call("translate", "withdraw", "lzz", "--topic", "hello")
    call("build", "--language", "lzz", "--kind", "handout")
    assert "DRAFT" in printed(root)


def test_a_kit_holds_what_a_translator_needs_and_the_same_words_give_the_same_bytes(root, handouts, tmp_path):
    for name in ("one.zip", "two.zip"):
        done = handouts("kit", "ar", "-o", tmp_path / name, cwd=root)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as kit:
        assert sorted(kit.namelist()) == [
            "ar/README.txt", "ar/ar.xlsx", "ar/po/hello.po", "ar/po/ui.po", "ar/proof-ar-hello.pdf",
        ]  # fmt: skip
        sheet = openpyxl.load_workbook(io.BytesIO(kit.read("ar/ar.xlsx"))).active
        assert sheet.sheet_view.rightToLeft
        assert sheet.protection.sheet
        locked = {cell.column_letter for row in sheet.iter_rows(min_row=2) for cell in row if cell.protection.locked}
        assert "D" not in locked
        assert {"C", "F"} <= locked

"""Twins: the family's page beside the same page in the staff's language, each part on the same page of both."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pdf_facts
import pypdfium2 as pdfium
import pytest
from conftest import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st

from builder import impose
from builder.model import HALF, Job, Paper
from builder.project import Project
from builder.typeset import facing, typeset

LETTER = Paper("letter", 215.9, 279.4)
CSS = f"""
@page {{ size: {HALF[0]}mm {HALF[1]}mm; margin: 20mm }}
html {{ font: 12pt/6mm 'Noto Sans' }}
body, h2, p, li {{ margin: 0; padding: 0; font-size: inherit }}
h2 {{ break-after: avoid }}
li {{ break-inside: avoid; list-style: none }}
.code {{ display: inline-block; width: 10mm }}
"""


def document(words: str, lines: list[int], language: str = "en") -> Job:
    items = "".join(
        f'{"<h2>A part</h2>" if n % 4 == 0 else ""}<li class="item"><span class="code">C{n}</span>{words * count}</li>'
        for n, count in enumerate(lines)
    )
    return pdf_facts.job(f"<h1>Title</h1>{items}", CSS, page=HALF, language=language, papers=(LETTER,))


def codes(pdf: bytes) -> list[tuple[list[str], list[str]]]:
    """The item codes at the left and at the right of each side, downwards."""
    found = []
    with pdfium.PdfDocument(pdf) as opened:
        for page in opened:
            width, height = page.get_size()
            text = page.get_textpage()
            halves = ((0, width / 2), (width / 2, width))
            said = [text.get_text_bounded(left, 0, right, height) for left, right in halves]
            found.append(tuple(re.findall(r"(?m)^\s*(K|[A-Z]\d+)(?=\s)", half) for half in said))
    return found


def twin(ours: Job, theirs: Job) -> bytes:
    made = typeset(replace(ours, imposition="facing", facing=theirs))
    assert made.faults == ()
    return made.pdfs[0][1]


@pytest.mark.parametrize("longer", [1, 2, 3])
def test_each_part_stands_on_the_same_page_of_both(longer: int):
    lines = [1, 3, 2, 4, 1, 2, 5, 3, 2, 6, 4, 2, 3, 1, 2, 4]
    sides = codes(twin(document("Wave and say when. ", lines), document("Wave and say when. " * longer, lines)))
    assert len(sides) > 1
    assert all(left == right for left, right in sides), sides
    assert [code for left, _ in sides for code in left] == [f"C{n}" for n in range(len(lines))]


def test_a_document_faced_by_a_shorter_one_keeps_its_pages():
    """Where the parts differ there is nothing to align, and nothing is lost."""
    sides = codes(twin(document("Wave and say when. ", [3] * 30), document("Wave. ", [1])))
    assert [code for left, _ in sides for code in left] == [f"C{n}" for n in range(30)]
    assert [right for _, right in sides] == [["C0"], *([[]] * (len(sides) - 1))]


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_alignment_ends(ours: list[int], theirs: list[int], tried: set[int]):
    """Every answer is new, so that there are at most as many layouts as parts."""
    found = facing.apart(ours, theirs, tried)
    assert found is None or found not in tried
    if ours == theirs:
        assert found is None


@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from(["left", "right"]))
def test_both_documents_stand_there_once(pages: int, others: int, binding: str):
    sides = impose.facing(pages, others, binding)
    first = 0 if binding == "left" else 1
    assert [side[first] for side in sides if side[first] is not None] == list(range(pages))
    assert [side[1 - first] for side in sides if side[1 - first] is not None] == list(range(pages, pages + others))


@pytest.mark.parametrize("language", ["es", "ar"])
def test_a_sheet_of_the_library_has_its_twin(handouts, tmp_path: Path, language: str):
    root = tmp_path / "ours"
    assert handouts("init", root, cwd=tmp_path).returncode == 0
    choice = ("--edition", "twin", "--language", language, "--language", "en", "--age", "20m", "--paper", "a4")
    done = handouts("build", *choice, cwd=root)
    assert done.returncode == 0, done.stderr
    made = sorted(root.glob("output/*/attachment/*.pdf"))
    folder = f"{language}/attachment"
    assert [path.relative_to(root / "output").as_posix() for path in made] == [
        f"{folder}/{band}-{kind}-twin-a4.pdf" for band in ("16-24m",) for kind in ("checklist", "handout")
    ]  # none in English: it would face itself
    for path in made:
        pdf = path.read_bytes()
        sides = codes(pdf)
        assert len(sides) > 1
        assert all(left == right for left, right in sides if language == "es"), sides
        assert {code for side in sides for half in side for code in half} >= {"C1", "K"}
        assert len(set(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{2}", pdf_facts.text(pdf)))) == 1
        assert ("For families and everyone" in _left_half(pdf)) == (language == "ar")


def _left_half(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as opened:
        width, height = opened[0].get_size()
        return "".join(page.get_textpage().get_text_bounded(0, 0, width / 2, height) for page in opened)


def test_a_twin_is_written_in_the_registry(shelf: Project):
    assert shelf.library is not None
    assert shelf.library.editions["twin"].imposition == "facing"
    assert (REPOSITORY / "templates/css/half-page.css").is_file()

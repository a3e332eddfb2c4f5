"""A page for each language of the catalogue: it is set without a fault, read by machines, and runs the right way."""

from __future__ import annotations

import re

import pdf_facts
import pypdfium2
import pytest
from pages import changed

from builder import project, specimens
from builder.diagnostics import ProblemsError
from builder.model import Sheet
from builder.typeset import search, typeset

MM = 72 / 25.4
TAGS = sorted(path.stem for path in (specimens.Path(__file__).parent.parent / "content" / "languages").glob("*.yaml"))


@pytest.fixture(scope="module")
def sheets(shelf) -> dict[str, Sheet]:
    return {job.language: typeset(job) for job in specimens.jobs(shelf, TAGS)}


def pdf_of(sheets: dict[str, Sheet], tag: str) -> bytes:
    assert sheets[tag].faults == ()
    ((_paper, pdf),) = sheets[tag].pdfs
    return pdf


pytestmark = pytest.mark.xdist_group("specimens")


def test_without_names_every_language_but_the_pseudo_ones_has_a_page(shelf):
    assert [job.language for job in specimens.jobs(shelf)] == [tag for tag in TAGS if tag not in {"en-XA", "ar-XB"}]


@pytest.mark.parametrize("tag", TAGS)
def test_a_record_sets_without_a_fault_on_one_accessible_page(sheets, tag):
    pdf = pdf_of(sheets, tag)
    assert pdf_facts.pages(pdf) == 1
    assert pdf_facts.lang(pdf) == tag
    assert pdf_facts.missing_glyphs(pdf) == 0
    assert pdf_facts.violations(pdf, "ua1") == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_records_specimen_is_found_by_readers(sheets, shelf, tag):
    pdf, language = pdf_of(sheets, tag), shelf.library.languages[tag]
    if language.breaks in {"space", "syllable-joined"}:
        words = set(re.findall(r"[^\s.,;:!?،؛؟።፣“”\"()]{2,}", language.specimen))
        poppler = " ".join(pdf_facts.text(pdf).split())
    else:  # lines break anywhere: the first letters of each clause
        words = {clause[:3] for clause in re.split(r"[\s，。、；,.]+", language.specimen) if len(clause) > 2}
        poppler = re.sub(r"[\s\u200b]+", "", pdf_facts.text(pdf))
    assert words
    assert search.found(pdf, words) >= language.searchable
    assert sum(word in poppler for word in words) / len(words) >= language.searchable


@pytest.mark.parametrize("tag", TAGS)
def test_a_records_page_runs_its_own_way(sheets, shelf, tag):
    document = pypdfium2.PdfDocument(pdf_of(sheets, tag))
    text = document[0].get_textpage()
    rects = [text.get_rect(at) for at in range(text.count_rects())]
    left, _bottom, right, _top = max(rects, key=lambda rect: rect[3])  # the autonym, at the head of the page
    document.close()
    if shelf.library.languages[tag].direction == "rtl":
        assert right / MM > 185
        assert left / MM > 60
    else:
        assert left / MM < 25


def test_the_specimen_speaks_of_an_age_in_the_languages_own_digits(sheets):
    assert "١٨" in pdf_facts.text(pdf_of(sheets, "ar"))
    assert "7 to 18 months" in " ".join(pdf_facts.text(pdf_of(sheets, "en")).split())


def test_a_letter_that_no_font_has_is_a_fault(shelf):
    strange = changed(shelf, ("content/languages/es.yaml", "letters: ", "letters: \u13a0 "))
    (job,) = specimens.jobs(strange, ["es"])
    assert "missing-glyph" in [fault.code for fault in typeset(job).faults]


def test_an_unknown_language_is_refused_with_the_nearest(shelf):
    with pytest.raises(ProblemsError, match=r'there is no language "zh-Hanz" .did you mean "zh-Hans"'):
        specimens.jobs(shelf, ["en", "zh-Hanz"])


def test_pages_are_written_by_name(make_project, workers, tmp_path):
    assert specimens.write(make_project(), ["es", "th"], tmp_path / "out", workers) == []
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["specimen-es.pdf", "specimen-th.pdf"]


def test_a_project_that_cannot_be_read_has_no_specimens(make_project):
    root = make_project()
    (root / "program.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(ProblemsError, match=r"program\.yaml"):
        specimens.jobs(project.read(root))

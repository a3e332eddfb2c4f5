"""A page for each language of the catalogue: it is set without a fault, read by machines, and runs the right way."""

from __future__ import annotations

import re
import unicodedata

import pdf_facts
import pypdfium2
import pytest
from pages import changed

from builder import project, specimens, text
from builder.diagnostics import ProblemsError
from builder.model import Language, Sheet
from builder.typeset import search, typeset

MM = 72 / 25.4
JOINERS = dict.fromkeys(map(ord, text.JOINERS))  # no reader keeps them, and nobody types them into a search
TAGS = sorted(path.stem for path in (specimens.Path(__file__).parent.parent / "content" / "languages").glob("*.yaml"))


@pytest.fixture(scope="module")
def sheets(shelf) -> dict[str, Sheet]:
    return {job.language: typeset(job) for job in specimens.jobs(shelf, TAGS)}


def pdf_of(sheets: dict[str, Sheet], tag: str) -> bytes:
    assert sheets[tag].faults == ()
    ((_paper, pdf),) = sheets[tag].pdfs
    return pdf


def spaced(language: Language) -> bool:
    """Whether spaces part words; elsewhere a line may break within a clause, and what is sought is how one begins."""
    unspaced = {"Hans", "Hant", "Jpan", "Khmr", "Laoo", "Mymr", "Thai", "Tibt", "Yiii"}
    return language.script not in unspaced


def words_of(language: Language) -> set[str]:
    """What a reader would look for in the specimen sentence."""
    apart = "".join(c if unicodedata.category(c)[0] in "LM" or c in "'’ʼʻ-" else " " for c in language.specimen)
    words = {word.strip("'’-") for word in apart.translate(JOINERS).split()}
    return {word if spaced(language) else word[:3] for word in words if len(word) > 1}


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
    words = words_of(language)
    assert words
    assert search.found(pdf, words) >= language.searchable
    poppler = pdf_facts.text(pdf).translate(JOINERS)
    poppler = " ".join(poppler.split()) if spaced(language) else re.sub(r"[\s\u200b]+", "", poppler)
    assert sum(word in poppler for word in words) / len(words) >= language.searchable


@pytest.mark.parametrize("tag", TAGS)
def test_a_records_page_runs_its_own_way(sheets, shelf, tag):
    document = pypdfium2.PdfDocument(pdf_of(sheets, tag))
    page = document[0].get_textpage()
    rects = [page.get_rect(at) for at in range(page.count_rects())]
    document.close()
    head = [rect for rect in rects if rect[3] > max(rect[3] for rect in rects) - 8 * MM]  # the autonym, in one line
    left, right = min(rect[0] for rect in head), max(rect[2] for rect in head)
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
    with pytest.raises(ProblemsError, match=r'there is no language "zh-Hanss" .did you mean "zh-Hans"'):
        specimens.jobs(shelf, ["en", "zh-Hanss"])


def test_pages_are_written_by_name(make_project, workers, tmp_path):
    assert specimens.write(make_project(), ["es", "th"], tmp_path / "out", workers) == []
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["specimen-es.pdf", "specimen-th.pdf"]


def test_a_project_that_cannot_be_read_has_no_specimens(make_project):
    root = make_project()
    (root / "program.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(ProblemsError, match=r"program\.yaml"):
        specimens.jobs(project.read(root))

"""A page for each language of the catalogue: it is set without a fault, read by machines, and runs the right way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

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
RECORDS = Path(__file__).parent.parent / "content" / "languages"
TAGS = sorted(path.stem for path in RECORDS.glob("*.yaml"))
FIRST_NEEDED = [
    "es",
    "ar",
    "zh-Hans",
    "vi",
    "fr-CA",
    "pa",
    "prs",
    "ht",
    "fil",
    "so",
    "uk",
    "zh-Hant",
    "pt-BR",
    "ps",
    "ur",
    "sw",
    "ru",
    "ko",
    "ne",
    "my",
    "ksw",
    "hi",
    "ta",
    "am",
    "ti",
    "hmn",
    "bn",
    "rw",
]  # ranked by family programs of the United States, Canada and Australia


def script(tag: str) -> str:
    return re.search(r"^script: (\w+)", (RECORDS / f"{tag}.yaml").read_text("utf-8"), re.MULTILINE).group(1)


ONE_A_SCRIPT = {script(tag): tag for tag in reversed(TAGS)}.values()
EVERY = [pytest.param(tag, marks=[] if tag in {*FIRST_NEEDED, *ONE_A_SCRIPT} else pytest.mark.slow) for tag in TAGS]


@pytest.fixture(scope="module")
def sheet(shelf) -> Callable[[str], Sheet]:
    return cache(lambda tag: typeset(specimens.jobs(shelf, [tag])[0]))


def pdf_of(sheet: Callable[[str], Sheet], tag: str) -> bytes:
    assert sheet(tag).faults == ()
    ((_paper, pdf),) = sheet(tag).pdfs
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


@pytest.mark.parametrize("tag", EVERY)
def test_a_record_sets_without_a_fault_on_one_accessible_page(sheet, tag):
    pdf = pdf_of(sheet, tag)
    assert pdf_facts.pages(pdf) == 1
    assert pdf_facts.lang(pdf) == tag
    assert pdf_facts.missing_glyphs(pdf) == 0
    assert pdf_facts.violations(pdf, "ua1") == []


@pytest.mark.parametrize("tag", EVERY)
def test_a_records_specimen_is_found_by_readers(sheet, shelf, tag):
    pdf, language = pdf_of(sheet, tag), shelf.library.languages[tag]
    words = words_of(language)
    assert words
    assert search.found(pdf, words) >= language.searchable
    poppler = pdf_facts.text(pdf).translate(JOINERS)
    poppler = " ".join(poppler.split()) if spaced(language) else re.sub(r"[\s\u200b]+", "", poppler)
    assert sum(word in poppler for word in words) / len(words) >= language.searchable


@pytest.mark.parametrize("tag", EVERY)
def test_a_records_page_runs_its_own_way(sheet, shelf, tag):
    document = pypdfium2.PdfDocument(pdf_of(sheet, tag))
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


def test_the_specimen_speaks_of_an_age_in_the_languages_own_digits(sheet):
    assert "١٨" in pdf_facts.text(pdf_of(sheet, "ar"))
    assert "7 to 18 months" in " ".join(pdf_facts.text(pdf_of(sheet, "en")).split())


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


def test_there_is_a_record_for_every_language_that_programs_need_first():
    assert set(FIRST_NEEDED) <= set(TAGS)
    assert len(TAGS) >= 180
    assert len(ONE_A_SCRIPT) >= 38


def test_a_language_that_nobody_has_is_one_file(make_project, workers, tmp_path):
    root = make_project()
    record = (root / "content/languages/id.yaml").read_text("utf-8")
    for old, new in (
        ("name: Indonesian", "name: Javanese (Javanese letters)"),
        ("autonym: Bahasa Indonesia", "autonym: ꦧꦱꦗꦮ"),
        ("script: Latn", "script: Java"),
        ("[Noto Sans]", "[Noto Sans Javanese, Noto Sans]"),
        ("digits: latin", "digits: javanese"),
    ):
        assert old in record
        record = record.replace(old, new)
    record = re.sub("(?m)^specimen: .*", "specimen: ꦱꦸꦒꦼꦁ ꦫꦮꦸꦃ ꦲꦶꦁ ꦒꦿꦶꦪ", record)
    (root / "content/languages/jv-Java.yaml").write_text(record, encoding="utf-8")
    assert specimens.write(root, ["jv-Java"], tmp_path, workers) == []
    assert pdf_facts.missing_glyphs((tmp_path / "specimen-jv-Java.pdf").read_bytes()) == 0

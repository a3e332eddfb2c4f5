"""Reviews and traces: who answers for which words, and where a sentence comes from."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pages
import pytest
from conftest import REPOSITORY

from builder import project, review, trace
from builder.localise import Localised
from builder.project import Project
from builder.review import ReviewError
from builder.trace import TraceError

TODAY = date(2026, 11, 22)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The repository's library, to write in."""
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "program.yaml", tmp_path)
    return tmp_path


def teen(root: Path) -> Localised:
    return pages.localised(project.read(root), "checklist", "en", topic="growing-up", band="12-17y")


def test_the_library_ships_without_a_review():
    """Nobody has reviewed it: a review in the repository would be an invention."""
    assert not list((REPOSITORY / "content").glob("reviews/*"))
    assert not list((REPOSITORY / "content").glob("approved/*"))


def test_the_teen_checklist_waits_for_a_specialist_and_for_a_number(library: Path):
    assert teen(library).awaits == ("specialist", "urgent-help")
    assert review.record(library, "growing-up", ("12-17y",), "child psychologist", TODAY) == ["12-17y"]
    assert teen(library).awaits == ("urgent-help",)
    settings = library / "program.yaml"
    settings.write_text(re.sub(r"urgent_help:.*", "urgent_help: 911", settings.read_text()))
    found = teen(library)
    assert (found.state, found.awaits) == ("ready", ())
    assert found.page is not None
    assert pages.said(found.page.footer.review) == "Reviewed by child psychologist, November 22, 2026"
    article = library / "content/topics/growing-up/12-17y.md"
    article.write_text(article.read_text().replace("Knock, and wait", "Knock, then wait"))
    assert teen(library).awaits == ("specialist",)


def test_a_second_review_is_added_and_the_last_one_counts(library: Path):
    review.record(library, "trust", (), "nurse", TODAY)
    before = (library / "content/reviews/en.yaml").read_text()
    review.record(library, "trust", (), "doctor", date(2027, 1, 2))
    after = (library / "content/reviews/en.yaml").read_text()
    assert after.startswith(before)
    loaded = project.read(library)
    assert loaded.problems == ()
    found = pages.page(loaded, "handout", "en", topic="trust", band="any-age")
    assert pages.said(found.footer.review) == "Reviewed by doctor, January 2, 2027"


@pytest.mark.parametrize(
    ("topic", "bands", "role", "said"),
    [
        ("trsut", (), "nurse", 'there is no topic "trsut" (did you mean "trust"?)'),
        ("trust", ("7-18m",), "nurse", 'trust has no texts for "7-18m"'),
        ("trust", (), "", '"" is no role'),
        ("trust", (), 'nurse"\n- {topic: x', "is no role"),
        ("trust", (), "n" * 200, "is no role"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_is_written(library: Path, topic, bands, role, said):
    with pytest.raises(ReviewError, match=re.escape(said)):
        review.record(library, topic, bands, role, TODAY)
    assert not (library / "content/reviews").exists()


# --- traces -------------------------------------------------------------------------------------


def test_a_fact_leads_to_its_sentences_and_sheets():
    found = trace.trace(REPOSITORY, "003.B.i3")
    assert found.about[0].startswith("003.B.i3: ")
    assert "early learning guideline" in found.about[0]
    (item,) = found.items
    assert (item.topic, item.band, item.element, item.item.code) == ("attachment", "7-18m", "you-may-see", "M4")
    line = (REPOSITORY / item.item.place.file).read_text().splitlines()[item.item.place.line - 1]
    assert "003.B.i3" in line
    assert item.sheets == ("attachment 7-18m checklist",)
    assert "attachment 7-18m, English: nobody yet" in found.approvals
    assert "attachment 7-18m, es: nobody yet" in found.approvals


@pytest.mark.parametrize("words", ["look back: are you there", "Mira hacia atrás", "ينظر إلى وجوهكم ليعرف"])
def test_words_of_any_language_lead_to_their_source(words: str):
    found = trace.trace(REPOSITORY, words)
    assert {item.band for item in found.items} == {"7-18m"}
    assert all(item.facts for item in found.items)


def test_an_item_code_leads_to_every_item_that_bears_it():
    found = trace.trace(REPOSITORY, "C4")
    assert {item.item.code for item in found.items} == {"C4"}
    assert len({(item.topic, item.band) for item in found.items}) > 5


@pytest.mark.xdist_group("printed")
def test_a_printed_sheet_and_its_version_code_lead_to_all_it_says(printed):
    root = printed[0]
    path = "output/es/attachment/7-18m-checklist-letter.pdf"
    found = trace.trace(root, path)
    assert found == trace.trace(root, str(root / path))
    codes = [item.item.code for item in found.items]
    assert codes == sorted(codes, key=codes.index)
    assert {"K", "M1", "C1"} <= set(codes)
    assert "W1" not in codes
    code = re.search(r", ([0-9A-Z]{4}-[0-9A-Z]{2}), draft", found.about[0])
    assert code is not None
    assert trace.trace(root, code.group(1)).items == found.items


@pytest.mark.parametrize(
    "question", ["003.B.i99", "no sheet says this at all", "x", "output/es/none.pdf", "AAAA-AA", ""]
)
def test_what_leads_nowhere_is_told(question: str):
    with pytest.raises(TraceError, match="leads nowhere"):
        trace.trace(REPOSITORY, question)


def test_every_fact_that_is_not_used_says_why():
    assert trace.unused(REPOSITORY)
    assert not [line for line in trace.unused(REPOSITORY) if line.endswith("no reason given")]


# --- the library keeps what the sources teach -----------------------------------------------------


def test_each_indicator_and_strategy_is_used_once_in_its_own_band(shelf: Project):
    assert shelf.library is not None
    bands = {"A": "0-9m", "B": "7-18m", "C": "16-24m", "D": "21-36m"}
    elements = {"i": "you-may-see", "s": "you-can"}
    wanted = [key for key in shelf.library.facts if re.match(r"003\.[A-D]\.[is]\d+\Z", key)]
    assert len([key for key in wanted if ".i" in key]) == 23
    assert len([key for key in wanted if ".s" in key]) == 20
    topic = next(topic for topic in shelf.library.topics if topic.id == "attachment")
    for key in wanted:
        carried = [
            (band, element.key)
            for band, article in topic.articles.items()
            for element in article.elements
            for item in element.items
            if key in item.facts
        ]
        assert carried == [(bands[key[4]], elements[key[6]])], key


@pytest.mark.parametrize(("pattern", "count"), [(r"004\.S\d\Z", 8), (r"004\.W\d\Z", 8), (r"002\.H\d\Z", 6)])
def test_steps_changes_and_ways_of_working_are_all_there(shelf: Project, pattern: str, count: int):
    assert shelf.library is not None
    wanted = {key for key in shelf.library.facts if re.match(pattern, key)}
    assert len(wanted) == count
    assert all(trace.trace(REPOSITORY, key).items for key in wanted)


def test_five_areas_and_five_questions_are_there_for_every_band(shelf: Project):
    assert shelf.library is not None
    topic = next(topic for topic in shelf.library.topics if topic.id == "secure-relationship")

    def counts(band: str, key: str) -> int:
        return len(topic.elements(band)[key].items)

    for band in ("0-9m", "7-18m", "16-24m", "21-36m"):
        assert counts(band, "grid") == 5
        assert counts(band, "reflect") == 5

"""Guides for homes and groups, and the reflection sheet: who may read which part, and what a leader needs."""

from __future__ import annotations

import re
from pathlib import Path

import pages
import pdf_facts
import pypdfium2
import pytest

from builder.build import Report
from builder.model import Topic
from builder.page import Page
from builder.project import Project

pytestmark = pytest.mark.xdist_group("printed")

TOPIC = "secure-relationship"
BANDS = ("0-9m", "7-18m", "16-24m", "21-36m")
SHEETS = [("en", "visit-guide-home"), ("en", "visit-guide-group"), ("en", "reflection"), ("ar-XB", "visit-guide-group")]
WAYS = ["002.H1", "002.H2", "002.H3", "002.H4", "002.H5", "002.H6"]


def printed_sheet(printed: tuple[Path, Report], language: str, kind: str) -> bytes:
    return (printed[0] / "output" / language / TOPIC / f"7-18m-{kind}-letter.pdf").read_bytes()


def page_of(shelf: Project, kind: str, setting: str = "", band: str = "7-18m", language: str = "en") -> Page:
    return pages.page(shelf, kind, language, topic=TOPIC, band=band, setting=setting)


def topic_of(shelf: Project) -> Topic:
    assert shelf.library is not None
    return next(topic for topic in shelf.library.topics if topic.id == TOPIC)


@pytest.mark.parametrize(("language", "kind"), SHEETS)
def test_sheets_are_two_sides_for_staff_in_type_of_ten_points(printed, language, kind):
    pdf = printed_sheet(printed, language, kind)
    assert pdf_facts.violations(pdf, "ua1") == []
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 2
    for side in document:
        said = " ".join(side.get_textpage().get_text_bounded().split())
        assert "For staff: do not leave with the family" in said
    document.close()


@pytest.mark.parametrize("setting", ["home", "group"])
def test_below_the_tear_line_stands_nothing_but_the_familys_own(printed, shelf, setting):
    """The strip is the foot of both sides: what staff see, ask and think is above it."""
    page = page_of(shelf, "visit-guide", setting)
    document = pypdfium2.PdfDocument(printed_sheet(printed, "en", f"visit-guide-{setting}"))
    for side in document:
        whole = side.get_textpage()
        at = whole.search("Tear here")
        index, _count = at.get_next()
        top = whole.get_charbox(index)[3]
        strip = " ".join(whole.get_text_bounded(bottom=0, top=top + 1).split())
        foot = strip.rindex("Not yet reviewed")
        for section in page.sections.values():
            for line in section.items:
                assert pages.said(line.text) not in strip[:foot], line
    first, second = (" ".join(side.get_textpage().get_text_bounded().split()) for side in document)
    key_message = pages.said(page.family_sections["key-message"].items[0].text)
    assert key_message in first
    assert "Our plan" in second
    document.close()


def test_answers_stand_on_the_back_of_the_reflection_sheet_and_nowhere_else(printed, shelf):
    answers = [pages.said(line.detail) for line in page_of(shelf, "reflection").sections["reflect"].items]
    assert len(answers) == 5
    front, back = _sides(printed_sheet(printed, "en", "reflection"))
    guides = [_sides(printed_sheet(printed, "en", f"visit-guide-{setting}")) for setting in ("home", "group")]
    for answer in answers:
        assert answer in back
        assert not any(answer in side for side in (front, *guides[0], *guides[1]))


def _sides(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    said = [" ".join(side.get_textpage().get_text_bounded().split()) for side in document]
    document.close()
    return said


@pytest.mark.parametrize("band", BANDS)
def test_a_guide_speaks_in_all_six_ways(shelf, band):
    elements = topic_of(shelf).elements(band)
    assert [fact for item in elements["staff-phrases"].items for fact in item.facts if fact in WAYS] == WAYS
    assert [fact for item in elements["ways"].items for fact in item.facts if fact in WAYS] == WAYS
    phrases, ways = (
        page_of(shelf, kind, setting, band) for kind, setting in (("visit-guide", "home"), ("reflection", ""))
    )
    assert [pages.said(line.lead) for line in phrases.sections["staff-phrases"].items] == [
        pages.said(line.lead) for line in ways.sections["ways"].items
    ]


def test_a_session_lasts_ninety_minutes(shelf):
    minutes = [pages.said(line.lead) for line in page_of(shelf, "visit-guide", "group").sections["schedule"].items]
    assert sum(int(number) for each in minutes for number in re.findall(r"\d+", each)) == 90


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("setting", ["home", "group"])
def test_what_is_said_aloud_is_there_in_both_languages(shelf, setting, band):
    page = page_of(shelf, "visit-guide", setting, band, "ar-XB")
    asked = {"home": "questions", "group": "group-questions"}[setting]
    for key in ("look", "staff-phrases", asked):
        for line in page.sections[key].items:
            assert line.code
            assert line.aloud.lang == "ar-XB"
            assert line.text.lang == "en"


@pytest.mark.parametrize("band", BANDS)
def test_a_story_is_short_and_names_no_child_of_the_source(shelf, band):
    (story,) = topic_of(shelf).elements(band)["vignette"].items
    assert 40 < len(story.text.split()) <= 90
    assert "002.V" not in story.facts

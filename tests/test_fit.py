"""What is told when a sheet does not fit: the passages that outgrew the English."""

from __future__ import annotations

from dataclasses import replace

import pages

from builder import fit
from builder.page import Page, Text
from builder.project import Project


def longer(page: Page, code: str, by: int) -> Page:
    """The page with letters added to one item."""
    sections = {
        key: replace(section, items=tuple(
            replace(line, text=Text(line.text.html + "<b>" + "x" * by + "</b>", "es", "ltr")) if line.code == code else line
            for line in section.items
        ))
        for key, section in page.sections.items()
    }  # fmt: skip
    return replace(page, sections=sections)


def test_the_passages_that_outgrew_the_english_are_named_by_their_codes():
    english, spanish = (pages.page(pages.tiny(), "handout", language) for language in ("en", "es"))
    said = fit.longest(longer(longer(spanish, "C2", 300), "K", 200), english)
    assert said.startswith("longest against English: C2 (+294 letters)")
    assert ", K (+201 letters)" in said


def test_english_is_told_its_longest_items():
    english = pages.page(pages.tiny(), "handout", "en")
    said = fit.longest(longer(english, "C3", 200), english)
    assert said.startswith("shorten the longest: C3 (2")
    assert "+" not in said


def test_a_page_that_is_shorter_than_the_english_is_not_blamed():
    english = pages.page(pages.tiny(), "handout", "en")
    spanish = replace(pages.page(pages.tiny(), "handout", "es"), title=Text("", "es", "ltr"), sections={})
    assert fit.longest(spanish, english) == "shorten the longest items"


def test_what_is_said_aloud_is_measured_against_what_is_printed(shelf: Project):
    guide, english = (pages.page(shelf, "visit-guide", language, band="7-18m") for language in ("en-XA", "en"))
    assert "L, said aloud (+" in fit.longest(guide, english)

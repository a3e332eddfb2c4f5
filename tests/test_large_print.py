"""Large print on paper: eighteen points at the least, reflowed in one column, and every word of the normal edition."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import pages
import pdf_facts
import pytest
from conftest import REPOSITORY
from test_shelf import lines, sizes

from builder import project, render, styles
from builder.model import Job, Sheet
from builder.project import Project
from builder.styles import Voices
from builder.typeset import typeset

BAND, EDITION = "7-18m", "large-print"
POINTS = 18
HEAD, FOOT = 279.4 - 36, 31.8  # millimetres from the foot of the sheet: between them stands the running text
SHEETS = [(language, kind) for kind in ("handout", "checklist") for language in ("en", "ar", "zh-Hans")]
both = pytest.mark.parametrize(("language", "kind"), SHEETS)


@cache
def shelf() -> Project:
    return project.read(REPOSITORY)


def html(language: str, kind: str, edition: str) -> str:
    return render.render(shelf().templates, pages.page(shelf(), kind, language, band=BAND, edition=edition))


@cache
def sheet(language: str, kind: str) -> Sheet:
    """A sheet in large print, as a build would ask for it."""
    held, library = shelf(), shelf().library
    assert library is not None
    body, staff = library.languages[language], library.languages[library.program.staff_language]
    edition = library.editions[EDITION]
    css = styles.own(held.css, kind, library.kinds)
    finished = styles.finished(css, held.tokens, library.kinds[kind], edition, Voices(body, body, staff))
    text = html(language, kind, EDITION)
    return typeset(Job(f"{language}-{kind}", language, text, finished, (), 0, (library.papers["letter"],)))


def pdf(language: str, kind: str) -> bytes:
    return dict(sheet(language, kind).pdfs)["letter"]


def words(text: str) -> set[str]:
    """The words between a page's tags; typesetting refuses a page that loses one of them."""
    body = text.partition("<body")[2].partition(">")[2]
    return set(re.findall(r"[^\W_]+", unescape(re.sub(r"<[^>]*>", " ", body))))


@both
def test_it_is_set_without_a_fault_in_more_pages(language, kind):
    made = sheet(language, kind)
    assert made.faults == ()
    assert made.pages > shelf().library.kinds[kind].sides


@both
def test_it_is_accessible(language, kind):
    assert pdf_facts.violations(pdf(language, kind), "ua1") == []


@both
def test_no_type_is_smaller_than_eighteen_points(language, kind):
    found = sizes(pdf(language, kind))
    assert min(found) >= POINTS * 0.99, found
    scale = max(shelf().library.languages[language].size, 1)
    assert max(found, key=lambda size: found[size]) >= POINTS * scale * 0.99
    assert not [name for name in pdf_facts.font_names(pdf(language, kind)) if "Italic" in name]


@both
def test_no_word_of_the_normal_edition_is_dropped(language, kind):
    normal, large = words(html(language, kind, "normal")), words(html(language, kind, EDITION))
    footers = {edition: pages.page(shelf(), kind, language, edition=edition).footer for edition in ("normal", EDITION)}
    own = words(f"<body>{footers['normal'].edition.html} {footers['normal'].code}")
    assert normal - large <= own
    assert words(f"<body>{footers[EDITION].edition.html}") <= large


@both
def test_it_is_one_column(language, kind):
    """No two runs of several words stand side by side with room between them."""
    runs = [run for run in lines(pdf(language, kind)) if len(re.findall(r"[^\W\d_]", run[1])) > 8]
    for page, _text, left, bottom, _right, top in runs:
        middle = (bottom + top) / 2
        beside = [run[1] for run in runs if run[0] == page and run[3] < middle < run[5] and left - run[4] > 8]
        assert beside == []


@both
def test_pages_are_well_filled(language, kind):
    lowest = {}
    for page, _text, _left, bottom, _right, _top in lines(pdf(language, kind)):
        if FOOT < bottom < HEAD:
            lowest[page] = min(lowest.get(page, HEAD), bottom)
    used = [(HEAD - bottom) / (HEAD - FOOT) for _page, bottom in sorted(lowest.items())]
    assert len(used) == sheet(language, kind).pages
    assert min(used[:-1]) > 0.6
    assert used[-1] > 0.25

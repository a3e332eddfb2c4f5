"""Shortcuts change no byte of any sheet, and only the renderer they were made for is shortened."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys

import pdf_facts
import pytest

from builder import plan, rebuild
from builder.localise import localise
from builder.model import Job
from builder.plan import Selection
from builder.project import Project
from builder.render import render
from builder.typeset import shortcuts, typeset

SHEETS = [("es", "handout"), ("ar", "visit-guide"), ("zh-Hans", "checklist"), ("en", "handout")]
LONG_WAY = """
import contextlib, hashlib, pickle, sys
import weasyprint.layout.page, weasyprint.layout.preferred
from builder.typeset import shortcuts, typeset
shortcuts.apply = lambda: False
shortcuts.at_most = lambda pages: contextlib.nullcontext()
for job in pickle.load(sys.stdin.buffer):
    print(*[hashlib.sha256(data).hexdigest() for _, data in typeset(job).pdfs])
for ours in (weasyprint.layout.page.remake_page, weasyprint.layout.preferred.shrink_to_fit):
    assert ours.__module__.startswith("weasyprint."), ours
"""


def job(shelf: Project, language: str, kind: str) -> Job:
    """A sheet of the repository's own project."""
    library = shelf.library
    assert library is not None
    chosen = Selection(
        topics=("attachment",), languages=(language,), kinds=(kind,), bands=("7-18m",), editions=("normal",)
    )
    keys = plan.plan(library, chosen)
    page = localise(library, shelf.catalogs, keys[0], shelf.strings[kind]).page
    assert page is not None
    return rebuild.Jobs(shelf, library).job(
        [key for key in keys if key.setting == keys[0].setting and key.paper != "half"],
        render(shelf.templates, page),
        f"{language}/{kind}",
    )


def test_every_byte_is_as_without_them(shelf):
    jobs = [job(shelf, *sheet) for sheet in SHEETS]
    assert all(shortcuts.SVG.rpartition("}")[2] in each.html for each in jobs)
    ours = [[hashlib.sha256(data).hexdigest() for _, data in typeset(each).pdfs] for each in jobs]
    ran = subprocess.run([sys.executable, "-c", LONG_WAY], input=pickle.dumps(jobs), capture_output=True, check=True)
    assert [len(papers) for papers in ours] == [2] * len(SHEETS)
    assert [line.split() for line in ran.stdout.decode().splitlines()] == ours


def test_another_renderer_goes_the_long_way(monkeypatch):
    monkeypatch.setattr("weasyprint.__version__", "71.0")
    assert shortcuts.apply.__wrapped__() is False


def test_a_drawing_that_is_no_xml_stays_where_it_is():
    body = '<h1>T</h1><p><svg viewBox="0 0 9 9" width=9 aria-hidden=true><rect width=9 height=9></svg> there</p>'
    html = shortcuts.parse(f"<!doctype html><html lang=en><body>{body}", None)
    (outer,) = html.etree_element.iter(shortcuts.SVG)
    assert len(outer) == 1
    assert shortcuts.whole(outer) is outer


def test_a_drawing_is_set_aside_with_its_words_left():
    svg = '<svg viewBox="0 0 9 9" width="9"><title>a square</title><rect width="9" height="9"/></svg>'
    html = shortcuts.parse(f"<!doctype html><html lang=en><body><p>{svg}{svg}</p>", None)
    first, second = html.etree_element.iter(shortcuts.SVG)
    assert [child.text for child in first] == ["a square"]
    assert dict(first.attrib) == {"viewBox": "0 0 9 9", "width": "9"}
    assert shortcuts.whole(first) is shortcuts.whole(second) is not first
    assert len(shortcuts.whole(first)) == 2


@pytest.mark.parametrize(("limit", "pages"), [(1, None), (2, None), (3, 3), (0, 3)])
def test_a_layout_is_given_up_before_the_first_page_too_many(limit, pages):
    body = "".join(f'<h1 style="break-before: page">{word}</h1>' for word in ("one", "two", "three"))
    each = pdf_facts.job(body)
    html = shortcuts.parse(each.html, None)
    if pages is None:
        with pytest.raises(shortcuts.TooLongError), shortcuts.at_most(limit):
            html.render()
    else:
        with shortcuts.at_most(limit):
            assert len(html.render().pages) == pages
    assert len(html.render().pages) == 3

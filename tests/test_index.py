"""output/index.html: every sheet by language, plain and escaped."""

from __future__ import annotations

import re
from dataclasses import replace

from builder import index
from builder.model import DocumentKey, Library
from builder.store import Record, Stamp

STAMP = Stamp(1, 1, "0")


def record(**changes: str) -> Record:
    key = {"language": "es", "topic": "hello", "band": "7-18m", "kind": "handout", "setting": "", "edition": "normal"}
    key |= {"staff_language": "en", "paper": "a4"}
    own = {name: value for name, value in changes.items() if name in key}
    made = Record(DocumentKey(**(key | own)), STAMP, "", "", 1, "draft", "none", "ABCD-EF", "Out and back")
    return replace(made, **{name: value for name, value in changes.items() if name not in key})


def page(library: Library, documents: dict[str, Record]) -> str:
    return "".join(index.page(library, documents))


def test_languages_are_headed_by_both_names_and_direction(shelf):
    html = page(shelf.library, {"ar/a.pdf": record(language="ar"), "es/a.pdf": record()})
    assert '<h2 id="ar">Arabic <span lang="ar" dir="rtl">العربية</span></h2>' in html
    assert html.index('id="ar"') < html.index('id="es"')


def test_every_file_is_linked_once_in_order(shelf):
    html = page(shelf.library, {path: record() for path in ("es/b.pdf", "es/a.pdf")})
    assert re.findall(r'href="([^"]+)"', html) == ["es/a.pdf", "es/b.pdf"]


def test_the_state_is_said_before_the_review(shelf):
    assert "draft: not for families" in page(shelf.library, {"a": record()})
    assert "not yet reviewed" in page(shelf.library, {"a": record(state="ready")})
    assert "reviewed: a nurse" in page(shelf.library, {"a": record(state="ready", review="a nurse")})


def test_names_are_escaped(shelf):
    html = page(shelf.library, {"a&b.pdf": record(title="<script>", code="<x>", review="<b>", state="ready")})
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'href="a&amp;b.pdf"' in html
    assert "<x>" not in html
    assert "<b>" not in html


def test_a_file_of_a_language_that_left_is_still_listed(shelf):
    html = page(shelf.library, {"tlh/a.pdf": record(language="tlh")})
    assert '<h2 id="tlh">tlh</h2>' in html


def test_the_page_asks_for_nothing_else(shelf):
    html = page(shelf.library, {"a.pdf": record()})
    assert not re.search(r"src=|url\(|<script|<link|https?:", html)
    assert page(shelf.library, {}).endswith("</body>\n</html>\n")

"""A style sheet that is put together from its rules is what upstream parses in one piece."""

from __future__ import annotations

import re

import pdf_facts  # noqa: F401 - it says which fonts there are before WeasyPrint is imported
import pytest
from hypothesis import given
from hypothesis import strategies as some

from builder import styles
from builder.typeset import stylesheets

PIECES = (
    "p { margin: 1mm }", "h1, h2 > b { font: bold 12pt/1.2 serif }", "li::before { content: '}' }", "/* a { */",
    "@page { size: 10mm 20mm; @bottom-left { content: counter(page) } }", "@page :first { margin: 0 }",
    "@counter-style x { system: cyclic; symbols: a b; suffix: ' ' }", "@media print { p { color: red } }",
    "@media screen { p { color: red } }", '@import url("https://example.org/x.css");', "@layer a { p { color: red } }", "@layer b, a;",
    "p { colour: red }", "p { color: red", "}", "{", "a[title='{'] { color: red }", "a:is(b, i) { color: red }",
    "ul { &:hover { color: red } }", "a { background: url(x{y) }", "\\{ { color: red }", "p { color: red !important }",
    "@font-face { font-family: x; src: url(x) }", "p::unknown { color: red }", "<!-- p { color: blue } -->", "é { }",
    "p:nth-child(2n + 1) { inset: 0 }", ":root { --a: {b} }", "p { color: var(--a) }", "(", ")", "[", "'", '"',
)  # fmt: skip

_ADDRESS = re.compile(" at 0x[0-9a-f]+")


def described(sheet: stylesheets.Stylesheet) -> object:
    matcher = sheet.css.matcher
    named = (matcher.id_selectors, matcher.class_selectors, matcher.lower_local_name_selectors)
    found = [entry for names in (*named, matcher.namespace_selectors) for some in names.values() for entry in some]
    found += [*matcher.lang_attr_selectors, *matcher.other_selectors]
    pages = [(kinds, declarations) for _, kinds, declarations in sheet.css.page_rules]
    rules = sorted(
        (order, specificity, pseudo, _ADDRESS.sub("", repr(said))) for _, specificity, order, pseudo, said in found
    )
    return rules, repr(pages), sheet.css.layers, repr(sheet.counters), sheet.warnings, sheet.refused, sheet.named


def whole(text: str) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stylesheets, "rules", lambda _: [])
        stylesheets.parse.cache_clear()
        found = described(stylesheets.parse(text))
    stylesheets.parse.cache_clear()
    return found


@given(some.lists(some.sampled_from(PIECES), max_size=8).map("\n".join))
def test_rules_make_the_sheet_that_upstream_makes(text):
    stylesheets.forget()
    assert described(stylesheets.parse(text)) == whole(text)


def test_the_sheets_of_this_library_are_put_together(shelf):
    library = shelf.library
    for kind in library.kinds.values():
        for tag in ("en", "ar", "my"):
            voices = styles.Voices(library.languages[tag], library.languages[tag], library.languages["en"])
            own = styles.own(shelf.css, kind.id, library.kinds)
            for text in styles.finished(own, shelf.tokens, kind, library.editions["normal"], voices):
                assert "".join(stylesheets.rules(text)).strip() == text.strip()
                assert described(stylesheets.parse(text)) == whole(text)


def test_the_rules_that_sheets_have_in_common_are_parsed_once(shelf):
    library = shelf.library
    kind = library.kinds["handout"]
    voices = styles.Voices(*[library.languages["en"]] * 3)
    sheets = styles.finished(
        styles.own(shelf.css, kind.id, library.kinds), shelf.tokens, kind, library.editions["normal"], voices
    )
    stylesheets.forget()
    for text in sheets:
        stylesheets.parse(text)
    known = stylesheets._rule.cache_info()
    assert known.hits > known.misses

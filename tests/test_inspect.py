from __future__ import annotations

import pdf_facts
import pytest

from builder.typeset import typeset

WIDE = "Rindfleisch" * 30
SQUARE = '<rect width="9" height="9"/></svg>'


def faults(body: str, css: str = "", **changes) -> list[tuple[str, str]]:
    sheet = typeset(pdf_facts.job(f"<h1>T</h1>{body}", css, **changes))
    assert bool(sheet.pdfs) != bool(sheet.faults)  # either it is printed, or it is said why not
    return [(fault.code, fault.fact) for fault in sheet.faults]


@pytest.mark.parametrize(
    ("body", "css"),
    [
        ("<p>Wave goodbye.</p>", ""),
        ("<p>a&nbsp;b&#x200b;c&#x2060;d&shy;e &zwj;f&zwnj;g</p>", ""),
        ('<p style="text-transform: uppercase">straße ﬁn İstanbul</p>', ""),
        ("<p>Hello</p>", "p::first-letter { font-size: 3em }"),
        ("<p>x<!-- a remark -->y</p><pre>a\tb</pre>", "pre { font-family: inherit }"),
        ("<p hidden>not for paper</p>", ""),
        ('<svg viewBox="0 0 9 9" width="9"><title>square</title>' + SQUARE, ""),
        ('<p aria-hidden="true"><svg viewBox="0 0 9 9" width="9">' + SQUARE + "</p>", ""),
        ('<div style="display: flex"><p>a</p>b</div><div style="display: grid"><p>c</p>d</div>', ""),
        ('<div style="columns: 2">one <p>two</p> three</div>', ""),
        ('<div style="overflow: hidden">one<br>two</div>', ""),
        ('<div style="position: absolute; left: 0; transform: rotate(90deg)">on its side</div>', ""),
        ("<table><caption>c</caption><thead><tr><th>h</th></tr></thead><tr><td>x</td></tr></table>", ""),
        ("<p>x<span style='float: footnote'>note</span></p>", ""),
        ('<p style="transform: scale(.5); opacity: .9">small, and still to be read</p>', ""),
        ("<footer>foot</footer>", "footer { position: running(f) } @page { @bottom-left { content: element(f) } }"),
    ],
)
def test_a_sound_page_has_no_faults(body, css):
    assert faults(body, css) == []


def test_a_table_head_may_be_printed_on_every_page():
    rows = "<tr><td>x</td></tr>" * 120
    assert faults(f"<table><thead><tr><th>head</th></tr></thead><tbody>{rows}</tbody></table>") == []


@pytest.mark.parametrize(
    ("body", "css", "fact"),
    [
        (f'<p lang="de">{WIDE}</p>', "", 'de, <p> "RindfleischRindfleischRindfleischRindfl…" runs 456'),
        ('<p style="position: absolute; left: -9999px">away</p>', "", 'en, <p> "away" runs 2630.6 mm off page 1'),
        ('<p style="margin-left: -30mm">away</p>', "", 'en, <p> "away" runs 1'),
        ('<p style="position: fixed; top: 300mm">away</p>', "", 'en, <p> "away" runs 4'),
        ('<p style="transform: translateX(-100mm)">away</p>', "", 'en, <p> "away" runs 8'),
        (
            "",
            '@page { @bottom-left { content: "a long note"; white-space: nowrap; width: 9mm; margin-left: -30mm } }',
            'en, page margin "a long note" runs 1',
        ),
        (
            '<svg class="icon" aria-hidden="true" viewBox="0 0 9 9" width="9" style="position: absolute; left: -50mm">'
            + SQUARE,
            "",
            'en, <svg> "icon" runs 35.0 mm off page 1',
        ),
        ('<p style="overflow: hidden; height: 5mm">one<br>two</p>', "", 'en, <p> "two" is cut off by'),
        (
            '<p style="white-space: nowrap; overflow: hidden; text-overflow: ellipsis; width: 9mm">one two three</p>',
            "",
            'en, <p> "one two three" is cut off by',
        ),
        ('<p style="position: absolute; clip: rect(0, 0, 0, 0)">x</p>', "", 'en, <p> "x" is cut off by'),
    ],
)
def test_what_leaves_the_page_is_named(body, css, fact):
    found = faults(body, css)
    assert {code for code, _ in found} == {"off-page"}
    assert any(said.startswith(fact) for _, said in found), found


@pytest.mark.parametrize(
    ("body", "css", "fact"),
    [
        ('<p>stays <b style="display: none">gone</b></p>', "", 'en, <b> "gone": 4 characters are not on the page'),
        ('<p lang="fr" style="visibility: hidden">été</p>', "", 'fr, <p> "été": 3 characters are not on the page'),
        ('<p style="color: transparent">gone</p>', "", 'en, <p> "gone": 4 characters are not on the page'),
        ('<p style="font-size: 0">gone</p>', "", 'en, <p> "gone": 4 characters are not on the page'),
        ('<p style="font-size: 2pt">gone</p>', "", 'en, <p> "gone": 4 characters are not on the page'),
        ('<div style="opacity: 0"><p>gone</p></div>', "", 'en, <p> "gone": 4 characters are not on the page'),
        ('<div style="opacity: .6"><p style="opacity: .6">gone</p></div>', "", 'en, <p> "gone": 4 characters'),
        ('<p style="color: rgba(0, 0, 0, .1)">gone</p>', "", 'en, <p> "gone": 4 characters are not on the page'),
        ('<p style="transform: scale(0)">gone</p>', "", 'en, <p> "gone": 4 characters are not on the page'),
        ('<div style="transform: scale(.1)"><p>gone</p></div>', "", 'en, <p> "gone": 4 characters are not on the page'),
        ('<p style="max-lines: 1; continue: discard">one<br>two</p>', "", 'en, <p> "onetwo": 3 characters'),
        ("<footer>foot</footer>", "footer { position: running(f) }", 'en, <footer> "foot": 4 characters'),
        # the same letters elsewhere, or made by the style sheet, are no replacement
        ('<p style="font-size: 0">x</p>', 'p::before { content: "x"; font-size: 12pt }', 'en, <p> "x": 1 characters'),
        ("<p>x</p><div>x</div>", 'div { display: none } p::before { content: "x" }', 'en, <div> "x": 1 characters'),
    ],
)
def test_lost_text_is_named(body, css, fact):
    found = faults(body, css)
    assert [code for code, _ in found] == ["lost-text"]
    assert found[0][1].startswith(fact)


@pytest.mark.parametrize("rule", ["size: A4", "size: letter", "bleed: 3mm"])
def test_every_page_is_the_common_sheet(rule):
    found = faults("", f"@page {{ {rule} }}")
    assert [code for code, _ in found] == ["off-page"]
    assert "every page is laid out on 210 x 279.4 mm" in found[0][1]


@pytest.mark.parametrize(
    ("body", "fact"),
    [
        ("<h3>U</h3>", 'en, <h3> "U" skips a level of headings'),
        ('<svg class="sun" viewBox="0 0 9 9" width="9">' + SQUARE, 'en, <svg> "sun" has no text'),
        ('<img src="asset:dot.svg" width="9">', 'en, <img> "asset:dot.svg" has no text'),
    ],
)
def test_what_no_reader_could_hear_is_named(body, fact):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    found = faults(body, assets=(("dot.svg", drawing),))
    assert [code for code, _ in found] == ["not-accessible"]
    assert found[0][1].startswith(fact)


def test_a_document_has_a_title_and_a_language():
    html = pdf_facts.job("<h1>T</h1>").html
    (fault,) = typeset(pdf_facts.job("", html=html.replace("<title>Specimen</title>", ""))).faults
    assert (fault.code, fault.fact) == ("not-accessible", "en: the document has no title")
    (fault,) = typeset(pdf_facts.job("", html=html.replace('lang="en"', ""))).faults
    assert (fault.code, fault.fact) == ("not-accessible", "en: <html> has no lang")


def test_all_faults_are_told_at_once():
    found = faults(f"<h3>U</h3><p>{WIDE}</p><p style='display: none'>gone</p>")
    assert sorted(code for code, _ in found) == ["lost-text", "not-accessible", "off-page"]

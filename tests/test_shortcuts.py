"""Shortcuts change no byte of any sheet, and only the renderer they were made for is shortened."""

from __future__ import annotations

import hashlib
import io
import pickle
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pdf_facts
import pikepdf
import pypdfium2 as pdfium
import pytest
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi
from weasyprint.text.fonts import FontConfiguration

from builder import plan, rebuild
from builder.localise import localise
from builder.model import Job
from builder.plan import Selection
from builder.project import Project
from builder.render import render
from builder.typeset import cut, lines, shortcuts, typeset

SHEETS = [("es", "handout"), ("ar", "visit-guide"), ("zh-Hans", "checklist"), ("en", "handout")]
LONG_WAY = """
import contextlib, hashlib, pickle, sys
import weasyprint.layout.page, weasyprint.layout.preferred, weasyprint.pdf.fonts
from builder.typeset import shortcuts, stylesheets, typeset
shortcuts.apply = lambda: False
stylesheets.rules = lambda text: []
shortcuts.at_most = lambda pages: contextlib.nullcontext()
for job in pickle.load(sys.stdin.buffer):
    print(*[hashlib.sha256(data).hexdigest() for _, data in typeset(job).pdfs])
from weasyprint import css
for ours in (weasyprint.layout.page.remake_page, weasyprint.layout.preferred.shrink_to_fit,
             css.StyleFor.__init__, css.ComputedStyle.__init__, weasyprint.pdf.fonts.Font._harfbuzz_subset):
    assert ours.__module__.startswith("weasyprint."), ours
assert "builder" not in type(weasyprint.pdf.fonts.ffi).__module__
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


def digests(each: Job) -> list[str]:
    sheet = typeset(each)
    assert not sheet.faults, sheet.faults
    return [hashlib.sha256(data).hexdigest() for _, data in sheet.pdfs]


def the_long_way(jobs: list[Job]) -> list[list[str]]:
    ran = subprocess.run([sys.executable, "-c", LONG_WAY], input=pickle.dumps(jobs), capture_output=True, check=True)
    return [line.split() for line in ran.stdout.decode().splitlines()]


def test_every_byte_is_as_without_them(shelf, monkeypatch):
    monkeypatch.setattr(cut, "MANY", 1 << 16)  # the fonts that are embedded in another way have tests of their own
    jobs = [job(shelf, *sheet) for sheet in SHEETS]
    assert all(shortcuts.SVG.rpartition("}")[2] in each.html for each in jobs)
    ours = [digests(each) for each in jobs]
    assert [len(papers) for papers in ours] == [2] * len(SHEETS)
    assert the_long_way(jobs) == ours


# What a cascade and lengths can be asked: values of the parent, initial ones, logical and physical sides, variables,
# calculations, percentages, collapsed borders, generated content, lists, declarations of one element.
MANY_WAYS = """
@page { size: 210mm 279.4mm; margin: 20mm; @bottom-center { content: counter(page); color: #333 } }
html { font-family: "Noto Sans"; font-size: 11pt; --gap: 3mm; color: #111 }
.side { margin-inline-start: 12%; padding-left: var(--gap); border-inline-end: 1pt solid #000 }
.side:first-child { margin-left: initial; letter-spacing: .2pt; font-size: smaller }
.side + .side { width: calc(50% - 4mm); min-height: 3em; box-sizing: border-box; padding: inherit }
[lang="ar"] { text-align: start; margin-inline-start: 9mm; font-family: "Noto Naskh Arabic", "Noto Sans" }
table { border-collapse: collapse; width: 100% } td { border: 1pt solid #000; padding: 2mm }
.apart { border-collapse: separate; margin-top: 5% } .apart td { width: 30%; vertical-align: middle }
ul { list-style: '* ' inside } li::marker { color: #555 } li:nth-child(2n)::before { content: "- " }
.flex { display: flex; gap: 2mm } .flex > div { flex: 1; max-width: 40mm }
.grid { display: grid; grid-template-columns: 1fr 2fr } .wide { height: 10vh; text-decoration: underline }
p::first-letter { font-weight: bold } .pre { white-space: pre } .far { position: absolute; bottom: 5%; right: 0 }
.float { float: inline-end; width: 30mm; margin: auto }
.far { letter-spacing: 1pt; word-spacing: 2pt; font-feature-settings: "onum", "ss01" 1; font-variation-settings: "wght" 500 }
.narrow { width: 24mm; text-align: justify; hyphens: auto; hyphenate-limit-zone: calc(1mm + 2%); overflow-wrap: anywhere }
u { text-decoration: overline line-through }
"""
PARTS = """
<div><div class="side">One <b style="color: #222; padding: 1mm">own</b> <b>other</b></div><div class="side">Two</div></div>
<div lang="ar" dir="rtl" class="side">كلمة <bdi>abc</bdi></div>
<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table><table class="apart"><tbody><tr><td>a</td></tr></tbody></table>
<ul><li>one</li><li>two</li><li>three</li></ul><ol><li>first</li></ol>
<div class="flex"><div>left side</div><div>right side</div></div><div class="grid"><div>a</div><div>b</div></div>
<p class="wide">under <u>line</u></p><p class="pre">kept   as it is</p><div class="float">at the side</div>
<p class="far">at the foot of 1,907 pages</p><p>the last</p>
<p class="narrow" lang="en">An extraordinarily complicated hyphenation of incomprehensibilities, wwwwwwwwwwwwwwwwwwwwwwwwww</p>
"""


def test_every_byte_is_as_without_them_however_it_is_styled():
    one = pdf_facts.job(f"<h1>T</h1>{PARTS}", MANY_WAYS)
    one = replace(one, html=one.html.replace("<!DOCTYPE", "<!doctype"))  # as templates write it
    jobs = [one, replace(one, styles=(MANY_WAYS.replace("11pt", "90pt"), MANY_WAYS), sides=1), one]
    ours = [digests(each) for each in jobs]
    assert digests(jobs[1]) == ours[1]  # with what is known from the first time
    assert [len(papers) for papers in ours] == [2] * len(jobs)
    assert the_long_way(jobs) == ours


WRITTEN = """
p { margin: 0 } .large { font-size: 31.3pt } .fine { font-size: 7.7pt; color: #555 } .bold { font-weight: 700 }
.spaced { letter-spacing: .3pt; word-spacing: 1pt }
u { text-decoration: underline } .just { width: 40mm; text-align: justify }
[lang="ar"] { font-family: "Noto Naskh Arabic", "Noto Sans" } [lang="my"] { font-family: "Noto Sans Myanmar", "Noto Sans" }
"""
LINES = [
    f'<p class="{name}">AVAWATo fi 12.5 Yes, you are here: AVAWATo fi and all of it again</p>'
    for name in ("", "large", "fine", "bold", "spaced", "just")
] + [
    "<p>under <u>AVAWATo</u> fi</p>",
    "<p>room <u>for <b>a</b> <b>word</b></u>, <u> <b> </b></u>for none</p>",
    '<p lang="ar" dir="rtl">كلمة وكَلِمَةٌ AVAWATo</p>',
    '<p lang="my">မင်္ဂလာပါ ကြောင်း AVAWATo</p>',
    '<p><svg viewBox="0 0 90 20" width="90" height="20" aria-hidden="true"><text y="12" font-size="12" font-family="Noto Sans">AVAWATo</text></svg></p>',
]  # fmt: skip


def test_what_was_written_before_is_written_as_if_it_were_new():
    orders = [LINES, LINES[1:2] + LINES[:1], LINES[:1] + LINES[1:2], LINES[::-1], LINES[2:3] + LINES, LINES]
    jobs = [pdf_facts.job(f"<h1>T</h1>{''.join(lines)}", WRITTEN) for lines in orders]
    long_way = the_long_way(jobs)
    lines.forget()
    for _ in range(2):
        assert [digests(each) for each in jobs] == long_way


def test_a_glyph_has_the_width_that_it_was_first_seen_with_in_its_own_document():
    """Widths are rounded in thousandths of the size that a document comes to first; in tiny letters by a lot."""
    fonts = FontConfiguration()

    def written(sizes: str, *, private: bool) -> bytes:
        body = "".join(f'<p style="font: {size}px Noto Sans">AVAWATo fi</p>' for size in sizes.split())
        with lines.remembered(private=private):
            return shortcuts.parse(f"<!doctype html><html lang=en><body>{body}", None).write_pdf(font_config=fonts)

    shortcuts.apply()
    for sizes in ("0.3", "20 0.3", "0.3 20", "0.4 20", "20 0.3 0.4"):
        assert written(sizes, private=False) == written(sizes, private=True)


def test_a_line_is_shaped_for_one_document_and_written_in_all(monkeypatch):
    shaped: list[str] = []

    def noted(layout: Any, *rest: Any) -> None:
        shaped.append(layout.text)
        upstream(layout, *rest)

    upstream = line_break.Layout.reactivate
    monkeypatch.setattr(line_break.Layout, "reactivate", noted)
    lines.forget()
    each = pdf_facts.job("<h1>T</h1><p>One line.</p><p><u>Another</u> is underlined.</p>")
    typeset(each)
    assert sorted(shaped) == [" is underlined.", "Another", "One line.", "T"]
    typeset(each)
    assert shaped[4:] == ["Another"]
    typeset(replace(each, private=True))
    assert sorted(shaped[5:]) == sorted(shaped[:4])


def test_a_letter_without_a_glyph_is_told_every_time():
    for _ in range(2):
        assert [fault.code for fault in typeset(pdf_facts.job("<h1>T</h1><p>A bear \U0001f9f8</p>")).faults] == [
            "missing-glyph"
        ]


def test_lines_are_kept_of_what_is_for_everybody_and_of_no_family(monkeypatch):
    lines.forget()
    secret = pdf_facts.job("<h1>T</h1><p>for Amina alone</p>")
    hers = typeset(replace(secret, private=True)).pdfs
    assert not lines._known
    assert typeset(secret).pdfs == hers
    assert any("Amina" in key[0] for key in lines._known)
    assert typeset(secret).pdfs == hers
    assert typeset(replace(secret, private=True, facing=secret)).pages == 1
    monkeypatch.setattr(lines, "_MOST", 3)
    lines.forget()
    for number in range(20):
        assert typeset(pdf_facts.job(f"<h1>{number}</h1>")).pdfs
        assert len(lines._known) <= 3


def test_no_document_has_declarations_parsed_of_its_own(shelf):
    typeset(pdf_facts.job("<h1>T</h1>"))
    shortcuts.declare()
    known = set(ffi._parsed_types)
    assert known >= set(shortcuts.TYPES)
    for language, kind in SHEETS:
        assert typeset(job(shelf, language, kind)).pdfs
    assert set(ffi._parsed_types) == known


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


def seen(data: bytes) -> list[tuple[bytes, str]]:
    """Every page as a picture and as words. Large: in small letters, FreeType rounds by the frame of a font."""
    with pdfium.PdfDocument(data) as document:
        return [(bytes(page.render(scale=6).buffer), page.get_textpage().get_text_range()) for page in document]


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "ko"])
def test_fonts_of_very_many_glyphs_take_a_fifth_of_the_bytes_and_show_and_say_the_same(shelf, monkeypatch, language):
    each = job(shelf, language, "checklist")
    ours = typeset(each).pdfs[0][1]
    monkeypatch.setattr(cut, "MANY", 1 << 16)
    theirs = typeset(each).pdfs[0][1]
    assert seen(ours) == seen(theirs)
    assert len(ours) * 4 < len(theirs)
    assert embedded(ours) == {"/CIDFontType0C", None}
    assert embedded(theirs) == {"/OpenType", None}


def embedded(data: bytes) -> set[str | None]:
    """The kinds of font programs of a file; None for TrueType."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        descriptors = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/FontName" in each]
        programs = [each.get("/FontFile3", each.get("/FontFile2")) for each in descriptors]
        return {str(each.Subtype) if "/Subtype" in each else None for each in programs}


@pytest.mark.parametrize(
    "numbers", [[], [0, 1, 2], [0, *range(70_000, 0, -1)]], ids=["none", "others", "another order"]
)
def test_a_font_whose_glyphs_go_by_other_numbers_is_left_to_the_renderer(shelf, monkeypatch, numbers):
    monkeypatch.setattr(cut.cff, "numbers", lambda font: numbers)
    assert embedded(typeset(job(shelf, "ko", "checklist")).pdfs[0][1]) == {"/OpenType", None}

from __future__ import annotations

import re

import pdf_facts
import pikepdf
import pytest
import weasyprint

from builder.typeset import search, typeset

# Two sentences a language that a sheet could print, with the share of their words that search must find.
# Arabic and Persian: vowel marks and joiners come out beside their word, the word without them is found.
SENTENCES = {
    "en": ("When you leave, wave and say when you will be back. Your baby may cry at goodbye.", 1.0),
    "es": ("Cuando se vaya, despídase y diga cuándo volverá. Su bebé puede llorar al despedirse.", 1.0),
    "ar": ("عندما تغادر، لوّح بيدك وقل متى ستعود. قد يبكي طفلك عند الوداع، وهذا دليل على الحبّ.", 0.85),
    "fa": ("وقتی می‌روید، دست تکان دهید و بگویید کی برمی‌گردید. ممکن است کودک شما گریه کند.", 0.85),
    "ur": ("جب آپ جائیں تو ہاتھ ہلائیں اور بتائیں کہ آپ کب واپس آئیں گے۔ آپ کا بچہ رو سکتا ہے۔", 0.95),
    "zh-Hans": ("离开时，请挥手告诉宝宝你什么时候回来。宝宝在告别时可能会哭，这是爱的表现。", 1.0),
    "hi": ("जब आप जाएँ तो हाथ हिलाएँ और बताएँ कि आप कब वापस आएँगे। विदा के समय आपका बच्चा रो सकता है।", 1.0),
    "my": ("ထွက်|ခွာ|သော|အခါ လက်|ပြ|နှုတ်ဆက်|ပြီး ဘယ်|အချိန် ပြန်|လာ|မည်|ကို ပြော|ပါ။ သင့်|ကလေး ငို|နိုင်|ပါ|သည်။".replace("|", "\u200b"), 1.0),
    "km": ("នៅ|ពេល|អ្នក|ចាកចេញ សូម|បក់|ដៃ ហើយ|ប្រាប់|ថា|អ្នក|នឹង|ត្រឡប់|មក|វិញ។ កូន|របស់|អ្នក|អាច|យំ។".replace("|", "\u200b"), 1.0),
    "th": ("เมื่อคุณออกไป โบกมือและบอกว่าคุณจะกลับมาเมื่อไร ลูกของคุณอาจร้องไห้ตอนลาจาก", 1.0),
    "am": ("ሲሄዱ እጅዎን ያውለብልቡ እና መቼ እንደሚመለሱ ይንገሩ። ልጅዎ ሲሰናበቱ ሊያለቅስ ይችላል።", 1.0),
    "uk": ("Коли йдете, помахайте рукою та скажіть, коли повернетеся. Дитина може плакати.", 1.0),
    "vi": ("Khi bạn đi, hãy vẫy tay và nói khi nào bạn sẽ quay lại. Bé có thể khóc lúc tạm biệt.", 1.0),
}
SMALL = "img { width: 6mm; height: 6mm }"
RIGHT_TO_LEFT = ("ar", "fa", "ur")
SCRIPT_FONTS = {
    "ar": "Noto Naskh Arabic",
    "fa": "Noto Naskh Arabic",
    "ur": "Noto Naskh Arabic",
    "zh-Hans": "Noto Sans CJK SC",
    "hi": "Noto Sans Devanagari",
    "my": "Noto Sans Myanmar",
    "km": "Noto Sans Khmer",
    "th": "Noto Sans Thai",
    "am": "Noto Sans Ethiopic",
}
DRAWING = ("sun.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>')
ICON = '<svg class="icon" aria-hidden="true" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'


def words(text: str) -> list[str]:
    """The words as a reader types them: without what only steers line breaks."""
    return [word for word in re.split(r"[\s.,،。，।။។፣؟۔]+", text.replace("\u200b", "")) if word]


def handout(language: str):
    """Two pages with all that a handout has."""
    text, _ = SENTENCES[language]
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    start, end = text.split()[0], text.split()[-1]
    stack = ", ".join(
        f'"{family}"' for family in (SCRIPT_FONTS.get(language), "Noto Sans", "Noto Sans Symbols2") if family
    )
    css = f"""
        @page {{ size: 210mm 279.4mm; margin: 15mm 15mm 22mm;
                 @bottom-left {{ content: element(foot) }}
                 @bottom-right {{ content: counter(page) " / " counter(pages); font: 9pt {stack} }} }}
        html {{ font: 12pt/1.5 {stack} }}
        table {{ width: 100%; table-layout: fixed; border-collapse: collapse }}
        th, td {{ border: .3mm solid #444; padding: 1mm 2mm; text-align: start }}
        footer {{ position: running(foot); font-size: 8pt }}
        ul {{ list-style-type: "☐ " }}
        .icon, img {{ width: 6mm; height: 6mm }}
        section {{ break-before: page }}
    """
    body = f"""
        <footer lang="en" dir="ltr">6–12 months <span lang="{language}" dir="{direction}">{start}</span></footer>
        <table><tr><th scope="col">{start}</th><th scope="col">{end}</th></tr>
               <tr><th scope="row">A</th><td>{text}</td></tr></table>
        <h1>{start}</h1>
        <p>{text} <bdi dir="ltr">(555) 010-0199</bdi> <a href="https://example.org/x">{start} <b>{end}</b></a></p>
        <h2>{end}</h2><ul>{f"<li>{ICON} <b>{start}</b> {text}</li>" * 4}</ul>
        <section><h2>{start}</h2><ol><li>{text}</li><li>{text} <span lang="es">¿Cómo está?</span></li></ol>
        <p><img src="asset:sun.svg" alt="{start}"><img src="asset:sun.svg" alt=""></p></section>
    """
    html = (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><title>{text}</title></head>'
        f"<body>{body}</body></html>"
    )
    return pdf_facts.job("", html=html, language=language, styles=(css,), assets=(DRAWING,), sides=2)


def tags(body: str, css: str = "", **changes) -> str:
    sheet = typeset(pdf_facts.job(body, css, **changes))
    assert sheet.faults == ()
    pdf = sheet.pdfs[0][1]
    assert pdf_facts.violations(pdf, "ua1") == []
    assert pdf_facts.violations(pdf, "2a") == []
    return pdf_facts.tags(pdf)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_handout_is_accessible_archivable_and_searchable(language):
    sheet = typeset(handout(language))
    assert sheet.faults == ()
    assert sheet.pages == 2
    text, floor = SENTENCES[language]
    for _, pdf in sheet.pdfs:
        assert pdf_facts.violations(pdf, "ua1") == []
        assert pdf_facts.violations(pdf, "2a") == []
    assert pdf_facts.missing_glyphs(pdf) == 0
    assert (pdf_facts.lang(pdf), pdf_facts.title(pdf)) == (language, text)
    assert search.found(pdf, words(text)) >= floor
    assert pdf_facts.found_by_poppler(pdf, words(text)) >= floor
    assert search.found(pdf, [*words(text), "nonesuch"]) < 1


def test_the_tag_tree_says_what_the_page_says():
    body = """
        <h1>Goodbyes</h1><p>Wave. <span lang="es">Adiós.</span></p>
        <ol><li>one</li></ol><ul><li>two</li></ul>
        <table><thead><tr><th>a</th><th scope="col">b</th></tr></thead>
               <tbody><tr><th scope="row">c</th><td lang="fr">d</td></tr></tbody></table>
    """
    assert (
        tags(body)
        == """\
Document
  H1
    Span
      *
  P
    Span
      *
    Span Lang=es
      Span
        *
  L ListNumbering=Decimal
    LI
      Lbl
        Span
          *
      LBody
        Span
          *
  L ListNumbering=None
    LI
      Lbl
        Span
          *
      LBody
        Span
          *
  Table
    THead
      TR
        TH Scope=Column
          Span
            *
        TH Scope=Column
          Span
            *
    TBody
      TR
        TH Scope=Row
          Span
            *
        TD Lang=fr
          Span
            *"""
    )


def test_decoration_is_an_artifact():
    body = (
        f'<h1>T</h1><p>{ICON}<img src="asset:sun.svg" alt=""><img src="asset:sun.svg" role="presentation">'
        '<span aria-hidden="true">»<b>arrow</b></span>text</p>'
    )
    css = ".icon, img { width: 6mm; height: 6mm }"
    tree = tags(body, css, assets=(DRAWING,))
    assert "Figure" not in tree
    assert tree.count("*") == 2  # the heading and "text"
    marks = pdf_facts.marks(typeset(pdf_facts.job(body, css, assets=(DRAWING,))).pdfs[0][1])
    assert marks.count(("Artifact", {})) >= 5


def test_page_margins_are_pagination():
    body = "<footer>foot <b>note</b></footer><h1>T</h1>"
    css = (
        "footer { position: running(f) } @page { @bottom-left { content: element(f) } "
        '@bottom-right { content: counter(page); opacity: .5 } @top-left { content: "running head" } }'
    )
    assert tags(body, css).count("*") == 1
    marks = pdf_facts.marks(typeset(pdf_facts.job(body, css)).pdfs[0][1])
    assert sum(properties.get("Type") == "/Pagination" for _, properties in marks) >= 3


def test_an_absolutely_placed_box_keeps_its_place_among_the_tags():
    tree = tags(
        '<h1>T</h1><div style="position: absolute; top: 0"><p>placed <img src="asset:sun.svg" alt=""></p></div>',
        SMALL,
        assets=(DRAWING,),
    )
    assert tree.count("*") == 2
    assert "Figure" not in tree


def test_a_figure_has_its_words_and_its_place():
    sheet = typeset(
        pdf_facts.job(
            '<h1>T</h1><p><img src="asset:sun.svg" alt="a sun" style="width: 30mm"></p>',
            "body { margin: 0 }",
            assets=(DRAWING,),
        )
    )
    assert "Figure Alt=a sun" in pdf_facts.tags(sheet.pdfs[0][1])
    document = pdf_facts.opened(sheet.pdfs[0][1])
    (place,) = (
        thing.A.BBox
        for thing in document.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
    )
    left, bottom, right, top = (float(edge) * 25.4 / 72 for edge in place)
    assert (round(left), round(right)) == (15, 45)
    assert 279.4 / 2 < bottom < top < 279.4 - 15  # counted from the sheet's lower edge


def test_a_link_is_one_annotation_a_line_and_says_its_text():
    tree = tags(
        '<h1>T</h1><p><a href="https://example.org/">read <b>more</b> <img src="asset:sun.svg" alt="sun"></a></p>',
        SMALL,
        assets=(DRAWING,),
    )
    assert tree.count("annotation") == 1
    assert "annotation Contents=read more F=4" in tree
    assert tree.count("Link") == 1


def test_what_a_style_sheet_puts_before_a_link_is_no_link():
    tree = tags('<h1>T</h1><p><a href="https://example.org/">read</a></p>', 'a::before { content: "see " }')
    assert tree.count("Link") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("विदा के समय", "विदा के समय"),
        ("សូម\u200bបក់\u200bដៃ", "សូមបក់ដៃ"),
        ("ลูก\u2060ของคุณ", "ลูกของคุณ"),
        ("goodbye", None),
        ("वि עברית", None),  # viewers turn right-to-left ActualText round
        ("वि \U0001f6c8", None),  # and cut pairs of surrogates
    ],
)
def test_complex_left_to_right_scripts_carry_their_characters(text, expected):
    css = (
        "html { font-family: 'Noto Sans Devanagari', 'Noto Sans Khmer', 'Noto Sans Thai', 'Noto Sans Hebrew',"
        " 'Noto Sans', 'Noto Sans Symbols2' }"
    )
    marks = pdf_facts.marks(typeset(pdf_facts.job(f"<h1>T</h1><p>{text}</p>", css)).pdfs[0][1])
    texts = [properties.get("ActualText") for _, properties in marks if "MCID" in properties]
    assert texts[1:] == [expected] or (expected is None and not any(texts))


def test_the_metadata_declare_both_standards_in_plain_bytes():
    pdf = typeset(pdf_facts.job("<h1>T</h1>")).pdfs[0][1]
    assert b'pdfaid:part="2"' in pdf
    assert b'pdfaid:conformance="A"' in pdf
    assert b'pdfuaid:part="1"' in pdf


def test_pictures_are_not_interpolated():
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (4, 4), "blue").save(data, "PNG")
    job = pdf_facts.job('<h1>T</h1><img src="asset:a.png" alt="blue">', assets=(("a.png", data.getvalue()),))
    pdf = typeset(job).pdfs[0][1]
    assert pdf_facts.violations(pdf, "2a") == []
    assert b"/Interpolate true" not in pdf


def test_every_glyph_has_a_character():
    css = "html { font-family: 'Noto Sans Khmer', 'Noto Sans' }"
    pdf = typeset(pdf_facts.job("<h1>T</h1><p>ស្ត្រី កៅអី ព្រះ</p>", css)).pdfs[0][1]
    document = pdf_facts.opened(pdf)
    maps = [
        thing.ToUnicode.read_bytes()
        for thing in document.objects
        if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing
    ]
    assert maps
    assert not any(b"<>" in characters for characters in maps)


def test_another_renderer_version_is_refused(monkeypatch):
    from builder.typeset import accessible

    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    with pytest.raises(RuntimeError, match=r"WeasyPrint 70\.x, and this is 71\.0"):
        accessible.apply.__wrapped__()


def test_the_gaps_are_still_open_upstream():
    """Without `accessible` the renderer's own output fails, so each answer is still needed."""
    import subprocess
    import sys
    from pathlib import Path

    code = (
        "import sys; sys.path[:0] = ['.', 'tests']\n"
        "import pdf_facts, weasyprint\n"
        "html = pdf_facts.job('<h1>T</h1><table><tr><th>a</th></tr></table>'\n"
        "    '<p><a href=\"https://example.org/\">a <b>b</b></a>', '@page { @top-left { content: \"x\" } }')\n"
        "styles = [weasyprint.CSS(string=html.styles[0])]\n"
        "pdf = weasyprint.HTML(string=html.html).write_pdf(pdf_variant='pdf/ua-1', stylesheets=styles)\n"
        "print(*pdf_facts.violations(pdf, 'ua1'), pdf_facts.violations(pdf, '2a') and '2a', sep='\\n')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    assert "PDFUA1-LINK-LINK-TAG-001" in result.stdout
    assert "2a" in result.stdout

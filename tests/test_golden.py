"""What was read once by a person and should not change unnoticed: the plan, a page, HTML, facts of PDFs, pictures.

`pytest --update-golden` writes the files anew; read what changed before you keep it.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pages
import pdf_facts
import pypdfium2
import pytest
from conftest import GOLDEN
from PIL import Image, ImageChops, ImageStat

from builder import plan, render, styles
from builder.build import Report
from builder.model import Job
from builder.page import Page
from builder.styles import Voices
from builder.typeset import typeset

TINY = [(language, kind) for language in ("en", "es") for kind in ("handout", "checklist")]
PICTURES = [
    ("en", "handout"),
    ("en", "checklist"),
    ("en", "visit-guide-home"),
    ("ar", "handout"),
    ("zh-Hans", "handout"),
]
TOLERANCE = 2.0  # of 255: the mean difference of a pixel's grey


def printed_page(page: Page) -> str:
    """A page as a person would read it, each run with its language."""
    rows = [f"{page.body.tag} {page.body.dir}, staff {page.staff.tag}, months {page.months}, emblem {page.emblem}"]
    for path, text in pages.texts(page):
        shown = re.sub(r"\u00a0", "~", text.html)
        rows.append(f"{path} [{text.lang}] {shown}")
    for section in page.sections.values():
        rows += [f"{line.code}: moment {line.routine or '-'}" for line in section.items]
    rows += [f"{contact.key}: {contact.value or '(a line)'}" for contact in page.contacts]
    rows += [f"_({text!r}) = {said!r}" for text, said in sorted(page.words.items())]
    return "\n".join(rows) + "\n"


def outline(html: str) -> str:
    """HTML with a tag a line, without the drawings' paths."""
    text = re.sub(r"(<svg[^>]*>).*?</svg>", r"\1", html, flags=re.DOTALL)
    text = re.sub(r">\s*<", ">\n<", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def job(language: str, kind: str) -> Job:
    """A sheet of the tiny project, as a build would ask for it."""
    tiny = pages.tiny()
    library = tiny.library
    body, staff = library.languages[language], library.languages["en"]
    css = styles.finished(
        styles.own(tiny.css, kind, library.kinds),
        tiny.tokens,
        library.kinds[kind],
        library.editions["normal"],
        Voices(body, body, staff),
    )
    html = render.render(tiny.templates, pages.page(tiny, kind, language))
    papers = (library.papers["letter"], library.papers["a4"])
    return Job(f"{language}/hello/7-18m-{kind}", language, html, css, (), 2, papers)


def facts(pdf: bytes) -> str:
    rows = [
        f"pages {pdf_facts.pages(pdf)}",
        *(f"box {name} {edges}" for page in pdf_facts.boxes(pdf) for name, edges in page.items()),
        f"title {pdf_facts.title(pdf)}",
        f"lang {pdf_facts.lang(pdf)}",
        f"fonts {' '.join(pdf_facts.font_names(pdf))}",
        "",
        pdf_facts.tags(pdf),
        "",
        pdf_facts.text(pdf).replace("\f", "").strip(),
    ]
    return "\n".join(line.rstrip() for line in rows) + "\n"


# --- text ---------------------------------------------------------------------------------------


def test_the_plan_of_the_shelf(shelf, golden):
    whole = plan.shelf(shelf.library)
    keys = plan.plan(shelf.library, replace(whole, languages=("en", "es")))
    counts = Counter(key.language for key in plan.plan(shelf.library, whole))
    assert {count for tag, count in counts.items() if tag != "en"} == {counts["es"]}
    golden("plan.txt", "\n".join(plan.path(key, "en") for key in keys) + "\n")


def test_a_page(golden):
    golden("page-es-checklist.txt", printed_page(pages.page(pages.tiny(), "checklist", "es")))


@pytest.mark.parametrize("kind", ["handout", "checklist"])
def test_the_html_of_a_kind(kind, golden):
    tiny = pages.tiny()
    golden(f"{kind}.html", outline(render.render(tiny.templates, pages.page(tiny, kind, "es"))))


def test_the_html_of_a_guide(shelf, golden):
    golden("visit-guide.html", outline(render.render(shelf.templates, pages.page(shelf, "visit-guide", "ar"))))


@pytest.mark.parametrize(("language", "kind"), TINY)
def test_the_facts_of_a_pdf(language, kind, golden):
    sheet = typeset(job(language, kind))
    assert sheet.faults == ()
    golden(f"{language}-{kind}.facts.txt", facts(dict(sheet.pdfs)["letter"]))


def test_goldens_are_small():
    assert sum(path.stat().st_size for path in GOLDEN.rglob("*") if path.is_file()) < 150_000


# --- pictures -----------------------------------------------------------------------------------


def picture(pdf: bytes) -> Image.Image:
    """All pages side by side, 36 dots to the inch, in greys."""
    document = pypdfium2.PdfDocument(pdf)
    shown = [page.render(scale=0.5, grayscale=True).to_pil() for page in document]
    document.close()
    whole = Image.new("L", (sum(each.width for each in shown), shown[0].height), 255)
    for number, each in enumerate(shown):
        whole.paste(each, (number * shown[0].width, 0))
    return whole


def difference(one: Image.Image, other: Image.Image) -> float:
    if one.size != other.size:
        return 255.0
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


@pytest.mark.xdist_group("printed")
@pytest.mark.parametrize(("language", "kind"), PICTURES)
def test_a_sheet_looks_as_it_did(printed: tuple[Path, Report], request, language, kind):
    pdf = (printed[0] / "output" / language / "attachment" / f"7-18m-{kind}-letter.pdf").read_bytes()
    found, path = picture(pdf), GOLDEN / f"{language}-{kind}.png"
    if request.config.getoption("--update-golden"):
        small = io.BytesIO()
        found.quantize(16).save(small, "PNG", optimize=True)
        path.write_bytes(small.getvalue())
    assert path.is_file(), f"{path} is not there: run pytest --update-golden and look at it"
    with Image.open(path) as kept:
        assert difference(found, kept.convert("L")) < TOLERANCE


@pytest.mark.xdist_group("printed")
def test_pictures_tell_sheets_apart(printed: tuple[Path, Report]):
    """The tolerance is narrow enough: another kind, and the same sheet without its draft banner, are seen."""
    folder = printed[0] / "output"
    handout, checklist = (
        picture((folder / f"es/attachment/7-18m-{kind}-letter.pdf").read_bytes()).crop((0, 0, 300, 396))
        for kind in ("handout", "checklist")
    )
    assert difference(handout, checklist) > 4 * TOLERANCE
    shifted = ImageChops.offset(handout, 0, 6)  # a line lower
    assert difference(handout, shifted) > 2 * TOLERANCE

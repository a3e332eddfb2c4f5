"""One document from HTML to PDF: lay out, judge, draw, write.

Type steps are tried from the largest; the first that keeps the page budget is drawn. Judgements on the
layout come before drawing, complaints of the renderer while drawing come after it, and either forbids
the document.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

import weasyprint
import weasyprint.pdf
from weasyprint.css import ColorProfile
from weasyprint.pdf import VARIANTS, generate_pdf
from weasyprint.urls import URLFetchingError

from builder import impose
from builder.fonts import FontError
from builder.model import Fault, Paper, Sheet
from builder.typeset import accessible, inspect, markup, pdf_file, stylesheets
from builder.typeset.fetch import AssetFetcher, refused_in
from builder.typeset.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    import pydyf  # type: ignore[import-untyped]  # published without types

    from builder.model import Job

_VARIANT = "pdf/a-2a"  # accessible.Metadata adds PDF/UA-1
_OPTIONS = weasyprint.DEFAULT_OPTIONS | VARIANTS[_VARIANT][1] | {"pdf_variant": _VARIANT, "output_intent": None}
_URL = 120  # characters of an address that a message quotes


def compose(job: Job) -> Sheet:
    """Typeset one document; see builder.typeset.typeset."""
    if "FONTCONFIG_FILE" not in os.environ:
        raise FontError("call builder.fonts.configure() before typesetting: the computer's own fonts may be any")
    accessible.apply()
    fetcher = AssetFetcher(job.assets)
    faults: list[Fault] = []
    pdfs: tuple[tuple[str, bytes], ...] = ()
    pages = step = 0
    with Journal() as journal:
        html = weasyprint.HTML(string=job.html, url_fetcher=fetcher)
        root = html.etree_element
        fetcher.refused += refused_in(root, fetcher)
        try:
            document, step = _lay_out(html, job, fetcher, journal)
        except URLFetchingError:  # of @color-profile, where WeasyPrint does not swallow it
            document = None
        if document and not fetcher.refused:  # without what was refused, the layout says nothing
            pages = len(document.pages)
            faults = _judge(document, root, job)
            if not faults:
                pdfs = _on_papers(_draw(document, root), job, pages)
                faults = _substitutes(document, root, job, step)
    faults = [*_refusals(fetcher.refused, job), *_complaints(journal, fetcher.refused, root, job), *faults]
    return Sheet(job.name, () if faults else pdfs, pages, step, tuple(faults))


def _on_papers(pdf: pydyf.PDF, job: Job, pages: int) -> tuple[tuple[str, bytes], ...]:
    """Frame a layout by each paper, or impose it where the paper takes two of its pages."""
    if not job.imposition:
        return pdf_file.write(pdf, job.papers, job.page)
    own = Paper("", *job.page)
    ((_, single),) = pdf_file.write(pdf, (own,), job.page)
    sides = impose.two_up(pages) if job.imposition == "two-up" else impose.booklet(pages, job.binding)
    return tuple(
        (paper.id, single if (paper.width, paper.height) == job.page else impose.impose(single, sides, paper))
        for paper in job.papers
    )


def _draw(document: weasyprint.Document, root: Element) -> pydyf.PDF:
    accessible.mark_artifacts(root, [page._page_box for page in document.pages])  # noqa: SLF001  # no public way
    document.metadata = accessible.Metadata(
        title=document.metadata.title, lang=document.metadata.lang, description=document.metadata.description
    )
    document.color_profiles[document.output_intent] = _colours()
    return generate_pdf(document, None, 1, **_OPTIONS)


def _colours() -> ColorProfile:
    """Give the colour profile that PDF/A asks for; WeasyPrint would leave its file open.

    A new one for every document: littleCMS writes a profile differently the second time.
    """
    return ColorProfile(BytesIO(_srgb()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


@cache
def _srgb() -> bytes:
    return (files(weasyprint.pdf) / "sRGB2014.icc").read_bytes()


def _lay_out(
    html: weasyprint.HTML, job: Job, fetcher: AssetFetcher, journal: Journal
) -> tuple[weasyprint.Document, int]:
    """Lay out at the first type step that keeps the budget, or at the last."""
    for step, text in enumerate(job.styles):
        sheet = stylesheets.parse(text)
        fetcher.refused += sheet.refused
        journal.warnings += sheet.warnings
        document = html.render(
            font_config=stylesheets.fonts(),
            counter_style=sheet.counters.copy(),
            stylesheets=[sheet.css],
            pdf_variant=_VARIANT,
        )
        if not job.sides or len(document.pages) <= job.sides or step == len(job.styles) - 1:
            return document, step
    raise ValueError(f"{job.name}: a job has at least one style sheet")


def _judge(document: weasyprint.Document, root: Element, job: Job) -> list[Fault]:
    pages, language = document.pages, job.language
    if faults := inspect.wrong_pages(pages, job.page, language):
        return faults
    items = inspect.drawn(pages)
    if job.sides and len(pages) > job.sides:
        return [inspect.over_budget(root, items, job.sides, language)]
    return [
        *markup.not_accessible(root, language),
        *inspect.off_page(root, items, job.page, language),
        *inspect.lost_text(root, items, language),
    ]


def _substitutes(document: weasyprint.Document, root: Element, job: Job, step: int) -> list[Fault]:
    """Find characters set in a font that no style names: fontconfig puts in whatever has a glyph, and says nothing."""
    styles = job.styles[step] + job.html
    return [
        Fault(
            "missing-glyph",
            f'{markup.with_character(root, text[0], job.language)}: "{text[0]}" (U+{ord(text[0]):04X})'
            f" is set in {font.family}, which the style sheet does not name",
            "name a font that has the character, or correct the character",
        )
        for font in document.fonts.values()
        if not re.search(rf"{re.escape(font.family)}\s*[\"',;}}&]", styles, re.IGNORECASE)
        for text in list(filter(None, font.to_unicode.values()))[:1]
    ]


def _refusals(refused: Iterable[str], job: Job) -> list[Fault]:
    return [
        Fault(
            "fetch-denied",
            f'{job.language}: the document asks for "{url[:_URL]}"',
            "only the assets it was given are served, as asset:NAME",
        )
        for url in dict.fromkeys(refused)
    ]


def _complaints(journal: Journal, refused: Iterable[str], root: Element, job: Job) -> list[Fault]:
    faults = [
        Fault(
            "missing-glyph",
            f'{markup.with_character(root, chr(code), job.language)}: no font has "{chr(code)}" (U+{code:04X})',
            "correct the character, or add a font to the language",
        )
        for code in journal.missing
    ]
    return faults + [
        Fault("renderer-warning", f"{job.language}: {message}")
        for message in dict.fromkeys(journal.warnings)
        if not any(url in message for url in refused if url)  # told already, as a refusal
    ]

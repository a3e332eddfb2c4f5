"""One document from HTML to PDF: lay out, judge, draw, write.

Type steps are tried from the largest; the first that keeps the page budget is drawn. Judgements on the
layout come before drawing, complaints of the renderer while drawing come after it, and either forbids
the document.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
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
from builder.typeset import accessible, copyfit, facing, inspect, lines, markup, pdf_file, shortcuts, stylesheets
from builder.typeset.fetch import AssetFetcher, refused_in
from builder.typeset.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from xml.etree.ElementTree import Element

    import pydyf  # type: ignore[import-untyped]  # published without types

    from builder.model import Job

_VARIANT = "pdf/a-2a"  # accessible.Metadata adds PDF/UA-1
_OPTIONS = weasyprint.DEFAULT_OPTIONS | VARIANTS[_VARIANT][1] | {"pdf_variant": _VARIANT, "output_intent": None}
_URL = 120  # characters of an address that a message quotes
_ENTITY = re.compile(r"<!ENTITY[^>]*", re.IGNORECASE)  # HTML has none to declare: only an attack would


@dataclass(slots=True)
class _Layout:
    """One job on its way to paper."""

    job: Job
    html: weasyprint.HTML
    fetcher: AssetFetcher
    document: weasyprint.Document = None  # stays None when its styles ask for what is refused
    step: int = 0

    @property
    def root(self) -> Element:
        root: Element = self.html.etree_element
        return root

    @property
    def pages(self) -> int:
        return len(self.document.pages) if self.document else 0


def compose(job: Job) -> Sheet:
    """Typeset one document; see builder.typeset.typeset."""
    if "FONTCONFIG_FILE" not in os.environ:
        raise FontError("call builder.fonts.configure() before typesetting: the computer's own fonts may be any")
    accessible.apply()
    shortcuts.apply()
    faults: list[Fault] = []
    pdfs: tuple[tuple[str, bytes], ...] = ()
    with Journal() as journal, lines.remembered(private=job.private):
        layouts = [_begin(each) for each in (job, job.facing) if each]
        _lay_out_together(layouts, journal)
        refused = [url for layout in layouts for url in layout.fetcher.refused]
        if all(layout.document for layout in layouts) and not refused:  # without what was refused, they say nothing
            faults = [fault for layout in layouts for fault in _judge(layout)]
            if not faults:
                pdfs = _on_papers(job, layouts)
                faults = [fault for layout in layouts for fault in _substitutes(layout)]
    refusals = [fault for layout in layouts for fault in _refusals(layout.fetcher.refused, layout.job)]
    faults = [*refusals, *_complaints(journal, refused, layouts), *faults]
    return Sheet(job.name, () if faults else pdfs, layouts[0].pages, layouts[0].step, tuple(faults))


def _begin(job: Job) -> _Layout:
    fetcher = AssetFetcher(job.assets)
    html = shortcuts.parse(job.html, fetcher)
    for root in (html.etree_element, *map(shortcuts.whole, html.etree_element.iter(shortcuts.SVG))):
        fetcher.refused += refused_in(root, fetcher)
    fetcher.refused += _ENTITY.findall(job.html)
    return _Layout(job, html, fetcher)


def _lay_out_together(layouts: Sequence[_Layout], journal: Journal) -> None:
    """Lay out a job; one that another faces until both begin the same parts on the same pages."""
    for layout in layouts:
        _lay_out(layout, journal)
    tried: set[int] = set()
    while len(layouts) == 2 and all(layout.document for layout in layouts):
        ours, theirs = (facing.openings(layout.root, layout.document.pages) for layout in layouts)
        part = facing.apart(ours, theirs, tried)
        if part is None:
            return
        tried.add(part)
        for layout in layouts:
            facing.break_before(layout.root, part)
            _lay_out(layout, journal)


def _on_papers(job: Job, layouts: Sequence[_Layout]) -> tuple[tuple[str, bytes], ...]:
    """Frame a layout by each paper, or impose it where the paper takes two of its pages."""
    pdfs = [_draw(layout) for layout in layouts]
    if not job.imposition:
        return pdf_file.write(pdfs[0], job.papers, job.page)
    own = Paper("", *job.page)
    single, other = ([pdf_file.write(pdf, (own,), job.page)[0][1] for pdf in pdfs] + [b""])[:2]
    sides = _sides(job, layouts)
    return tuple(
        (paper.id, single if (paper.width, paper.height) == job.page else impose.impose(single, sides, paper, other))
        for paper in job.papers
    )


def _sides(job: Job, layouts: Sequence[_Layout]) -> tuple[impose.Side, ...]:
    pages = layouts[0].pages
    if job.imposition == "facing":
        return impose.facing(pages, layouts[-1].pages, job.binding)
    return impose.two_up(pages) if job.imposition == "two-up" else impose.booklet(pages, job.binding)


def _draw(layout: _Layout) -> pydyf.PDF:
    document = layout.document
    accessible.mark_artifacts(layout.root, [page._page_box for page in document.pages])  # noqa: SLF001  # no public way
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


def _lay_out(layout: _Layout, journal: Journal) -> None:
    """Lay out at the largest type step that keeps the budget, or at the smallest."""
    job = layout.job
    made: dict[int, weasyprint.Document] = {}

    def fits(step: int) -> bool:
        sheet = stylesheets.parse(job.styles[step])
        layout.fetcher.refused += sheet.refused
        layout.fetcher.refused += [url for url in sheet.named if not layout.fetcher.serves(url)]
        journal.warnings += sheet.warnings
        enough = job.sides if step < len(job.styles) - 1 else 0  # of the smallest step, messages name what is too long
        try:
            with shortcuts.at_most(enough):
                made[step] = layout.html.render(
                    font_config=stylesheets.fonts(),
                    counter_style=sheet.counters.copy(),
                    stylesheets=[sheet.css],
                    pdf_variant=_VARIANT,
                )
        except shortcuts.TooLongError:
            return False
        except URLFetchingError:  # of @color-profile, where WeasyPrint does not swallow it
            made[step] = None
            return True  # another step would ask for it as well
        return not job.sides or len(made[step].pages) <= job.sides

    layout.step = copyfit.search(job.akin, len(job.styles), fits)
    layout.document = made[layout.step]


def _judge(layout: _Layout) -> list[Fault]:
    pages, job, root = layout.document.pages, layout.job, layout.root
    if faults := inspect.wrong_pages(pages, job.page, job.language):
        return faults
    items = inspect.drawn(pages)
    if job.sides and len(pages) > job.sides:
        return [inspect.over_budget(root, items, job.sides, job.language)]
    return [
        *markup.not_accessible(root, job.language),
        *inspect.off_page(root, items, job.page, job.language),
        *inspect.lost_text(root, items, job.language),
    ]


def _substitutes(layout: _Layout) -> list[Fault]:
    """Find characters set in a font that no style names: fontconfig puts in whatever has a glyph, and says nothing."""
    job = layout.job
    return [
        Fault(
            "missing-glyph",
            f'{markup.with_character(layout.root, text[0], job.language)}: "{text[0]}" (U+{ord(text[0]):04X})'
            f" is set in {font.family}, which the style sheet does not name",
            "name a font that has the character, or correct the character",
        )
        for font in layout.document.fonts.values()
        if not any(_names(font.family, styles) for styles in _styles(layout))
        for text in list(filter(None, font.to_unicode.values()))[:1]
    ]


def _names(family: str, styles: str) -> bool:
    return re.search(rf"{re.escape(family)}\s*[\"',;}}]", f"{styles};", re.IGNORECASE) is not None


def _styles(layout: _Layout) -> Iterator[str]:
    """Where a document names fonts: not in its words, which may speak of one."""
    yield layout.job.styles[layout.step]
    for outer in (layout.root, *map(shortcuts.whole, layout.root.iter(shortcuts.SVG))):
        for element in outer.iter():
            yield from filter(None, (element.get("style"), element.get("font-family")))
            if element.tag == "style":
                yield element.text or ""


def _refusals(refused: Iterable[str], job: Job) -> list[Fault]:
    return [
        Fault(
            "fetch-denied",
            f'{job.language}: the document asks for "{url[:_URL]}"',
            "only the assets it was given are served, as asset:NAME; links lead to https:, mailto: or tel:",
        )
        for url in dict.fromkeys(refused)
    ]


def _complaints(journal: Journal, refused: Sequence[str], layouts: Sequence[_Layout]) -> list[Fault]:
    faults = []
    for code in journal.missing:
        layout = next((each for each in layouts if chr(code) in each.job.html), layouts[0])
        subject = markup.with_character(layout.root, chr(code), layout.job.language)
        hint = "correct the character, or add a font to the language"
        faults.append(Fault("missing-glyph", f'{subject}: no font has "{chr(code)}" (U+{code:04X})', hint))
    return faults + [
        Fault("renderer-warning", f"{layouts[0].job.language}: {message}")
        for message in dict.fromkeys(journal.warnings)
        if not any(url in message for url in refused if url)  # told already, as a refusal
    ]

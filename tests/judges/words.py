"""The judge of words: what a sheet was to say is drawn on it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import groupby

from .ink import Page
from .verdict import Case, Finding, squeezed

RUNNING = frozenset({"head-first", "head-next", "foot", "turn", "web"})  # classes of what is repeated in page margins
_SILENT = frozenset({"head", "svg", "script", "style", "template"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_BREAKS = dict.fromkeys((0x00AD, 0x200B, 0x2060))  # soft hyphens and break marks come and go with the lines
_JOINERS = dict.fromkeys((0x200C, 0x200D))  # shape their neighbours and are no glyph
_STACKERS = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u1039\u17d2")  # the letter that follows stands under, or is half
_SHAPED = re.compile(
    "[\u0900-\u109f\u1780-\u18af\u1a20-\u1aaf\ua980-\uaadf]"
)  # scripts whose glyphs are not their letters


class _Reader(HTMLParser):
    """Collects what stands directly in each element, in document order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool, bool, int]] = []  # tag, silent, running, its first page
        self.texts: list[tuple[str, bool, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        _, silent, running, page = self.open[-1] if self.open else ("", False, False, 1)
        silent = silent or tag in _SILENT or "hidden" in given
        running = running or not RUNNING.isdisjoint((given.get("class") or "").split())
        self.open.append((tag, silent, running, max(page, int(given.get("data-from-page") or 1))))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hold nothing: a drawing's parts."""

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in {each[0] for each in self.open}:
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.open and data.strip() and not self.open[-1][1]:
            self.texts.append((data, *self.open[-1][2:]))


def texts(html: str) -> tuple[tuple[str, bool, int], ...]:
    """What a document says: (text, whether it is repeated in a page's margin, the first page that may say it)."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.texts)


def words(case: Case) -> list[Finding]:
    """What a sheet was to say is drawn on it, to the last letter.

    Unit: letters, without spaces, breaks and case; those of page margins for themselves. What is drawn is the text of
    the glyphs, by ToUnicode; of a script whose glyphs are not its letters it is /ActualText, which counts only where
    there are at least as many inked glyphs as letters that cannot share one (in margins, which have none, such letters
    are not counted). Signs of the style sheet's own (numbers of
    pages, of steps) are more than was asked for, and so are the pages after the first in a margin. Source: the document
    as it is rendered from the project, before anything is laid out.
    """
    pages = case.document.pages
    if case.expectation.order == "two-up":
        pages = pages[::2]  # the same page stands there twice
    found = []
    for running in (False, True):
        drawn = [said for page in pages for said in _said(page, furniture=running)]
        wanted = [text for text, margin, first in case.expectation.texts if margin == running and first <= len(pages)]
        missing = Counter(_letters("".join(wanted))) - Counter(_letters("".join(drawn)))
        if running:  # a margin has no /ActualText
            missing = Counter({each: count for each, count in missing.items() if not _SHAPED.match(each)})
        if missing:
            what = _lost(wanted, drawn) or "".join(sorted(missing))
            found.append(
                Finding("words", case.file, 1, f'"{what}"', f"{missing.total()} letters are not drawn", "none")
            )
    for page in pages:
        for actual, inked in _spelled(page):
            if inked < (least := _bases(actual)):
                what = f'"{actual.strip()[:40]}"'
                measure = f"{inked} glyphs for {least} letters"
                found.append(Finding("words", case.file, page.number, what, measure, "a glyph for each"))
    return found


def _said(page: Page, *, furniture: bool) -> Iterator[str]:
    """What each marked sequence says."""
    for _, runs in groupby(page.runs, key=lambda run: run.sequence):
        held = list(runs)
        if held[0].role == "Artifact" and not furniture:
            continue
        if furniture != held[0].furniture:
            continue
        if held[0].actual:
            yield held[0].actual if any(run.box for run in held) else ""
        else:
            yield "".join(run.text for run in held)


def _spelled(page: Page) -> Iterator[tuple[str, int]]:
    """The sequences with /ActualText, and how many inked glyphs each has."""
    for _, runs in groupby(page.runs, key=lambda run: run.sequence):
        held = list(runs)
        if held[0].actual:
            yield held[0].actual, sum(glyph.box is not None for run in held for glyph in run.glyphs)


def _bases(text: str) -> int:
    """How many letters of a text cannot share a glyph: marks may be drawn with their letter, stacked letters with the first."""
    kept = text.translate(_BREAKS).translate(_JOINERS)
    return sum(
        unicodedata.category(letter)[0] in "LN" and before not in _STACKERS
        for before, letter in zip(" " + kept, kept, strict=False)
    )


def _letters(text: str) -> str:
    return squeezed(unicodedata.normalize("NFKC", text).translate(_BREAKS).translate(_JOINERS)).casefold()


def _lost(wanted: Iterable[str], drawn: Iterable[str]) -> str:
    """The first words that stand nowhere, to name the loss by."""
    stream = _letters("".join(drawn))
    back = stream[::-1]
    lost = [
        word for text in wanted for word in text.split() if _letters(word) not in stream and _letters(word) not in back
    ]
    return " ".join(lost)[:40]

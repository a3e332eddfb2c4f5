"""Rules about how sheets speak: plain words, warm words. English only, for English is what is written here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from builder import markdown, plan, readability
from builder.diagnostics import Diagnostic
from builder.model import STAFF, Article, Item, Library, Place, Topic, Wording
from builder.project import Project

GRADE = 5.0  # years of school; practice: source at US grade 5 or below


def grades(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Every family sheet is easy to read, by both formulas."""
    del project
    for topic in library.topics:
        for band in plan.bands(library, topic):
            article = topic.article(band)
            seen: set[tuple[str, ...]] = set()
            for kind, _setting in plan.kinds(library, topic, band):
                texts = sheet(library, topic, band, kind.wants)
                if article is None or kind.audience != "family" or texts in seen:
                    continue
                seen.add(texts)
                worst = _worst(texts)
                if worst > GRADE and "grade" not in article.allow:
                    fact = f"the {kind.id} reads at grade {worst:.1f} (at most {GRADE:g})"
                    hint = "shorter words and sentences; or say why it stays: allow: {grade: the reason}"
                    yield Diagnostic("hard-words", Place(article.place.file), fact, hint)


@lru_cache(maxsize=256)
def _worst(texts: tuple[str, ...]) -> float:
    return readability.grades(texts).worst


def sheet(library: Library, topic: Topic, band: str, wants: Sequence[str]) -> tuple[str, ...]:
    """What a family sheet says, in its order, without marks."""
    article, have = topic.article(band), topic.elements(band)
    specs = [library.elements[key] for key in wants if key in have]
    items = [item for spec in specs if spec.audience == "family" for item in have[spec.key].items]
    said = [article.title if article else "", *(text for item in items for text in (item.text, item.detail))]
    return tuple(markdown.plain(text) for text in said if text)


def unfit_words(project: Project, library: Library) -> Iterator[Diagnostic]:
    """No word of content/voice.yaml, and for families no term of the glossary, unless the article says why."""
    del project
    terms = tuple(term.term for term in library.terms if not term.plain)
    why = "families read the meaning, not the term"
    jargon = Wording("glossary", terms, f"{why} (content/glossary.yaml)", "family", "error")
    for article, place, text, for_family in _said(library):
        for wording in (*library.wordings, jargon):
            if wording.audience == ("staff" if for_family else "family") or not wording.words:
                continue
            for found in _pattern(wording.words).findall(text):
                if found.casefold() not in {word.casefold() for word in article.allow}:
                    fact = f'"{found}": {wording.why}'
                    hint = f"say it in other words; or say why it stays: allow: {{{found.casefold()}: the reason}}"
                    yield Diagnostic("unfit-word", place, fact, hint, wording.severity)


def _said(library: Library) -> Iterator[tuple[Article, Place, str, bool]]:
    """Every text with its article, its line, and whether families read it."""
    for topic in library.topics:
        for band, article in sorted(topic.articles.items()):
            family = band != STAFF and topic.audience == "family"
            yield article, article.title_place, article.title, family
            for element in article.elements:
                spec = library.elements[element.key]
                for item in element.items:
                    yield article, item.place, _words(item), spec.audience == "family" or spec.both


def _words(item: Item) -> str:
    return markdown.plain(f"{item.text} {item.detail}".strip())


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = sorted((re.escape(word).replace(r"\*", r"\w*") for word in words), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])", re.IGNORECASE)

"""Where a sentence comes from, who answers for it, and which sheets carry it.

Asked with a fact (003.B.i3), an item code (C4), a version code (EWCW-8D), a printed PDF, or words in any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder import catalog, markdown, plan, project, store
from builder.diagnostics import ProblemsError, RefusalError, did_you_mean
from builder.model import ANY_AGE, Element, Item, Library, Topic
from builder.project import SOURCE, Project

_ITEM = re.compile(r"[A-Z]\d{0,2}\Z")
_VERSION = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\Z")
_LEAST = 4  # letters of a sentence that is looked for


class TraceError(RefusalError):
    """Nothing was found; the message says what can be asked."""


@dataclass(frozen=True, slots=True)
class Found:
    """One item with everything that leads to it and away from it."""

    item: Item
    topic: str
    band: str  # of the article it stands in
    element: str
    sheets: tuple[str, ...]  # "attachment 7-18m handout", without languages
    facts: tuple[str, ...]  # "003.B.i3: what it says (source)"


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer: what was asked about, in lines, and the items it leads to."""

    about: tuple[str, ...]
    items: tuple[Found, ...]
    approvals: tuple[str, ...]  # "trust any-age, es: nobody yet"

    def __str__(self) -> str:
        lines = list(self.about)
        for found in self.items:
            code = f"{found.item.code} " if found.item.code else ""
            lines += ["", f"{found.item.place}: {code}{found.element}", f"  {found.item.text}"]
            lines += [f"  : {found.item.detail}"] if found.item.detail else []
            lines += [f"  from {fact}" for fact in found.facts] or ["  from our own words: it traces to no fact"]
            lines += [f"  on {sheet}" for sheet in found.sheets] or ["  on no sheet"]
        return "\n".join([*lines, "", "approved by", *(f"  {line}" for line in self.approvals)]).strip()


def trace(root: Path, question: str) -> Trace:
    """Answer a question. Raises TraceError when it leads nowhere, ProblemsError when the project cannot be read."""
    loaded = project.read(root)
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    asked = question.strip()
    documents = store.load(root / "output").documents
    about, items = _answer(loaded, loaded.library, documents, asked)
    if not items and not about:
        hint = did_you_mean(asked, loaded.library.facts)
        raise TraceError(
            f'"{asked[:60]}" leads nowhere' + (f" ({hint})" if hint else "")
            + ": ask with a fact, an item code, a version code, a printed PDF, or some words of a sentence"
        )  # fmt: skip
    places = {(found.topic, sheet.split()[1]) for found in items for sheet in found.sheets}
    return Trace(tuple(about), tuple(items), tuple(_approvals(loaded, loaded.library, sorted(places))))


def unused(root: Path) -> list[str]:
    """The facts that no sheet uses, each with the reason. Raises ProblemsError."""
    loaded = project.read(root)
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    used = {fact for _, _, _, item in _items(loaded.library) for fact in item.facts}
    missing = [fact for fact in loaded.library.facts.values() if fact.id not in used]
    why = {"never": "must not be printed"}
    return [f"{fact.id}: {fact.says}: {fact.unused or why.get(fact.use, 'no reason given')}" for fact in missing]


def _answer(
    loaded: Project, library: Library, documents: Mapping[str, store.Record], asked: str
) -> tuple[list[str], list[Found]]:
    if asked in library.facts:
        fact = library.facts[asked]
        about = [f"{fact.id}: {fact.says} ({_source(library, fact.source)}; use: {fact.use})"]
        if fact.unused:
            about.append(f"not used: {fact.unused}")
        return about, [_found(library, *at) for at in _items(library) if asked in at[3].facts]
    if _ITEM.match(asked):
        return [], [_found(library, *at) for at in _items(library) if at[3].code == asked]
    printed = _printed(documents, asked)
    if printed:
        first = printed[0][1]
        about = [f"{path}: {record.title}, {record.code}, {record.state}" for path, record in printed]
        about.append(f"source reviewed by: {'nobody yet' if first.review == 'none' else first.review}")
        return about, _on(library, first)
    return [], [_found(library, *at) for at in _saying(loaded, library, asked)]


def _printed(documents: Mapping[str, store.Record], asked: str) -> list[tuple[str, store.Record]]:
    """The built sheets that a version code or the path of a PDF names."""
    if _VERSION.match(asked.upper()):
        return sorted((path, record) for path, record in documents.items() if record.code == asked.upper())
    if not asked.endswith(".pdf"):
        return []
    parts = Path(asked).parts
    return sorted(
        (path, record) for path, record in documents.items() if parts[-len(Path(path).parts) :] == Path(path).parts
    )


def _on(library: Library, record: store.Record) -> list[Found]:
    """What a built sheet prints."""
    key = record.key
    kind = library.kinds.get(key.kind)
    topic = next((topic for topic in library.topics if topic.id == key.topic), None)
    if kind is None or topic is None:
        return []
    have = topic.elements(key.band)
    items = {item.place: item for name in kind.wants if name in have for item in have[name].items}
    return [_found(library, *at) for at in _items(library) if at[3].place in items]


def _saying(loaded: Project, library: Library, words: str) -> Iterator[tuple[Topic, str, Element, Item]]:
    """The items that say some words, in the source or in a translation."""
    wanted = _plain(words)
    if len(wanted) < _LEAST:
        return
    for topic, band, element, item in _items(library):
        said = [item.text, item.detail]
        for messages in loaded.catalogs.values():
            if not messages.source and not messages.language.pseudo:
                said += [
                    form for text in (item.text, item.detail) if text for form in messages.find(topic.id, text).texts
                ]
        if any(wanted in _plain(text) for text in said if text):
            yield topic, band, element, item


def _plain(text: str) -> str:
    return " ".join(markdown.plain(text).casefold().replace("\u2019", "'").split())


def _items(library: Library) -> Iterator[tuple[Topic, str, Element, Item]]:
    for topic in library.topics:
        for band, article in sorted(topic.articles.items()):
            for element in article.elements:
                for item in element.items:
                    yield topic, band, element, item


def _found(library: Library, topic: Topic, band: str, element: Element, item: Item) -> Found:
    facts = tuple(
        f"{key}: {library.facts[key].says} ({_source(library, library.facts[key].source)})"
        for key in item.facts
        if key in library.facts
    )
    return Found(item, topic.id, band, element.key, tuple(_sheets(library, topic, band, element, item)), facts)


def _sheets(library: Library, topic: Topic, band: str, element: Element, item: Item) -> Iterator[str]:
    """The sheets that carry an item; a text for any age or for staff is lent to every band without its own."""
    for own in plan.bands(library, topic):
        if band not in {own, ANY_AGE, "staff"} or item not in getattr(
            topic.elements(own).get(element.key), "items", ()
        ):
            continue
        for kind, setting in plan.kinds(library, topic, own):
            spec = library.elements[element.key]
            if element.key in kind.wants and spec.setting in {"", setting}:
                yield " ".join(part for part in (topic.id, own, kind.id, setting) if part)


def _source(library: Library, key: str) -> str:
    return library.sources[key].citation if key in library.sources else key


def _approvals(loaded: Project, library: Library, places: list[tuple[str, str]]) -> Iterator[str]:
    topics = {topic.id: topic for topic in library.topics}
    for topic, band in places:
        review = catalog.reviewed(loaded.catalogs[SOURCE], topics[topic], band)
        yield f"{topic} {band}, English: {_who(review)}"
        for tag in loaded.translated:
            if tag != SOURCE and tag in loaded.catalogs:
                yield f"{topic} {band}, {tag}: {_who(catalog.approval(loaded.catalogs[tag], topics[topic], band))}"


def _who(review: catalog.Review | None) -> str:
    return f"{review.role}, {review.date}" if review else "nobody yet"

"""What there is to translate: every text of the source, by component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from builder import phrases
from builder.model import Item, Library, Topic
from builder.phrases import Counted

UI = "ui"  # the component of headings, ages and everything else that is no topic's own
WEB = "web"  # the component of the pages on the screen; no sheet prints a word of it, so a language may do without

_RECENT = 256  # topics whose texts are kept once gathered


@dataclass(frozen=True, slots=True)
class Unit:
    """One translatable text of the source: a block, a heading, a sentence of the builder."""

    id: str
    plural: str = ""
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Units(Mapping[str, Mapping[str, Unit]]):
    """Every translatable text by component. A topic's are gathered when somebody asks for them."""

    __slots__ = ("_common", "_library", "_recent", "_topics")

    def __init__(self, library: Library, strings: Iterable[tuple[str, str]], screen: Iterable[tuple[str, str]]) -> None:
        """Of a library, of its sheets' templates and of the pages on the screen: their strings are (text, file)."""
        self._library = library
        self._topics = {topic.id: topic for topic in library.topics}
        self._common = {UI: _ui(library, strings)}
        if said := _interface(screen):
            self._common[WEB] = said
        self._recent: dict[str, Mapping[str, Unit]] = {}

    def __getitem__(self, component: str) -> Mapping[str, Unit]:
        found = self._common.get(component, self._recent.get(component))
        if found is None:
            found = _topic_units(self._library, self._topics[component])
            if len(self._recent) >= _RECENT:
                self._recent.clear()
            self._recent[component] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return chain(self._common, self._topics)

    def __len__(self) -> int:
        return len(self._common) + len(self._topics)

    def __contains__(self, component: object) -> bool:
        return component in self._common or component in self._topics


def _ui(library: Library, strings: Iterable[tuple[str, str]]) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for phrase in phrases.ALL:
        message = phrase.message
        one, many = (message.one, message.many) if isinstance(message, Counted) else (message, "")
        _add(found, one, many, phrase.note, "")
    for text, file in strings:
        _add(found, text, "", "", file)
    for spec in library.elements.values():
        _add(found, spec.heading, "", f"heading: {spec.key}", "templates/elements.yaml")
        _add(found, spec.hint, "", f"beside the heading: {spec.key}", "templates/elements.yaml")
    for kind in library.kinds.values():
        for name in (kind.name, *(setting.name for setting in kind.settings.values())):
            _add(found, name, "", "kind of sheet", "templates/kinds.yaml")
    for page in library.pack_pages.values():
        _add(found, page.name, "", "page of a pack", "templates/packs.yaml")
    for edition in library.editions.values():
        _add(found, edition.name, "", "edition", "templates/editions.yaml")
    return found


def _interface(strings: Iterable[tuple[str, str]]) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for text, file in strings:
        _add(found, text, "", "page on the screen", file)
    return found


def _topic_units(library: Library, topic: Topic) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    _add(found, topic.title, "", "title of the topic", topic.place.file)
    for band, article in sorted(topic.articles.items()):
        file = article.place.file
        if band != "staff":
            _add(found, article.title, "", f"title \u00b7 {band} \u00b7 a few words, the largest on the page", file)
            _add(found, article.summary, "", f"summary \u00b7 {band}", file)
        for element in article.elements:
            spec = library.elements[element.key]
            budget = f" \u00b7 at most {spec.words} words" if spec.words else ""
            for item in element.items:
                for text in texts_of(item):
                    _add(found, text, "", f"{f'{element.key} {item.code}'.strip()} \u00b7 {band}{budget}", file)
    return found


def texts_of(item: Item) -> tuple[str, ...]:
    return (item.text, item.detail) if item.detail else (item.text,)


def _add(component: dict[str, Unit], text: str, plural: str, note: str, file: str) -> None:
    if not text:
        return
    old = component.get(text, Unit(text, plural))
    notes = old.notes if not note or note in old.notes else (*old.notes, note)
    files = old.files if not file or file in old.files else (*old.files, file)
    component[text] = Unit(text, plural or old.plural, notes, files)

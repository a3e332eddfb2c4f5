"""What rules look things up with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from builder import fonts
from builder.catalog import Message
from builder.model import Item, Language, Library, Place
from builder.project import SOURCE, Project


@lru_cache(maxsize=64)
def covered(families: tuple[str, ...]) -> frozenset[str]:
    """The characters that fonts can draw. Raises FontError when one is not installed."""
    return frozenset(map(chr, frozenset().union(*(fonts.characters(family) for family in families))))


def texts(library: Library) -> Iterator[tuple[str, Place]]:
    """Everything that articles say, with where it stands."""
    for topic in library.topics:
        yield topic.title, topic.place
        for _band, article in sorted(topic.articles.items()):
            yield article.title, article.title_place
            yield article.summary, article.summary_place
    for item in items(library):
        yield f"{item.text} {item.detail}", item.place


def items(library: Library) -> Iterator[Item]:
    for topic in library.topics:
        for _band, article in sorted(topic.articles.items()):
            for element in article.elements:
                yield from element.items


def messages(project: Project, library: Library) -> Iterator[tuple[Language, str, Message]]:
    for tag, catalog in sorted(project.catalogs.items()):
        if project.spoken is not None and tag not in project.spoken:
            continue
        for component, messages in sorted(catalog.components.items()):
            for message in messages.values():
                yield library.languages[tag], component, message


def source(library: Library) -> list[Language]:
    return [library.languages[SOURCE]] if SOURCE in library.languages else []


def has_record(project: Project, tag: str) -> bool:
    """Whether a language has a file, also one that cannot be read: that is told already."""
    return f"content/languages/{tag}.yaml" in project.sources.files


def where(project: Project, file: str, word: str) -> Place:
    """The first line of a settings file on which a word stands, comments apart."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    lines = project.sources.files.get(file, b"").decode("utf-8", "replace").splitlines()
    found = (number for number, line in enumerate(lines, start=1) if pattern.search(line.split(" #")[0]))
    return Place(file, next(found, 0))

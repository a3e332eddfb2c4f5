"""Projects in memory, changed by a word or a file, and the pages they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache

from conftest import PROJECTS, REPOSITORY

from builder import project, sources
from builder.localise import Localised, localise
from builder.model import DocumentKey
from builder.page import Page, Text
from builder.project import Project
from builder.sources import Sources

ARTICLE = "content/topics/hello/7-18m.md"
SPANISH = "content/locale/es/hello.po"
SPANISH_UI = "content/locale/es/ui.po"


@cache
def tiny() -> Project:
    """The project of tests/projects/tiny with the repository's templates and languages."""
    lent = sources.read(REPOSITORY).files
    kept = {path: data for path, data in lent.items() if path.startswith(("templates/", "content/languages/"))}
    own = sources.read(PROJECTS / "tiny").files
    return project.understand(Sources({**kept, SPANISH_UI: lent[SPANISH_UI], **own}))


def changed(base: Project, *changes: tuple[str, str, str], files: Mapping[str, str] | None = None) -> Project:
    """The project with (file, old words, new words) replaced and `files` added."""
    held = dict(base.sources.files)
    for path, text in (files or {}).items():
        held[path] = text.encode()
    for path, old, new in changes:
        text = held[path].decode()
        assert old in text, f"{old!r} is not in {path}"
        held[path] = text.replace(old, new).encode()
    return project.understand(Sources(held))


def ready(base: Project, *paths: str) -> Project:
    """The project with every message of these PO files read by a speaker."""
    texts = {path: base.sources.files[path].decode() for path in paths}
    kept = {
        path: "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("# draft:", "#, fuzzy")))
        for path, text in texts.items()
    }
    return changed(base, files=kept)


def localised(base: Project, kind: str = "handout", language: str = "es", **changes: str) -> Localised:
    """What localise says of a document of the project's first topic with texts for 7 to 18 months."""
    assert base.library is not None
    values = {
        "topic": next(topic.id for topic in base.library.topics if "7-18m" in topic.articles),
        "band": "7-18m",
        "setting": next(iter(base.library.kinds[kind].settings), ""),
        "edition": "normal",
        "staff_language": base.library.program.staff_language,
        "paper": "letter",
    }
    key = DocumentKey(**{"language": language, "kind": kind, **values, **changes})
    return localise(base.library, base.catalogs, key, base.strings[kind])


def page(base: Project, kind: str = "handout", language: str = "es", **changes: str) -> Page:
    found = localised(base, kind, language, **changes)
    assert found.page is not None, found.missing
    return found.page


def texts(value: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every finished run of text of a page, with where it stands."""
    if isinstance(value, Text):
        if value:
            yield path, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from texts(each, f"{path}.{name}")
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from texts(each, f"{path}[{number}]")
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from texts(getattr(value, each.name), f"{path}.{each.name}".lstrip("."))


def said(text: Text) -> str:
    """The words of a run, with ordinary spaces."""
    return text.plain

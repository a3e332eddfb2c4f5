"""One message at a time, as it is edited on a screen: written only when nothing else was, and when it prints right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from builder import check, project, sources, store
from builder.catalog import UI, WEB, Catalog, Unit
from builder.catalog.edit import edited, previous
from builder.diagnostics import Diagnostic, ProblemsError, RefusalError, among, errors, in_order, nowhere
from builder.project import SOURCE, Project
from builder.sources import Sources
from builder.translation import known, proof


class ChangedError(RefusalError):
    """The file is not the one that was read: somebody else has written to it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with what its translator wants to know."""

    unit: Unit
    previous: str  # the source that a stale translation was made for
    texts: tuple[str, ...]  # every form it has, empty where there is none
    state: str
    use: str  # "12 of 15" words
    over: bool
    problems: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A PO file as it is now: its messages, and the digest that a later edit is compared with."""

    entries: tuple[Entry, ...]
    digest: str


def path(tag: str, component: str) -> str:
    """Where a component's translations are."""
    return f"content/locale/{tag}/{component}.po"


def opened(loaded: Project, tag: str, component: str) -> Opened:
    """The messages of a component in the order of the source. Raises ProblemsError for a name that does not exist."""
    known(loaded, tag)
    if component not in loaded.units:
        hint = among(component, loaded.units)
        raise ProblemsError([nowhere("unknown-name", f'there is no topic "{component[:40]}"', hint)])
    data = loaded.sources.files.get(path(tag, component), b"")
    before = previous(data.decode("utf-8", "replace"))
    found, wrong = loaded.catalogs[tag], _mistakes(loaded, tag, component)
    units = loaded.units[component].values()
    entries = tuple(_entry(found, component, unit, before.get(unit.id, ""), wrong) for unit in units)
    return Opened(entries, store.digest(data))


def _entry(found: Catalog, component: str, unit: Unit, before: str, wrong: dict[int, list[Diagnostic]]) -> Entry:
    message = found.components.get(component, {}).get(unit.id) or found.find(component, unit.id)
    row = proof.row(found, component, unit)
    count = found.language.plural.count if unit.plural else 1
    texts = (*message.texts, *("",) * count)[:count]
    return Entry(unit, before, texts, message.state, row.use, row.over, tuple(wrong.get(message.place.line, ())))


def _mistakes(loaded: Project, tag: str, component: str) -> dict[int, list[Diagnostic]]:
    """What is wrong with a file, errors and warnings, by line."""
    found: dict[int, list[Diagnostic]] = {}
    for problem in in_order(check.check(_narrowed(loaded, tag))):
        if problem.place.file == path(tag, component):
            found.setdefault(problem.place.line, []).append(problem)
    return found


def _narrowed(loaded: Project, tag: str) -> Project:
    """The project with the translations of one language: what others say is not looked at."""
    return replace(loaded, catalogs={name: found for name, found in loaded.catalogs.items() if name in {tag, SOURCE}})


@store.edits
def save(root: Path, tag: str, component: str, source: str, texts: tuple[str, ...], digest: str) -> None:
    """Write one translation, every plural form of it, as a person's own.

    Raises ChangedError when the file's digest is another, and ProblemsError when the text would print wrong; the file
    then stays as it is.
    """
    files = _own(sources.read(root), tag)
    at = path(tag, component)
    old = files.files.get(at, b"")
    if store.digest(old) != digest:
        raise ChangedError("this file has changed since the page was opened; nothing was written")
    loaded = project.understand(files)
    known(loaded, tag)
    unit = loaded.units.get(component, {}).get(source)
    if unit is None or source not in loaded.catalogs[tag].components.get(component, {}):
        raise ProblemsError([nowhere("old-source", f'the source no longer says "{source[:50]}"', "sync first")])
    if not all(text.strip() for text in texts):
        raise ProblemsError([nowhere("po-plural", "the translation is empty", "fill in every form")])
    new = edited(old.decode("utf-8"), {source: texts}).encode()
    after = project.understand(replace(files, files={**files.files, at: new}))
    line = after.catalogs[tag].components.get(component, {})[source].place.line if not _unread(after, at) else 0
    wrong = [found for found in errors(check.check(after)) if found.place.file == at and found.place.line in {line, 0}]
    if wrong:
        raise ProblemsError(wrong)
    if store.digest((root / at).read_bytes()) != digest:
        raise ChangedError("this file has changed while it was checked; nothing was written")
    if new != old:
        store.write(root, at, new)


def _unread(after: Project, at: str) -> bool:
    return any(problem.place.file == at and problem.code == "po-syntax" for problem in after.problems)


def _own(files: Sources, tag: str) -> Sources:
    """The sources without the translations into other languages."""
    kept = {
        name: data
        for name, data in files.files.items()
        if not name.startswith("content/locale/") or name.split("/")[2] == tag
    }
    return Sources(kept, files.problems)


def components(loaded: Project, tag: str) -> tuple[str, ...]:
    """The components that a language translates: the headings first, the pages on the screen last, where begun."""
    topics = [name for name in loaded.units if name not in {UI, WEB}]
    begun = path(tag, WEB) in loaded.sources.files
    return (UI, *topics, *((WEB,) if begun else ()))

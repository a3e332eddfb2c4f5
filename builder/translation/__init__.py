"""The life of translations: PO files begun, kept up to date, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from builder import approvals, project, store
from builder.catalog import WEB, merge
from builder.catalog.edition import fingerprint
from builder.diagnostics import Diagnostic, ProblemsError, did_you_mean, errors, nowhere
from builder.model import Place
from builder.project import SOURCE, Project
from builder.translation import wording


@dataclass(frozen=True, slots=True)
class Said:
    """What an author says that an edit of the source was, by role and on a day."""

    kind: merge.EditKind
    role: str
    today: date


def opened(root: Path) -> Project:
    """The project, when its sources and translations can be read. Raises ProblemsError.

    A file that was not understood must not be written anew from what was.
    """
    loaded = project.read(root)
    if loaded.library is None or project.frame_is_broken(loaded.problems):
        raise ProblemsError(loaded.problems)
    unreadable = ("content/locale/", "content/topics/", approvals.CHANGES, "content/reviews/")
    broken = [problem for problem in errors(loaded.problems) if problem.place.file.startswith(unreadable)]
    if broken:
        raise ProblemsError(broken)
    return loaded


@store.edits
def sync(root: Path, language: str | None, said: Said | None = None) -> list[str]:
    """Bring a language's PO files (of all languages that have some) up to date; returns the files that changed.

    `said` is recorded in content/changes.yaml: a typo or another wording then leaves translations as they are.
    Raises ProblemsError when an article or a PO file cannot be read, the language is not in the catalogue, or an edit
    is more than was said.
    """
    loaded = opened(root)
    tags = [language] if language else [tag for tag in loaded.translated if tag != SOURCE]
    for tag in tags:
        known(loaded, tag)
    changes = list(_changes(loaded))
    if said:
        new = _edits(loaded, changes, said)
        if new:
            store.write(root, approvals.CHANGES, _recorded(loaded, new, said))
        changes += new
    changed = []
    for tag in tags:
        changed += _sync_language(root, loaded, tag, edits(changes))
    return changed


def known(loaded: Project, tag: str) -> None:
    """Raises ProblemsError when a language cannot be translated into."""
    found = loaded.catalogs.get(tag)
    if found is None or found.language.pseudo or tag == SOURCE:
        close, begin = did_you_mean(tag, loaded.catalogs), f"a new one begins with `handouts translate add {tag}`"
        hint = "" if tag in loaded.catalogs else "; ".join(filter(None, [close, begin]))
        raise ProblemsError([nowhere("unknown-name", f'"{tag}" is no language to translate into', hint)])


def edits(changes: list[approvals.Change]) -> merge.Edit:
    """What recorded edits, one after another, made of a text."""
    after = {change.old: change for change in changes}

    def edit(old: str, new: str) -> merge.EditKind | None:
        at, wanted, worst = fingerprint(old), fingerprint(new), 0
        for _ in range(len(after)):
            if at not in after:
                return None
            worst = max(worst, _WORST.index(after[at].kind))
            at = after[at].new
            if at == wanted:
                return _WORST[worst]
        return None

    return edit


_WORST: tuple[merge.EditKind, ...] = ("typo", "wording", "meaning")


def _changes(loaded: Project) -> tuple[approvals.Change, ...]:
    return approvals.read(loaded.sources)[0].changes


def _edits(loaded: Project, changes: list[approvals.Change], said: Said) -> list[approvals.Change]:
    """The edits since the last sync of which nobody has spoken, as what they are said to be. Raises ProblemsError."""
    pairs: dict[tuple[str, str, str], None] = {}
    for tag in loaded.translated:
        for component, units in sorted(loaded.units.items()):
            old = loaded.sources.files.get(f"content/locale/{tag}/{component}.po", b"").decode("utf-8")
            for before, after in merge.changed(units, old, edits(changes)):
                pairs.setdefault((component, before, after))
    problems: list[Diagnostic] = []
    for component, before, after in pairs:
        fact = wording.more_than_a_typo(before, after) if said.kind == "typo" else ""
        if fact:
            files = loaded.units[component][after].files
            place = Place(files[0] if files else component)
            hint = "sync it with --as wording or --as meaning"
            problems.append(Diagnostic("not-a-typo", place, f'{fact}: "{after[:60]}"', hint))
    if problems:
        raise ProblemsError(problems)
    return [approvals.Change(at, fingerprint(old), fingerprint(new), said.kind) for at, old, new in pairs]


def _recorded(loaded: Project, new: list[approvals.Change], said: Said) -> bytes:
    """content/changes.yaml with these edits at its end."""
    head = "# What edits of the source meant for its translations; `handouts translate sync --as` writes here.\n"
    old = loaded.sources.files.get(approvals.CHANGES, head.encode()).decode("utf-8")
    rows = "".join(
        f"- {{component: {c.component}, as: {c.kind}, role: {approvals.quoted(said.role)}, date: {said.today},"
        f"\n   old: {c.old},\n   new: {c.new}}}\n"
        for c in new
    )
    return (old.rstrip("\n") + "\n" + rows).encode()


def _sync_language(root: Path, loaded: Project, tag: str, edit: merge.Edit) -> list[str]:
    changed = []
    for path, old, new in synced(loaded, tag, edit):
        if new != old:
            store.write(root, path, new.encode("utf-8"))
            changed.append(path)
    return changed


def synced(loaded: Project, tag: str, edit: merge.Edit) -> list[tuple[str, str, str]]:
    """The PO files of a language as (path, text as it is, text brought up to date).

    The pages on the screen are translated where somebody has begun to: their file is there, and may be empty.
    """
    files: Mapping[str, bytes] = loaded.sources.files
    found = []
    for component, units in sorted(loaded.units.items()):
        path = f"content/locale/{tag}/{component}.po"
        if component == WEB and path not in files:
            continue
        old = files.get(path, b"").decode("utf-8")
        found.append((path, old, merge.synced(units, old, loaded.catalogs[tag].language, edit)))
    return found

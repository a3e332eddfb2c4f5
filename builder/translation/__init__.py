"""The life of translations: PO files made, kept up to date, counted."""

from __future__ import annotations

from pathlib import Path

from builder import catalog, project, store
from builder.diagnostics import ProblemsError, did_you_mean, errors, nowhere
from builder.project import SOURCE, Project


def sync(root: Path, language: str | None) -> list[str]:
    """Bring a language's PO files (of all languages that have some) up to date; returns the files that changed.

    Raises ProblemsError when an article or a PO file cannot be read, or the language is not in the catalogue.
    """
    loaded = project.read(root)
    if loaded.library is None or project.frame_is_broken(loaded.problems):
        raise ProblemsError(loaded.problems)
    unreadable = ("content/locale/", "content/topics/")
    broken = [problem for problem in errors(loaded.problems) if problem.place.file.startswith(unreadable)]
    if broken:  # a file that was not understood must not be written anew from what was
        raise ProblemsError(broken)
    tags = [language] if language else [tag for tag in loaded.translated if tag != SOURCE]
    changed = []
    for tag in tags:
        changed += _sync_language(root, loaded, tag)
    return changed


def _sync_language(root: Path, loaded: Project, tag: str) -> list[str]:
    found = loaded.catalogs.get(tag)
    if found is None or found.language.pseudo or tag == SOURCE:
        close, begin = did_you_mean(tag, loaded.catalogs), f"a new one begins with content/languages/{tag}.yaml"
        hint = "" if tag in loaded.catalogs else "; ".join(filter(None, [close, begin]))
        raise ProblemsError([nowhere("unknown-name", f'"{tag}" is no language to translate into', hint)])
    changed = []
    for component, units in sorted(loaded.units.items()):
        path = f"content/locale/{tag}/{component}.po"
        old = loaded.sources.files.get(path, b"").decode("utf-8")
        new = catalog.synced(units, old, found.language)
        if new != old:
            store.write(root, path, new.encode("utf-8"))
            changed.append(path)
    return changed

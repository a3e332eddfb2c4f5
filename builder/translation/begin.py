"""A language that nobody has: its record, from its script, and its PO files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from builder import languages, records, store, yaml_strict
from builder.approvals import quoted
from builder.diagnostics import ProblemsError, RefusalError, did_you_mean
from builder.model import Plural
from builder.project import Project
from builder.text import suspicious
from builder.translation import known, opened, sync

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")  # BCP 47: language, script, region
_SCRIPTS = "content/scripts.yaml"
_NAME = re.compile(r"[^\W\d_][^\x00-\x1f{}\[\]]{0,59}\Z")


class LanguageError(RefusalError):
    """What cannot be the record of a language."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A language as a person names it."""

    tag: str
    name: str = ""  # in English
    autonym: str = ""
    script: str = ""  # ISO 15924


@store.edits
def add(root: Path, wanted: Wanted) -> list[str]:
    """Begin a language: its record, unless the catalogue has it, and its PO files; returns the files written.

    Raises LanguageError for a record that cannot be made, and ProblemsError when the project cannot be read.
    """
    loaded = opened(root)
    if wanted.tag in loaded.catalogs:
        known(loaded, wanted.tag)
        return sync(root, wanted.tag)
    path = f"content/languages/{wanted.tag}.yaml"
    if path in loaded.sources.files:
        raise ProblemsError(problem for problem in loaded.problems if problem.place.file == path)
    store.write(root, path, _record(loaded, wanted).encode())
    return [path, *sync(root, wanted.tag)]


def _record(loaded: Project, wanted: Wanted) -> str:
    if not _TAG.match(wanted.tag):
        raise LanguageError(f'"{wanted.tag[:20]}" is no language tag: the shortest BCP 47 tag, like so or zh-Hant')
    missing = [f"--{part}" for part in ("name", "autonym", "script") if not getattr(wanted, part)]
    if missing:
        raise LanguageError(f"{wanted.tag} is not in the catalogue yet: say {' and '.join(missing)} as well")
    for name in (wanted.name, wanted.autonym):
        if not _NAME.match(name):
            raise LanguageError(f'"{name[:40]}" is no name of a language: a few words')
        if hidden := suspicious(name, wanted.script):
            raise LanguageError(f"{hidden[0][0]} stands in a language's name: {hidden[0][1]}")
    scripts = _scripts(loaded)
    spec = scripts.get(wanted.script)
    if spec is None:
        hint = did_you_mean(wanted.script, scripts) or "content/scripts.yaml has those known"
        raise LanguageError(f'there is no script "{wanted.script[:10]}": four letters of ISO 15924, like Latn ({hint})')
    plural, sure = _plural(loaded, wanted.tag)
    doubt = "" if sure else "; check plural: ICU does not know how this language counts"
    return (
        f"# {wanted.name}; begun by `handouts translate add`{doubt}.\n"
        f"name: {quoted(wanted.name)}\nautonym: {quoted(wanted.autonym)}\nscript: {wanted.script}\n"
        f"direction: {spec.direction}\nfonts: [{', '.join(spec.fonts)}]\nsize: {spec.size:g}\n"
        f"line_height: {spec.line_height:g}\ndigits: latin\nbreaks: {spec.breaks}\n"
        f'plural: {{count: {plural.count}, rule: "{plural.rule}"}}\nsearchable: 0.95\n'
        "# Then: register: how a sheet says you. specimen: a sentence. letters: the alphabet, for the specimen page.\n"
    )


def _scripts(loaded: Project) -> dict[str, records.ScriptRecord]:
    """What a language starts from, by its script."""
    data = loaded.sources.files.get(_SCRIPTS, b"")
    document, _ = yaml_strict.read(data.decode("utf-8", "replace"), _SCRIPTS)
    record, _ = records.validate(records.ScriptsFile, document) if document and document.data else (None, [])
    return record.root if record else {}


def _plural(loaded: Project, tag: str) -> tuple[Plural, bool]:
    """How a language counts: the catalogue's rule that counts as ICU does; and whether ICU knows the language."""
    rules = dict.fromkeys(catalog.language.plural for _, catalog in sorted(loaded.catalogs.items()))
    found = languages.counts_like(tag, sorted(rules, key=lambda plural: (plural.count, plural.rule)))
    return (found, True) if found else (Plural(2, "n != 1"), False)

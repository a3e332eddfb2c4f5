"""New projects, topics and articles: files that are valid and teach their own format."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from builder import load, records, sources, store
from builder.diagnostics import RefusalError, did_you_mean
from builder.model import EVIDENCE, STAFF, ElementSpec

_SLUG = re.compile(r"(?!ui\Z)[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?\Z")  # ui.po holds what is no topic's own
_CARRIED = ("program.yaml", "content", "templates")

_TOPIC = """\
# What the topic is; its texts stand beside this file, one for each age band: `handouts new article {name} 7-18m`
title: {title}                  # printed small above every sheet's title
audience: family                # family | staff
order: 100                      # smaller comes first
about: []                       # concerns people look for, such as [goodbyes, bedtime]
sources: []                     # of content/sources.yaml, such as ["003"]
evidence: opinion               # strong | moderate | opinion; shown to staff
emblem: loop                    # a drawing templates/figures/emblem-NAME.svg
kinds: []                       # what is printed of it, such as [handout, checklist]; empty: all there is text for
"""

_INTRO = """\
---
# The largest words on the sheet: a few, warm, for this age.
title: {title}
summary: One sentence that says what this sheet is about.
# Below, each "## " heading is a part of a sheet; templates/elements.yaml lists them all. Take out what you do not need.
# {{from=...}} at the end of an item names the facts it rests on, from content/facts.yaml.
# {{routine=...}} chooses a drawing for it: {drawings}.
---

"""

_EXAMPLES = {
    "line": "Write one short sentence for {name}.",
    "paragraph": "Write a short paragraph for {name}, number {n}.",
    "list": "- {lead}Write {name}, item {n}.",
    "scene": "- Write what happens in picture {n}.",
    "steps": "1. Write {name}, step {n}.",
    "questions": "- What would you ask for {name}? {{lines=1}}",
    "pairs": "{lead}Write {name}, {n}\n: Write what stands beside it, {n}",
    "grid": "Area {n}\n: what one might see in area {n}",
}


class ScaffoldError(RefusalError):
    """A new file cannot be made; the message says why."""


def starter() -> Path:
    """The starter project: carried by an installed wheel, or the checkout itself."""
    package = Path(__file__).parent
    carried = package / "starter"
    return carried if (carried / "content").is_dir() else package.parent


def project(folder: Path) -> int:
    """Write the starter project into `folder` and return the number of its files; finish one that was interrupted.

    The settings come last, so that a folder is a project once it is whole. Raises ScaffoldError for a folder that
    holds anything else, store.BusyError when another command is at it, OSError when the disk refuses.
    """
    files = sources.read(starter()).files
    _only_begun(folder, files)
    _fill(folder, files)
    return len(files)


def _only_begun(folder: Path, files: Mapping[str, bytes]) -> None:
    """Raises ScaffoldError unless everything in a folder is the starter's, as a killed `init` leaves it."""
    strange = f"{folder} is not empty: choose a new folder"
    if not folder.is_dir():
        if os.path.lexists(folder):
            raise ScaffoldError(f"{folder} is not a folder: choose a new one")
        return
    known = {*files, *(str(above) for path in files for above in Path(path).parents), "output", *store.LOCKS}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name not in known and not store.is_left_over(path.name):
            raise ScaffoldError(strange)
        if path.is_symlink() or (name in files and (not path.is_file() or path.read_bytes() != files[name])):
            raise ScaffoldError(strange)


@store.edits
def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    store.sweep(folder)
    for path in sorted(files, key=lambda path: (path == sources.SETTINGS, path)):
        if not (folder / path).exists():
            store.write(folder, path, files[path])


def topic(root: Path, name: str) -> str:
    """Begin a topic; returns the path of its file. Raises ScaffoldError."""
    if not _SLUG.match(name):
        msg = f'"{name[:40]}" cannot name a topic: small letters, digits and hyphens, and not ui'
        raise ScaffoldError(msg)
    title = name.replace("-", " ").capitalize()
    return _write(root, f"content/topics/{name}/topic.yaml", _TOPIC.format(name=name, title=title))


def article(root: Path, name: str, band: str) -> str:
    """Begin an article; returns the path of its file. Raises ScaffoldError."""
    library, _ = load.library(sources.read(root))
    if library is None:
        msg = "the project cannot be read: `handouts check` says why"
        raise ScaffoldError(msg)
    topics = {topic.id: topic for topic in library.topics}
    if name not in topics:
        hint = did_you_mean(name, topics)
        msg = (
            f'there is no topic "{name}"' + (f" ({hint})" if hint else "") + f": `handouts new topic {name}` begins one"
        )
        raise ScaffoldError(msg)
    known = [age.id for age in library.ages if not age.not_yet] + [STAFF]
    if band not in known:
        msg = f'there is no age band "{band}" ({did_you_mean(band, known)})'
        raise ScaffoldError(msg)
    audience = "staff" if band == STAFF else topics[name].audience
    fact = next((fact.id for fact in library.facts.values() if fact.use == "ok"), "")
    usual = {"", *(next(iter(kind.settings), "") for kind in library.kinds.values())}  # the first setting of each kind
    ages = {age.id: age.evidence for age in library.ages}
    sure = EVIDENCE.index(min(topics[name].evidence, ages.get(band, "strong"), key=EVIDENCE.index))
    specs = [spec for spec in library.elements.values() if spec.audience == audience and not spec.special]
    specs = [spec for spec in specs if EVIDENCE.index(spec.evidence) <= sure]
    parts = [_element(spec, fact) for spec in specs if spec.setting in usual]
    drawings = ", ".join(sorted(path.stem for path in (root / "templates" / "icons").glob("*.svg")))
    intro = _INTRO.format(title="For staff" if band == STAFF else "A short title", drawings=drawings)
    return _write(root, f"content/topics/{name}/{band}.md", intro + "\n".join(parts))


def _element(spec: ElementSpec, fact: str) -> str:
    """A heading with examples of the right shape and number."""
    lead = "**At play time:** " if spec.lead else ""
    traced = f"from={fact}" if spec.traced and fact else ""
    between = "\n\n" if spec.shape in {"paragraph", "pairs", "grid"} else "\n"
    lines = []
    for n in range(1, spec.at_least + 1):
        text = _EXAMPLES[spec.shape].format(lead=lead, n=n, name=f'"{spec.name}"')
        first, newline, second = text.partition("\n")
        if traced:
            first = f"{first.removesuffix('}')} {traced}}}" if first.endswith("}") else f"{first} {{{traced}}}"
        lines.append(first + newline + second)
    return f"## {spec.name}\n\n" + between.join(lines) + "\n"


def schemas(folder: Path) -> Iterator[Path]:
    """Write the JSON Schemas of the YAML files and yield their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for pattern, schema in records.json_schemas().items():
        path = folder / (
            pattern.replace("content/", "").replace("/*", "").replace("/", "-").removesuffix(".yaml") + ".schema.json"
        )
        path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        yield path


def _write(root: Path, path: str, text: str) -> str:
    target = root / path
    if target.exists():
        msg = f"{path} is there already"
        raise ScaffoldError(msg)
    store.write(root, path, text.encode())
    return path

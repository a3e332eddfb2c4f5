"""What there is, as tables: sheets by topic and age, languages by how far they are."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from builder import catalog, editions, plan, project, rebuild
from builder.build import Request
from builder.catalog import WEB
from builder.diagnostics import ProblemsError
from builder.model import Library
from builder.project import SOURCE, Project

Row = dict[str, object]


def sheets(root: Path, request: Request, about: str | None = None) -> list[Row]:
    """A row for each sheet: topic, band, kind, setting, language, state, papers, editions.

    Raises ProblemsError, and SelectionError when no topic is about the concern.
    """
    loaded, library = _open(root)
    topics = {topic.id: topic for topic in library.topics}
    keys = plan.plan(library, rebuild.selection(loaded, library, request))
    rows: dict[tuple[str, ...], Row] = {}
    for key in keys:
        if about and not any(about.casefold() in word.casefold() for word in topics[key.topic].about):
            continue
        at = (key.topic, key.band, key.kind, key.setting, key.language, key.edition)
        if at not in rows:
            (found,) = editions.voices(loaded, library, (key,))
            rows[at] = {
                "topic": key.topic, "band": key.band, "kind": key.kind, "setting": key.setting,
                "language": key.language, "edition": key.edition, "state": found.state,
                "missing": len(found.missing), "awaits": list(found.awaits), "papers": [],
                "about": list(topics[key.topic].about),
            }  # fmt: skip
        papers = rows[at]["papers"]
        if isinstance(papers, list):
            papers.append(key.paper)
    if about and not rows:
        known = ", ".join(sorted({word for topic in library.topics for word in topic.about}))
        raise plan.SelectionError(f'no topic is about "{about[:40]}" (known: {known})')
    return list(rows.values())


def table(rows: Sequence[Row]) -> str:
    """The rows as a table: languages side by side."""
    if not rows:
        return "Nothing matches."
    languages = list(dict.fromkeys(str(row["language"]) for row in rows))
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        kind = " ".join(str(row[part]) for part in ("kind", "setting") if row[part])
        edition = "" if row["edition"] == "normal" else f" {row['edition']}"
        at = (str(row["topic"]), str(row["band"]), kind + edition)
        state = str(row["state"]) if not row["missing"] else f"{row['missing']} missing"
        if isinstance(row["awaits"], list) and row["awaits"]:
            state += f" (needs {', '.join(row['awaits'])})"
        lines.setdefault(at, {})[str(row["language"])] = state
    body = [[*at, *(states.get(tag, "") for tag in languages)] for at, states in lines.items()]
    return _columns([["topic", "age", "kind", *languages], *body])


def notes(root: Path) -> list[str]:
    """What a list of sheets leaves out: ages without sheets, and texts that no specialist has reviewed."""
    loaded, library = _open(root)
    source = loaded.catalogs[SOURCE]
    found = [f"{band.id}: not available yet: {band.not_yet}" for band in library.ages if band.not_yet]
    texts = [(topic, band) for topic in library.topics for band in plan.bands(library, topic)]
    unread = [f"{topic.id} {band}" for topic, band in texts if not catalog.reviewed(source, topic, band)]
    if len(unread) == len(texts) > 0:
        found.append("No specialist has reviewed any of these texts.")
    elif unread:
        found.append(f"Not yet reviewed by a specialist: {', '.join(unread)}")
    return found


def languages(root: Path) -> list[Row]:
    """A row for each language of the catalogue: how many messages are in which state. Raises ProblemsError."""
    return language_rows(_open(root)[0])


def language_rows(loaded: Project) -> list[Row]:
    """The rows of `languages` for a project that was read."""
    sheets = {component: units for component, units in loaded.units.items() if component != WEB}
    total = sum(len(units) for units in sheets.values())
    rows: list[Row] = []
    for tag, messages in sorted(loaded.catalogs.items()):
        language = messages.language
        if language.pseudo:
            continue
        states = Counter(messages.find(component, unit).state for component, units in sheets.items() for unit in units)
        rows.append(
            {
                "tag": tag,
                "name": language.name,
                "autonym": language.autonym,
                "messages": total,
                "source": tag == SOURCE,
                **{state: states[state] for state in ("translated", "draft", "stale", "missing")},
            }
        )
    return rows


def language_table(rows: Sequence[Mapping[str, object]]) -> str:
    """The languages that somebody has begun as a table, then the tags of those that only have a record."""
    waiting = [str(row["tag"]) for row in rows if not row["source"] and row["missing"] == row["messages"]]
    table = _begun([row for row in rows if row["tag"] not in waiting])
    if not waiting:
        return table
    said = f"Fonts and rules only, no word translated yet ({len(waiting)}):"
    tags = textwrap.fill(" ".join(waiting), 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    return f"{table}\n\n{said}\n{tags}"


def _begun(rows: Sequence[Mapping[str, object]]) -> str:
    head = ["tag", "language", "", "translated", "draft", "stale", "missing"]
    body = []
    for row in rows:
        counts = (
            ["the source", "", "", ""]
            if row["source"]
            else [str(row[s]) for s in ("translated", "draft", "stale", "missing")]
        )
        body.append([str(row["tag"]), str(row["name"]), str(row["autonym"]), *counts])
    return _columns([head, *body])


def _open(root: Path) -> tuple[Project, Library]:
    loaded = project.read(root)
    if loaded.library is None or project.frame_is_broken(loaded.problems):
        raise ProblemsError(loaded.problems)
    return loaded, loaded.library


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )

"""How far one language is, sheet by sheet, and what each sheet waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from builder import catalog, editions, plan
from builder.catalog import Catalog
from builder.diagnostics import ProblemsError
from builder.model import DocumentKey, Library, Topic
from builder.plan import Selection
from builder.project import Project
from builder.translation import known, opened


def sheets(root: Path, tag: str) -> list[str]:
    """A line for each topic and age: its state, and why. Raises ProblemsError."""
    rows = states(opened(root), tag)
    return [f"{topic:<22} {band:<8} {state:<9} {why}".rstrip() for topic, band, state, why in rows]


def states(loaded: Project, tag: str) -> list[tuple[str, str, str, str]]:
    """Topic, age, state and why, for every text of a language. Raises ProblemsError."""
    known(loaded, tag)
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    library, found = loaded.library, loaded.catalogs[tag]
    rows = []
    for topic in library.topics:
        for band in plan.bands(library, topic):
            keys = plan.plan(library, Selection(topics=(topic.id,), bands=(band,), languages=(tag,)))
            state, why = _state(loaded, library, found, topic, band, keys)
            rows.append((topic.id, band, state, why))
    return rows


def _state(
    loaded: Project, library: Library, found: Catalog, topic: Topic, band: str, keys: Iterable[DocumentKey]
) -> tuple[str, str]:
    counts = Counter(found.find(topic.id, text).state for text in catalog.article_texts(topic, band) if text)
    here = [f"{counts[state]} {state}" for state in ("missing", "stale", "draft") if counts[state]]
    review = catalog.approval(found, topic, band)
    edition = found.editions.get((topic.id, band))
    printed = [editions.voices(loaded, library, (key,))[0] for key in keys]
    kept = (
        f"; the edition approved on {edition.review.date} is printed"
        if edition and any(s.kept for s in printed)
        else ""
    )
    missing = {text for sheet in printed for _, text in sheet.missing}
    if review and all(sheet.state == "ready" for sheet in printed):
        return "approved", f"by {review.role}, {review.date}"
    if here:
        return ("missing" if counts["missing"] else "stale" if counts["stale"] else "draft"), ", ".join(here) + kept
    if missing:
        return "missing", f"{len(missing)} of the headings (ui.po){kept}"
    return "draft", ("translated; not approved" if not review else "headings (ui.po) have changed") + kept

"""A specialist's review of what a topic says: recorded for exactly these words, and ended by any change of them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from builder import catalog, plan, project, store
from builder.diagnostics import ProblemsError, RefusalError, did_you_mean
from builder.project import SOURCE

_ROLE = re.compile(r"[^\W\d_][\w ,.'()/&\u2019-]{1,60}\Z")
_HEAD = "# Who answers for which words: a role and a date, never a name. `handouts review` writes here.\n"


class ReviewError(RefusalError):
    """What cannot be recorded as a review."""


def record(root: Path, topic_id: str, bands: tuple[str, ...], role: str, today: date) -> list[str]:
    """Record that a specialist reviewed a topic's text for these bands, or for all; returns the bands.

    `role` says what the person is, not who: it is printed on every sheet. Raises ReviewError, and ProblemsError when
    the project cannot be read.
    """
    loaded = project.read(root)
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    topics = {topic.id: topic for topic in loaded.library.topics}
    if topic_id not in topics:
        hint = did_you_mean(topic_id, topics)
        raise ReviewError(f'there is no topic "{topic_id[:40]}"' + (f" ({hint})" if hint else ""))
    if not _ROLE.match(role):
        raise ReviewError(f'"{role[:40]}" is no role: write what the person is, such as "pediatric nurse"')
    topic = topics[topic_id]
    known = plan.bands(loaded.library, topic)
    for band in bands:
        if band not in known:
            raise ReviewError(f'{topic_id} has no texts for "{band[:40]}" ({did_you_mean(band, known)})')
    chosen = [band for band in known if not bands or band in bands]
    source = loaded.catalogs[SOURCE]
    rows = "".join(
        f"- {{topic: {topic_id}, band: {band}, role: {_quoted(role)}, date: {today.isoformat()},"
        f" snapshot: {catalog.snapshot(source, topic_id, catalog.article_texts(topic, band))}}}\n"
        for band in chosen
    )
    path = f"content/reviews/{SOURCE}.yaml"
    old = (root / path).read_text("utf-8") if (root / path).is_file() else _HEAD
    store.write(root, path, (old.rstrip("\n") + "\n" + rows).encode())
    return chosen


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

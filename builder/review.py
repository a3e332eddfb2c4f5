"""A specialist's review of what a topic says: recorded for exactly these words, and ended by any change of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from builder import catalog, plan, project, store
from builder.approvals import quoted
from builder.catalog import Review
from builder.diagnostics import ProblemsError, RefusalError, did_you_mean
from builder.model import Library, Topic
from builder.project import SOURCE

_ROLE = re.compile(r"[^\W\d_][\w ,.'()/&\u2019-]{1,60}\Z")
_HEAD = """\
# Who answers for which words: a role and a date, never a name.
# `handouts review` and `handouts translate approve` write here.
"""


class ReviewError(RefusalError):
    """What cannot be recorded as a review."""


@store.edits
def record(root: Path, topic_id: str, bands: tuple[str, ...], role: str, today: date) -> list[str]:
    """Record that a specialist reviewed a topic's text for these bands, or for all; returns the bands.

    `role` says what the person is, not who: it is printed on every sheet. Raises ReviewError, and ProblemsError when
    the project cannot be read.
    """
    loaded = project.read(root)
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    topic, chosen = chosen_bands(loaded.library, topic_id, bands)
    check_role(role)
    source = loaded.catalogs[SOURCE]
    rows = [
        (
            topic_id,
            band,
            Review(catalog.snapshot(source, topic_id, catalog.article_texts(topic, band)), role, str(today)),
        )
        for band in chosen
    ]
    append(root, SOURCE, rows)
    return chosen


def chosen_bands(library: Library, topic_id: str, bands: Iterable[str]) -> tuple[Topic, list[str]]:
    """A topic and those of its bands that were named, or all. Raises ReviewError for names that do not exist."""
    topics = {topic.id: topic for topic in library.topics}
    if topic_id not in topics:
        hint = did_you_mean(topic_id, topics)
        raise ReviewError(f'there is no topic "{topic_id[:40]}"' + (f" ({hint})" if hint else ""))
    topic = topics[topic_id]
    known = plan.bands(library, topic)
    wanted = set(bands)
    for band in sorted(wanted - set(known)):
        raise ReviewError(f'{topic_id} has no texts for "{band[:40]}" ({did_you_mean(band, known)})')
    return topic, [band for band in known if not wanted or band in wanted]


def check_role(role: str) -> None:
    """Raises ReviewError for what cannot be printed as a role."""
    if not _ROLE.match(role):
        raise ReviewError(f'"{role[:40]}" is no role: write what the person is, such as "pediatric nurse"')


def append(root: Path, tag: str, reviews: Iterable[tuple[str, str, Review]]) -> None:
    """Write (topic, band, review) rows at the end of content/reviews/<tag>.yaml, but for one that stands there."""
    path = f"content/reviews/{tag}.yaml"
    old = (root / path).read_text("utf-8") if (root / path).is_file() else _HEAD
    last = {_subject(line): line for line in old.splitlines()}
    new = [row for each in reviews if last.get(_subject(row := _rows([each]).rstrip("\n"))) != row]
    if new:
        store.write(root, path, "\n".join([old.rstrip("\n"), *new, ""]).encode())


def _subject(row: str) -> str:
    """What a row is about: its topic and band, as they are written."""
    return row.partition(", role: ")[0]


def rewrite(root: Path, tag: str, reviews: Iterable[tuple[str, str, Review]]) -> None:
    """Write content/reviews/<tag>.yaml anew with these (topic, band, review) rows."""
    store.write(root, f"content/reviews/{tag}.yaml", (_HEAD + _rows(reviews)).encode())


def _rows(reviews: Iterable[tuple[str, str, Review]]) -> str:
    return "".join(
        f"- {{topic: {topic}, band: {band or quoted(band)}, role: {quoted(review.role)}, date: {review.date},"
        + (f" proof: {review.proof}," if review.proof else "")
        + f" snapshot: {review.snapshot}}}\n"
        for topic, band, review in reviews
    )

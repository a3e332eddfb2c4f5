"""What was approved, and what edits of the source meant: content/reviews, content/approved, content/changes.yaml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from builder import records, yaml_strict
from builder.catalog import UI
from builder.catalog.edition import Edition, Review, digest
from builder.diagnostics import Diagnostic
from builder.model import Element, Item, Place
from builder.records import R
from builder.sources import Sources

CHANGES = "content/changes.yaml"

_AGAIN = "`handouts translate approve` writes it anew"


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody said an edit of the source was."""

    component: str
    old: str  # fingerprints of the text before and after
    new: str
    kind: str


@dataclass(frozen=True, slots=True)
class Approvals:
    """Everything of the kind that a project holds, by language."""

    reviews: Mapping[str, Mapping[tuple[str, str], Review]] = field(default_factory=dict)  # the last of topic and band
    editions: Mapping[str, Mapping[tuple[str, str], Edition]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    rows: Mapping[str, tuple[tuple[str, str, Review], ...]] = field(default_factory=dict)  # (topic, band, review), all

    @property
    def typos(self) -> Mapping[str, str]:
        """From the fingerprint of a text with a typo to that of the mended one."""
        return {change.old: change.new for change in self.changes if change.kind == "typo"}


def path(language: str, topic: str, band: str) -> str:
    """Where the approved edition of a topic and band is kept."""
    return f"content/approved/{language}/{topic}/{band}.json"


def read(files: Sources) -> tuple[Approvals, list[Diagnostic]]:
    """All approvals, and what is wrong with their files."""
    problems: list[Diagnostic] = []
    reviews: dict[str, dict[tuple[str, str], Review]] = {}
    rows: dict[str, tuple[tuple[str, str, Review], ...]] = {}
    for name in files.under("content/reviews/", ".yaml"):
        record, wrong = _record(files, name, records.ReviewsFile)
        problems += wrong
        tag = name.rsplit("/", 1)[1].removesuffix(".yaml")
        rows[tag] = tuple(
            (row.topic, row.band, Review(row.snapshot, row.role, row.date, row.proof))
            for row in (record.root if record else [])
        )
        reviews[tag] = {(topic, band): review for topic, band, review in rows[tag]}
    editions: dict[str, dict[tuple[str, str], Edition]] = {}
    for name in files.under("content/approved/", ".json"):
        edition, wrong = _edition(files, name)
        problems += wrong
        if edition is None:
            continue
        at, tag = (edition.topic, edition.band), edition.language
        review = reviews.get(tag, {}).get(at)
        if (
            review is None
            or review.snapshot != edition.snapshot
            or not any(topic == UI and given.snapshot == digest(edition.ui) for topic, _, given in rows.get(tag, ()))
        ):
            fact = f"content/reviews/{tag}.yaml names no approval of these words"
            problems.append(Diagnostic("bad-edition", Place(name), fact, _AGAIN))
        else:
            editions.setdefault(tag, {})[at] = edition
    changes: list[Change] = []
    if CHANGES in files.files:
        record_, wrong = _record(files, CHANGES, records.ChangesFile)
        problems += wrong
        changes += [Change(row.component, row.old, row.new, row.kind) for row in (record_.root if record_ else [])]
    return Approvals(reviews, editions, tuple(changes), rows), problems


def _record(files: Sources, name: str, kind: type[R]) -> tuple[R | None, list[Diagnostic]]:
    document, problems = yaml_strict.read(files.files[name].decode("utf-8", "replace"), name)
    if document is None or (not document.data and kind is not records.ApprovedRecord):
        return None, problems
    record, wrong = records.validate(kind, document)
    return record, [*problems, *wrong]


def _edition(files: Sources, name: str) -> tuple[Edition | None, list[Diagnostic]]:
    parts = name.removesuffix(".json").split("/")
    if len(parts) != 5:
        return None, [Diagnostic("stray-file", Place(name), "no rule of the project knows this file", "remove it")]
    record, problems = _record(files, name, records.ApprovedRecord)
    if record is None or problems:
        return None, problems
    texts, ui = (tuple(tuple(row) for row in rows) for rows in (record.texts, record.ui))
    elements = tuple(
        Element(
            element.key,
            tuple(Item(i.code, i.text, i.detail, tuple(i.facts), i.routine, i.picture, i.lines) for i in element.items),
        )
        for element in record.elements
    )
    review = Review(digest(texts), record.role, record.date, record.proof)
    titles = (record.series, record.title, record.summary)
    return Edition(parts[2], parts[3], parts[4], review, *titles, elements, texts, ui, Place(name)), []


def quoted(text: str) -> str:
    """A text as YAML writes it between quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def kept(edition: Edition) -> bytes:
    """The file that keeps an edition: every string on a line of its own, so that two of them compare well."""
    data = {
        "role": edition.review.role, "date": edition.review.date, "proof": edition.review.proof,
        "series": edition.series, "title": edition.title, "summary": edition.summary,
        "elements": [
            {
                "key": element.key,
                "items": [
                    {
                        "code": i.code, "text": i.text, "detail": i.detail, "facts": list(i.facts),
                        "routine": i.routine, "picture": i.picture, "lines": str(i.lines),
                    }
                    for i in element.items
                ],
            }
            for element in edition.elements
        ],
        "texts": [list(row) for row in edition.texts], "ui": [list(row) for row in edition.ui],
    }  # fmt: skip
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

"""The last approved edition: every word that somebody approved, kept whole while source and translation move on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from builder.model import NOWHERE, Element, Place

Row = tuple[str, ...]  # a source text and its translation in every plural form


@dataclass(frozen=True, slots=True)
class Review:
    """An approval: who answers for which words. Any change of source or translation ends it."""

    snapshot: str  # of every source text and translation it covers, see `digest`
    role: str
    date: str  # ISO 8601
    proof: str = ""  # the code of the layout that was seen


@dataclass(frozen=True, slots=True)
class Edition:
    """What a sheet of one topic and band said in one language when it was approved."""

    language: str
    topic: str
    band: str
    review: Review
    series: str  # title of the topic, in the source's language like the next three
    title: str
    summary: str
    elements: tuple[Element, ...]
    texts: tuple[Row, ...]
    ui: tuple[Row, ...]
    place: Place = NOWHERE

    @property
    def snapshot(self) -> str:
        """What its approval binds to."""
        return digest(self.texts)


def digest(rows: Iterable[Iterable[str]]) -> str:
    """A digest of source texts and their translations, in order: an approval binds to it."""
    return hashlib.sha256(json.dumps([list(row) for row in rows], ensure_ascii=False).encode()).hexdigest()


def fingerprint(text: str) -> str:
    """How content/changes.yaml names a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def same_words(then: Row, now: Row, typos: Mapping[str, str]) -> bool:
    """Whether a translation is what it was, of a source that is what it was but for mended typos."""
    return then[1:] == now[1:] and (then[0] == now[0] or _mended(then[0], now[0], typos))


def _mended(old: str, new: str, typos: Mapping[str, str]) -> bool:
    at, wanted, seen = fingerprint(old), fingerprint(new), set[str]()
    while at in typos and at not in seen:
        seen.add(at)
        at = typos[at]
        if at == wanted:
            return True
    return False

"""What a pack is made of: for a topic, an age band and a language, which sheets, in which edition, on which paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from builder import plan
from builder.diagnostics import RefusalError, did_you_mean
from builder.model import ANY_AGE, SHEET, DocumentKey, Library, Topic
from builder.plan import Selection, SelectionError

HOME, GROUP = "home", "group"  # settings of a kind: where its sheet is used
PLAIN = "normal"


class PackError(RefusalError):
    """A pack that cannot be made; the message says why, and what there is."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a pack is asked to be; what is empty is settled from the program's settings."""

    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    staff_language: str = ""
    edition: str = ""
    paper: str = ""
    both_sides: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Stack:
    """The sheets that one topic has for one age band in one language."""

    language: str
    topic: str
    band: str


def settled(library: Library, wish: Wish) -> Wish:
    """The wish with everything decided. Raises SelectionError and PackError.

    A language is not looked up: one without sheets is a question to the person who asks, not a mistake.
    """
    shelf = library.program.shelf
    edition = wish.edition or (PLAIN if PLAIN in library.editions else next(iter(library.editions)))
    whole = papers(library)
    paper = wish.paper or next((name for name in shelf.papers if name in whole), whole[0] if whole else "")
    staff = wish.staff_language or library.program.staff_language
    usual = [
        kind for kind in shelf.kinds or library.kinds if kind in library.kinds and not library.kinds[kind].on_request
    ]
    kinds = wish.kinds or tuple(usual)
    asked = Selection(wish.topics, (), kinds, (staff,), (edition,), (paper,))
    wrong = plan.unknown(library, asked)
    if wrong:
        raise SelectionError(*wrong)
    if paper not in whole:
        raise PackError(f'a pack is printed on whole sheets, and "{paper}" is too small ({", ".join(whole)})')
    return replace(wish, kinds=kinds, edition=edition, paper=paper, staff_language=staff)


def papers(library: Library) -> tuple[str, ...]:
    """The papers that a pack can be printed on."""
    return tuple(name for name in library.papers if not _too_small(library, name))


def _too_small(library: Library, paper: str) -> bool:
    found = library.papers[paper]
    return found.width < SHEET[0] or found.height < SHEET[1]


def sheets(library: Library, wish: Wish, stack: Stack, setting: str) -> tuple[DocumentKey, ...]:
    """The documents of a stack, one of each kind, in the order of the kinds.

    A kind that the edition is not made for stands in the plain one; of a kind with settings, the sheet for this one.
    A home visit takes any other setting but a group's when there is none for homes.
    """
    editions = tuple(dict.fromkeys((wish.edition, PLAIN if PLAIN in library.editions else wish.edition)))
    chosen = Selection((stack.topic,), (stack.band,), wish.kinds, (stack.language,), editions, (wish.paper,))
    found: dict[str, list[DocumentKey]] = {}
    for key in plan.plan(library, chosen):
        found.setdefault(key.kind, []).append(key)
    picked = []
    for kind in library.kinds:
        keys = [key for key in found.get(kind, []) if _suits(key.setting, setting)]
        keys.sort(key=lambda key: (key.setting not in {"", setting}, editions.index(key.edition)))
        picked += keys[:1]
    return tuple(replace(key, staff_language=wish.staff_language) for key in picked)


def _suits(own: str, setting: str) -> bool:
    return own in {"", setting} or (setting == HOME and own != GROUP)


def bands(library: Library, topic: Topic, months: int | None, named: str) -> tuple[str, ...]:
    """The bands of a topic that serve an age in months, or the one that is named, the youngest first."""
    have = plan.bands(library, topic)
    if have == (ANY_AGE,):
        return have
    own = {band.id: band for band in library.ages if band.id in have}
    if months is None:
        return (named,) if named in own else ()
    return tuple(name for name, band in own.items() if months in band)


def for_families(library: Library) -> tuple[Topic, ...]:
    """The topics that a family can be given when none is asked for, the likeliest first.

    Those with a sheet for the visitor come first, those that say the same at any age last; then in the library's order.
    """

    def rank(topic: Topic) -> tuple[bool, bool]:
        have = plan.bands(library, topic)
        led = any(kind.audience == "staff" for band in have for kind, _ in plan.kinds(library, topic, band))
        return (not led, have == (ANY_AGE,))

    return tuple(sorted((topic for topic in library.topics if topic.audience == "family"), key=rank))


def existing(library: Library, topics: Iterable[Topic]) -> str:
    """What there is, for the person whose age is not served: topics with their bands."""
    return "; ".join(f"{topic.id}: {', '.join(plan.bands(library, topic))}" for topic in topics) or "nothing yet"


def topic(library: Library, name: str) -> Topic:
    """A topic by name. Raises SelectionError."""
    for found in library.topics:
        if found.id == name:
            return found
    hint = did_you_mean(name, [found.id for found in library.topics])
    raise SelectionError(f'there is no topic "{name[:40]}"' + (f" ({hint})" if hint else ""))

"""A visit to one family: its children's ages, its languages, its topics -> which sheets, and how many of each.

Children of one age band share the sheets of the family; a kind that is one for each child (a checklist) is counted by
children. Where an age stands in two bands the younger one is taken unless another is named; bands are never merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from builder import age, contents, cover, pack, phrases, plan
from builder.age import Age, Birth, DateError, Use
from builder.contents import HOME, PackError, Stack, Wish
from builder.cover import Chosen
from builder.model import ANY_AGE, AgeBand, DocumentKey, Library, Topic
from builder.pack import Answers, Desk, Piece, Ready
from builder.slip import BandRow, Scribe

MOST_CHILDREN = 12  # of one age


@dataclass(frozen=True, slots=True)
class Child:
    """One child, or several of one age: an age in completed months, or an age band."""

    age: Age | None
    band: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """Which band of a topic was taken for a child, and which others its age stands in."""

    child: Child
    topic: str
    band: str
    others: tuple[str, ...] = ()


def from_ages(
    ages: tuple[AgeBand, ...], spans: Sequence[str], early: Sequence[int], counts: Sequence[int], use: Use, today: date
) -> tuple[Child, ...]:
    """The children that ages (14m, 3y, 7-18m), weeks early and numbers of children tell. Raises AgeError, DateError.

    `early` and `counts` hold nothing, or one number for each age.
    """
    for numbers, what in ((early, "--weeks-early"), (counts, "--children")):
        if numbers and len(numbers) != len(spans):
            raise DateError(f"{len(spans)} ages and {len(numbers)} times {what}: give one for each age, in their order")
    if any(not 1 <= count <= MOST_CHILDREN for count in counts):
        raise DateError(f"--children: 1 to {MOST_CHILDREN} of an age")
    children = []
    for number, span in enumerate(spans):
        weeks, count = early[number] if early else 0, counts[number] if counts else 1
        children.append(_child(ages, span.strip(), weeks, count, use, today))
    return tuple(children)


def _child(ages: tuple[AgeBand, ...], span: str, weeks: int, count: int, use: Use, today: date) -> Child:
    named = next((band for band in ages if band.id == span and band.id != ANY_AGE), None)
    if named and named.not_yet:
        plan.bands_for(span, ages)  # says why
    if named:
        if weeks:
            raise DateError(f"weeks early are subtracted from an age, and {span} is a band: give an age, like 14m")
        return Child(None, span, count)
    birth = age.from_span(span, weeks, today)
    if birth is None:
        plan.bands_for(span, ages)  # says what an age looks like
        raise DateError(f'"{span[:20]}" is no age: write it like 14m, 3y, 2y6m or 6w')
    return Child(_reckoned(birth, use), "", count)


def from_dates(births: Sequence[Birth], use: Use) -> tuple[Child, ...]:
    """The children that dates tell. Raises DateError."""
    return tuple(Child(_reckoned(birth, use)) for birth in births)


def _reckoned(birth: Birth, use: Use) -> Age:
    if use == "corrected" and (birth.due is None or birth.due <= birth.born):
        raise DateError("--use corrected needs the weeks early, or a due date after the birth")
    return age.reckon(birth, use)


def choices(library: Library, wish: Wish, children: Sequence[Child], wanted: Sequence[str] = ()) -> tuple[Choice, ...]:
    """The band of each topic for each child. Raises PackError when a child, a topic or a band is left without."""
    known = {band.id for band in library.ages}
    for name in wanted:
        if name not in known:
            plan.bands_for(name, library.ages)
            raise PackError(f'"{name[:20]}" is no age band ({", ".join(band.id for band in library.ages)})')
    found: list[Choice] = []
    for child in children:
        found += _for_child(library, wish, child, wanted)
    for name in wish.topics:
        if not any(choice.topic == name for choice in found):
            topic = contents.topic(library, name)
            raise PackError(f"{name} has nothing for {_told(children)} ({contents.existing(library, [topic])})")
    idle = [name for name in wanted if not any(choice.band == name for choice in found)]
    if idle:
        fitting = sorted({band for choice in found for band in (choice.band, *choice.others)})
        raise PackError(f"{', '.join(idle)} does not hold {_told(children)}: there is {', '.join(fitting)}")
    return tuple(found)


def _for_child(library: Library, wish: Wish, child: Child, wanted: Sequence[str]) -> list[Choice]:
    topics = [contents.topic(library, name) for name in wish.topics] or list(contents.for_families(library))
    months = child.age.months if child.age else None
    found = []
    for topic in topics:
        fitting = contents.bands(library, topic, months, child.band)
        if fitting and _prints(library, wish, topic, fitting[0]):
            named = [band for band in fitting if band in wanted]
            taken = named[0] if named else fitting[0]
            found.append(Choice(child, topic.id, taken, tuple(band for band in fitting if band != taken)))
    if not found:
        raise PackError(f"nothing is made for {_told([child])} (there is {contents.existing(library, topics)})")
    return found if wish.topics else [_likeliest(library, found, wanted)]


def _likeliest(library: Library, found: Sequence[Choice], wanted: Sequence[str]) -> Choice:
    """The first topic, or the first that has a band that is wanted; the bands of the others are told as well."""
    best = next((choice for choice in found if choice.band in wanted), found[0])
    serving = {band for choice in found for band in (choice.band, *choice.others)} - {best.band, ANY_AGE}
    return replace(best, others=tuple(band.id for band in library.ages if band.id in serving))


def _prints(library: Library, wish: Wish, topic: Topic, band: str) -> bool:
    source = Stack(library.program.staff_language, topic.id, band)
    return bool(contents.sheets(library, wish, source, HOME))


def _told(children: Sequence[Child]) -> str:
    """Ages in words for a message on the terminal; it names no date."""
    words = [f"{child.age.months} months" if child.age else child.band for child in children]
    return " and ".join(dict.fromkeys(words))


def stacks(choices: Sequence[Choice], languages: Sequence[str]) -> tuple[Stack, ...]:
    """What is needed in which language: languages as they were asked for, bands from the youngest child's on."""
    pairs = dict.fromkeys((choice.topic, choice.band) for choice in choices)
    return tuple(Stack(language, topic, band) for language in languages for topic, band in pairs)


def copies(library: Library, choices: Sequence[Choice], key: DocumentKey) -> int:
    """How many of a sheet: one for the family, or one for each child of its band."""
    if not library.kinds[key.kind].each_child:
        return 1
    return sum(choice.child.count for choice in choices if (choice.topic, choice.band) == (key.topic, key.band))


# --- the pack -----------------------------------------------------------------------------------


def prepare(desk: Desk, wish: Wish, picked: Sequence[Choice], answers: Answers) -> Ready:
    """The pack of a visit, before anything is made. Raises PackError when nothing is left to print."""
    library = desk.library
    resolved, questions = pack.resolve(desk, wish, stacks(picked, wish.languages), HOME, answers)
    printed = list(dict.fromkeys(found.printed for found in resolved if found.printed))
    keys = [key for stack in printed for key in contents.sheets(library, wish, stack, HOME)]
    if not keys and not questions:
        raise PackError("nothing is left to print: every sheet was left out")
    keys.sort(key=lambda key: library.kinds[key.kind].audience == "family")  # staff's first; the order is kept within
    counts = pack.printable(desk, {key: copies(library, picked, key) for key in keys}, answers)
    leaves, certain = pack.leaves(desk, wish, counts, own=1)
    return Ready(wish, resolved, questions, counts, leaves, certain)


def pieces(desk: Desk, ready: Ready, picked: Sequence[Choice]) -> tuple[Piece, ...]:
    """The pack in printing order: cover slip, what is for staff, what is for the family. Every sheet must be there."""
    library, scribe = desk.library, desk.scribe(ready.wish.staff_language)
    front = cover.slip(desk, ready, explained(scribe, picked), _without_guide(library, ready))
    found = [Piece(front, (front.title.plain,))]
    for key, count in ready.counts.items():
        title = f"{scribe.title(key).plain} · {scribe.kind(key).plain}"
        found += [Piece(key, (scribe.language(key.language).plain, title))] * count
    return tuple(found)


def explained(scribe: Scribe, picked: Sequence[Choice]) -> tuple[Chosen, ...]:
    """For each child, which age the sheets were chosen for and why; and the bands of a topic that it stands in."""
    groups: dict[Child, list[Choice]] = {}
    for choice in picked:
        groups.setdefault(choice.child, []).append(choice)
    found = []
    for child, choices_made in groups.items():
        lines = scribe.chosen_for(child.age, child.band)
        if child.count > 1:
            lines = (*lines, scribe.staff.say(phrases.CHILDREN, {"children": child.count}))
        doubtful = next((choice for choice in choices_made if choice.others), None)
        rows: tuple[BandRow, ...] = ()
        if doubtful:
            names = [band.id for band in scribe.library.ages if band.id in {doubtful.band, *doubtful.others}]
            rows = scribe.bands(doubtful.topic, names, doubtful.band)
        found.append(Chosen(lines, rows))
    return tuple(found)


def _without_guide(library: Library, ready: Ready) -> tuple[str, ...]:
    """The topics of a visit that have no sheet for staff, where staff sheets were wanted."""
    if not any(library.kinds[kind].audience == "staff" for kind in ready.wish.kinds):
        return ()
    topics = dict.fromkeys(key.topic for key in ready.counts)
    led = {key.topic for key in ready.counts if library.kinds[key.kind].audience == "staff"}
    return tuple(topic for topic in topics if topic not in led)


def topics_for(library: Library, children: Sequence[Child]) -> tuple[str, ...]:
    """The topics that have something for any of the children, in the library's order."""
    ages = [(child.age.months if child.age else None, child.band) for child in children]
    return tuple(
        topic.id
        for topic in contents.for_families(library)
        if any(contents.bands(library, topic, months, band) for months, band in ages)
    )


def times(children: Sequence[Child], counts: Sequence[int]) -> tuple[Child, ...]:
    """Children told by dates, each as many times as was said. Raises DateError."""
    if len(children) != len(counts) or any(not 1 <= count <= MOST_CHILDREN for count in counts):
        raise DateError(f"--children: one number, 1 to {MOST_CHILDREN}, for each child that dates tell")
    return tuple(Child(child.age, child.band, count) for child, count in zip(children, counts, strict=True))

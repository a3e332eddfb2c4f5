"""A group: a roster of languages, ages and families -> one pack in printing order, each family's set together.

What the room needs comes first (cover slip, sign-in, agenda, the leader's guides, station cards), then each language
behind a divider in both scripts, then spare sets apart. No leaf carries pages of two families.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder import contents, cover, pack, phrases, plan
from builder.age import DateError
from builder.contents import GROUP, PackError, Stack, Wish
from builder.cover import Chosen
from builder.diagnostics import Diagnostic, ProblemsError
from builder.model import ANY_AGE, DocumentKey, Library
from builder.pack import Answers, Desk, Piece, Ready
from builder.plan import AgeError
from builder.roster import Row
from builder.slip import COVER, Scribe

_SIGNERS = 16  # lines to sign on a page
_CARDS = 2  # station cards on a page
MOST_LEAVES = 5000  # a pack is printed in one go


@dataclass(frozen=True, slots=True)
class Party:
    """Families of one language and age: their sheets, how many families, and how many copies each gets."""

    row: Row
    stacks: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What is printed in one language for one age, whoever asked for it."""

    language: str
    stacks: tuple[Stack, ...]
    families: int
    copies: int


def parties(library: Library, wish: Wish, rows: Sequence[Row], wanted: str = "") -> tuple[Party, ...]:
    """The stacks of each row of a roster. Raises ProblemsError with every row that cannot be served.

    An age in two bands takes the younger one, unless `wanted` names another.
    """
    found, problems = [], []
    for row in rows:
        try:
            pairs = _pairs(library, wish, row, wanted)
        except (AgeError, DateError, PackError) as error:
            said = str(error).replace(f'"{row.age[:20]}" is no age', "the age is none")  # a list is never quoted
            problems.append(Diagnostic("roster", row.place, said))
            continue
        found.append(Party(row, tuple(Stack(row.language, topic, band) for topic, band in pairs)))
    if problems:
        raise ProblemsError(problems)
    return tuple(found)


def _pairs(library: Library, wish: Wish, row: Row, wanted: str) -> list[tuple[str, str]]:
    """The topics and bands of a row."""
    topics = [contents.topic(library, name) for name in wish.topics] or list(contents.for_families(library))
    fitting = [band.id for band in plan.bands_for(row.age, library.ages)]
    pairs = []
    for topic in topics:
        have = plan.bands(library, topic)
        bands = [band for band in fitting if band in have] or ([ANY_AGE] if have == (ANY_AGE,) else [])
        taken = next((band for band in bands if band == wanted), bands[0] if bands else "")
        source = Stack(library.program.staff_language, topic.id, taken)
        if taken and (_family_sheets(library, wish, source) or (wish.topics and _guides(library, wish, source))):
            pairs.append((topic.id, taken))
            if not wish.topics:
                break
    if not pairs:
        raise PackError(f"nothing is made for {row.age} (there is {contents.existing(library, topics)})")
    return pairs


def _family_sheets(library: Library, wish: Wish, stack: Stack) -> list[DocumentKey]:
    keys = contents.sheets(library, wish, stack, GROUP)
    return [key for key in keys if library.kinds[key.kind].audience == "family"]


def _guides(library: Library, wish: Wish, stack: Stack) -> list[DocumentKey]:
    """The leader's sheets for a group: of a kind with settings, only the one for groups."""
    keys = contents.sheets(library, wish, stack, GROUP)
    return [key for key in keys if library.kinds[key.kind].audience == "staff"]


def sections(found: Sequence[Party], resolved: Mapping[Stack, Stack | None]) -> tuple[Section, ...]:
    """What is printed, by language, the same sets together; families of a language that has nothing move or go."""
    counted: dict[tuple[str, tuple[Stack, ...], int], int] = {}
    for party in found:
        printed = tuple(dict.fromkeys(stack for asked in party.stacks if (stack := resolved[asked])))
        if printed:
            at = (printed[0].language, printed, party.row.copies)
            counted[at] = counted.get(at, 0) + party.row.families
    languages = list(dict.fromkeys(language for language, _, _ in counted))
    ordered = sorted(counted.items(), key=lambda item: languages.index(item[0][0]))
    return tuple(Section(language, stacks, families, copies) for (language, stacks, copies), families in ordered)


def prepare(desk: Desk, wish: Wish, found: Sequence[Party], spares: int, answers: Answers) -> Ready:
    """The pack of a group, before anything is made. Raises PackError when nothing is left, or far too much is asked."""
    library = desk.library
    asked = list(dict.fromkeys(stack for party in found for stack in party.stacks))
    resolved, questions = pack.resolve(desk, wish, asked, GROUP, answers)
    planned = sections(found, {each.asked: each.printed for each in resolved})
    if not planned and not questions:
        raise PackError("nothing is left to print: every sheet was left out")
    counts: dict[DocumentKey, int] = {}
    for section in planned:
        for stack in section.stacks:
            for key in _guides(library, wish, stack):
                counts[key] = 1
    for section in planned:
        for stack in section.stacks:
            for key in _family_sheets(library, wish, stack):
                counts[key] = counts.get(key, 0) + section.families * section.copies + spares
    counts = pack.printable(desk, counts, answers)
    own = sum(1 for _ in _slip_leaves(desk, wish, planned, spares))
    leaves, certain = pack.leaves(desk, wish, counts, own)
    if leaves > MOST_LEAVES:
        raise PackError(f"that is {leaves} sheets of paper in one pack (at most {MOST_LEAVES}): make several")
    return Ready(wish, resolved, questions, counts, leaves, certain)


def _slip_leaves(desk: Desk, wish: Wish, planned: Sequence[Section], spares: int) -> Iterator[str]:
    """A name for each leaf that the pack's own pages take."""
    scribe = desk.scribe(wish.staff_language)
    families = sum(section.families for section in planned)
    pages = -(-_signers(families) // _SIGNERS)
    yield from [COVER, "agenda", *["sign-in"] * (-(-pages // 2) if wish.both_sides else pages)]
    cards = scribe.cards(_subjects(planned), _spoken(planned))
    yield from ["cards"] * (-(-_length(cards.values["cards"]) // _CARDS) if cards else 0)
    for language in _spoken(planned):
        yield from ["separator"] * (2 if spares else 1)
        sets = sum(s.families for s in planned if s.language == language)
        spare = spares * sum(1 for s in planned if s.language == language)
        if scribe.feedback(language):
            yield from ["feedback"] * (sets + spare)


def _length(value: object) -> int:
    return len(value) if isinstance(value, tuple) else 0


def _signers(families: int) -> int:
    """Lines to sign: a line for each family, and one page's worth of room at least."""
    return max(_SIGNERS, -(-families // _SIGNERS) * _SIGNERS)


def _subjects(planned: Sequence[Section]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((stack.topic, stack.band) for section in planned for stack in section.stacks))


def _spoken(planned: Sequence[Section]) -> list[str]:
    return list(dict.fromkeys(section.language for section in planned))


def pieces(desk: Desk, ready: Ready, found: Sequence[Party], spares: int) -> tuple[Piece, ...]:
    """The pack in printing order. Every sheet must be there."""
    scribe = desk.scribe(ready.wish.staff_language)
    planned = sections(found, {each.asked: each.printed for each in ready.resolved})
    families = sum(section.families for section in planned)
    front = cover.slip(desk, ready, _chosen(scribe, planned))
    sign_in = scribe.sign_in(_spoken(planned), _signers(families))
    agenda = scribe.agenda(_subjects(planned))
    made = [Piece(slip, (slip.title.plain,)) for slip in (front, sign_in, agenda)]
    led = [key for key in ready.counts if desk.library.kinds[key.kind].audience == "staff"]
    made += [Piece(key, _bookmark(scribe, key)) for key in led]
    cards = scribe.cards(_subjects(planned), _spoken(planned))
    if cards:
        made.append(Piece(cards, (cards.title.plain,), one_sided=True))
    for language in _spoken(planned):
        made += _language(ready, scribe, [s for s in planned if s.language == language])
    if spares:
        for language in _spoken(planned):
            made += _language(ready, scribe, [s for s in planned if s.language == language], spares)
    return tuple(made)


def _language(ready: Ready, scribe: Scribe, planned: Sequence[Section], spares: int = 0) -> Iterator[Piece]:
    """A divider and behind it the sets of one language, family after family."""
    language = planned[0].language
    lines = []
    for section in planned:
        ages = " · ".join(dict.fromkeys(scribe.age(s.band, scribe.staff).plain for s in section.stacks))
        told = (
            scribe.staff.words(phrases.SETS, {"sets": spares})
            if spares
            else scribe.staff.words(phrases.FAMILIES, {"families": section.families})
        )
        lines.append(scribe.line(f"{ages}: {told}" + (f" × {section.copies}" if section.copies > 1 else "")))
    name = scribe.language(language).plain
    divider = scribe.separator(language, lines, spare=bool(spares))
    top = f"{name} · {scribe.staff.words(phrases.SPARES)}" if spares else name
    yield Piece(divider, (top,))
    feedback = scribe.feedback(language)
    number = 0
    for section in planned:
        for _family in range(spares or section.families):
            number += 1
            within = (top, str(number))
            for _copy in range(1 if spares else section.copies):
                for stack in section.stacks:
                    for key in _family_sheets(scribe.library, ready.wish, stack):
                        if key in ready.counts:
                            yield Piece(key, (*within, *_bookmark(scribe, key)))
            if feedback:
                yield Piece(feedback, (*within, feedback.title.plain))


def _bookmark(scribe: Scribe, key: DocumentKey) -> tuple[str, ...]:
    words = [
        scribe.title(key).plain,
        scribe.kind(key).plain,
        scribe.age(key.band, scribe.staff).plain,
    ]
    return (" · ".join(words),)


def _chosen(scribe: Scribe, planned: Sequence[Section]) -> tuple[Chosen, ...]:
    """Which languages and ages the pack is for, with the families of each."""
    found = []
    for section in planned:
        ages = [scribe.chosen_for(None, stack.band)[0] for stack in section.stacks if stack.band != ANY_AGE][:1]
        told = scribe.staff.words(phrases.FAMILIES, {"families": section.families})
        name = scribe.language(section.language).plain
        line = scribe.line(f"{name}: {told}" + (f" × {section.copies}" if section.copies > 1 else ""))
        found.append(Chosen((line, *ages)))
    return tuple(found)

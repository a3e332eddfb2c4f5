"""The cover slip of a pack: what is inside, for which age and why, in which language, and how to print it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder import phrases
from builder.model import DocumentKey
from builder.pack import Desk, Ready
from builder.page import Slip, Text
from builder.slip import COVER, BandRow, Scribe, binding
from builder.speaker import NOTHING


@dataclass(frozen=True, slots=True)
class Chosen:
    """For whom sheets were chosen: the lines that say it, and the bands to choose from where there are two."""

    lines: tuple[Text, ...]
    bands: tuple[BandRow, ...] = ()


def slip(desk: Desk, ready: Ready, chosen: Sequence[Chosen], guides_lacking: Iterable[str] = ()) -> Slip:
    """The cover slip in the staff's language; every sheet must have been built."""
    scribe = desk.scribe(ready.wish.staff_language)
    inside = desk.inside(ready.counts)
    values = {
        "chosen": tuple(chosen),
        "rows": tuple(scribe.row(sheet) for sheet in inside),
        "total": scribe.staff.say(phrases.LEAVES, {"leaves": ready.leaves}),
        "printing": tuple(_printing(desk, ready, scribe)),
        "notes": tuple(_notes(desk, ready, scribe, guides_lacking)),
    }
    return scribe.slip(COVER, values)


def _printing(desk: Desk, ready: Ready, scribe: Scribe) -> Iterable[Text]:
    staff, library, wish = scribe.staff, desk.library, ready.wish
    yield staff.say(phrases.PRINT_BOTH if wish.both_sides else phrases.PRINT_ONE)
    yield staff.say(phrases.PRINT_SIZE, {"paper": _paper(wish.paper)})
    inside = dict.fromkeys(library.languages[_tongue(desk, key)] for key in ready.counts)
    for side, spoken in sorted(binding(inside).items()):
        sentence = phrases.STAPLE_LEFT if side == "left" else phrases.STAPLE_RIGHT
        yield staff.say(sentence, {"languages": staff.listed([language.name for language in spoken])})
    if any(library.kinds[key.kind].half_sheet for key in ready.counts):
        yield staff.say(phrases.CUT)
    if any(library.editions[key.edition].imposition == "booklet" for key in ready.counts):
        yield staff.say(phrases.FOLD)
    if any(_imposed(desk, key) for key in ready.counts):
        yield staff.say(phrases.PICTURES)


def _tongue(desk: Desk, key: DocumentKey) -> str:
    """The language that a sheet's running text is in."""
    return key.language if desk.library.kinds[key.kind].audience == "family" else key.staff_language


def _imposed(desk: Desk, key: DocumentKey) -> bool:
    return desk.library.kinds[key.kind].half_sheet or bool(desk.library.editions[key.edition].imposition)


def _paper(name: str) -> str:
    return name.upper() if len(name) == 2 else name.capitalize()


def _notes(desk: Desk, ready: Ready, scribe: Scribe, guides_lacking: Iterable[str]) -> Iterable[Text]:
    staff, library = scribe.staff, desk.library
    replaced: Mapping[tuple[str, str], None] = dict.fromkeys(
        (found.asked.language, found.printed.language if found.printed else "")
        for found in ready.resolved
        if found.printed != found.asked
    )
    for asked, printed in replaced:
        name = library.languages[asked].name if asked in library.languages else asked
        if printed:
            yield staff.say(phrases.INSTEAD, {"language": name, "other": library.languages[printed].name})
        else:
            yield staff.say(phrases.LEFT_OUT, {"language": name})
    if any(desk.states[key] != "ready" for key in ready.counts):
        yield staff.say(phrases.DRAFTS_INSIDE)
    other = dict.fromkeys(key.kind for key in ready.counts if key.edition != ready.wish.edition)
    if other:
        named = staff.listed([staff.words(library.kinds[kind].name) for kind in other])
        yield staff.say(phrases.OTHER_EDITION, {"edition": named})
    for topic in guides_lacking:
        speaker = scribe.speaker(ready.wish.staff_language, topic)
        title = speaker.words(scribe.topic(topic).title, component=topic)
        yield staff.say(phrases.NO_GUIDE, {"topic": title}) if title else NOTHING

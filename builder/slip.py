"""The pages that packs add to the library's sheets: cover slip, separator, sign-in, agenda, station cards, feedback.

Each function gives a `Slip` with every string final. The cover slip tells an age, so no slip is kept anywhere; the
others say nothing about anyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from builder import languages, phrases
from builder.age import Age
from builder.catalog import UI, approval, snapshot
from builder.contents import PLAIN
from builder.localise import Strings
from builder.model import AgeBand, DocumentKey, Kind, Language, Library, State, Topic
from builder.page import Slip, Text, Voice
from builder.project import Project
from builder.speaker import NOTHING, Speaker

COVER, SEPARATOR, SIGN_IN, AGENDA, CARDS, FEEDBACK = (
    "cover-slip", "separator", "sign-in", "agenda", "station-cards", "feedback",
)  # fmt: skip
_STATES = {"ready": phrases.STATE_READY, "draft": phrases.STATE_DRAFT, "stale": phrases.STATE_STALE}
_STATIONS = 4  # cards for each topic and band: what a room has room for


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the cover slip: a sheet that is inside."""

    copies: Text
    title: Text
    kind: Text
    age: Text
    edition: Text
    language: Text
    autonym: Text
    sides: Text
    code: str
    state: Text


@dataclass(frozen=True, slots=True)
class BandRow:
    """One of the bands that an age stands in, told apart by what its article is about."""

    age: Text
    summary: Text
    chosen: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """A sheet of a pack, as the cover slip lists it."""

    key: DocumentKey
    copies: int
    pages: int
    code: str
    state: State


@dataclass(frozen=True, slots=True)
class Scribe:
    """Writes the slips of one pack in the staff's language, and beside it in the families'."""

    loaded: Project
    library: Library
    staff_tag: str
    topics: Mapping[str, Topic] = field(default_factory=dict)

    def speaker(self, tag: str, topic: str = UI) -> Speaker:
        return Speaker(self.loaded.catalogs[tag], topic)

    @property
    def staff(self) -> Speaker:
        return self.speaker(self.staff_tag)

    def line(self, text: str) -> Text:
        """Plain text in the staff's language."""
        return self.staff.html(escape(text, quote=False))

    def topic(self, name: str) -> Topic:
        return next(topic for topic in self.library.topics if topic.id == name)

    def band(self, name: str) -> AgeBand:
        return next(band for band in self.library.ages if band.id == name)

    def says(self, page: str, tag: str) -> bool:
        """Whether everything a page prints by itself is there in a language."""
        speaker = self.speaker(tag)
        strings = self.loaded.strings[f"packs/{page}"]
        for text in (*strings.body, *strings.family, self.library.pack_pages[page].name):
            speaker.words(text)
        return not speaker.missing

    def age(self, name: str, speaker: Speaker) -> Text:
        sentence, numbers = languages.age(self.band(name))
        return speaker.say(sentence, numbers)

    def language(self, tag: str) -> Text:
        """A language's name, in the staff's alphabet."""
        found = self.library.languages.get(tag)
        return self.line(found.name if found else tag)

    def autonym(self, tag: str) -> Text:
        """A language's own name for itself; nothing when that is the same word."""
        found = self.library.languages.get(tag)
        if found is None or found.autonym.casefold() == found.name.casefold():
            return NOTHING
        return Text(escape(found.autonym, quote=False), found.tag, found.direction)

    def title(self, key: DocumentKey) -> Text:
        """A sheet's title in the staff's language."""
        article = self.topic(key.topic).article(key.band)
        return self.speaker(self.staff_tag, key.topic).read(article.title if article else "")

    def kind(self, key: DocumentKey) -> Text:
        return self.staff.say(self.library.kinds[key.kind].name)

    def chosen_for(self, age: Age | None, band: str) -> tuple[Text, ...]:
        """Which age the sheets were chosen for, and why it was counted so."""
        staff = self.staff
        if age is None:
            sentence, numbers = languages.age(self.band(band))
            return (staff.say(phrases.CHOSEN_BAND, {"age": staff.words(sentence, numbers)}),)
        if age.from_due_date and age.reason != "before-due":
            told = staff.say(phrases.CHOSEN_FROM_DUE, {"months": age.months})
        elif age.reason == "before-due":
            return (staff.say(phrases.WHY[age.reason]),)
        elif age.months >= 36 and age.months % 12 == 0:
            told = staff.say(phrases.CHOSEN_YEARS, {"years": age.months // 12})
        else:
            told = staff.say(phrases.CHOSEN_MONTHS, {"months": age.months})
        why = phrases.WHY.get(age.reason)
        return (told, staff.say(why)) if why else (told,)

    def bands(self, topic: str, names: Iterable[str], chosen: str) -> tuple[BandRow, ...]:
        """The bands of a topic that an age stands in, each with one line on what it is about."""
        found = self.topic(topic)
        speaker = self.speaker(self.staff_tag, topic)
        rows = []
        for name in names:
            article = found.article(name)
            summary = speaker.read(article.summary) if article else NOTHING
            rows.append(BandRow(self.age(name, self.staff), summary, name == chosen))
        return tuple(rows)

    def row(self, sheet: Inside) -> Row:
        staff, key = self.staff, sheet.key
        number = languages.number(sheet.copies, self.loaded.catalogs[self.staff_tag].language)
        pages = languages.number(sheet.pages, self.loaded.catalogs[self.staff_tag].language)
        return Row(
            copies=staff.html(number), title=self.title(key), kind=self.kind(key), age=self.age(key.band, staff),
            edition=NOTHING if key.edition == PLAIN else staff.say(self.library.editions[key.edition].name),
            language=self.language(key.language), autonym=self.autonym(key.language),
            sides=staff.html(pages), code=sheet.code, state=staff.say(_STATES[sheet.state]),
        )  # fmt: skip

    def slip(self, page: str, values: Mapping[str, object], family_tag: str = "", draft: tuple[Text, ...] = ()) -> Slip:
        """A slip with its template's own strings."""
        kind: Kind = self.library.pack_pages[page]
        strings: Strings = self.loaded.strings[f"packs/{page}"]
        family = self.speaker(family_tag or self.staff_tag)
        staff = self.staff
        body = family if kind.audience == "family" else staff
        return Slip(
            name=page, body=body.voice, family=family.voice, staff=staff.voice, title=body.say(kind.name),
            values=values, draft=draft,
            words={text: body.words(text) for text in strings.body},
            family_words={text: family.words(text) for text in strings.family},
            staff_words={text: staff.words(text) for text in strings.staff},
        )  # fmt: skip

    # --- the pages ------------------------------------------------------------------------------

    def separator(self, tag: str, lines: Sequence[Text], *, spare: bool) -> Slip:
        """The sheet before a language's sets: its name in both scripts, large, and how many there are."""
        found = self.library.languages[tag]
        values = {
            "autonym": Text(escape(found.autonym, quote=False), found.tag, found.direction),
            "language": self.language(tag), "lines": tuple(lines),
            "spare": self.staff.say(phrases.SPARES) if spare else NOTHING,
        }  # fmt: skip
        return self.slip(SEPARATOR, values, tag)

    def sign_in(self, tags: Sequence[str], rows: int) -> Slip:
        """A blank list to sign: headed in every language of the group that has the words."""
        heads = [self._heads(tag) for tag in tags if tag != self.staff_tag and self.says(SIGN_IN, tag)]
        banner = self.banner([tag for tag in tags if self.state(tag) != "ready"]) if heads else ()
        return self.slip(SIGN_IN, {"heads": tuple(heads), "rows": tuple(range(rows))}, draft=banner[:1])

    def _heads(self, tag: str) -> tuple[Voice, tuple[Text, ...]]:
        speaker = self.speaker(tag)
        name, with_me = phrases.SIGN_IN_NAME, phrases.SIGN_IN_WITH
        return speaker.voice, (speaker.say(name), speaker.say(with_me))

    def agenda(self, stacks: Iterable[tuple[str, str]]) -> Slip:
        """The ninety minutes of a group, and what it is about. `stacks` are topics and bands."""
        subjects = []
        for topic, band in dict.fromkeys(stacks):
            article = self.topic(topic).article(band)
            speaker = self.speaker(self.staff_tag, topic)
            subjects.append((speaker.read(article.title if article else ""), self.age(band, self.staff)))
        return self.slip(AGENDA, {"subjects": tuple(subjects)})

    def cards(self, stacks: Iterable[tuple[str, str]], tags: Sequence[str]) -> Slip | None:
        """Cards to hang up where parents and children play: one idea each, in the group's languages, with its code."""
        cards: list[tuple[Text, Text, str, str, tuple[tuple[Voice, Text, Text, Text], ...]]] = []
        drafts: list[str] = []
        for topic, band in dict.fromkeys(stacks):
            have = self.topic(topic).elements(band)
            found = next((have[key] for key in self.library.pack_pages[CARDS].wants if key in have), None)
            for item in found.items[:_STATIONS] if found else ():
                spoken = []
                for tag in dict.fromkeys((self.staff_tag, *tags)):
                    speaker = self.speaker(tag, topic)
                    whole, lead, rest = speaker.halves(item.text)
                    if speaker.missing:
                        continue
                    draft = self.state(tag, topic, band) != "ready"
                    drafts += [tag] if draft else []
                    notice = speaker.say(phrases.DRAFT) if draft else NOTHING
                    spoken.append((speaker.voice, lead, rest if lead else whole, notice))
                where = self.speaker(self.staff_tag, topic).read(self.topic(topic).title)
                cards.append((where, self.age(band, self.staff), item.code, item.routine, tuple(spoken)))
        if not cards:
            return None
        return self.slip(CARDS, {"cards": tuple(cards)}, draft=self.banner(dict.fromkeys(drafts))[:1])

    def feedback(self, tag: str) -> Slip | None:
        """What a family may tell the program, without a name; None where the language lacks the words."""
        if not self.says(FEEDBACK, tag):
            return None
        banner = self.banner([tag]) if self.state(tag) != "ready" else ()
        return self.slip(FEEDBACK, {"number": self.language(tag), "autonym": self.autonym(tag)}, tag, banner)

    # --- states ---------------------------------------------------------------------------------

    def state(self, tag: str, topic: str = "", band: str = "") -> State:
        """The state of a language's own words on a slip: approved, as sheets are, or a draft."""
        catalog = self.loaded.catalogs[tag]
        if catalog.source:
            return "ready"
        if topic:
            return "ready" if approval(catalog, self.topic(topic), band) else "draft"
        review = catalog.reviews.get((UI, ""))
        whole = review and snapshot(catalog, UI, catalog.components.get(UI, {})) == review.snapshot
        return "ready" if whole else "draft"

    def banner(self, tags: Iterable[str]) -> tuple[Text, ...]:
        """The draft banner in the staff's language and in those it is about."""
        wanted = [tag for tag in tags if tag != self.staff_tag]
        return tuple(self.speaker(tag).say(phrases.DRAFT) for tag in (self.staff_tag, *wanted)) if wanted else ()


def binding(languages_inside: Iterable[Language]) -> dict[str, list[Language]]:
    """The languages by the side at which their sheets are stapled: at the start of their lines."""
    sides: dict[str, list[Language]] = {}
    for language in languages_inside:
        sides.setdefault("right" if language.direction == "rtl" else "left", []).append(language)
    return sides

"""Library + catalogs + DocumentKey -> Page: every string final, in its language, with its state.

A family sheet is never a silent mixture: a message without a translation makes the document missing, and it is not
built. Footers and banners are in the staff language, so that a visitor knows a sheet she cannot read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from html import escape

from builder import languages, phrases
from builder.catalog import Catalog, MessageState, Review, approval, reviewed
from builder.model import (
    AWAITED,
    EVIDENCE,
    AgeBand,
    Article,
    Awaited,
    DocumentKey,
    Element,
    ElementSpec,
    Item,
    Kind,
    Library,
    State,
    Topic,
)
from builder.page import Contact, Footer, Line, Page, Picture, Section, Text, address
from builder.speaker import NOTHING, Speaker
from builder.text import code_letters

_WAITS = {"specialist": phrases.AWAITS_SPECIALIST, "urgent-help": phrases.AWAITS_URGENT_HELP}
_EVIDENCE = {"strong": phrases.STRONG, "moderate": phrases.MODERATE, "opinion": phrases.OPINION}
_WORST: tuple[MessageState, ...] = ("source", "translated", "draft", "stale", "missing")


@dataclass(frozen=True, slots=True)
class Strings:
    """What a kind's templates say by themselves, in each voice."""

    body: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Localised:
    """A page with the state of its translation; no page when something is missing."""

    page: Page | None
    state: State
    missing: tuple[tuple[str, str], ...] = ()  # (language, source text)
    awaits: tuple[Awaited, ...] = ()  # what it is a draft for
    review: Review | None = None  # of the source, by a specialist
    kept: str = ""  # the date of the approved edition that this is, when the texts have moved on
    approved: bool = False  # by somebody who answers for the translation, word for word


@dataclass(frozen=True, slots=True)
class _Subject:
    """What one document is about, and who speaks on it."""

    library: Library
    topic: Topic
    article: Article
    kind: Kind
    key: DocumentKey
    family: Speaker
    staff: Speaker
    source: Catalog
    kept: str  # date of the approved edition that is printed, when the texts have moved on

    @property
    def reviewed(self) -> Review | None:
        """The specialist's review of what the topic says for this age."""
        return reviewed(self.source, self.topic, self.key.band)

    @property
    def awaits(self) -> tuple[Awaited, ...]:
        """What the sheet is a draft for, whatever the state of its translation."""
        asked = {each for spec, _ in _chosen(self) for each in spec.awaits}
        there = {"specialist": self.reviewed, "urgent-help": self.library.program.contacts.urgent_help}
        return tuple(each for each in AWAITED if each in asked and not there[each])

    @property
    def body(self) -> Speaker:
        """Whose language the running text is in."""
        return self.family if self.kind.audience == "family" else self.staff

    @property
    def bilingual(self) -> bool:
        """Whether family and staff speak different languages."""
        return self.family.tag != self.staff.tag

    @property
    def worst(self) -> MessageState:
        """The worst state of anything said so far."""
        return max(self.family.states | self.staff.states, key=_WORST.index)

    @property
    def approved(self) -> Review | None:
        """The approval of the family's words, when nothing said is less than translated."""
        if self.worst != "translated":
            return None
        foreign = [speaker for speaker in (self.family, self.staff) if not speaker.catalog.source]
        found = [approval(speaker.catalog, self.topic, self.key.band, speaker.said) for speaker in foreign]
        return found[0] if all(found) else None

    @property
    def band(self) -> AgeBand:
        return next(band for band in self.library.ages if band.id == self.key.band)


def localise(
    library: Library, catalogs: Mapping[str, Catalog], key: DocumentKey, strings: Strings, kept: str = ""
) -> Localised:
    """The page of a document, or what it lacks; `kept` is the date of the approved edition that is printed instead."""
    topic = next(topic for topic in library.topics if topic.id == key.topic)
    article = topic.article(key.band)
    if article is None:
        msg = f"no article for {key}"
        raise ValueError(msg)
    family = Speaker(catalogs[key.language], key.topic)
    staff = Speaker(catalogs[key.staff_language], key.topic)
    source = next(catalog for catalog in catalogs.values() if catalog.source)
    subject = _Subject(library, topic, article, library.kinds[key.kind], key, family, staff, source, kept)
    page = _page(subject, strings)
    if subject.worst == "missing":
        lacks = [(speaker.tag, text) for speaker in (family, staff) for text in speaker.missing]
        return Localised(None, "missing", tuple(dict.fromkeys(lacks)))
    state, approved = _document_state(subject), subject.approved is not None
    return Localised(page, state, (), subject.awaits, subject.reviewed, kept, approved)


def _document_state(subject: _Subject) -> State:
    """A translation that nobody approved is a draft, however well it was made."""
    if subject.worst == "stale":
        return "stale"
    done = subject.worst == "source" or subject.approved
    return "ready" if done and not subject.awaits else "draft"


def _page(subject: _Subject, strings: Strings) -> Page:
    library, key, body, family = subject.library, subject.key, subject.body, subject.family
    for_staff = subject.kind.audience == "staff"
    age, numbers = languages.age(subject.band)
    chosen = _chosen(subject)
    aloud = family if for_staff and subject.bilingual else None
    page = Page(
        key=key,
        body=body.voice,
        family=family.voice,
        staff=subject.staff.voice,
        title=body.read(subject.article.title),
        family_title=family.read(subject.article.title),
        summary=body.read(subject.article.summary),
        age=body.say(age, numbers),
        family_age=family.say(age, numbers),
        months=_months(subject.band),
        emblem=f"emblem-{subject.topic.emblem}",
        logo=_logo(library),
        setting=body.say(subject.kind.settings[key.setting].name if key.setting else ""),
        series=body.read(subject.topic.title),
        audience=body.say(phrases.FOR_STAFF if for_staff else phrases.FOR_FAMILIES),
        sections={s.key: _section(s, e, body, aloud) for s, e in chosen if s.audience == subject.kind.audience},
        family_sections={s.key: _section(s, e, family, None) for s, e in chosen if s.audience != subject.kind.audience},
        contacts=_contacts(subject),
        safe_sleep=library.program.contacts.safe_sleep if subject.band.first_month == 0 else "",
        draft=(),
        footer=_footer(subject, [element for _, element in chosen]),
        colophon=library.editions[key.edition].colophon,
        address=_address(subject),
        half_page=bool(library.editions[key.edition].imposition),
        words={text: body.words(text) for text in strings.body},
        family_words={text: family.words(text) for text in strings.family},
        staff_words={text: subject.staff.words(text) for text in strings.staff},
    )
    # the banner comes last: by now the speakers know the state of everything that was said
    return _with_code(replace(page, draft=_draft(subject), footer=replace(page.footer, state=_state(subject))))


def _chosen(subject: _Subject) -> list[tuple[ElementSpec, Element]]:
    """What the kind wants of what the topic has, in the kind's order, each thing said once."""
    have = subject.topic.elements(subject.key.band)
    specs = [subject.library.elements[name] for name in subject.kind.wants if name in have]
    specs = [spec for spec in specs if spec.setting in {"", subject.key.setting}]
    replaced = {spec.replaces for spec in specs}
    return [(spec, have[spec.key]) for spec in specs if spec.key not in replaced]


def _section(spec: ElementSpec, element: Element, body: Speaker, aloud: Speaker | None) -> Section:
    second = aloud if spec.both else None
    items = tuple(_line(item, body, second) for item in element.items)
    return Section(spec.key, spec.shape, body.say(spec.heading), body.say(spec.hint), items)


def _line(item: Item, body: Speaker, aloud: Speaker | None) -> Line:
    text, lead, rest = body.halves(item.text)
    said, said_rest = NOTHING, NOTHING
    if aloud is not None:
        said, _, said_rest = aloud.halves(item.text)
    return Line(
        code=item.code, text=text, lead=lead, rest=rest, detail=body.read(item.detail),
        aloud=said_rest or said,
        routine=item.routine, picture=item.picture, lines=item.lines,
    )  # fmt: skip


def _address(subject: _Subject) -> str:
    """The sheet's page on the web: of whole family sheets that have a foot on every page."""
    edition, kind = subject.library.editions[subject.key.edition], subject.kind
    whole = not (edition.imposition or edition.colophon or kind.half_sheet) and kind.audience == "family"
    site = subject.library.program.address.rstrip("/")
    return f"{site}/{address(subject.key)}.html" if site and whole else ""


def _logo(library: Library) -> Picture | None:
    program = library.program
    return Picture(f"asset:{program.logo.removeprefix('assets/')}", program.name) if program.logo else None


def _months(band: AgeBand) -> tuple[int, int] | None:
    return None if band.first_month is None or band.last_month is None else (band.first_month, band.last_month)


def _contacts(subject: _Subject) -> tuple[Contact, ...]:
    """Whom a family can call: the program under its own name, where it has given one."""
    program, family, staff = subject.library.program, subject.family, subject.staff.voice
    given = program.contacts
    ours = Text(escape(program.name, quote=False), staff.tag, staff.dir) if program.name else NOTHING
    return (
        Contact("phone", ours or family.say(phrases.OUR_PROGRAM), given.phone),
        Contact("interpreter", family.say(phrases.INTERPRETER), given.interpreter),
        Contact("urgent-help", family.say(phrases.URGENT_HELP), given.urgent_help),
    )


def _draft(subject: _Subject) -> tuple[Text, ...]:
    """The banner, in every language in which it must be understood."""
    if _document_state(subject) == "ready":
        return ()
    banners = (subject.staff.say(phrases.DRAFT), subject.family.say(phrases.DRAFT))
    return banners if subject.bilingual else banners[:1]


def _state(subject: _Subject) -> Text:
    """The one thing that keeps a sheet from families, or who approved its translation; nothing of a finished source."""
    review, waits = subject.approved, subject.awaits
    if subject.worst != "source" and review is None:
        said = {"stale": phrases.OUTDATED, "translated": phrases.TRANSLATED}
        return subject.staff.say(said.get(subject.worst, phrases.MACHINE_DRAFT))
    if waits:
        return subject.staff.say(_WAITS[waits[-1]])
    if subject.kept:
        return subject.staff.say(phrases.LAST_APPROVED, {"date": subject.staff.day(subject.kept)})
    return subject.staff.say(phrases.APPROVED, _who(review, subject.staff)) if review else NOTHING


def _who(review: Review, staff: Speaker) -> dict[str, str]:
    return {"who": review.role, "date": staff.day(review.date)}


def _footer(subject: _Subject, elements: Sequence[Element]) -> Footer:
    """What identifies the sheet; its state is added when everything has been said."""
    library, topic, staff = subject.library, subject.topic, subject.staff
    language = library.languages[subject.key.language]
    age, numbers = languages.age(subject.band)
    named = staff.html(escape(language.name, quote=False))
    if subject.kind.audience == "staff" and subject.bilingual:
        values = {"staff_language": staff.catalog.language.name, "language": language.name}
        named = staff.say(phrases.WITH_LANGUAGE, values)
    # where the name says the region, the language's own name need not say it again: the line is short
    autonym = language.autonym.partition(" (")[0] if "(" in language.name else language.autonym
    same_word = autonym.casefold() == language.name.casefold()
    review = subject.reviewed
    reviewed = staff.say(phrases.REVIEWED, _who(review, staff)) if review else staff.say(phrases.NEVER_REVIEWED)
    evidence = min(topic.evidence, subject.band.evidence, key=EVIDENCE.index)
    return Footer(
        title=staff.read(subject.article.title),
        kind=staff.say(subject.kind.name),
        age=staff.say(age, numbers),
        edition=staff.say(library.editions[subject.key.edition].name),
        language=named,
        autonym=NOTHING if same_word else Text(escape(autonym), language.tag, language.direction),
        state=NOTHING,
        review=reviewed,
        evidence=staff.say(_EVIDENCE[evidence]),
        weak=evidence == "opinion",
        adapted_from=staff.say(phrases.ADAPTED_FROM, {"sources": _citations(library, topic, elements)}),
        code="",
    )


def _citations(library: Library, topic: Topic, elements: Sequence[Element]) -> str:
    """The sources that the printed items trace to, in the topic's order; they are never translated."""
    cited = {
        library.facts[fact].source
        for element in elements for item in element.items for fact in item.facts if fact in library.facts
    }  # fmt: skip
    shown = [library.sources[key] for key in topic.sources if key in cited and key in library.sources]
    return "; ".join(f"{source.citation} ({source.note})" if source.note else source.citation for source in shown)


def face(page: Page, other: Page) -> tuple[Page, Page]:
    """Two pages that will stand beside each other: one version code for the words of both, and one draft banner.

    Each shows the banner in the languages it speaks, for which it has the fonts.
    """
    code = _code(page, other)

    def faced(one: Page) -> Page:
        draft = tuple(text for text in page.draft or other.draft if text.lang in {one.body.tag, one.staff.tag})
        return replace(one, draft=draft, footer=replace(one.footer, code=code))

    return faced(page), faced(other)


def _with_code(page: Page) -> Page:
    return replace(page, footer=replace(page.footer, code=_code(page)))


def _code(*pages: Page) -> str:
    """The version code: a digest of every printed word, so that same code means same words."""
    letters = code_letters(hashlib.sha256("\x1f".join(_strings(pages)).encode()).hexdigest())
    return f"{letters[:4]}-{letters[4:]}"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in sorted(value):
            yield str(name)
            yield from _strings(value[name])
    elif isinstance(value, tuple):
        for part in value:
            yield from _strings(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            if each.name not in {"paper", "summary", "logo", "address"}:
                yield from _strings(getattr(value, each.name))

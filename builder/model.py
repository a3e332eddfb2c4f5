"""The values that flow through the builder: frozen, slotted, picklable, and free of I/O.

Nothing here imports anything else of ours. Every stage takes some of these and returns others:

    load -> Library -> plan -> DocumentKey -> localise -> Page -> render -> Job -> typeset -> Sheet
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Audience = Literal["family", "staff"]
Use = Literal["ok", "soft", "never"]
State = Literal["ready", "draft", "stale", "missing"]  # of a document
OnStale = Literal["last-approved", "draft", "fail"]  # what is printed of a sheet that has moved on since its approval
Evidence = Literal["opinion", "moderate", "strong"]
Awaited = Literal["specialist", "urgent-help"]

AWAITED: tuple[Awaited, ...] = ("specialist", "urgent-help")
EVIDENCE: tuple[Evidence, ...] = ("opinion", "moderate", "strong")  # from the weakest


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something was written."""

    file: str  # relative to the project's root, with forward slashes
    line: int = 0  # counted from 1; 0 means the file as a whole

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


NOWHERE = Place("")
SHEET = (210.0, 279.4)  # millimetres: the width of A4 and the height of Letter; every full page is laid out on it
HALF = (139.7, 210.0)  # millimetres: half of that sheet, turned
ANY_AGE = "any-age"
STAFF = "staff"


# --- what authors write -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgeBand:
    """A span of ages that one article serves. Bands overlap on purpose."""

    id: str
    first_month: int | None = None  # completed months, inclusive; None for "any age"
    last_month: int | None = None  # completed months, inclusive
    evidence: Evidence = "strong"  # the most that a sheet for this age rests on
    not_yet: str = ""  # why there are no sheets for it, in words for staff

    def __contains__(self, months: int) -> bool:
        if self.first_month is None or self.last_month is None:
            return True
        return self.first_month <= months <= self.last_month


@dataclass(frozen=True, slots=True)
class Fact:
    """One idea from the fact registry; a sentence on paper traces back to these."""

    id: str
    says: str
    source: str
    use: Use
    unused: str = ""  # why no sheet uses it
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Source:
    """A work the ideas came from; cited in the foot of a sheet and never translated."""

    id: str
    citation: str
    note: str = ""  # printed after the citation, such as "listed as a source, not endorsed"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field with its plain meaning; families read the meaning."""

    id: str
    term: str
    meaning: str
    plain: bool = False  # an everyday word that families read as well


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that do not fit a sheet, and why."""

    id: str
    words: tuple[str, ...]  # whole words; a star stands for any ending
    why: str
    audience: Literal["family", "staff", "everyone"]
    severity: Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Item:
    """The unit of writing, translation and tracing: one bullet, paragraph, step or question."""

    code: str  # element letter and position, the same in every language: "C4"
    text: str  # Markdown source without its trailing {...}
    detail: str = ""  # the second half of a pair
    facts: tuple[str, ...] = ()
    routine: str = ""  # the everyday moment, which chooses an icon: "parting"
    picture: str = ""  # a drawing of templates/figures
    lines: int = 0  # ruled lines to write on below it
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Element:
    """A named part of an article: the text under one second-level heading."""

    key: str
    items: tuple[Item, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Article:
    """What one topic says for one age band (or for staff, or for any age)."""

    topic: str
    band: str  # a band's id, "any-age" or "staff"
    title: str
    summary: str
    elements: tuple[Element, ...]
    place: Place = NOWHERE
    title_place: Place = NOWHERE
    summary_place: Place = NOWHERE
    allow: Mapping[str, str] = field(default_factory=dict)  # a word that would not fit -> why it stays


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of the library with its articles by band."""

    id: str
    title: str
    audience: Audience
    order: int
    about: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: Evidence
    emblem: str  # a drawing of templates/figures
    kinds: tuple[str, ...]  # what is made of it; empty: every kind there is text for
    articles: Mapping[str, Article] = field(default_factory=dict)
    place: Place = NOWHERE

    def prints(self, kind: str) -> bool:
        """Whether its author means it to be printed as this kind of sheet."""
        return not self.kinds or kind in self.kinds

    def article(self, band: str) -> Article | None:
        """The article that gives a band its title: its own, or the one for any age."""
        return self.articles.get(band) or self.articles.get(ANY_AGE)

    def elements(self, band: str) -> dict[str, Element]:
        """What the topic says for a band; any-age and staff articles lend what the band's own article lacks."""
        found: dict[str, Element] = {}
        for name in (STAFF, ANY_AGE, band):
            article = self.articles.get(name)
            found.update({element.key: element for element in article.elements} if article else {})
        return found


# --- how the paper is described -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ElementSpec:
    """What an element may hold: one record of templates/elements.yaml."""

    key: str
    letter: str  # opens every item code; empty for what nobody has to find by a code
    shape: Literal["line", "paragraph", "list", "pairs", "steps", "scene", "questions", "grid"]
    audience: Audience
    heading: str  # printed, a translatable string; empty prints none
    name: str  # what authors write after "## "
    hint: str = ""  # printed beside the heading
    at_least: int = 1
    at_most: int = 7
    words: int = 0  # budget of one item, in English words; 0 is unlimited
    traced: bool = False  # every item must name its facts
    lead: bool = False  # every item must open with a bold lead: "**At goodbye:** Wave ..."
    setting: str = ""  # printed in this setting only
    both: bool = False  # on a staff sheet, said aloud: printed in both languages
    awaits: tuple[Awaited, ...] = ()  # a sheet that prints it is a draft until this is there
    evidence: Evidence = "opinion"  # the least it may rest on
    replaces: str = ""  # an element that is left out where a kind wants both and the topic has both
    special: bool = False  # for few topics: a new article does not begin with it


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a kind of sheet is used; each setting is a document of its own."""

    name: str  # printed, a translatable string
    needs: tuple[str, ...] = ()  # elements it cannot do without, beside the kind's own needs


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sheet: one record of templates/kinds.yaml and one template."""

    id: str
    name: str  # printed, a translatable string
    audience: Audience
    sides: int  # page budget at normal size; 0 is none
    type_steps: tuple[float, ...]  # body size in points, largest first
    wants: tuple[str, ...]
    needs: tuple[str, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)  # by id; empty: one sheet for everywhere
    leading: float = 6.0  # millimetres at the first type step
    half_sheet: bool = False  # laid out on half a sheet, printed two-up
    each_child: bool = False  # in a pack for a visit: one for each child, not one for the family
    on_request: bool = False  # in packs only when it is asked for


@dataclass(frozen=True, slots=True)
class Edition:
    """A way to print the kinds: normal, large print."""

    id: str
    name: str
    type_steps: tuple[float, ...] = ()  # replaces the kind's when given
    leading: float = 0.0
    budget: bool = True
    imposition: Literal["", "booklet", "facing"] = ""  # laid out on half sheets: to be folded, or in two languages
    colophon: bool = False  # state and sources stand at the end of the sheet, not in every footer
    kinds: tuple[str, ...] = ()  # the kinds it is made for; empty means every kind


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper size: only a MediaBox around the common sheet of 210 x 279.4 mm."""

    id: str
    width: float  # millimetres
    height: float


@dataclass(frozen=True, slots=True)
class Plural:
    """How a language counts, as gettext writes it: `count` forms, chosen by a C expression on n."""

    count: int
    rule: str

    @property
    def header(self) -> str:
        return f"nplurals={self.count}; plural={self.rule};"


@dataclass(frozen=True, slots=True)
class Language:
    """One record of the language catalogue."""

    tag: str  # shortest BCP 47 tag
    name: str  # in English
    autonym: str
    script: str  # ISO 15924
    direction: Literal["ltr", "rtl"]
    fonts: tuple[str, ...]  # families, first choice first
    size: float  # against Latin at the same nominal size
    line_height: float  # leading against the Latin leading at the same nominal size
    digits: str
    breaks: Literal["space", "icu", "syllable-joined", "any"]
    plural: Plural
    searchable: float  # floor for the share of words that a reader's search finds
    falls_back_to: str = ""  # for locale data only, never for text
    pseudo: Literal["", "accented", "mirrored"] = ""
    specimen: str = ""  # a sentence of running text for the specimen page
    letters: str = ""  # the script's letters, for the specimen page
    register: str = ""  # a note on formal or informal "you"
    keeps: tuple[str, ...] = ()  # words and texts that read as in English
    terms: tuple[tuple[str, str], ...] = ()  # how it says the glossary's terms, by the term's id
    history: tuple[str, ...] = ()  # how the translation came to be, step by step, for who reviews it
    look_first: tuple[str, ...] = ()  # what is least certain in it
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Contacts:
    """The program's own numbers; an empty one prints as a ruled line to write on."""

    phone: str = ""
    interpreter: str = ""
    urgent_help: str = ""
    safe_sleep: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What `handouts build` makes."""

    languages: tuple[str, ...]
    papers: tuple[str, ...]
    editions: tuple[str, ...]
    kinds: tuple[str, ...] = ()  # empty means every kind


@dataclass(frozen=True, slots=True)
class Program:
    """The project's own settings: program.yaml."""

    name: str
    country: str
    staff_language: str
    shelf: Shelf
    contacts: Contacts
    logo: str = ""
    address: str = ""  # where `handouts site` is served; sheets for families carry a code that leads there


@dataclass(frozen=True, slots=True)
class Library:
    """Everything a project says, loaded and well-formed."""

    program: Program
    ages: tuple[AgeBand, ...]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    topics: tuple[Topic, ...]
    languages: Mapping[str, Language]
    elements: Mapping[str, ElementSpec]
    kinds: Mapping[str, Kind]
    editions: Mapping[str, Edition]
    papers: Mapping[str, Paper]
    terms: tuple[Term, ...] = ()
    wordings: tuple[Wording, ...] = ()
    pack_pages: Mapping[str, Kind] = field(default_factory=dict)  # what packs add: cover slip, separator, agenda


# --- what gets printed --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class DocumentKey:
    """The spine: plan makes it, every stage carries it, the output path is an injective function of it."""

    language: str  # a family sheet's text; in a visit guide, the family's side
    topic: str
    band: str
    kind: str
    setting: str  # "" for kinds without settings
    edition: str
    staff_language: str  # a visit guide's body; on a family sheet, the footer that names it
    paper: str


# --- typesetting --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """One layout to make: values only, so that it travels to any worker."""

    name: str  # for diagnostics: the output path without the paper
    language: str
    html: str
    styles: tuple[str, ...]  # finished CSS, one per type step, largest first
    assets: tuple[tuple[str, bytes], ...]  # what `asset:` addresses may name
    sides: int  # page budget; 0 is none
    papers: tuple[Paper, ...]
    page: tuple[float, float] = SHEET  # millimetres
    imposition: Literal["", "two-up", "booklet", "facing"] = ""  # how pages of half a sheet stand on larger papers
    binding: Literal["left", "right"] = "left"
    facing: Job | None = None  # the layout whose pages face this one's: it has no papers of its own
    private: bool = False  # it may say something of a family: none of its lines is kept for another document
    akin: tuple[str, ...] = ()  # what is likely to fit at the same type step, the nearest first: a guess, never a rule


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a document could not be printed, as the worker saw it."""

    code: str  # of diagnostics.CODES
    fact: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What came back from typesetting: one PDF per paper, or the faults that forbid them."""

    name: str
    pdfs: tuple[tuple[str, bytes], ...]  # (paper id, bytes)
    pages: int
    step: int  # index of the type step that fitted
    faults: tuple[Fault, ...] = ()

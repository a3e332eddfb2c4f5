"""The library as it is shown: a card for each sheet, its files, and pictures of their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from builder import editions, plan, rebuild, sources, store
from builder.diagnostics import ProblemsError
from builder.localise import Localised
from builder.model import Awaited, DocumentKey, Library, State
from builder.page import Text, address
from builder.plan import Selection
from builder.project import Project
from builder.slip import Scribe
from builder.store import Record

PLAIN = "normal"
WIDTHS = (240, 720)  # pixels: a thumbnail, a page to look at
_PICTURES = "pictures"
_KEEPING = Lock()  # one writer of pictures at a time
_MOST_PICTURES = 20_000  # kept; a library of all languages has some thousand first pages


@dataclass(frozen=True, slots=True)
class Card:
    """One sheet in one language, whatever its papers and editions. Labels are in the language of who looks."""

    key: DocumentKey  # in the plain edition, without a paper
    title: Text  # as families read it
    name: Text  # the same for who looks
    series: Text
    age: Text
    kind: Text
    setting: Text
    emblem: str  # a drawing
    direction: str
    state: State
    awaits: tuple[Awaited, ...]
    code: str
    about: tuple[str, ...]
    family: bool  # whether it is for families

    @property
    def address(self) -> str:
        """What names the sheet in an address."""
        return address(self.key)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cards to show; what is empty does not narrow."""

    language: str = ""
    topic: str = ""
    age: str = ""  # a band, or an age
    kind: str = ""
    state: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One PDF of a sheet: its edition and paper, and where it is, if it has been made."""

    key: DocumentKey
    path: str  # below the output folder
    pages: int  # 0 when it has not been made from the sources as they are

    @property
    def paper(self) -> str:
        """The paper's name as people write it."""
        return paper_name(self.key.paper)


def paper_name(paper: str) -> str:
    """A paper's name as people write it: A4, Letter."""
    return paper.upper() if len(paper) == 2 else paper.capitalize()


@dataclass(slots=True)
class Showcase:
    """The cards of a project for somebody who reads `viewer`, each language's when they are asked for."""

    loaded: Project
    library: Library
    viewer: str
    known: dict[str, tuple[Card, ...]] = field(default_factory=dict)

    def cards(self, language: str) -> tuple[Card, ...]:
        """Every sheet of a language that can be printed, in the order of the shelf."""
        if language not in self.known:
            self.known[language] = tuple(self._made(language))
        return self.known[language]

    def _made(self, language: str) -> Iterable[Card]:
        scribe = Scribe(self.loaded, self.library, self.viewer)
        for key in _sheets(self.library, language):
            (found,) = editions.voices(self.loaded, self.library, (key,))
            if found.page is not None:
                yield self._card(scribe, replace(key, paper=""), found)

    def _card(self, scribe: Scribe, key: DocumentKey, found: Localised) -> Card:
        page, kind, topic = found.page, self.library.kinds[key.kind], scribe.topic(key.topic)
        assert page is not None  # noqa: S101 - `_made` has seen to it
        setting = scribe.staff.say(kind.settings[key.setting].name) if key.setting else page.setting
        return Card(
            key=key, title=page.family_title, name=scribe.title(key) or page.footer.title,
            series=scribe.speaker(self.viewer, key.topic).read(topic.title) or page.series,
            age=scribe.age(key.band, scribe.staff) or page.footer.age, kind=scribe.kind(key) or page.footer.kind,
            setting=setting or page.setting, emblem=page.emblem, direction=page.family.dir,
            state=found.state, awaits=found.awaits, code=page.footer.code, about=topic.about,
            family=kind.audience == "family",
        )  # fmt: skip

    def card(self, address: str) -> Card | None:
        """The card that an address names."""
        language = address.split("/", maxsplit=1)[0]
        if language not in self.loaded.translated:
            return None
        return next((card for card in self.cards(language) if card.address == address), None)

    def siblings(self, card: Card) -> tuple[tuple[str, str], ...]:
        """The same sheet in the other languages that can print it: (language, address)."""
        found = []
        for tag in self.loaded.translated:
            other = replace(card, key=replace(card.key, language=tag))
            if tag != card.key.language and editions.voices(self.loaded, self.library, (other.key,))[0].page:
                found.append((tag, other.address))
        return tuple(found)

    @property
    def scribe(self) -> Scribe:
        """Who labels things for the viewer."""
        return Scribe(self.loaded, self.library, self.viewer)

    def topics(self) -> tuple[tuple[str, Text], ...]:
        """The topics by name, in the order of the library."""
        scribe = self.scribe
        named = ((topic, scribe.speaker(self.viewer, topic.id).read(topic.title)) for topic in self.library.topics)
        return tuple((topic.id, title or scribe.line(topic.title)) for topic, title in named)

    def kinds(self) -> tuple[tuple[str, Text], ...]:
        """The kinds of sheet by name."""
        staff = self.scribe.staff
        return tuple(
            (name, staff.say(kind.name) or Text(kind.name, "en", "ltr")) for name, kind in self.library.kinds.items()
        )

    def editions(self) -> dict[str, Text]:
        """The names of the editions."""
        staff = self.scribe.staff
        return {
            name: staff.say(found.name) or Text(found.name, "en", "ltr")
            for name, found in self.library.editions.items()
        }

    def ages(self) -> tuple[tuple[str, Text], ...]:
        """The age bands there are sheets for, by name."""
        scribe = self.scribe
        shown = [band.id for band in self.library.ages if not band.not_yet]
        return tuple((name, scribe.age(name, scribe.staff) or scribe.line(name)) for name in shown)

    def find(self, wanted: Wanted) -> tuple[Card, ...]:
        """The cards that fit. Raises AgeError for an age that is none."""
        bands = {band.id for band in plan.bands_for(wanted.age, self.library.ages)} if wanted.age else set()
        languages = [wanted.language] if wanted.language else self.loaded.translated
        return tuple(
            card
            for language in languages if language in self.loaded.translated
            for card in self.cards(language)
            if (not wanted.topic or card.key.topic == wanted.topic)
            and (not wanted.kind or card.key.kind == wanted.kind)
            and (not bands or card.key.band in bands or card.key.band == "any-age")
            and (not wanted.state or (card.state == "ready") == (wanted.state == "ready"))
            and _says(card, wanted.words)
        )  # fmt: skip


def _says(card: Card, words: str) -> bool:
    said = " ".join((card.title.plain, card.name.plain, card.series.plain, *card.about, card.code)).casefold()
    return all(word in said for word in words.casefold().split())


def _sheets(library: Library, language: str) -> Sequence[DocumentKey]:
    """The sheets of a language in their first edition, one paper each."""
    edition = PLAIN if PLAIN in library.editions else next(iter(library.editions))
    keys = plan.plan(library, Selection(languages=(language,), editions=(edition,)))
    return list({plan.layout(key): key for key in reversed(keys)}.values())[::-1]


def opened(loaded: Project, viewer: str) -> Showcase:
    """The showcase of a project that was read. Raises ProblemsError when it cannot be understood."""
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    return Showcase(loaded, loaded.library, viewer)


def files(root: Path, library: Library, cards: Iterable[Card]) -> dict[str, tuple[File, ...]]:
    """The PDFs of each card, by its address: every edition on every paper, the plain one first."""
    keys: dict[str, list[DocumentKey]] = {}
    for card in cards:
        chosen = Selection((card.key.topic,), (card.key.band,), (card.key.kind,), (card.key.language,))
        found = [key for key in plan.plan(library, chosen) if key.setting == card.key.setting]
        keys[card.address] = sorted(found, key=lambda key: key.edition != card.key.edition)
    there = built(root, library, [key for found in keys.values() for key in found])
    own = library.program.staff_language
    return {
        address: tuple(File(key, plan.path(key, own), there[key].pages if key in there else 0) for key in found)
        for address, found in keys.items()
    }


def built(root: Path, library: Library, keys: Iterable[DocumentKey]) -> dict[DocumentKey, Record]:
    """The documents that are there as their sources are now."""
    output = root / "output"
    manifest = store.load(output)
    found = store.stamps(root, sources.paths(root), manifest.sources)
    return rebuild.current(library, output, manifest, found, keys)


def pdf(root: Path, path: str) -> bytes | None:
    """A PDF of the output folder, by its path there; None for whatever the manifest does not list."""
    record = store.load(root / "output").documents.get(path)
    if record is None or not store.intact(root / "output", path, record):
        return None
    return (root / "output" / path).read_bytes()


def picture(root: Path, path: str, page: int, width: int) -> bytes | None:
    """A page of a listed PDF as PNG, `width` pixels wide; drawn once and kept beside the fonts' cache."""
    from builder.typeset import picture as drawing

    output = root / "output"
    record = store.load(output).documents.get(path)
    if record is None or width not in WIDTHS or not store.intact(output, path, record):
        return None
    kept = output / store.CACHE / _PICTURES / f"{record.stamp.sha256[:32]}-{page}-{width}.png"
    if kept.is_file():
        return kept.read_bytes()
    try:
        data = drawing.png((output / path).read_bytes(), page, width)
    except IndexError:
        return None
    kept.parent.mkdir(parents=True, exist_ok=True)
    with _KEEPING:
        if sum(1 for _ in kept.parent.iterdir()) < _MOST_PICTURES:
            store.write(kept.parent, kept.name, data)
    return data

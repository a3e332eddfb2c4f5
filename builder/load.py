"""A project's files -> Library. Everything wrong with them is reported in one run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from builder import article, languages, records, yaml_strict
from builder.diagnostics import Diagnostic, among
from builder.model import (
    STAFF,
    AgeBand,
    Article,
    Contacts,
    Edition,
    ElementSpec,
    Fact,
    Kind,
    Language,
    Library,
    Paper,
    Place,
    Plural,
    Program,
    Setting,
    Shelf,
    Source,
    Term,
    Topic,
    Wording,
)
from builder.records import R
from builder.sources import Sources
from builder.spool import Part, Spool
from builder.text import utf8_fault

_AT_HAND = 64  # articles: what works on a topic asks for its own again and again
_WHOLE = "`handouts init` shows a whole project"
_SLUG = re.compile(r"(?!ui\Z)[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?\Z")  # ui.po holds what is no topic's own
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\Z")
_CONTENT = re.compile(
    r"content/(README\.md|(ages|facts|sources|glossary|voice|changes|scripts)\.yaml|editions\.csv|approved/.+|reviews/.+"
    r"|locale/[^/]+/[^/]+\.po|languages/[^/]+\.yaml|assets/.+\.png|topics/[^/]+/(topic\.yaml|[^/]+\.md))\Z"
)


def library(sources: Sources) -> tuple[Library | None, list[Diagnostic]]:
    """The library that these files describe, or None when its frame (settings, registries) cannot be read."""
    reader = _Reader(sources)
    loaded = reader.library()
    return loaded, [*sources.problems, *reader.problems]


@lru_cache(maxsize=256)  # while an author writes, most files are as they were
def _record(
    text: str, path: str, record: type[R]
) -> tuple[R | None, yaml_strict.Document | None, tuple[Diagnostic, ...]]:
    document, found = yaml_strict.read(text, path)
    if document is None:
        return None, None, tuple(found)
    value, wrong = records.validate(record, document)
    return value, document, (*found, *wrong)


class _Reader:
    """Collects diagnostics while reading file after file."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.problems: list[Diagnostic] = []
        self.articles: Spool[Article] = Spool(near=_AT_HAND)

    def text(self, path: str) -> str | None:
        """A file's text; every file must be UTF-8 without a byte order mark."""
        try:
            text = self.sources.files[path].decode("utf-8")
        except UnicodeDecodeError as error:
            line, fact = utf8_fault(self.sources.files[path], error)
            self.problems.append(Diagnostic("not-utf8", Place(path, line), fact, 'save it as "UTF-8" in your editor'))
            return None
        if text.startswith("\ufeff"):
            self.problems.append(
                Diagnostic(
                    "not-utf8", Place(path, 1), "opens with a byte order mark", 'save it as "UTF-8", without "BOM"'
                )
            )
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def record(self, path: str, record: type[R], hint: str = _WHOLE) -> tuple[R | None, yaml_strict.Document]:
        """A YAML file as its record, with the lines of its values."""
        nothing = yaml_strict.Document(path, {})
        if path not in self.sources.files:
            if not any(problem.place.file == path for problem in self.sources.problems):
                self.problems.append(Diagnostic("missing-file", Place(path), "this file is not there", hint))
            return None, nothing
        text = self.text(path)
        if text is None:
            return None, nothing
        value, document, wrong = _record(text, path, record)
        self.problems += wrong
        return value, document or nothing

    def optional(self, name: str, record: type[R]) -> R | None:
        """A file of content/ that a project may do without."""
        path = f"content/{name}.yaml"
        return self.record(path, record)[0] if path in self.sources.files else None

    def library(self) -> Library | None:
        program, _ = self.record("program.yaml", records.ProgramRecord)
        ages_file, ages_at = self.record("content/ages.yaml", records.AgesFile)
        facts, facts_at = self.record("content/facts.yaml", records.FactsFile)
        cited, _ = self.record("content/sources.yaml", records.SourcesFile)
        self.optional("scripts", records.ScriptsFile)  # read by who begins a language; its mistakes are told here
        glossary, voice = self.optional("glossary", records.GlossaryFile), self.optional("voice", records.VoiceFile)
        self.optional("changes", records.ChangesFile)
        elements, elements_at = self.record("templates/elements.yaml", records.ElementsFile)
        kinds, _ = self.record("templates/kinds.yaml", records.KindsFile)
        editions, _ = self.record("templates/editions.yaml", records.EditionsFile)
        papers, _ = self.record("templates/papers.yaml", records.PapersFile)
        packs = None
        if "templates/packs.yaml" in self.sources.files:  # a project that prints no packs needs none
            packs, _ = self.record("templates/packs.yaml", records.PackPagesFile)
        languages = self._languages()
        ages = self._ages(ages_file, ages_at)
        specs = self._elements(elements, elements_at)
        topics = self._topics(ages, specs) if elements and ages_file else ()
        self._strays()
        if not (program and ages_file and facts and cited and elements and kinds and editions and papers):
            return None
        return Library(
            program=_program(program),
            ages=ages,
            facts={
                key: Fact(key, fact.says, fact.source, fact.use, fact.unused, facts_at.place((key,)))
                for key, fact in facts.root.items()
            },
            sources={key: Source(key, source.citation, source.note) for key, source in cited.root.items()},
            topics=topics,
            languages=languages,
            elements=specs,
            kinds={key: _kind(key, kind) for key, kind in kinds.root.items()},
            editions={
                key: Edition(id=key, **{**e.model_dump(), "type_steps": tuple(e.type_steps), "kinds": tuple(e.kinds)})
                for key, e in editions.root.items()
            },
            papers={key: Paper(key, paper.width, paper.height) for key, paper in papers.root.items()},
            terms=tuple(
                Term(key, t.term, t.meaning, t.plain) for key, t in (glossary.root if glossary else {}).items()
            ),
            wordings=tuple(
                Wording(key, tuple(w.words), w.why, w.for_, w.severity)
                for key, w in (voice.root if voice else {}).items()
            ),
            pack_pages={key: _pack_page(key, page) for key, page in packs.root.items()} if packs else {},
        )

    def _ages(self, ages: records.AgesFile | None, document: yaml_strict.Document) -> tuple[AgeBand, ...]:
        bands: dict[str, AgeBand] = {}
        for i, age in enumerate(ages.root if ages else []):
            place = document.place((i,))
            if age.id == STAFF:
                fact = f'"{STAFF}" is the name of the texts for staff'
                self.problems.append(Diagnostic("bad-value", place, fact, "choose another name for the band"))
            if age.id in bands:
                self.problems.append(
                    Diagnostic("duplicate-id", place, f'the age band "{age.id}" stands twice', "keep one")
                )
            if (age.first_month is None) != (age.last_month is None) or (age.first_month or 0) > (age.last_month or 0):
                hint = "first_month and last_month, the smaller one first; neither for any age"
                self.problems.append(Diagnostic("bad-value", place, f'"{age.id}" is no span of months', hint))
            bands[age.id] = AgeBand(**age.model_dump())
        return tuple(bands.values())

    def _elements(
        self, elements: records.ElementsFile | None, document: yaml_strict.Document
    ) -> dict[str, ElementSpec]:
        specs: dict[str, ElementSpec] = {}
        letters: dict[str, str] = {}
        names: dict[str, str] = {}
        for key, e in (elements.root if elements else {}).items():
            if e.at_least > e.at_most:
                fact = f"{key}: at least {e.at_least}, but at most {e.at_most} items"
                self.problems.append(Diagnostic("bad-value", document.place((key, "at_least")), fact, "swap them"))
            if e.name.casefold() in names:
                fact = f'"{e.name}" is already the name of "{names[e.name.casefold()]}"'
                self.problems.append(
                    Diagnostic("duplicate-id", document.place((key, "name")), fact, "choose another name")
                )
            names.setdefault(e.name.casefold(), key)
            if e.letter and e.letter in letters:
                fact = f'the letter {e.letter} already opens the codes of "{letters[e.letter]}"'
                self.problems.append(
                    Diagnostic("duplicate-id", document.place((key, "letter")), fact, "choose a free letter")
                )
            letters.setdefault(e.letter, key)
            specs[key] = ElementSpec(key=key, **e.model_dump())
        return specs

    def _languages(self) -> dict[str, Language]:
        found: dict[str, Language] = {}
        for path in self.sources.under("content/languages/", ".yaml"):
            tag = path.rsplit("/", 1)[1].removesuffix(".yaml")
            if not _TAG.match(tag):
                hint = "the shortest BCP 47 tag, like es or zh-Hans"
                self.problems.append(Diagnostic("bad-name", Place(path), f'"{tag}" is not a language tag', hint))
                continue
            record, document = self.record(path, records.LanguageRecord)
            if record is None:
                continue
            found[tag] = _language(tag, record, Place(path, 1))
            fault = languages.plural_fault(found[tag].plural)
            if fault:
                place = document.place(("plural", "rule"))
                self.problems.append(
                    Diagnostic("bad-value", place, f"rule {fault}", "a C expression on n, like n != 1")
                )
                del found[tag]
        return found

    def _topics(self, ages: tuple[AgeBand, ...], specs: Mapping[str, ElementSpec]) -> tuple[Topic, ...]:
        paths = (path for path in self.sources.under("content/topics/") if path.count("/") > 2)
        topics = []
        alike: dict[tuple[str, ...], tuple[str, ...]] = {}  # thousands of topics have their articles for the same bands
        for name, within in groupby(paths, key=lambda path: path.split("/")[2]):
            folder = f"content/topics/{name}/"
            files = [path for path in within if path.count("/") == folder.count("/")]
            if not _SLUG.match(name):
                hint = "small letters, digits and hyphens, and not ui"
                self.problems.append(Diagnostic("bad-name", Place(folder), f'"{name[:40]}" cannot name a topic', hint))
                continue
            hint = f"`handouts new topic {name}` begins one"
            settings = next((path for path in files if path.endswith("/topic.yaml")), f"{folder}topic.yaml")
            record, document = self.record(settings, records.TopicRecord, hint)
            bands = tuple(self._articles(name, files, ages, specs))
            bands = alike.setdefault(bands, bands)
            if record is None:
                continue
            topics.append(
                Topic(
                    name,
                    record.title,
                    record.audience,
                    record.order,
                    tuple(record.about),
                    tuple(record.sources),
                    record.evidence,
                    record.emblem,
                    tuple(record.kinds),
                    Part(self.articles, name, bands),
                    document.place(("title",)),
                )
            )
        return tuple(sorted(topics, key=lambda topic: (topic.order, topic.id)))

    def _articles(
        self, topic: str, files: Iterable[str], ages: tuple[AgeBand, ...], specs: Mapping[str, ElementSpec]
    ) -> Iterator[str]:
        """Read the articles of a topic into `self.articles`, by topic and band; the bands."""
        known = list(dict.fromkeys([*(band.id for band in ages if not band.not_yet), STAFF]))
        for path in files:
            if not path.endswith(".md"):
                continue
            band = path.rsplit("/", 1)[1].removesuffix(".md")
            if band not in known:
                fact = f'"{band[:40]}" is no age band of content/ages.yaml'
                self.problems.append(Diagnostic("unknown-age", Place(path), fact, among(band, known)))
                continue
            text = self.text(path)
            if text is None:
                continue
            found, problems = article.read(text, path, topic, band, specs)
            self.problems += problems
            if found is not None:
                self.articles[f"{topic}/{band}"] = found
                yield band

    def _strays(self) -> None:
        seen: dict[str, str] = {}
        for path in sorted(self.sources.files):
            if path.startswith("content/") and not _CONTENT.match(path):
                hint = "topics go in content/topics/NAME/, pictures (PNG) in content/assets/"
                self.problems.append(Diagnostic("stray-file", Place(path), "no rule knows this file", hint, "warning"))
            folded = unicodedata.normalize("NFC", path).casefold()
            if folded in seen:
                fact = f"differs from {seen[folded]} only by capitals or accents"
                self.problems.append(Diagnostic("bad-name", Place(path), fact, "rename one of them"))
            seen.setdefault(folded, path)


def _program(record: records.ProgramRecord) -> Program:
    shelf = Shelf(**{name: tuple(values) for name, values in record.shelf.model_dump().items()})
    contacts = Contacts(**record.contacts.model_dump())
    return Program(record.name, record.country, record.staff_language, shelf, contacts, record.logo, record.address)


def _kind(key: str, record: records.KindRecord) -> Kind:
    lists = {name: tuple(getattr(record, name)) for name in ("type_steps", "wants", "needs")}
    settings = {name: Setting(each.name, tuple(each.needs)) for name, each in record.settings.items()}
    return Kind(id=key, **{**record.model_dump(), **lists, "settings": settings})


def _pack_page(key: str, record: records.PackPageRecord) -> Kind:
    lists = {name: tuple(getattr(record, name)) for name in ("type_steps", "wants")}
    return Kind(id=key, needs=(), **{**record.model_dump(), **lists})


def _language(tag: str, record: records.LanguageRecord, place: Place) -> Language:
    values = record.model_dump()
    values["register"] = values.pop("register_")
    values["plural"] = Plural(record.plural.count, record.plural.rule)
    values |= {name: tuple(getattr(record, name)) for name in ("fonts", "keeps", "history", "look_first")}
    values["terms"] = tuple(sorted(record.terms.items()))
    return Language(tag=tag, place=place, **values)

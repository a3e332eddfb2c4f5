"""A project in memory: its sources, read once, in the form every stage wants them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from builder import approvals, catalog, load, records, render, sources, styles, yaml_strict
from builder.catalog import UI, Catalog, Message, Unit
from builder.diagnostics import Diagnostic, errors
from builder.localise import Strings
from builder.model import Language, Library, Place, Plural
from builder.render import Templates
from builder.sources import Sources
from builder.styles import Tokens
from builder.text import utf8_fault

SOURCE = "en"  # the language that articles are written in


Speak = Callable[[Library], Collection[str]]  # a library -> the languages that are asked for


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read, and everything wrong with it."""

    sources: Sources
    library: Library | None
    templates: Templates
    css: Mapping[str, str]
    tokens: Tokens
    strings: Mapping[str, Strings]  # by kind, and by packs/<page>
    units: Mapping[str, Mapping[str, Unit]]  # by component
    catalogs: Mapping[str, Catalog]  # by language tag
    plurals: Mapping[str, Plural | None]  # by PO file
    problems: tuple[Diagnostic, ...]
    spoken: frozenset[str] | None = None  # the languages whose translations are judged; None for all

    @property
    def translated(self) -> tuple[str, ...]:
        """The languages there is something in: the source's, and every one with a PO file."""
        with_files = {tag for tag, found in self.catalogs.items() if found.components}
        return tuple(sorted(with_files | ({SOURCE} & self.catalogs.keys())))


def read(root: Path, spoken: Speak | None = None) -> Project:
    """Read a project's files and make sense of them; nothing is raised for what authors got wrong.

    With `spoken`, the translations of other languages are only parsed when somebody asks for them, and what is wrong
    with them is not told: parsing and judging twenty languages takes longer than typesetting a sheet.
    """
    return understand(sources.read(root), spoken)


def understand(files: Sources, spoken: Speak | None = None) -> Project:
    """The project that these files describe."""
    library, problems = load.library(files)
    texts, found = _templates(files)
    problems += found
    templates = render.templates({path.removeprefix("templates/"): text for path, text in texts.items()})
    tokens, found = _tokens(texts)
    problems += found
    css = styles.sheets(texts)
    named = [*library.kinds, *(f"packs/{page}" for page in library.pack_pages)] if library else []
    broken = render.problems(templates, [f"{name}.html" for name in named])
    problems += broken
    strings: dict[str, Strings] = {}
    own: list[tuple[str, str]] = []
    if library is not None and not broken:
        for name in named:
            said = render.strings(templates, f"{name}.html")
            own += [*said["_"], *said["_f"], *said["_s"]]
            strings[name] = Strings(*(tuple(text for text, _ in said[name]) for name in ("_", "_f", "_s")))
    screen = render.screen_strings(templates)
    units: Mapping[str, Mapping[str, Unit]] = catalog.Units(library, own, screen) if library else {UI: {}}
    wanted = frozenset(spoken(library)) if spoken and library else None
    catalogs, plurals, found = _catalogs(files, library, wanted)
    problems += found
    return Project(files, library, templates, css, tokens, strings, units, catalogs, plurals, tuple(problems), wanted)


def frame_is_broken(problems: Iterable[Diagnostic]) -> bool:
    """Whether nothing at all can be built: the settings, a registry or a template cannot be used."""
    shared = ("program.yaml", "content/ages.yaml", "content/sources.yaml", "templates/")
    return any(found.place.file.startswith(shared) for found in errors(problems))


def _templates(files: Sources) -> tuple[dict[str, str], list[Diagnostic]]:
    texts: dict[str, str] = {}
    problems = []
    for path in files.under("templates/"):
        try:
            texts[path] = files.files[path].decode("utf-8")
        except UnicodeDecodeError as error:
            line, fact = utf8_fault(files.files[path], error)
            problems.append(Diagnostic("not-utf8", Place(path, line), fact, 'save it as "UTF-8"'))
    return texts, problems


def _tokens(texts: Mapping[str, str]) -> tuple[Tokens, list[Diagnostic]]:
    path = "templates/tokens.yaml"
    if path not in texts:
        return {}, [
            Diagnostic(
                "missing-file", Place(path), "this file is not there", "it holds the measures that stylesheets name"
            )
        ]
    document, problems = yaml_strict.read(texts[path], path)
    if document is None:
        return {}, problems
    record, found = records.validate(records.TokensFile, document)
    return (record.root if record else {}), [*problems, *found]


@lru_cache(maxsize=512)
def _messages(
    data: bytes, path: str, language: Language | None
) -> tuple[Mapping[str, Message], Plural | None, tuple[Diagnostic, ...]]:
    """What a PO file says, a copy of the English left out; a file that is as it was is not parsed again."""
    messages, plural, wrong = catalog.read(data, path)
    if language and language.tag != SOURCE:
        messages = {key: catalog.without_copies(message, language) for key, message in messages.items()}
    return MappingProxyType(messages), plural, tuple(wrong)


@dataclass(frozen=True, slots=True)
class _Later(Mapping[str, Message]):
    """The messages of a PO file that is parsed when somebody looks into it."""

    data: bytes
    path: str
    language: Language | None

    def __getitem__(self, key: str) -> Message:
        return _messages(self.data, self.path, self.language)[0][key]

    def __iter__(self) -> Iterator[str]:
        return iter(_messages(self.data, self.path, self.language)[0])

    def __len__(self) -> int:
        return len(_messages(self.data, self.path, self.language)[0])


def _catalogs(
    files: Sources, library: Library | None, spoken: frozenset[str] | None
) -> tuple[dict[str, Catalog], dict[str, Plural | None], list[Diagnostic]]:
    found: dict[str, dict[str, Mapping[str, Message]]] = {}
    plurals: dict[str, Plural | None] = {}
    problems: list[Diagnostic] = []
    for path in files.under("content/locale/", ".po"):
        parts = path.split("/")
        if len(parts) != 4:
            continue
        language = library.languages.get(parts[2]) if library else None
        messages: Mapping[str, Message]
        if spoken is not None and parts[2] not in spoken:
            messages = _Later(files.files[path], path, language)
        else:
            messages, plurals[path], wrong = _messages(files.files[path], path, language)
            problems += wrong
        found.setdefault(parts[2], {})[parts[3].removesuffix(".po")] = messages
    languages = library.languages if library else {}
    approved, misread = approvals.read(files)
    problems += misread
    catalogs = {
        tag: Catalog(
            language,
            found.get(tag, {}),
            source=tag == SOURCE,
            reviews=approved.reviews.get(tag, {}),
            editions=approved.editions.get(tag, {}),
            typos=approved.typos,
        )
        for tag, language in languages.items()
    }
    return catalogs, plurals, problems

"""Everything that can be wrong with what was read: one function per rule, one fixture per rule.

Rules about single files stand where the file is read; these look at how things fit together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from builder import fonts, markdown, styles
from builder.catalog import UI, Message
from builder.diagnostics import Diagnostic, did_you_mean
from builder.model import ANY_AGE, STAFF, Article, Item, Kind, Language, Library, Place, Topic
from builder.project import SOURCE, Project
from builder.text import suspicious

Rule = Callable[[Project, Library], Iterator[Diagnostic]]

_SETTINGS = "program.yaml"
_PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")


def check(project: Project) -> list[Diagnostic]:
    """Every problem of a project, those found while reading included."""
    found = list(project.problems)
    if project.library is not None:
        for rule in RULES:
            found += rule(project, project.library)
    return found


# --- articles -----------------------------------------------------------------------------------


def unknown_facts(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Every trace leads to a fact of the registry."""
    del project
    printable = [fact.id for fact in library.facts.values() if fact.use != "never"]
    for item in _items(library):
        for fact in item.facts:
            if fact not in library.facts:
                hint = did_you_mean(fact, printable) or "see content/facts.yaml"
                yield Diagnostic("unknown-fact", item.place, f"there is no fact {fact}", hint)


def never_facts(project: Project, library: Library) -> Iterator[Diagnostic]:
    """What must not be printed is not traced to either."""
    del project
    for item in _items(library):
        for fact in item.facts:
            if fact in library.facts and library.facts[fact].use == "never":
                says = library.facts[fact].says
                hint = "content/facts.yaml marks it `use: never`; take the sentence out"
                yield Diagnostic("never-fact", item.place, f"{fact} must not be printed: {says}", hint)


def unknown_sources(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Facts and topics cite sources that exist."""
    for fact in library.facts.values():
        if fact.source not in library.sources:
            hint = did_you_mean(fact.source, library.sources)
            yield Diagnostic("unknown-source", fact.place, f'{fact.id}: there is no source "{fact.source}"', hint)
    for topic in library.topics:
        for source in topic.sources:
            if source not in library.sources:
                place = _where(project, topic.place.file, source)
                yield Diagnostic(
                    "unknown-source", place, f'there is no source "{source}"', did_you_mean(source, library.sources)
                )


def unknown_drawings(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Moments, pictures and emblems have a drawing."""
    icons, figures = project.templates.drawings("icons"), project.templates.drawings("figures")
    for item in _items(library):
        for name, known, folder in ((item.routine, icons, "icons"), (item.picture, figures, "figures")):
            if name and name not in known:
                fact = f'there is no drawing "{name}" in templates/{folder}'
                yield Diagnostic("unknown-drawing", item.place, fact, did_you_mean(name, known))
    emblems = [name.removeprefix("emblem-") for name in figures if name.startswith("emblem-")]
    for topic in library.topics:
        if topic.emblem not in emblems:
            fact = f'there is no drawing "emblem-{topic.emblem}" in templates/figures'
            place = _where(project, topic.place.file, topic.emblem)
            yield Diagnostic("unknown-drawing", place, fact, did_you_mean(topic.emblem, emblems))


_CUTS = frozenset({"unknown-element", "front-matter", "wrong-shape", "not-utf8"})


def missing_elements(project: Project, library: Library) -> Iterator[Diagnostic]:
    """An article is enough for at least one kind of sheet, and one that begins a staff sheet finishes it."""
    broken = {problem.place.file.rsplit("/", 1)[0] for problem in project.problems if problem.code in _CUTS}
    for topic in library.topics:
        if topic.place.file.rsplit("/", 1)[0] in broken:
            continue  # what seems to be missing may stand under a misspelt heading
        bands = [band for band in topic.articles if band not in {ANY_AGE, STAFF}] or [ANY_AGE] * (
            ANY_AGE in topic.articles
        )
        for band in sorted(bands):
            yield from _missing_for_band(library, topic, topic.articles[band])


def _missing_for_band(library: Library, topic: Topic, article: Article) -> Iterator[Diagnostic]:
    have = topic.elements(article.band)
    lacking: dict[str, list[str]] = {}
    for kind in library.kinds.values():
        lacks = [library.elements[key].name for key in kind.needs if key in library.elements and key not in have]
        begun = any(library.elements[key].audience == "staff" for key in have) if kind.audience == "staff" else True
        if lacks and begun:
            lacking[kind.id] = lacks
    families = [kind for kind in library.kinds.values() if kind.audience == topic.audience]
    enough = [kind for kind in families if kind.id not in lacking]
    for kind in library.kinds.values():
        if kind.id in lacking and (kind.audience == "staff" or not enough):
            names = ", ".join(f'"## {name}"' for name in lacking[kind.id])
            hint = "add it" if len(lacking[kind.id]) == 1 else "add them"
            yield Diagnostic("missing-element", Place(article.place.file), f"a {kind.id} needs {names}", hint)


# --- settings and registries --------------------------------------------------------------------


def unknown_names(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Settings and kinds name what exists."""
    program = library.program
    wanted: list[tuple[str, tuple[str, ...], Mapping[str, object]]] = [
        ("language", (program.staff_language, *program.shelf.languages), library.languages),
        ("paper", program.shelf.papers, library.papers),
        ("edition", program.shelf.editions, library.editions),
    ]
    for what, names, known in wanted:
        for name in dict.fromkeys(names):
            if name not in known and not _has_record(project, name):
                place = _where(project, _SETTINGS, name)
                yield Diagnostic("unknown-name", place, f'there is no {what} "{name}"', did_you_mean(name, known))
    for name in dict.fromkeys((program.staff_language, *program.shelf.languages)):
        if name in library.languages and library.languages[name].pseudo:
            fact = f'"{name}" is no language that people read: it tries a layout'
            hint = f"leave it out here; `handouts build --language {name}` makes it"
            yield Diagnostic("unknown-name", _where(project, _SETTINGS, name), fact, hint)
    for kind in library.kinds.values():
        yield from _unknown_in_kind(project, kind, library)


def _unknown_in_kind(project: Project, kind: Kind, library: Library) -> Iterator[Diagnostic]:
    for key in dict.fromkeys((*kind.wants, *kind.needs)):
        place = _where(project, "templates/kinds.yaml", key)
        if key not in library.elements:
            fact = f'{kind.id}: there is no element "{key}"'
            yield Diagnostic("unknown-name", place, fact, did_you_mean(key, library.elements))
        elif key not in kind.wants:
            yield Diagnostic("unknown-name", place, f'{kind.id} needs "{key}" but does not want it', "add it to wants")


def missing_logo(project: Project, library: Library) -> Iterator[Diagnostic]:
    """The program's logo is a picture of the project."""
    logo = library.program.logo
    if logo and f"content/{logo}" not in project.sources.files:
        hint = "a PNG picture in content/assets: logo: assets/logo.png"
        yield Diagnostic("missing-file", _where(project, _SETTINGS, logo), f'there is no picture "{logo[:60]}"', hint)


def unknown_tokens(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Stylesheets use tokens that exist."""
    language = next(iter(library.languages.values()), None)
    edition = next(iter(library.editions.values()), None)
    seen = set()
    for kind in library.kinds.values():
        if language is None or edition is None:
            continue
        for found in styles.problems(project.css, project.tokens, kind, edition, language):
            if found.place not in seen:
                seen.add(found.place)
                if not _defined_somewhere(found, project):
                    yield found


def _defined_somewhere(found: Diagnostic, project: Project) -> bool:
    token = found.fact.rsplit("$", 1)[1]
    return any(token in tokens for tokens in project.tokens.values())


# --- translations -------------------------------------------------------------------------------


def unknown_languages(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Translations are for languages of the catalogue."""
    for tag in sorted({path.split("/")[2] for path in project.plurals}):
        if tag not in library.languages and not _has_record(project, tag):
            hint = did_you_mean(tag, library.languages) or f"add content/languages/{tag}.yaml"
            yield Diagnostic("unknown-name", Place(f"content/locale/{tag}"), f'there is no language "{tag}"', hint)


def plural_headers(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A PO file counts as the catalogue does, and a counted message has every form."""
    for path, plural in sorted(project.plurals.items()):
        language = library.languages.get(path.split("/")[2])
        if language and plural and _squeezed(plural.header) != _squeezed(language.plural.header):
            hint = f'it should say "{language.plural.header}"'
            yield Diagnostic("po-plural", Place(path, 1), "Plural-Forms differs from the language's record", hint)
    for language, component, message in _messages(project, library):
        unit = project.units.get(component, {}).get(message.id)
        wanted = language.plural.count if unit and unit.plural else 1
        if unit and len(message.texts) != wanted:
            fact = f"{len(message.texts)} plural forms instead of {wanted}"
            yield Diagnostic("po-plural", message.place, fact, "run `handouts translate sync`")


def unknown_messages(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A PO file translates what the source says; an article that cannot be read says nothing either way."""
    unread = set(_unread_components(project))
    for path in sorted(project.plurals):
        component = path.rsplit("/", 1)[1].removesuffix(".po")
        if component not in project.units and component not in unread:
            hint = did_you_mean(component, project.units)
            yield Diagnostic("po-unknown", Place(path), f'there is no topic "{component[:60]}"', hint, "warning")
            unread.add(component)
    for _language, component, message in _messages(project, library):
        if component in unread:
            continue
        if message.id not in project.units.get(component, {}):
            fact = f'the source no longer says "{message.id[:50]}"'
            yield Diagnostic("po-unknown", message.place, fact, "run `handouts translate sync`", "warning")


def _unread_components(project: Project) -> Iterator[str]:
    """Components some of whose texts could not be read, so that their translations only seem to be left over."""
    for problem in project.problems:
        if problem.severity == "error" and problem.place.file.startswith("content/topics/"):
            yield problem.place.file.split("/")[2]
        elif problem.severity == "error" and problem.place.file.startswith("templates/"):
            yield UI


def placeholders(project: Project, library: Library) -> Iterator[Diagnostic]:
    """{name} stands in the translation as often as in the source, with nothing inside but the name."""
    for _language, component, message in _messages(project, library):
        unit = project.units.get(component, {}).get(message.id)
        source = f"{message.id} {unit.plural}" if unit and unit.plural else message.id
        wanted = set(_PLACEHOLDER.findall(source))
        for text in message.texts:
            given = [found.group() for found in _PLACEHOLDER.finditer(text)]
            wrong = [slot for slot in given if slot.strip("{}") not in wanted]
            lost = [] if unit and unit.plural else sorted(wanted - {slot.strip("{}") for slot in given})
            if text and (wrong or lost):
                fact = f"placeholders differ: {' '.join(wrong) or 'none'} instead of " + " ".join(
                    f"{{{w}}}" for w in sorted(wanted)
                )
                yield Diagnostic(
                    "po-placeholder",
                    message.place,
                    fact.replace("of ", "of none", 1) if not wanted else fact,
                    "copy them as they stand",
                )


def numbers(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A translation keeps every number, in whatever digits."""
    for _language, _component, message in _messages(project, library):
        wanted = _numbers(message.id)
        for text in message.texts if len(message.texts) == 1 else ():
            given = _numbers(text)
            if text and given != wanted:
                fact = f"numbers differ: {_list(given)} instead of {_list(wanted)}"
                yield Diagnostic("po-number", message.place, fact, "keep the numbers of the source")


def marks(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A translation keeps bold and links, and adds none."""
    for _language, _component, message in _messages(project, library):
        source = markdown.inline(message.id)
        for text in message.texts:
            inline = markdown.inline(text)
            for problem in inline.problems:
                yield Diagnostic(problem.code, message.place, problem.fact, problem.hint)
            if text and not inline.problems and Counter(inline.marks) != Counter(source.marks):
                fact = f"marks differ: {_list(Counter(inline.marks))} instead of {_list(Counter(source.marks))}"
                yield Diagnostic("po-mark", message.place, fact, "keep **bold** and [links](...) of the source")
            elif text and bool(source.lead) != bool(inline.lead):
                hint = "open with the same words in bold: **At goodbye:** ..."
                yield Diagnostic("po-mark", message.place, "the bold does not open the text", hint)


def characters(project: Project, library: Library) -> Iterator[Diagnostic]:
    """No invisible characters, and a glyph for every other one."""
    for language in dict.fromkeys([*(language for language, _, _ in _messages(project, library)), *_source(library)]):
        try:
            _covered(language.fonts)
        except fonts.FontError as error:
            fact, _, hint = str(error).partition(": ")
            yield Diagnostic("unknown-name", _where(project, language.place.file, "fonts"), fact, hint)
    for language, _component, message in _messages(project, library):
        for fact, hint in suspicious("".join(message.texts), language.script):
            yield Diagnostic("bad-character", message.place, fact, hint)
        yield from _undrawn("".join(message.texts), message.place, language)
    for language in _source(library):
        for text, place in _texts(library):
            yield from _undrawn(text, place, language)


def _undrawn(text: str, place: Place, language: Language) -> Iterator[Diagnostic]:
    try:
        missing = set(text) - _covered(language.fonts)
    except fonts.FontError:
        return
    for character in sorted(missing):
        if character.isprintable() and not character.isspace():
            fact = f'no font of {language.name} has "{character}" (U+{ord(character):04X})'
            hint = f"its fonts are {', '.join(language.fonts)}" if character.isalpha() else "say it in words"
            yield Diagnostic("no-glyph", place, fact, hint)


@lru_cache(maxsize=64)
def _covered(families: tuple[str, ...]) -> frozenset[str]:
    """The characters that fonts can draw. Raises FontError when one is not installed."""
    return frozenset(map(chr, frozenset().union(*(fonts.characters(family) for family in families))))


def _texts(library: Library) -> Iterator[tuple[str, Place]]:
    """Everything that articles say, with where it stands."""
    for topic in library.topics:
        yield topic.title, topic.place
        for _band, article in sorted(topic.articles.items()):
            yield article.title, article.title_place
            yield article.summary, article.summary_place
    for item in _items(library):
        yield f"{item.text} {item.detail}", item.place


def _items(library: Library) -> Iterator[Item]:
    for topic in library.topics:
        for _band, article in sorted(topic.articles.items()):
            for element in article.elements:
                yield from element.items


def _messages(project: Project, library: Library) -> Iterator[tuple[Language, str, Message]]:
    for tag, catalog in sorted(project.catalogs.items()):
        for component, messages in sorted(catalog.components.items()):
            for message in messages.values():
                yield library.languages[tag], component, message


def _source(library: Library) -> list[Language]:
    return [library.languages[SOURCE]] if SOURCE in library.languages else []


def _has_record(project: Project, tag: str) -> bool:
    """Whether a language has a file, also one that cannot be read: that is told already."""
    return f"content/languages/{tag}.yaml" in project.sources.files


def _where(project: Project, file: str, word: str) -> Place:
    """The first line of a settings file on which a word stands, comments apart."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    lines = project.sources.files.get(file, b"").decode("utf-8", "replace").splitlines()
    found = (number for number, line in enumerate(lines, start=1) if pattern.search(line.split(" #")[0]))
    return Place(file, next(found, 0))


def _numbers(text: str) -> Counter[str]:
    return Counter(_NUMBER.findall(_western(_PLACEHOLDER.sub("", text))))


def _western(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text)


def _list(counted: Counter[str]) -> str:
    return ", ".join(sorted(counted.elements())) or "none"


def _squeezed(text: str) -> str:
    return re.sub(r"[\s();]", "", text)


RULES: tuple[Rule, ...] = (
    unknown_facts, never_facts, unknown_sources, unknown_drawings, missing_elements,
    unknown_names, missing_logo, unknown_tokens,
    unknown_languages, plural_headers, unknown_messages, placeholders, numbers, marks, characters,
)  # fmt: skip

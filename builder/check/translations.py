"""Rules about PO files: every translation says what its source says, in characters that print."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from builder import fonts, markdown
from builder.catalog import UI
from builder.check.common import covered, has_record, messages, source, texts, where
from builder.diagnostics import Diagnostic, among, did_you_mean
from builder.model import Language, Library, Place
from builder.project import SOURCE, Project
from builder.text import suspicious

_PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")


def unknown_languages(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Translations are for languages of the catalogue."""
    for tag in sorted({path.split("/")[2] for path in project.plurals}):
        if tag == SOURCE or (tag in library.languages and library.languages[tag].pseudo):
            fact = f"nothing reads these files: {library.languages[tag].name} is not translated into"
            hint = "remove them, or edit the articles"
            yield Diagnostic("stray-file", Place(f"content/locale/{tag}"), fact, hint, "warning")
        if tag not in library.languages and not has_record(project, tag):
            hint = did_you_mean(tag, library.languages) or f"add content/languages/{tag}.yaml"
            yield Diagnostic("unknown-name", Place(f"content/locale/{tag}"), f'there is no language "{tag}"', hint)


def plural_headers(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A PO file counts as the catalogue does, and a counted message has every form."""
    for path, plural in sorted(project.plurals.items()):
        language = library.languages.get(path.split("/")[2])
        if language and plural and _squeezed(plural.header) != _squeezed(language.plural.header):
            hint = f'it should say "{language.plural.header}"'
            yield Diagnostic("po-plural", Place(path, 1), "Plural-Forms differs from the language's record", hint)
    for language, component, message in messages(project, library):
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
            hint = among(component, project.units)
            yield Diagnostic("po-unknown", Place(path), f'there is no topic "{component[:60]}"', hint, "warning")
            unread.add(component)
    for _language, component, message in messages(project, library):
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
    for _language, component, message in messages(project, library):
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
    for _language, _component, message in messages(project, library):
        wanted = _numbers(message.id)
        for text in message.texts if len(message.texts) == 1 else ():
            given = _numbers(text)
            if text and given != wanted:
                fact = f"numbers differ: {_list(given)} instead of {_list(wanted)}"
                yield Diagnostic("po-number", message.place, fact, "keep the numbers of the source")


def marks(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A translation keeps bold and links, and adds none."""
    for _language, _component, message in messages(project, library):
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
    for language in dict.fromkeys([*(language for language, _, _ in messages(project, library)), *source(library)]):
        try:
            covered(language.fonts)
        except fonts.FontError as error:
            fact, _, hint = str(error).partition(": ")
            yield Diagnostic("unknown-name", where(project, language.place.file, "fonts"), fact, hint)
    for language, _component, message in messages(project, library):
        for fact, hint in _suspicious("".join(message.texts), language.script):
            yield Diagnostic("bad-character", message.place, fact, hint)
        yield from _undrawn("".join(message.texts), message.place, language)
    for language in source(library):
        for text, place in texts(library):
            yield from _undrawn(text, place, language)


_suspicious = lru_cache(maxsize=65_536)(suspicious)  # while an author writes, most texts are as they were


def _undrawn(text: str, place: Place, language: Language) -> Iterator[Diagnostic]:
    try:
        missing = set(text) - covered(language.fonts)
    except fonts.FontError:
        return
    for character in sorted(missing):
        if character.isprintable() and not character.isspace():
            fact = f'no font of {language.name} has "{character}" (U+{ord(character):04X})'
            hint = f"its fonts are {', '.join(language.fonts)}" if character.isalpha() else "say it in words"
            yield Diagnostic("no-glyph", place, fact, hint)


@lru_cache(maxsize=65_536)
def _numbers(text: str) -> Counter[str]:
    return Counter(_NUMBER.findall(_western(_PLACEHOLDER.sub("", text))))


def _western(text: str) -> str:
    return re.sub(r"\d", lambda digit: str(unicodedata.digit(digit[0])), text)


def _list(counted: Counter[str]) -> str:
    return ", ".join(sorted(counted.elements())) or "none"


def _squeezed(text: str) -> str:
    return re.sub(r"[\s();]", "", text)

"""Rules about how translations read: in their own script, as long as fits, ended and named as the source is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from builder import markdown
from builder.catalog import copied
from builder.check.common import messages
from builder.diagnostics import Diagnostic
from builder.model import Language, Library
from builder.project import SOURCE, Project
from builder.text import script_of

OWN_SHARE = 0.95  # of the letters, names, numbers and listed words apart

_ADDRESS = re.compile(r"https?://[^\s)>\]]+|[\w.+-]+@[\w-]+\.[\w.-]+")
_SLOT = re.compile(r"\{\w*\}")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_BUDGET = re.compile(r"at most (\d+) words")
_MARKS = "*_\"'\u201d\u00bb\u2019\u300d\u300f)\uff09] \u00a0\u202f"
_ENDINGS = {  # CLDR and the scripts' own marks; Greek asks with ;
    "a full stop": ".\u3002\uff0e\u0964\u0965\u104a\u104b\u1362\u17d4\u06d4\u166e\ua4ff\u0f0d\u1803\u1c7e\uabeb"
    "\U00011141\u07f8",
    "a question mark": "?\u061f\uff1f\u1367\u055e\u2e2e",
    "an exclamation mark": "!\uff01\u07f9\u055c",
    "a colon": ":\uff1a\u1366\u0589",
    "an ellipsis": "\u2026",
}
_SPOKEN = ("\u201d", '"')
_STOPLESS = frozenset({"Thai", "Laoo", "Khmr", "Mymr", "Tibt"})  # a sentence may end without a mark
_ASKS_IN_WORDS = frozenset({"Mymr", "Thai", "Laoo", "Tibt"})  # a particle asks; the mark is that of any sentence
_UNSPACED = frozenset({"Hans", "Hant", "Jpan", "Khmr", "Laoo", "Mymr", "Thai", "Tibt", "Yiii"})
_LONGER = 1.5  # times the budget: what the type steps can still take up
_SHARED = frozenset({"MODIFIER", "MASCULINE", "FEMININE"})  # apostrophe letters and ordinals serve every script
_STEM = 4  # letters that stay when a term is inflected


def addresses(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A translation keeps every web and mail address."""
    for _language, _component, message in messages(project, library):
        wanted = Counter(map(_bare, _ADDRESS.findall(message.id)))
        for text in message.texts:
            given = Counter(map(_bare, _ADDRESS.findall(text)))
            if text and given != wanted:
                fact = f"addresses differ: {_list(given)} instead of {_list(wanted)}"
                yield Diagnostic("po-address", message.place, fact, "copy them as they stand")


def own_script(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A translation is written in its language's script: names, numbers and listed words apart."""
    for language, _component, message in messages(project, library):
        own = scripts(language)
        if not own:
            continue
        if not set(map(_script, filter(str.isalpha, set("".join(message.texts))))) - own:
            continue
        foreign = ""
        letters = count = 0
        kept = {word.casefold() for text in (*language.keeps, *_names(message.id)) for word in _WORD.findall(text)}
        for text in () if message.same or copied(message, language) else message.texts:
            for word in _WORD.findall(_SLOT.sub(" ", _ADDRESS.sub(" ", markdown.plain(text)))):
                for script, run in groupby(filter(str.isalpha, word), _script):
                    piece = "".join(run)
                    if script not in own and not {word.casefold(), piece.casefold()} & kept:
                        count, foreign = count + len(piece), foreign or word
                    letters += len(piece)
        if count > letters * (1 - OWN_SHARE):
            fact = f'only {(letters - count) * 100 // letters} % is in the script of {language.name}: "{foreign[:30]}"'
            hint = f"translate it, or list it under keeps: in content/languages/{language.tag}.yaml"
            yield Diagnostic("po-script", message.place, fact, hint)


def copies(project: Project, library: Library) -> Iterator[Diagnostic]:
    """English that was copied is no translation, unless somebody says that it reads the same."""
    for language, _component, message in messages(project, library):
        if language.tag != SOURCE and copied(message, language):
            hint = f'"# same: why" above it, or keeps: in content/languages/{language.tag}.yaml, says that it is right'
            fact = f'"{message.id[:40]}" is English still, and counts as missing'
            yield Diagnostic("po-equal", message.place, fact, hint, "warning")


def endings(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A translation ends as its source does: with a stop, a question or nothing; words to say aloud are rephrased."""
    for language, _component, message in messages(project, library):
        if message.id.endswith(_SPOKEN):
            continue
        wanted = _ending(message.id, "Latn")
        for text in message.texts if message.state != "missing" else ():
            given = _ending(text, language.script)
            free = {"a full stop"} if language.script in _STOPLESS else set()
            free |= {"a full stop", "a question mark"} if language.script in _ASKS_IN_WORDS else set()
            if not (given & wanted or given == wanted or given | wanted <= free):
                fact = f"ends with {_said(given)}, its source with {_said(wanted)}"
                yield Diagnostic("po-ending", message.place, fact, "end it as the source ends", "warning")


def lengths(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A translation keeps near the number of words that fits; where words are not spaced the layout alone tells."""
    for language, component, message in messages(project, library):
        unit = project.units.get(component, {}).get(message.id)
        limit = min((int(n) for note in (unit.notes if unit else ()) for n in _BUDGET.findall(note)), default=0)
        if not limit or language.script in _UNSPACED or language.breaks == "any":
            continue
        count = max((len(markdown.plain(text).split()) for text in message.texts), default=0)
        if count > limit * _LONGER:
            fact = f"{count} words where the English has at most {limit}"
            yield Diagnostic("po-long", message.place, fact, "say it shorter, or it may not fit the page", "warning")


def terms(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A term of the glossary is said with the word that the language's record names."""
    known = {term.id: term for term in library.terms}
    for language, _component, message in messages(project, library):
        for term_id, agreed in language.terms:
            term = known.get(term_id)
            if term is None or message.state == "missing":
                continue
            said = re.search(rf"\b{re.escape(term.term)}\b", message.id, re.IGNORECASE)
            if said and not all(_uses(text, agreed) for text in message.texts):
                fact = f'"{term.term}" is not said as agreed: {agreed}'
                hint = f"use that word, or change terms: in content/languages/{language.tag}.yaml"
                yield Diagnostic("po-term", message.place, fact, hint, "warning")


@lru_cache(maxsize=512)
def scripts(language: Language) -> frozenset[str]:
    """The scripts of a language's own letters, as Unicode's names begin: those of its record's sample texts."""
    if language.pseudo:
        return frozenset()
    sample = f"{language.autonym} {language.specimen} {language.letters}"
    own = {_script(letter) for letter in sample if letter.isalpha()} - {""}
    return frozenset(own | _SHARED) if own - _SHARED else frozenset()


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    if unicodedata.category(letter) == "Lm":
        return "MODIFIER"
    return script_of(letter)


def _names(source: str) -> list[str]:
    """Words that a source writes with capitals inside a sentence: names, which other scripts may keep."""
    found = re.findall(r"(?<=[a-z,;:] )[A-Z][\w'\u2019-]*", source)
    return found + re.findall(r"\b[A-Z]+\b", source)


def _ending(text: str, script: str) -> frozenset[str]:
    """The kinds of marks that a text ends with: in some languages a stop follows the closed quotation."""
    found = set()
    for mark in reversed(text):
        name = next((name for name, marks in _ENDINGS.items() if mark in marks), "")
        if script == "Grek" and mark in ";\u037e":
            name = "a question mark"
        elif script == "Armn" and mark in ":\u0589":
            name = "a full stop"  # Armenian's stop looks like a colon
        if name:
            found.add(name)
        elif mark not in _MARKS:
            break
    return frozenset(found)


def _said(ending: frozenset[str]) -> str:
    return " and ".join(sorted(ending)) or "no mark"


def _uses(text: str, agreed: str) -> bool:
    """Whether a text has the agreed words, inflected or not."""
    words = [word.casefold() for word in _WORD.findall(agreed)]
    folded = text.casefold()
    return all(word[: max(_STEM, len(word) - 3)] in folded for word in words)


def _bare(address: str) -> str:
    return address.rstrip(".,;:!?")


def _list(counted: Counter[str]) -> str:
    return ", ".join(sorted(counted.elements())) or "none"

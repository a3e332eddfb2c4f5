"""What can be wrong, and how it is said: place, fact, hint.

Authors' mistakes are returned as diagnostics, all of them in one run; our own mistakes raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # every command imports this module, and few have a mistake to tell
    from builder.model import Place

Severity = Literal["error", "warning"]

CODES: dict[str, str] = {
    # reading files
    "not-utf8": "a text file is not UTF-8",
    "too-big": "a file, block, word or nesting is over its limit",
    "missing-file": "a file that a project needs is not there",
    "stray-file": "a file that no rule of the project knows",
    "bad-name": "a folder or file name that cannot be part of an address",
    "yaml-syntax": "a YAML file cannot be read",
    "yaml-forbidden": "an alias, anchor, tag or merge key in a YAML file",
    "yaml-duplicate": "the same key twice in a YAML mapping",
    "unknown-field": "a field that the format does not have",
    "missing-field": "a field that the format needs",
    "bad-value": "a value of the wrong form",
    "duplicate-id": "two records with the same name",
    "unknown-name": "a reference to something that does not exist",
    # articles
    "front-matter": "an article does not open with its front matter",
    "unknown-element": "a heading that is no element of the registry",
    "duplicate-element": "the same element twice in an article",
    "wrong-shape": "text of the wrong shape for its element",
    "wrong-count": "too few or too many items",
    "too-long": "an item over its budget of words",
    "no-lead": "an item that must open with a bold lead does not",
    "bad-attributes": "a trailing {...} that cannot be read",
    "raw-html": "HTML in a text",
    "bad-mark": "an inline mark other than bold and links",
    "bad-link": "a link to something other than https, mailto or tel",
    "bad-character": "an invisible, directional or control character",
    "duplicate-item": "the same sentence twice in an article",
    "unknown-age": "an article for an age band that ages.yaml does not have",
    "unknown-fact": "a trace to a fact that the registry does not have",
    "never-fact": "a trace to a fact that must not be printed",
    "unused-fact": "a fact that no sentence uses, without a reason",
    "weak-evidence": "an element that needs better evidence than its age or topic has",
    "untraced": "an item that must name its facts and does not",
    "unknown-source": "a citation of a source that the registry does not have",
    "unknown-drawing": "a moment, picture or emblem that has no drawing",
    "bad-drawing": "an SVG file that cannot be put on a page",
    "bad-picture": "a PNG file that cannot be put on a page",
    "hard-words": "a family sheet that is harder to read than grade 5",
    "unfit-word": "a word that does not fit how sheets speak",
    "missing-element": "an article lacks what its kinds of sheet need",
    # translations
    "po-syntax": "a PO file cannot be read",
    "po-duplicate": "the same message twice in a PO file",
    "po-plural": "a Plural-Forms header other than the catalogue's",
    "po-unknown": "a message that the source no longer has",
    "po-placeholder": "a translation lost or gained a placeholder",
    "po-number": "a translation changed a number",
    "po-address": "a translation lost or gained a web or mail address",
    "po-script": "a translation is not in its language's script",
    "po-equal": "a translation that is its English text",
    "po-ending": "a translation ends otherwise than its source",
    "po-long": "a translation is much longer than its budget",
    "po-term": "a translation does not use the word agreed on for a term",
    "po-mark": "a translation lost or gained bold or a link",
    "not-a-typo": "an edit of the source that is more than it is said to be",
    "bad-workbook": "a file that is no spreadsheet of translations",
    "old-source": "a translation of a text that the source no longer has",
    "unapproved": "a message that cannot be approved as it is",
    "bad-edition": "an approved edition that cannot be used",
    "stale-sheet": "a sheet that has moved on since its approval",
    "no-glyph": "a character that none of the language's fonts can draw",
    # printing
    "template": "a template cannot be rendered",
    "over-budget": "a sheet does not keep its sides in this language",
    "fetch-denied": "a page asked for something outside the project's assets",
    "renderer-warning": "the typesetter warned about this page",
    "missing-glyph": "a glyph is missing on paper",
    "off-page": "text lies outside the page",
    "lost-text": "text did not reach the paper",
    "roster": "a list of families that cannot be read or served",
    "path-collision": "two sheets would be written to the same file",
    "timed-out": "a sheet took too long and its worker was ended",
    "not-accessible": "a page would not be readable by assistive software",
    "crashed": "the typesetter failed on this page",
}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake, where it is, and what would mend it."""

    code: str
    place: Place
    fact: str
    hint: str = ""
    severity: Severity = "error"

    def __post_init__(self) -> None:
        if self.code not in CODES:
            msg = f"unregistered diagnostic code {self.code!r}"
            raise ValueError(msg)

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        level = "warning: " if self.severity == "warning" else ""
        where = f"{self.place}: " if self.place.file else ""
        return _visible(f"{where}{level}{self.fact}{hint} [{self.code}]")

    def as_record(self) -> dict[str, str | int]:
        """The diagnostic as a JSON object."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.place.file,
            "line": self.place.line,
            "fact": self.fact,
            "hint": self.hint,
        }


def _visible(text: str) -> str:
    """One line in which nothing hides: a quoted text may hold line ends and characters that reverse its neighbours."""
    from builder.text import JOINERS

    return "".join(c if c.isprintable() or c in JOINERS else c.encode("unicode_escape").decode() for c in text)


class RefusalError(Exception):
    """Something the person at the keyboard can mend, said in one sentence; shells print it without a traceback."""


class ProblemsError(Exception):
    """A stage cannot go on; carries every diagnostic found until then."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics)))


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Every diagnostic once, sorted by place."""
    return tuple(sorted(set(diagnostics), key=lambda d: (d.place, d.code, d.fact)))


def errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics that forbid printing."""
    return tuple(d for d in diagnostics if d.severity == "error")


def did_you_mean(word: str, known: Sequence[str] | Iterable[str]) -> str:
    """A hint naming the closest known words, or all of them when none is close and they are few."""
    import difflib

    choices = sorted(known)
    close = difflib.get_close_matches(word.casefold(), [c.casefold() for c in choices], n=1, cutoff=0.6)
    if close:
        match = next(c for c in choices if c.casefold() == close[0])
        return f'did you mean "{match}"?'
    if 0 < len(choices) <= 14:
        return "known: " + ", ".join(choices)
    return ""


def among(word: str, known: Iterable[str]) -> str:
    """A hint that never fails: the closest known words, or how many there are and the first of them."""
    choices = sorted(known)
    some = ", ".join(choices[:3])
    return did_you_mean(word, choices) or (f"one of {len(choices)}: {some}, ..." if choices else "there is none yet")


def nowhere(code: str, fact: str, hint: str = "") -> Diagnostic:
    """A diagnostic about the project as a whole."""
    from builder.model import NOWHERE

    return Diagnostic(code, NOWHERE, fact, hint)

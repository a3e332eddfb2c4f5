"""What depends on a language and is not text: digits, plural forms, line breaks, ages, dates and lists in words."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from builder import phrases
from builder.model import AgeBand, Language, Plural
from builder.phrases import Counted

if TYPE_CHECKING:
    from babel import Locale

_ZERO = {
    "latin": "0", "arabic": "\u0660", "persian": "\u06f0", "devanagari": "\u0966", "bengali": "\u09e6",
    "gurmukhi": "\u0a66", "gujarati": "\u0ae6", "odia": "\u0b66", "tamil": "\u0be6", "telugu": "\u0c66",
    "kannada": "\u0ce6", "malayalam": "\u0d66", "thai": "\u0e50", "lao": "\u0ed0", "tibetan": "\u0f20",
    "myanmar": "\u1040", "shan": "\u1090", "khmer": "\u17e0", "olchiki": "\u1c50", "meetei": "\uabf0",
    "chakma": "\U00011136", "javanese": "\ua9d0", "nko": "\u07c0", "adlam": "\U0001e950", "rohingya": "\U00010d30",
}  # fmt: skip
_TAGS = re.compile(r"(<[^>]*>|&[#\w]+;)")
_SHORT_END = re.compile(r"(?<=\S\S) (\S{1,9})$")
_MONTH_NUMBER = re.compile(r"M\d\d")  # what CLDR says for a month that it has no name for
_HANGUL = re.compile(r"(?<=[\uac00-\ud7a3])(?=[\uac00-\ud7a3])")
_NEEDS_BREAKS = re.compile(r"[\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]{2,}")

ZERO_WIDTH_SPACE = "\u200b"
WORD_JOINER = "\u2060"


def number(value: int, language: Language) -> str:
    """A whole number in the language's own digits."""
    zero = ord(_ZERO[language.digits])
    return "".join(chr(zero + int(digit)) for digit in str(value))


def day(iso: str, language: Language) -> str:
    """A date (YYYY-MM-DD) in words, by CLDR; unchanged where CLDR has no words for the language."""
    from babel.dates import format_date

    locale = _locale(language.falls_back_to or language.tag)
    words = format_date(date.fromisoformat(iso), "long", locale=locale) if locale else ""
    if not words or _MONTH_NUMBER.search(words):
        return iso
    zero = ord(_ZERO[language.digits])
    return words.translate({ord("0") + digit: zero + digit for digit in range(10)})


def listed(items: Sequence[str], language: Language) -> str:
    """Things in a row, joined as the language joins them (CLDR), by a dot where CLDR does not know the language."""
    from babel.lists import format_list

    locale = _locale(language.falls_back_to or language.tag)
    return format_list(items, locale=locale) if locale else " \u00b7 ".join(items)


@lru_cache(maxsize=256)
def _locale(tag: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@lru_cache(maxsize=256)
def _chooser(rule: str) -> Callable[[int], int]:
    return gettext.c2py(rule)


def plural_form(n: int, plural: Plural) -> int:
    """Which form of a counted message goes with n. Raises ValueError for a rule gettext cannot read."""
    return min(_chooser(plural.rule)(n), plural.count - 1)


@lru_cache(maxsize=256)  # some two dozen rules serve all languages
def plural_fault(plural: Plural) -> str:
    """What is wrong with a rule, tried on many numbers; nothing when it can be used."""
    try:
        forms = {int(_chooser(plural.rule)(n)) for n in range(1001)}
    except (ValueError, ArithmeticError, RecursionError, MemoryError, SyntaxError):
        return "cannot be worked out"
    return f"gives form {max(forms)}, and count is {plural.count}" if max(forms) >= plural.count else ""


def counts_like(tag: str, rules: Iterable[Plural]) -> Plural | None:
    """The first rule that tells numbers apart as ICU does for a language; None when ICU does not know the language."""
    from icu4py.messageformat import MessageFormat

    says = MessageFormat("{n, plural, zero{0} one{1} two{2} few{3} many{4} other{5}}", tag)
    told = [says.format({"n": n}) for n in range(1000)]
    if set(told) == {"5"}:  # one form for every number is also what ICU says of a language it does not know
        return None
    for rule in rules:
        pairs = {(plural_form(n, rule), form) for n, form in enumerate(told)}
        if len(pairs) == len({form for form, _ in pairs}) == len(set(told)):
            return rule
    return None


def with_breaks(html: str, language: Language) -> str:
    """Say where lines may and may not break, where Pango cannot know.

    Pango has a dictionary for Thai only: Burmese, Khmer and Lao get a zero-width space at ICU's word breaks, and
    Korean a word joiner between syllables, for WeasyPrint has no `word-break: keep-all`. Where words are spaced, a
    short last word stays with the one before it, so that none stands alone on the last line.
    """
    pieces = _TAGS.split(html)
    if language.breaks == "space":
        pieces[-1] = _SHORT_END.sub("\u00a0\\1", pieces[-1])
    elif language.breaks in {"icu", "syllable-joined"}:
        change = _break_words(language.tag) if language.breaks == "icu" else _join_syllables
        pieces = [piece if i % 2 else change(piece) for i, piece in enumerate(pieces)]
    return "".join(pieces)


def _join_syllables(text: str) -> str:
    return _HANGUL.sub(WORD_JOINER, text)


def _break_words(tag: str) -> Callable[[str], str]:
    from icu4py.breakers import LineBreaker

    def insert(found: re.Match[str]) -> str:
        return ZERO_WIDTH_SPACE.join(LineBreaker(found.group(), tag))

    return lambda text: _NEEDS_BREAKS.sub(insert, text)


def age(band: AgeBand) -> tuple[str | Counted, dict[str, int]]:
    """The sentence that names a band's age, and its numbers: whole years from three years on, months before."""
    if band.first_month is None or band.last_month is None:
        return phrases.ANY_AGE, {}
    first, last = band.first_month, band.last_month
    if first >= 36 and first % 12 == 0 and (last + 1) % 12 == 0:
        return phrases.YEARS, {"first": first // 12, "last": (last + 1) // 12 - 1}
    if first == 0:
        return phrases.FROM_BIRTH, {"last": last}
    return phrases.MONTHS, {"first": first, "last": last}

"""Small truths about characters and words that several stages need."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no letter that reads as a digit
JOINERS = "\u200c\u200d"
JOINING_SCRIPTS = frozenset({
    "Adlm", "Arab", "Beng", "Deva", "Gujr", "Guru", "Khmr", "Knda", "Mlym", "Mong", "Mymr", "Nkoo", "Orya", "Rohg",
    "Sinh", "Syrc", "Taml", "Telu", "Tibt",
})  # fmt: skip

MAX_COMBINING = 8  # marks on one letter
CONFUSABLE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})  # scripts that share the look of letters

_WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")
_UNSEEN = "\u034f\u115f\u1160\u3164\uffa0\ufffc\ufffd"  # letters and marks that show nothing
_ALLOWED_SPACES = frozenset(" \u00a0\u202f\u2009\u3000")


def code_letters(digest: str) -> str:
    """Six letters that stand for a hexadecimal digest where people read and type it."""
    number = int(digest[:16], 16)
    return "".join(CODE_LETTERS[(number >> shift) & 31] for shift in range(0, 30, 5))


def word_count(text: str) -> int:
    """How many words an English text has."""
    return len(_WORD.findall(re.sub(r"<[^>]+>", "", text)))


def forbidden_characters(text: str, script: str) -> tuple[str, ...]:
    """Characters that can hide or reverse what is printed (Unicode TR 36 and 39), each once.

    Bidirectional controls, C0 and C1 controls, zero-width characters (the joiners apart where the script uses them),
    tag characters, private use, noncharacters and unassigned code points.
    """
    characters = set(text)
    joins = script in JOINING_SCRIPTS
    hidden = {each for each in characters if _hides(each) and not (joins and each in JOINERS)}
    found = dict.fromkeys(sorted(hidden, key=text.index))
    run = 0
    for character in text if any(map(unicodedata.combining, characters)) else "":
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MAX_COMBINING:
            found[character] = None
            break
    return tuple(found)


@cache
def _hides(character: str) -> bool:
    if " " < character < "\x7f" or character in _ALLOWED_SPACES:
        return False
    category = unicodedata.category(character)
    return category in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp", "Zs"} or character in _UNSEEN


def mixed_words(text: str) -> tuple[str, ...]:
    """Words with letters of two scripts that look alike, each once: a Cyrillic a in an English word."""
    if text.isascii() or len(_scripts(text) & CONFUSABLE) < 2:
        return ()
    return tuple(dict.fromkeys(word for word in _WORD.findall(text) if len(_scripts(word) & CONFUSABLE) > 1))


def _scripts(word: str) -> set[str]:
    return {script_of(character) for character in set(word) if character.isalpha()}


@cache
def script_of(character: str) -> str:
    """The script of a letter, as its Unicode name begins: LATIN, ARABIC; empty for a character without a name."""
    return unicodedata.name(character, "").split(" ")[0]


def suspicious(text: str, script: str) -> list[tuple[str, str]]:
    """What hides in a text, as (fact, hint)."""
    found = []
    for character in forbidden_characters(text, script):
        if unicodedata.combining(character) and not unicodedata.category(character).startswith("C"):
            found.append((f"more than {MAX_COMBINING} marks on one letter", "type the word again"))
        else:
            name = unicodedata.name(character, "a control character").lower()
            found.append(
                (f"the character U+{ord(character):04X} ({name})", "type the words around it again, without pasting")
            )
    found += [
        (
            f'the word "{word[:40]}" mixes letters of two scripts that look alike',
            "type the word again, with one keyboard",
        )
        for word in mixed_words(text)
    ]
    return found


def utf8_fault(data: bytes, error: UnicodeDecodeError) -> tuple[int, str]:
    """The line on which a text stops being UTF-8, and how a message says so."""
    line = data[: error.start].count(b"\n") + 1
    before = data[: error.start].rpartition(b"\n")[2].decode("utf-8", "replace")[-20:].strip()
    return line, f'not UTF-8 after "{before}"' if before else "not UTF-8"


def folded(text: str) -> str:
    """The text with line ends and runs of spaces as single spaces; a no-break space stays."""
    return re.sub(r"[ \t\n]+", " ", text).strip(" \t\n")

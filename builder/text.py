"""Small truths about characters and words that several stages need."""

from __future__ import annotations

import re
import unicodedata

JOINERS = "\u200c\u200d"
JOINING_SCRIPTS = frozenset({"Arab", "Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Mymr", "Khmr", "Tibt", "Mong", "Nkoo", "Syrc", "Adlm", "Rohg"})  # fmt: skip

_WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")
_ALLOWED_SPACES = frozenset(" \u00a0\u202f\u2009\u3000")


def word_count(text: str) -> int:
    """How many words an English text has."""
    return len(_WORD.findall(re.sub(r"<[^>]+>", "", text)))


def forbidden_characters(text: str, script: str) -> tuple[str, ...]:
    """Characters that can hide or reverse what is printed (Unicode TR 36 and 39), each once.

    Bidirectional controls, C0 and C1 controls, zero-width characters (the joiners apart where the script uses them),
    tag characters, private use, noncharacters and unassigned code points.
    """
    found: dict[str, None] = {}
    for character in text:
        if " " < character < "\x7f" or character in _ALLOWED_SPACES:
            continue
        if character in JOINERS and script in JOINING_SCRIPTS:
            continue
        category = unicodedata.category(character)
        if category in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"} or (category == "Zs") or character in "\u034f\u115f\u1160\u3164\uffa0\ufffc\ufffd":
            found[character] = None
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MAX_COMBINING:
            found[character] = None
            break
    return tuple(found)


MAX_COMBINING = 8

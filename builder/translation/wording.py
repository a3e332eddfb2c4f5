"""Whether an edit of an English sentence can be a typo: nothing that carries meaning may have changed."""

from __future__ import annotations

import difflib
import re
from collections import Counter

_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|stop|avoid|\w+n[’']t)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_LINK = re.compile(r"\]\([^)]*\)|https?://\S+|\{\w+\}|\*\*")
_ALIKE = 0.85  # difflib ratio; a comma, a letter or a small word, not half a sentence


def more_than_a_typo(old: str, new: str) -> str:
    """What the edit changed that no typo changes; nothing when it may be one."""
    for what, pattern in (("a number", _NUMBER), ("a negation", _NEGATION), ("a link or a mark", _LINK)):
        if Counter(map(str.casefold, pattern.findall(old))) != Counter(map(str.casefold, pattern.findall(new))):
            return f"{what} changed, which is no typo"
    if difflib.SequenceMatcher(None, old, new, autojunk=False).ratio() < _ALIKE:
        return "too much changed for a typo"
    return ""

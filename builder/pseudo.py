"""Pseudo-translations: layouts are tried with them before any translator starts.

`accented` is a third longer and full of marks above and below; `mirrored` keeps the English words, for a page whose
direction is right to left.
"""

from __future__ import annotations

import re

from builder.model import Language

_ACCENTS = str.maketrans("aceilnorsuyzACEILNORSUYZ", "\u00e5\u00e7\u00e9\u00ee\u013c\u00f1\u00f6\u0157\u0161\u00fb\u00fd\u017e\u00c5\u00c7\u00c9\u00ce\u013b\u00d1\u00d6\u0156\u0160\u00db\u00dd\u017d")  # fmt: skip
_KEEP = re.compile(r"(\{\w+\}|\]\([^)]*\)|\*\*|\\.)")
_PADDING = "\u1ebd \u00f8\u01eb \u1ea5i \u0123\u1eef \u00f4\u1e43 \u1e81\u00e9 "
_LONGER = 0.35


def translate(text: str, language: Language) -> str:
    """The text as this pseudo-language would have it; marks and placeholders stay."""
    if language.pseudo != "accented":
        return text
    pieces = _KEEP.split(text)
    accented = "".join(piece if i % 2 else piece.translate(_ACCENTS) for i, piece in enumerate(pieces))
    extra = round(len(text) * _LONGER)
    padding = (_PADDING * (extra // len(_PADDING) + 1))[:extra].strip()
    end = len(accented.rstrip('.!?:"\u201d'))
    return f"{accented[:end]} {padding}{accented[end:]}" if padding else accented

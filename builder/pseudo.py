"""Pseudo-translations: layouts are tried with them before any translator starts.

`accented` is a third longer and full of marks above and below; `mirrored` keeps the English words, for a page whose
direction is right to left.
"""

from __future__ import annotations

import re

from builder.model import Language

_ACCENTS = str.maketrans("aceilnorsuyzACEILNORSUYZ", "åçéîļñöŗšûýžÅÇÉÎĻÑÖŖŠÛÝŽ")
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

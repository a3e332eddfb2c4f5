"""How hard an English text is to read: Flesch-Kincaid grade and automated readability index.

Both are for English only and say nothing of other languages (practice: reader testing there).
Kincaid et al. 1975, Derivation of new readability formulas for Navy enlisted personnel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z0-9]+(?:['\u2019][A-Za-z]+)*")
_SENTENCE = re.compile(r"[.!?]+(?=[\s\u201d\u2019\"')]|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_APART = re.compile(
    r"[aeiouy](?:ing|er|est)$|ia|io(?!n)|iu|ua|uo|uie|ea$|reat(?=[eio])"
)  # two vowels beside each other, each its own


@dataclass(frozen=True, slots=True)
class Grades:
    """Years of school in the United States that a reader needs, by each formula."""

    kincaid: float
    automated: float

    @property
    def worst(self) -> float:
        return max(self.kincaid, self.automated)


def grades(texts: Iterable[str]) -> Grades:
    """The grades of texts that are read one after the other; each ends a sentence. No words: grade 0."""
    sentences = [part for text in texts for part in _SENTENCE.split(text) if _WORD.search(part)]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return Grades(0.0, 0.0)
    length = len(words) / len(sentences)
    letters = sum(len(re.sub(r"\W", "", word)) for word in words) / len(words)
    spoken = sum(map(syllables, words)) / len(words)
    return Grades(0.39 * length + 11.8 * spoken - 15.59, 4.71 * letters + 0.5 * length - 21.43)


def syllables(word: str) -> int:
    """About how many syllables an English word has: by its vowels, the silent ones taken off."""
    lower = re.sub(r"['\u2019](s|ll|re|ve|d|m|t)$", "", word.casefold())
    if lower.isdigit():
        return len(lower)
    count = len(_VOWELS.findall(lower)) + len(_APART.findall(lower))
    if re.search(r"[^aeiouylr]es?$|[aeiou][lr]es?$|[aeiou]ye$", lower) and not re.search(
        r"(ch|sh|s|x|z|c|g)es$", lower
    ):
        count -= 1
    if re.search(r"[^dt]ed$", lower) and count > 1:
        count -= 1
    return max(1, count)

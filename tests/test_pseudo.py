"""Pseudo-translations: longer, accented, and whole."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import markdown, pseudo
from builder.model import Language
from builder.project import Project


@pytest.fixture
def accented(shelf: Project) -> Language:
    assert shelf.library is not None
    return next(language for language in shelf.library.languages.values() if language.pseudo == "accented")


def test_a_translation_is_a_third_longer_and_ends_as_before(accented: Language):
    text = "**When you go:** Wave, and say {count} times."
    translated = pseudo.translate(text, accented)
    assert translated.startswith("**Wĥéñ".replace("ĥ", "h"))
    assert translated.endswith(".")
    assert len(translated) > 1.25 * len(text)


def test_a_real_language_is_left_alone(shelf: Project):
    assert shelf.library is not None
    assert pseudo.translate("Wave.", shelf.library.languages["es"]) == "Wave."


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Wave", "{count}", "**bold**", "[here](https://example.org)", "again.", "1:", "\\*"]),
        max_size=8,
    )
)
def test_placeholders_marks_and_digits_survive(shelf: Project, words: list[str]):
    assert shelf.library is not None
    language = shelf.library.languages["en-XA"]
    text = " ".join(words)
    translated = pseudo.translate(text, language)
    assert re.findall(r"\{\w+\}|\d", translated) == re.findall(r"\{\w+\}|\d", text)
    assert Counter(markdown.inline(translated).marks) == Counter(markdown.inline(text).marks)

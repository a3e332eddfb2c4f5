"""Characters that hide, words that count, texts that are no text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.text import folded, forbidden_characters, mixed_words, suspicious, utf8_fault, word_count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Wave, and say you will be back.", 7),
        ("A well-known song, isn't it?", 5),
        ("**When you go:** wave", 4),
        ("<strong>Wave</strong> 2 times", 3),
        ("...", 0),
    ],
)
def test_words_are_counted_without_marks(text: str, words: int):
    assert word_count(text) == words


@pytest.mark.parametrize(
    "character",
    [
        "\u202e",
        "\u2066",
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\x00",
        "\x1b",
        "\x85",
        "\u2028",
        "\ue000",
        "\U000e0041",
        "\ufffd",
    ],
)
def test_a_character_that_hides_is_forbidden(character: str):
    assert forbidden_characters(f"call {character}112", "Latn") == (character,)


@pytest.mark.parametrize(
    "text", ["Plain words, 1–2.", "niño ¿qué?", "«\u00a0oui\u202f»", "你好。", "नमस्ते", "ไทย", "Ångström"]
)
def test_ordinary_text_of_any_script_is_not_suspicious(text: str):
    assert suspicious(text, "Latn") == []


@pytest.mark.parametrize(("script", "allowed"), [("Arab", True), ("Deva", True), ("Latn", False), ("Cyrl", False)])
def test_joiners_belong_to_scripts_that_join(script: str, allowed: bool):
    assert (forbidden_characters("a\u200cb", script) == ()) is allowed


def test_a_tower_of_marks_is_forbidden():
    assert forbidden_characters("a" + "\u0301" * 8, "Latn") == ()
    assert suspicious("a" + "\u0301" * 9, "Latn") == [("more than 8 marks on one letter", "type the word again")]


@pytest.mark.parametrize(
    ("text", "found"),
    [("fаce", ("fаce",)), ("face Москва", ()), ("Αthens аnd", ("Αthens", "аnd")), ("COVID-19", ()), ("東京Tokyo", ())],
)
def test_a_word_of_two_scripts_that_look_alike_is_named(text: str, found: tuple[str, ...]):
    assert mixed_words(text) == found


def test_folding_keeps_the_space_that_must_not_break():
    assert folded("  two\n  lines\tand 5\u00a0kg ") == "two lines and 5\u00a0kg"


def test_a_fault_of_encoding_names_the_words_before_it():
    data = b"title: x\nabout: [caf\xe9]\n"
    with pytest.raises(UnicodeDecodeError) as caught:
        data.decode()
    assert utf8_fault(data, caught.value) == (2, 'not UTF-8 after "about: [caf"')


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_judged(text: str):
    for fact, hint in suspicious(text, "Latn"):
        assert fact
        assert hint
    assert word_count(text) >= 0

"""Reading grades: known words, known texts, and what makes a text harder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.readability import grades, syllables

SYLLABLES = {
    1: "the cares named played sees close trust safe once smile whole where here child said friend bye eyes asked use hear",
    2: "baby gentle little people wanted quiet being visit closes changes goodbyes feelings answer notice sharing before"
    " children teacher parent houses needed sorry listen away again moment going trying crying carries awake settle voices",
    3: "family idea visitor together area grandparent another usual created quieter",
    4: "situation", 6: "responsibility",
}  # fmt: skip


@pytest.mark.parametrize(("count", "word"), [(n, word) for n, words in SYLLABLES.items() for word in words.split()])
def test_syllables_are_counted_by_ear(count: int, word: str):
    assert syllables(word) == count


def test_the_formulas_are_those_of_their_authors():
    """Worked by hand: 2 sentences, 10 words, 13 syllables, 36 letters."""
    found = grades(["Your baby is near you.", "Your baby is happy here."])
    assert found.kincaid == pytest.approx(0.39 * 5 + 11.8 * 13 / 10 - 15.59)
    assert found.automated == pytest.approx(4.71 * 36 / 10 + 0.5 * 5 - 21.43)


def test_an_item_ends_its_sentence():
    assert grades(["Wave", "Say bye"]) == grades(["Wave.", "Say bye."])
    assert grades(["Wave. Say bye"]) == grades(["Wave", "Say bye"])


def test_nothing_is_not_hard():
    assert grades([]).worst == grades(["..."]).worst == 0


@given(st.integers(1, 30), st.integers(1, 30))
def test_longer_sentences_are_harder(a: int, b: int):
    short, long = sorted((a, b))
    assert grades(["baby " * short]).kincaid <= grades(["baby " * long]).kincaid
    assert grades(["baby " * short]).automated <= grades(["baby " * long]).automated


def test_quotation_marks_do_not_hide_the_end_of_a_sentence():
    assert grades(["“Here I am.” “Come.”"]) == grades(["Here I am", "Come"])

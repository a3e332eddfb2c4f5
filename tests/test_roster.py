"""Lists of families: files of any spreadsheet, lines of text, and every mistake at once."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import roster
from builder.contents import PackError
from builder.diagnostics import ProblemsError


def rows(text: str | bytes) -> list[tuple[str, str, int, int]]:
    data = text if isinstance(text, bytes) else text.encode()
    return [(row.language, row.age, row.families, row.copies) for row in roster.from_csv(data, "list.csv")]


def mistakes(text: str | bytes) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        rows(text)
    return [str(problem) for problem in caught.value.diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        "language,age,families,copies\nes,14m,8,2\n",
        "language;age;families;copies\r\nes;14m;8;2\r\n",
        "language\tage\tfamilies\tcopies\nes\t14m\t8\t2",
        "\ufefflanguage,age,families,copies\nes,14m,8,2\n\n,,,\n",
        "Families,Language,Copies,Band\n8,es,2,14m\n",
        'language,age,families,copies\n"es"," 14m ","8","2"\n',
    ],
)
def test_a_list_is_read_as_any_spreadsheet_saves_it(text):
    assert rows(text) == [("es", "14m", 8, 2)]


def test_copies_and_ages_may_be_left_out():
    assert rows("language,families\nzh-Hans,3\n") == [("zh-Hans", "", 3, 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ['list.csv:1: the column "families" is missing', 'list.csv:1: the column "language" is missing']),
        (
            "language,famlies\nes,1\n",
            ['"families" is missing', 'there is no column "famlies" (did you mean "families"?)'],
        ),
        ("language,families,language\n", ["a column stands twice"]),
        ("language,families\n", ["names no family"]),
        (
            "language,families\nes,0\n,2\nes,1.5\n",
            [':2: families is "0"', ":3: names no language", ':4: families is "1.5"'],
        ),
        ("language,families\nes,٣\n", ['families is "٣"']),
        (b"language,families\nes,\xff\n", ["is not UTF-8"]),
        ("language,families\n" + "es,1\n" * 20_000, ["over 64 kB"]),
    ],
)
def test_every_mistake_is_named_at_once(text, said):
    found = mistakes(text)
    assert len(found) == len(said)
    for line, words in zip(found, said, strict=True):
        assert words in line


@pytest.mark.parametrize(
    "text",
    [
        "language,age,families\nMaria Lopez,14m,1\n",
        "language,age,families\nes,14m,Maria Lopez\n",
        "language,age,families,copies\nes,14m,2025-11-03,Maria\n",
        "Maria Lopez,2025-11-03,es\nes,14m,1\n",
        "language,families,Maria Lopez\nes,1,2025-11-03\n",
    ],
)
def test_what_belongs_in_no_list_is_told_by_its_place_and_never_quoted(text):
    found = mistakes(text)
    assert all(line.startswith("list.csv:") for line in found)
    assert not any(word in line.casefold() for line in found for word in ("maria", "lopez", "2025"))


def test_a_line_of_pairs():
    found = roster.from_line(" es:8 ar=5,prs:3; en:2 ")
    assert [(row.language, row.families) for row in found] == [("es", 8), ("ar", 5), ("prs", 3), ("en", 2)]
    with pytest.raises(ProblemsError) as caught:
        roster.from_line("es8 ar:x en:2")
    assert [problem.fact for problem in caught.value.diagnostics] == ['"es8" is no pair', "families is no number"]


def test_an_age_for_all_is_needed_where_the_list_tells_none():
    told = roster.from_csv(b"language,age,families\nes,14m,1\nen,,2\n", "list.csv")
    assert [row.age for row in roster.with_age(told, "5m")] == ["14m", "5m"]
    with pytest.raises(PackError, match="how old are the children"):
        roster.with_age(told, "")


def test_the_example_is_a_list():
    assert len(rows(roster.TEMPLATE)) == 3


@given(st.binary(max_size=300))
def test_no_file_is_a_surprise(data):
    with suppress(ProblemsError):
        assert roster.from_csv(data, "list.csv")


@given(st.text(max_size=80))
def test_no_line_is_a_surprise(text):
    with suppress(ProblemsError):
        assert roster.from_line(text)

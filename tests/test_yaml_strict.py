"""YAML: plain mappings, lists and strings with their lines, and nothing that surprises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import yaml_strict
from builder.model import Place


def problems(text: str) -> list[tuple[int, str, str]]:
    _, found = yaml_strict.read(text, "x.yaml")
    return [(problem.place.line, problem.code, problem.fact) for problem in found]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", {}),
        ("# only a comment\n", {}),
        ("~\n", {}),
        ("a: no\nb: 02134\nc: 12:30:45\nd: 1.10\n", {"a": "no", "b": "02134", "c": "12:30:45", "d": "1.10"}),
        ("a:\nb: ~\nc: null\nd: 'null'\n", {"a": "", "b": "", "c": "", "d": "null"}),
        ("- x\n- [y, z]\n- {k: v}\n", ["x", ["y", "z"], {"k": "v"}]),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("[]\n", []),
    ],
)
def test_every_scalar_is_a_string(text: str, data: object):
    document, found = yaml_strict.read(text, "x.yaml")
    assert document is not None
    assert (document.data, found) == (data, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: &x 2\n", (2, "yaml-forbidden", "an anchor (&x) is not allowed")),
        ("a: *x\n", (1, "yaml-forbidden", "an alias (*x) is not allowed")),
        (
            "a: !!python/object:os.system x\n",
            (1, "yaml-forbidden", "a tag (tag:yaml.org,2002:python/object:os.system) is not allowed"),
        ),
        ("<<: {a: b}\n", (1, "yaml-forbidden", "a merge key (<<) is not allowed")),
        ("? [a]\n: b\n", (1, "yaml-forbidden", "a key that is not a word")),
        ("a: 1\nb: 2\na: 3\n", (3, "yaml-duplicate", '"a" stands here twice')),
        ("a: b: c\n", (1, "yaml-syntax", "a second colon on one line")),
        ("a: 1\n\tb: 2\n", (2, "yaml-syntax", "a tab where only spaces may stand")),
        ("a: 1\nb: 'two\n\nc: 3\n", (2, "yaml-syntax", "a quotation mark is never closed")),
        ("a: 1\nb: [two\nc: 3\n", (2, "yaml-syntax", "a bracket is never closed, or a comma is missing in it")),
        ("a: @x\n", (1, "yaml-syntax", 'a value that opens with "@"')),
        ("a: 1\n---\nb: 2\n", (2, "yaml-syntax", 'a line "---" begins a second document')),
        ("a: 1\nb\nc: 2\n", (2, "yaml-syntax", "a line without a colon")),
        ("a: 1\n  b: 2\n", (2, "yaml-syntax", "a second colon on one line")),
        ("a: 1\nb: x\0y\n", (2, "bad-character", "the character U+0000 (a control character)")),
        ('a: 1\nb: "\\ud800"\n', (2, "bad-character", "the character U+D800 (a control character)")),
        ("a: 1\nb: call \u202e112\n", (2, "bad-character", "the character U+202E (right-to-left override)")),
        ("a: " + "[" * 30, (1, "too-big", "nested more than 20 deep")),
        ("# " + "x" * 300_000, (0, "too-big", "the file is over 256 kB")),
    ],
)
def test_what_surprises_is_refused_at_its_line(text: str, problem: tuple[int, str, str]):
    assert problems(text) == [problem]


def test_every_forbidden_thing_is_found_in_one_run():
    assert [line for line, _, _ in problems("a: &x 1\nb: *x\nc: !t 2\n")] == [1, 2, 3]


def test_lines_are_counted_in_the_file_that_holds_the_text():
    document, _ = yaml_strict.read("title: x\nabout:\n  - y\n", "x.md", first_line=2)
    assert document is not None
    assert document.place(("about", 0)) == Place("x.md", 4)
    assert document.place(("about", 0, "nothing here")) == Place("x.md", 4)
    assert document.place(("missing",)) == Place("x.md", 2)


def only_plain(data: object) -> bool:
    if isinstance(data, dict):
        return all(isinstance(key, str) and only_plain(value) for key, value in data.items())
    return all(map(only_plain, data)) if isinstance(data, list) else isinstance(data, str)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=200), st.text("ab:-[]{},#&*!|>'\"%@`~? \n\t\\", max_size=60)))
def test_any_text_gives_plain_data_or_diagnostics(text: str):
    document, found = yaml_strict.read(text, "x.yaml")
    assert (document is not None and only_plain(document.data)) or found
    assert all(problem.hint for problem in found)

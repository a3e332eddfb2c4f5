"""A project's files together: every mistake in one run, and no traceback whatever they hold."""

from __future__ import annotations

from functools import cache

import pytest
from conftest import PROJECTS, REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import load, sources
from builder.sources import Sources

ARTICLE = "content/topics/hello/7-18m.md"
TOPIC = "content/topics/hello/topic.yaml"


@cache
def tiny() -> dict[str, bytes]:
    shared = {
        path: data
        for path, data in sources.read(REPOSITORY).files.items()
        if path.startswith(("templates/", "content/languages/"))
    }
    return {**shared, **sources.read(PROJECTS / "tiny").files}


def problems(changes: dict[str, bytes | None]) -> list[str]:
    files = {path: data for path, data in {**tiny(), **changes}.items() if data is not None}
    _, found = load.library(Sources(files))
    return sorted(str(problem) for problem in found)


def test_the_tiny_project_has_no_problems():
    assert problems({}) == []


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_files_of_any_system_are_read(end: bytes):
    paths = [path for path in tiny() if path.endswith((".md", ".yaml"))]
    assert problems({path: tiny()[path].replace(b"\n", end) for path in paths}) == []


@pytest.mark.parametrize("path", [ARTICLE, TOPIC, "program.yaml", "content/ages.yaml"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbftitle: x\n", '1: opens with a byte order mark (save it as "UTF-8", without "BOM") [not-utf8]'),
        (b"title: x\nname: caf\xe9\n", '2: not UTF-8 after "name: caf" (save it as "UTF-8" in your editor) [not-utf8]'),
        ("title: x\n".encode("utf-16"), '1: not UTF-8 (save it as "UTF-8" in your editor) [not-utf8]'),
    ],
)
def test_another_encoding_is_told_at_its_line(path: str, data: bytes, message: str):
    assert f"{path}:{message}" in problems({path: data})


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (TOPIC, "this file is not there (`handouts new topic hello` begins one)"),
        ("program.yaml", "this file is not there (`handouts init` shows a whole project)"),
        ("content/ages.yaml", "this file is not there (`handouts init` shows a whole project)"),
        ("templates/elements.yaml", "this file is not there (`handouts init` shows a whole project)"),
    ],
)
def test_a_missing_file_is_told(path: str, message: str):
    assert problems({path: None}) == [f"{path}: {message} [missing-file]"]


@pytest.mark.parametrize("name", ["Hello", "h\u00e9llo", "a b", "-a", "a-", "a" * 65, "a_b", "..", "a\nb"])
def test_a_folder_that_cannot_name_a_topic_is_told(name: str):
    found = problems({f"content/topics/{name}/topic.yaml": b"title: x\n"})
    assert any(
        problem.endswith("cannot name a topic (small letters, digits and hyphens, and not ui) [bad-name]")
        for problem in found
    )


@pytest.mark.parametrize("tag", ["e s", "spanish-of-mexico-and-more", "es_MX", "1"])
def test_a_file_that_names_no_language_is_told(tag: str):
    assert problems({f"content/languages/{tag}.yaml": b"name: x\n"}) == [
        f'content/languages/{tag}.yaml: "{tag}" is not a language tag (the shortest BCP 47 tag, like es or zh-Hans) [bad-name]'
    ]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("n !=", "rule cannot be worked out"),
        ("n % 0", "rule cannot be worked out"),
        ("(" * 299, "rule cannot be worked out"),
        ("n", "rule gives form 1000, and count is 2"),
    ],
)
def test_a_plural_rule_is_tried_before_it_is_used(rule: str, message: str):
    spanish = tiny()["content/languages/es.yaml"].replace(b"n != 1", rule.encode())
    assert problems({"content/languages/es.yaml": spanish}) == [
        f"content/languages/es.yaml:11: {message} (a C expression on n, like n != 1) [bad-value]"
    ]


@pytest.mark.parametrize(
    ("ages", "message"),
    [
        ("- {id: 7-18m}\n- {id: 7-18m}\n", '2: the age band "7-18m" stands twice (keep one) [duplicate-id]'),
        ("- {id: staff}\n- {id: 7-18m}\n", '1: "staff" is the name of the texts for staff (choose another name for the band) [bad-value]'),
        ("- {id: 7-18m, first_month: 18, last_month: 7}\n", '1: "7-18m" is no span of months (first_month and last_month, the smaller one first; neither for any age) [bad-value]'),
        ("- {id: 7-18m, first_month: 7}\n", '1: "7-18m" is no span of months (first_month and last_month, the smaller one first; neither for any age) [bad-value]'),
    ],
)  # fmt: skip
def test_age_bands_are_spans_with_names_of_their_own(ages: str, message: str):
    assert problems({"content/ages.yaml": ages.encode()}) == [f"content/ages.yaml:{message}"]


def test_an_article_in_a_deeper_folder_replaces_nothing():
    (problem,) = problems({"content/topics/hello/old/7-18m.md": b"nothing\n"})
    assert problem.startswith("content/topics/hello/old/7-18m.md: warning: no rule knows this file")


def test_two_names_that_differ_by_capitals_are_told():
    assert problems({"content/topics/hello/7-18M.md": b""}) == [
        'content/topics/hello/7-18M.md: "7-18M" is no age band of content/ages.yaml (did you mean "7-18m"?) [unknown-age]',
        f"{ARTICLE}: differs from content/topics/hello/7-18M.md only by capitals or accents (rename one of them) [bad-name]",
    ]


def test_mistakes_of_many_files_come_in_one_run():
    broken = {ARTICLE: b"", TOPIC: b"- a\n", "program.yaml": b"name: x\n", "content/languages/es.yaml": b"name: [x\n"}
    assert {problem.split(":")[0] for problem in problems(broken)} == set(broken)


FILES = [
    ARTICLE,
    TOPIC,
    "program.yaml",
    "content/ages.yaml",
    "content/facts.yaml",
    "content/languages/es.yaml",
    "templates/kinds.yaml",
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILES), st.binary(max_size=40), st.floats(0, 1), st.integers(0, 40))
def test_any_damage_to_any_file_is_reported_never_raised(path: str, scrap: bytes, where: float, gone: int):
    data = tiny()[path]
    at = int(where * len(data))
    for problem in problems({path: data[:at] + scrap + data[at + gone :]}):
        assert "\n" not in problem

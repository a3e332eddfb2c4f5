"""Records: every mistake of a file at once, each with its line, in words that need no YAML."""

from __future__ import annotations

import pytest

from builder import records, yaml_strict

TOPIC = "title: Hello\nevidence: moderate\n"
PROGRAM = "name: Us\ncountry: US\nshelf: {languages: [en]}\n"


def mistakes(record: type[records.R], text: str) -> list[str]:
    document, found = yaml_strict.read(text, "x.yaml")
    assert document is not None
    assert found == []
    _, found = records.validate(record, document)
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("titel: x", 'x.yaml:3: there is no field "titel" here (did you mean "title"?) [unknown-field]'),
        ("audience: families", 'x.yaml:3: audience is "families" (did you mean "family"?) [bad-value]'),
        ("audience: [family]", "x.yaml:3: audience holds fields or a list (known: family, staff) [bad-value]"),
        ("order: first", 'x.yaml:3: order is "first" (a whole number) [bad-value]'),
        ("order: 1.5", 'x.yaml:3: order is "1.5" (a whole number) [bad-value]'),
        (
            "about: goodbyes",
            'x.yaml:3: about should be a list ("- " before each, on lines of their own; or [one, two]) [bad-value]',
        ),
        (
            "about: [a, [b]]",
            "x.yaml:3: about item 2 should be one text, not a list or fields (put quotes around it) [bad-value]",
        ),
        ("about: [a, '']", "x.yaml:3: about item 2 is empty (write it, or take the line away) [bad-value]"),
        (
            "emblem: ../../x",
            'x.yaml:3: emblem is "../../x", which has the wrong form (small letters, digits and hyphens) [bad-value]',
        ),
        (
            "emblem: {who: x}",
            "x.yaml:3: emblem should be one text, not a list or fields (put quotes around it) [bad-value]",
        ),
        ("about: [" + "x" * 500 + "]", "x.yaml:3: about item 1 is longer than 400 characters (say less) [bad-value]"),
    ],
)
def test_a_wrong_line_of_a_topic_is_named(line: str, mistake: str):
    assert mistakes(records.TopicRecord, f"{TOPIC}{line}\n") == [mistake]


@pytest.mark.parametrize("line", ["about:", "about: []", "order: 3", "emblem: null", "sources: ['003']"])
def test_a_field_left_blank_is_left_out(line: str):
    assert mistakes(records.TopicRecord, f"{TOPIC}{line}\n") == []


@pytest.mark.parametrize("text", ["- a\n", "hello\n", "42\n", "[]\n"])
def test_what_holds_no_fields_says_so(text: str):
    assert mistakes(records.TopicRecord, text) == [
        "x.yaml:1: this should hold fields (name: value, on lines of their own) [bad-value]"
    ]


def test_all_mistakes_of_a_file_come_at_once():
    text = "titel: x\naudience: all\norder: two\nevidence: moderat\n"
    assert sorted(mistake.split(":")[1] for mistake in mistakes(records.TopicRecord, text)) == ["1", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("country: US", "country: usa", 'x.yaml:2: country is "usa", which has the wrong form (two capital letters, like US) [bad-value]'),
        ("[en]", "[english tongue]", 'x.yaml:3: languages item 1 is "english tongue", which has the wrong form (a language tag, like es or zh-Hans) [bad-value]'),
        ("[en]", "[]", "x.yaml:3: languages holds too few (at least 1) [bad-value]"),
        ("{languages: [en]}", "[en]", "x.yaml:3: shelf should hold fields (name: value, on lines of their own) [bad-value]"),
        ("country: US\n", "", 'x.yaml:1: "country" is missing (add it, indented like its neighbours) [missing-field]'),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(old: str, new: str, mistake: str):
    assert mistakes(records.ProgramRecord, PROGRAM.replace(old, new)) == [mistake]


@pytest.mark.parametrize("month", ["-1", "9999", "seven", "1.5", "nan"])
def test_a_month_is_a_small_whole_number(month: str):
    (mistake,) = mistakes(records.AgesFile, f"- {{id: a, first_month: {month}, last_month: 3}}\n")
    assert mistake.startswith(f'x.yaml:1: first_month is "{month}" (')


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "big"])
def test_a_size_is_a_finite_number(value: str):
    (mistake,) = mistakes(records.PapersFile, f"letter: {{width: {value}, height: 300}}\n")
    assert mistake.startswith("x.yaml:1: width ")


def test_every_file_has_a_schema():
    schemas = records.json_schemas()
    assert schemas.keys() == records.FILES.keys()
    assert "title" in schemas["content/topics/*/topic.yaml"]["required"]

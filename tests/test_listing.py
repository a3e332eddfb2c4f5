"""Tables of what there is."""

from __future__ import annotations

import pytest

from builder import listing
from builder.build import Request
from builder.diagnostics import ProblemsError
from builder.plan import AgeError, SelectionError

SPANISH = "content/locale/es/hello.po"


def rewrite(root, path, old, new):
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def test_a_row_is_a_sheet_with_its_state_and_papers(make_project):
    rows = listing.sheets(make_project(), Request())
    assert [(row["language"], row["kind"], row["state"], row["papers"]) for row in rows] == [
        ("en", "handout", "ready", ["letter", "a4"]),
        ("en", "checklist", "ready", ["letter", "a4"]),
        ("es", "handout", "draft", ["letter", "a4"]),
        ("es", "checklist", "draft", ["letter", "a4"]),
    ]


def test_the_table_has_languages_side_by_side_and_counts_what_is_missing(make_project):
    root = make_project()
    rewrite(root, SPANISH, '"Vuelve por un abrazo."', '""')
    assert listing.table(listing.sheets(root, Request())) == (
        "topic  age    kind       en     es\n"
        "hello  7-18m  handout    ready  draft\n"
        "hello  7-18m  checklist  ready  1 missing"
    )


def test_everything_is_every_language_there_is_something_in(make_project):
    rows = listing.sheets(make_project(), Request(shelf=False))
    assert {row["language"] for row in rows} == {"en", "es"}
    named = listing.sheets(make_project(folder="other"), Request(languages=("hi",)))
    assert {row["state"] for row in named} == {"missing"}
    assert all(int(str(row["missing"])) > 10 for row in named)


@pytest.mark.parametrize(("about", "count"), [("goodbyes", 4), ("GOOD", 4)])
def test_a_concern_is_found_by_any_part_of_its_word(make_project, about, count):
    assert len(listing.sheets(make_project(), Request(), about)) == count


def test_a_concern_of_no_topic_is_answered_with_those_there_are(make_project):
    with pytest.raises(SelectionError, match=r'"teething" \(known: goodbyes\)'):
        listing.sheets(make_project(), Request(), "teething")


def test_nothing_is_said_in_words():
    assert listing.table([]) == "Nothing matches."


def test_axes_narrow_the_list(make_project):
    (row,) = listing.sheets(
        make_project(), Request(languages=("es",), kinds=("handout",), papers=("a4",), ages=("9m",))
    )
    assert (row["band"], row["papers"]) == ("7-18m", ["a4"])


def test_names_that_do_not_exist_are_refused(make_project):
    with pytest.raises(SelectionError, match='did you mean "hello"'):
        listing.sheets(make_project(), Request(topics=("helo",)))
    with pytest.raises(AgeError, match="is no age"):
        listing.sheets(make_project(folder="other"), Request(ages=("soon",)))


def test_languages_are_counted_and_fuzzy_is_never_done(make_project):
    root = make_project()
    before = {row["tag"]: row for row in listing.languages(root)}
    assert before["en"]["source"] is True
    assert (before["es"]["translated"], before["es"]["missing"]) == (0, 0)
    assert before["es"]["draft"] == before["es"]["messages"]
    rewrite(root, SPANISH, '#, fuzzy\nmsgid "Out and back"', 'msgid "Out and back"')
    rewrite(root, SPANISH, '"Vuelve por un abrazo."', '""')
    after = {row["tag"]: row for row in listing.languages(root)}["es"]
    assert after["missing"] == 1
    assert after["translated"] == 1  # an editor leaves "# draft:" above what a person has read
    assert after["draft"] == before["es"]["draft"] - 2
    assert "en-XA" not in before


def test_the_table_of_languages_names_each_in_its_own_script(make_project):
    text = listing.language_table(listing.languages(make_project()))
    assert "the source" in text
    assert "español" in text
    table, waiting = text.split("\n\n")
    head, *rows = table.splitlines()
    assert head.split() == ["tag", "language", "translated", "draft", "stale", "missing"]
    assert [row.split()[0] for row in rows] == ["en", "es"]
    assert waiting.startswith("Fonts and rules only, no word translated yet (")
    assert {"prs", "so", "zh-Hant"} <= set(waiting.split())


def test_a_project_that_cannot_be_read_is_refused_with_its_problems(make_project):
    root = make_project()
    (root / "content/ages.yaml").write_text("- {id: 7-18m, first_month: soon}\n", encoding="utf-8")
    with pytest.raises(ProblemsError, match=r"content/ages\.yaml:1"):
        listing.sheets(root, Request())

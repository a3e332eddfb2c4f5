"""Articles: every mistake with its line, nothing printed that was not understood."""

from __future__ import annotations

from functools import cache

import pytest
from conftest import PROJECTS, REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import article, load, sources
from builder.model import ElementSpec, Place
from builder.project import Project

TINY = (PROJECTS / "tiny/content/topics/hello/7-18m.md").read_text(encoding="utf-8")


@cache
def specs() -> dict[str, ElementSpec]:
    library, _ = load.library(sources.read(REPOSITORY))
    assert library is not None
    return dict(library.elements)


def mistakes(text: str, band: str = "7-18m") -> list[str]:
    _, found = article.read(text, "a.md", "hello", band, specs())
    return [str(problem) for problem in found]


def changed(old: str, new: str) -> str:
    assert old in TINY
    return TINY.replace(old, new, 1)


def test_an_article_is_read_whole():
    read, found = article.read(TINY, "a.md", "hello", "7-18m", specs())
    assert found == []
    assert read is not None
    assert (read.title, read.summary) == ("Out and back", "Your child goes off and comes back to you.")
    assert [element.key for element in read.elements] == ["key-message", "you-may-see", "you-can"]
    item = read.elements[2].items[1]
    assert (item.code, item.text) == ("C2", "**When you go:** Wave, and say you will be back.")
    assert (item.facts, item.routine, item.place) == (("A.2",), "parting", Place("a.md", 19))
    assert (read.title_place, read.summary_place) == (Place("a.md", 2), Place("a.md", 3))


def test_an_article_that_is_as_it_was_is_not_read_again():
    broken = changed("## Key message", "## Key massage")
    first, found = article.read(broken, "a.md", "hello", "7-18m", specs())
    told = list(found)
    found.clear()  # of the caller's own list
    again, found = article.read(broken, "a.md", "hello", "7-18m", dict(specs()))
    assert again is first
    assert found == told != []


def test_what_nobody_has_to_find_by_a_code_has_none():
    text = "---\ntitle: A\nsummary: B.\n---\n\n## Story\n\nA long day. {from=A.1}\n\n## Watch together\n\nShall we?\n"
    read, found = article.read(text, "a.md", "hello", "7-18m", specs())
    assert found == []
    assert read is not None
    assert [item.code for element in read.elements for item in element.items] == ["", "L"]


@pytest.mark.parametrize("change", ["## Key message ##", "##Key message", "## key MESSAGE", "##   Key message  "])
def test_a_heading_is_forgiving(change: str):
    assert mistakes(changed("## Key message", change)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("---\ntitle", "title", 'a.md:1: the article does not open with its front matter (open with a line "---", then title: and summary:, then a line "---") [front-matter]'),
        ("---\ntitle", "\n---\ntitle", 'a.md:1: the article does not open with its front matter (remove the empty lines above the first "---") [front-matter]'),
        ("you.\n---", "you.", 'a.md:1: the front matter is never closed (add a line "---" after it) [front-matter]'),
        ("title: Out", "\ttitle: Out", "a.md:2: a tab where only spaces may stand (indent with spaces) [yaml-syntax]"),
        ("title: Out", "title: Out: in", 'a.md:2: a second colon on one line (put quotes around text that holds a colon: "like: this") [yaml-syntax]'),
        ("Out and back", "<b>Out</b> and back", "a.md:2: HTML in a text: <b> (use **bold** and [words](https://...) only) [raw-html]"),
        ("## You may see", "## You may hear", 'a.md:10: unknown element "You may hear" (did you mean "You may see"?) [unknown-element]'),
        ("## You may see", "##", "a.md:10: a heading without words (name an element, or take the line away) [unknown-element]"),
        ("## Key message", "# Key message", 'a.md:6: "# Key message" opens no element (write "## Key message", at the beginning of the line) [wrong-shape]'),
        ("## Key message", "  ## Key message", 'a.md:6: "## Key message" opens no element (write "## Key message", at the beginning of the line) [wrong-shape]'),
        ("## Key message", "Hello.\n\n## Key message", 'a.md:6: text before the first element: "Hello." (put it under a heading such as "## Key message") [wrong-shape]'),
        ("- Looks", "    - Looks", 'a.md:13: something nested inside an item under "You may see": "Looks at your face first. {from=A.1 rout" (it takes a list ("- " before each item)) [wrong-shape]'),
        ("- Looks", "-Looks", 'a.md:13: no space after the hyphen: "-Looks at your face first. {from=A.1 rou" (open each item with "- " (a hyphen and a space)) [wrong-shape]'),
        ("- Looks", "\u2022 Looks", 'a.md:13: a bullet that is no hyphen: "\u2022 Looks at your face first. {from=A.1 ro" (open each item with "- " (a hyphen and a space)) [wrong-shape]'),
        ("- Looks at your face first. {from=A.1 routine=face}", "- ", 'a.md:13: an item without words: "-" (write it, or take the line away) [wrong-shape]'),
        ("Looks at your face first.", "", 'a.md:13: an empty item under "You may see" (write it or remove it) [wrong-shape]'),
        ("**At play time:** Sit on the floor and follow.", "**At play time:**", 'a.md:18: nothing after the bold lead: "**At play time:**" (say what to do or say) [wrong-shape]'),
        ("**At play time:** Sit", "Sit", 'a.md:18: no bold lead: "Sit on the floor and follow." (open with the moment in bold: "**At goodbye:** Wave and say when you will be back.") [no-lead]'),
        ("**At play time:** Sit", "**At play time: Sit", "a.md:18: a star that marks no bold (two stars right before and right after the words: **like this**) [bad-mark]"),
        ("near", "ne\u202ear", "a.md:8: the character U+202E (right-to-left override) (type the words around it again, without pasting) [bad-character]"),
        ("near", "n\u0435ar", 'a.md:8: the word "n\u0435ar" mixes letters of two scripts that look alike (type the word again, with one keyboard) [bad-character]'),
        ("near", "near " * 9 + "near", None),
        ("near", "n" * 200, 'a.md:8: a word of 201 characters (at most 200): "nnnnnnnnnnnnnnnnnnnn..." (put spaces in it) [too-big]'),
        ("- Comes back for a hug.", "- Looks at your face first.", 'a.md:14: said twice: "Looks at your face first." (first on line 13) [duplicate-item]'),
    ],
)  # fmt: skip
def test_one_mistake_gives_one_line(old: str, new: str, expected: str | None):
    assert mistakes(changed(old, new)) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("braces", "expected"),
    [
        ("{from=A.1,}", []),
        ("{from=A.1 A.2}", []),
        ("{ from = A.1 }", []),
        ("{from=A.1\nlines=2}", []),
        ("", ['names no fact: "Stay near, and be glad each time." (end it with {from=...} naming facts of content/facts.yaml) [untraced]']),
        ("{from=}", ['nothing after "from=" (like {from=003.B.i4 routine=parting}) [bad-attributes]']),
        ("{from}", ["cannot read {from} (like {from=003.B.i4 routine=parting}) [bad-attributes]"]),
        ("{from:A.1}", ["cannot read {from:A.1} (like {from=003.B.i4 routine=parting}) [bad-attributes]"]),
        ("{}", ["cannot read {} (like {from=003.B.i4 routine=parting}) [bad-attributes]"]),
        ("{form=A.1}", ['unknown attribute "form" (did you mean "from"?) [bad-attributes]']),
        ("{From=A.1}", ['unknown attribute "From" (did you mean "from"?) [bad-attributes]']),
        ('{from="A.1"}', ['"A.1" cannot name a fact (names with commas between, and no quotes: {from=003.B.i3, 003.B.i5}) [bad-attributes]']),
        ("{from=A.1;A.2}", ["A.1;A.2 cannot name a fact (names with commas between, and no quotes: {from=003.B.i3, 003.B.i5}) [bad-attributes]"]),
        ("{from=A.1 from=A.2}", ['"from=" stands twice (once; several facts have commas between: {from=A.1, A.2}) [bad-attributes]']),
        ("{from=A.1 lines=9}", ["lines=9 (a number from 1 to 4) [bad-attributes]"]),
        ("{from=A.1 lines=}", ['nothing after "lines=" (like {from=003.B.i4 routine=parting}) [bad-attributes]']),
        ("{from=A.1", ['a brace inside the text: "lad each time. {from=A.1" (one {from=... routine=...} at the very end of the item) [bad-attributes]']),
        ("{from=A.1}.", ['a brace inside the text: "lad each time. {from=A.1}." (one {from=... routine=...} at the very end of the item) [bad-attributes]']),
        ("{from=A.1} {lines=1}", ['a brace inside the text: "lad each time. {from=A.1}" (one {from=... routine=...} at the very end of the item) [bad-attributes]']),
        ("{{from=A.1}}", ['a brace inside the text: "lad each time. {{from=A.1}}" (one {from=... routine=...} at the very end of the item) [bad-attributes]']),
    ],
)  # fmt: skip
def test_braces_that_cannot_be_read_are_named(braces: str, expected: list[str]):
    assert mistakes(changed("{from=A.1}", braces)) == [f"a.md:8: {line}" for line in expected]


def test_several_mistakes_on_one_line_are_all_told():
    text = changed(
        "- **At play time:** Sit on the floor and follow. {from=A.1", "- At *play* time: s\u202eit `x` {form=A.1"
    )
    assert [line.rsplit("[", 1)[1] for line in mistakes(text)] == [
        "bad-attributes]", "bad-mark]", "bad-mark]", "bad-character]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Do\n: Avoid\n\nSay\n: Why", []),
        ("Do\n:Avoid\n\nSay\n: Why", ["no space after the colon", "a paragraph under"]),
        ("Do\n: Avoid\n\nSay", ["a paragraph under"]),
        ("- Do\n- Avoid", ["a list under", "a list under"]),
        ("Do\n: Avoid\n: More\n\nSay\n: Why", ['a second ": " line']),
    ],
)
def test_pairs_are_a_line_and_its_answer(body: str, expected: list[str]):
    text = "---\ntitle: For staff\nsummary: x\n---\n\n## Do and avoid\n\n" + body.replace(
        "Do\n", "Do {from=A.1}\n"
    ).replace("Say\n:", "Say {from=A.1}\n:")
    found = mistakes(text, "staff")
    assert len(found) == len(expected)
    assert all(start in line for start, line in zip(expected, found, strict=True))


@pytest.mark.parametrize(
    "text", ["", "\n", "---", "---\n---", "---\n---\n", "##", "## ", "\r", "\x00", "{" * 999, "---\n- a\n---\n"]
)
def test_scraps_are_refused_with_a_hint(text: str):
    _, found = article.read(text, "a.md", "hello", "7-18m", specs())
    assert found
    assert all(problem.hint for problem in found)


def test_front_matter_alone_is_an_article_without_elements():
    read, found = article.read("---\ntitle: a\nsummary: b\n---\n", "a.md", "hello", "7-18m", specs())
    assert found == []
    assert read is not None
    assert read.elements == ()


def test_a_huge_file_is_refused_before_it_is_read():
    assert mistakes("x" * 70_000) == ["a.md: the file is over 64 kB (split it by age band) [too-big]"]


def test_the_shelf_has_no_mistakes(shelf: Project):
    assert [str(problem) for problem in shelf.problems if problem.severity == "error"] == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.integers(0, len(TINY)), st.integers(0, 40))
def test_any_damage_is_reported_never_raised(scrap: str, at: int, gone: int):
    text = TINY[:at] + scrap + TINY[at + gone :]
    read, found = article.read(text, "a.md", "hello", "7-18m", specs())
    assert read is not None or found
    assert all(0 <= problem.place.line <= text.count("\n") + 1 for problem in found)

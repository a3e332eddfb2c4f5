"""Markdown: blocks with their lines, bold and links, and nothing dropped in silence."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder import markdown
from builder.markdown import Block


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("", []),
        ("One\ntwo.\n\nThree.", [Block("p", "One two.", 5), Block("p", "Three.", 8)]),
        ("- a\n- b\n  c\n* d", [Block("ul", "a", 5), Block("ul", "b c", 6), Block("ul", "d", 8)]),
        ("- a\n\n- b", [Block("ul", "a", 5), Block("ul", "b", 7)]),
        ("1. a\n2. b", [Block("ol", "a", 5), Block("ol", "b", 6)]),
        (
            "Do\n: Avoid\n\nSay\n: Why",
            [Block("dt", "Do", 5), Block("dd", "Avoid", 6), Block("dt", "Say", 8), Block("dd", "Why", 9)],
        ),
        ("> q", [Block("other", "q", 5, "a quotation (>)")]),
        ("### h", [Block("other", "h", 5, "a heading (###)")]),
        ("    code", [Block("other", "code", 5, "a code block")]),
        ("- a\n    - b", [Block("ul", "a", 5), Block("other", "b", 6, "something nested inside an item")]),
        ("- a\n\n    b", [Block("ul", "a", 5), Block("other", "b", 7, "a second paragraph in one item")]),
        ("[x]: https://e.org", [Block("p", "[x]: https://e.org", 5)]),
        ("- a\n- ", [Block("ul", "a", 5), Block("ul", "", 6)]),
    ],
)
def test_blocks_stand_at_their_lines(body: str, blocks: list[Block]):
    assert markdown.blocks(body.split("\n"), 5) == blocks


@pytest.mark.parametrize(
    ("text", "html", "lead", "rest"),
    [
        ("Wave.", "Wave.", "", "Wave."),
        ("AT&T, 2 < 3 > 1", "AT&amp;T, 2 &lt; 3 &gt; 1", "", "AT&amp;T, 2 &lt; 3 &gt; 1"),
        ("**When you go:** Wave.", "<strong>When you go:</strong> Wave.", "<strong>When you go</strong>", "Wave."),
        ("**When**: Wave.", "<strong>When</strong>: Wave.", "<strong>When</strong>", ": Wave."),
        ("See **her** face", "See <strong>her</strong> face", "", "See <strong>her</strong> face"),
        (
            "[help](https://e.org/?a=1&b=2)",
            '<a href="https://e.org/?a=1&amp;b=2">help</a>',
            "",
            '<a href="https://e.org/?a=1&amp;b=2">help</a>',
        ),
        ("[call](tel:112)", '<a href="tel:112">call</a>', "", '<a href="tel:112">call</a>'),
        ("__When__ x", "<strong>When</strong> x", "<strong>When</strong>", "x"),
        (r"5 \* 3", "5 * 3", "", "5 * 3"),
        ("I am [name]. ____", "I am [name]. ____", "", "I am [name]. ____"),
        ("100% {n} {{ x }}", "100% {n} {{ x }}", "", "100% {n} {{ x }}"),
    ],
)
def test_bold_and_links_become_html(text: str, html: str, lead: str, rest: str):
    inline = markdown.inline(text)
    assert (inline.html, inline.lead, inline.rest, inline.problems) == (html, lead, rest, ())


@pytest.mark.parametrize(
    ("text", "code", "fact"),
    [
        ("a <b>c</b>", "raw-html", "HTML in a text: <b>"),
        ("a <!-- c -->", "raw-html", "HTML in a text: <!-- c -->"),
        ("a&nbsp;b", "raw-html", "HTML in a text: &nbsp;"),
        ("<https://e.org>", "raw-html", "HTML in a text: <https://e.org>"),
        ("*a*", "bad-mark", "italics (*like this*) in a text"),
        ("`a`", "bad-mark", "code or a picture in a text"),
        ("![a](https://e.org/a.png)", "bad-mark", "code or a picture in a text"),
        ("**a", "bad-mark", "a star that marks no bold"),
        ("** a **", "bad-mark", "a star that marks no bold"),
        ("a*", "bad-mark", "a star that marks no bold"),
        ("~~a~~", "bad-mark", "crossed-out words (~~)"),
        ("[a][b]", "bad-mark", "a link that cannot be read"),
        ("a[^1]", "bad-mark", "a link that cannot be read"),
        ("[a](http://e.org)", "bad-link", "a link to 'http://e.org'"),
        ("[a](javascript:x)", "bad-link", "a link to 'javascript:x'"),
        ("[a](//e.org)", "bad-link", "a link to '//e.org'"),
        ('[a](https://e.org "t")', "bad-link", "a link to 'https://e.org'"),
        ("a\x0242\x03 *", "bad-character", "a control character"),
        ("a" * 201, "too-big", 'a word of 201 characters (at most 200): "aaaaaaaaaaaaaaaaaaaa..."'),
        ("a " * 1001, "too-big", "a text of 2002 characters (at most 2000)"),
        ("[ " * 41, "too-big", "more than 40 marks (* [ ] `) in one text"),
    ],
)
def test_anything_else_is_named(text: str, code: str, fact: str):
    (problem,) = markdown.inline(text).problems
    assert (problem.code, problem.fact) == (code, fact)
    assert problem.hint


def test_two_mistakes_in_one_text_are_both_told():
    assert [p.code for p in markdown.inline("*a* [b](http://c)").problems] == ["bad-mark", "bad-link"]


def test_marks_are_what_a_translation_must_keep():
    assert markdown.inline("**a** and [b](https://e.org) and **c**").marks == ("strong", "a https://e.org", "strong")


def test_plain_has_the_words_alone():
    assert markdown.plain("**When:** see [here](https://e.org) & 2 < 3") == "When: see here & 2 < 3"


_TAG = re.compile(r"</?(strong|a)( href=\"[^\"<>]*\")?>")


@settings(max_examples=80, deadline=None)
@given(st.text("ab1 *_[]()<>&\"'\\`!:/.\x02\x03;#{}~^\n\u00e9\u0634", max_size=60))
def test_html_holds_strong_and_a_only(text: str):
    html = _TAG.sub("", markdown.inline(text).html)
    assert "<" not in html
    assert ">" not in html


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(exclude_characters="*_[]()<>&\\`!~\x02\x03", exclude_categories=["Cs"]), max_size=60))
def test_plain_text_loses_nothing(text: str):
    assert markdown.plain(text) == text


@settings(max_examples=60, deadline=None)
@example(["- #", "a"])
@example(["1", "", ":\t\t", "="])
@given(st.lists(st.text("ab1 -*.:>#=|\t", max_size=12), max_size=8))
def test_no_letter_of_a_body_is_lost(lines: list[str]):
    found = markdown.blocks(lines, 1)
    wanted = sorted(c for line in lines for c in line if c in "ab")
    assert sorted(c for block in found for c in block.text if c in "ab") == wanted
    assert all(1 <= block.line <= len(lines) for block in found)

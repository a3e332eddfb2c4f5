"""A page that is read as XML has the tree that HTML's rules give; any other page is left to HTML's parser."""

from __future__ import annotations

import pytest
import weasyprint
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.typeset import reader

FRAME = '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>T</title>\n</head>\n{}\n</html>\n'
WORDS = st.sampled_from(["", "a", " ", "\n", "&amp;", "&#39;", "é ক", " two words\n"])
PLAIN = st.sampled_from(
    ["p", "div", "span", "b", "a", "h2", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"]
)
ODD = st.sampled_from(
    ["svg", "select", "option", "pre", "P", "style", "textarea", "form", "dd", "button", "template", "x-y"]
)
ATTRIBUTES = st.sampled_from(
    ["", ' class="c"', ' lang="ar" dir="rtl"', " hidden", ' CLASS="c"', ' title="a\nb"', ' viewBox="0 0 9 9"']
)
ALONE = st.sampled_from(
    ["<br>", "<br/>", "<p/>", '<img src="asset:a.png" alt="">', "<hr>", "<!-- c -->", "&nbsp;", "</p>", "<![CDATA[x]]>"]
)


def tree(element):
    return (element.tag, dict(element.attrib), element.text, element.tail, [tree(child) for child in element])


def as_html(text):
    return tree(weasyprint.HTML(string=text).etree_element)


def elements(inside):
    made = st.tuples(st.one_of(PLAIN, PLAIN, ODD), ATTRIBUTES, st.lists(st.one_of(WORDS, inside), max_size=3))
    return made.map(lambda made: f"<{made[0]}{made[1]}>{''.join(made[2])}</{made[0]}>")


PIECES = st.recursive(st.one_of(WORDS, WORDS, ALONE), elements, max_leaves=8)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=4), WORDS, WORDS)
def test_a_page_has_the_tree_of_html_or_is_left_to_it(pieces, before, after):
    text = FRAME.format(f"{before}<body>{''.join(pieces)}</body>{after}")
    root = reader.read(text)
    assert root is None or tree(root) == as_html(text)


@pytest.mark.parametrize(
    "body",
    [
        "<body>words</body>",
        '<body class="handout">\n<h1>T</h1>\n<p>One<br>two</p>\n</body>\n\n',
        "<body><ul>\n<li><b>a</b> b</li>\n</ul><table><tbody><tr><td>1</td></tr></tbody></table></body>",
        '<body><p><svg class="icon" width="9" viewBox="0 0 9 9" aria-hidden="true"></svg> then</p></body>',
        "<body></body>",
    ],
)
def test_an_ordinary_page_is_read_as_xml(body):
    root = reader.read(FRAME.format(body))
    assert root is not None
    assert tree(root) == as_html(FRAME.format(body))


@pytest.mark.parametrize(
    "body",
    [
        "<body><p>a<p>b</body>",
        "<body><p><div>a</div></p></body>",
        "<body><table><tr><td>a</td></tr></table></body>",
        "<body><table>words<tbody></tbody></table></body>",
        "<body><p/>a</body>",
        "<body><P>a</P></body>",
        '<body><p ONCLICK="x">a</p></body>',
        '<body><svg viewbox="0 0 9 9"></svg></body>',
        "<body><svg><image href='a'/></svg></body>",
        "<body><style>p { color: red }</style></body>",
        "<body><pre>\na</pre></body>",
        "<body><a href='b'>a <b><a href='c'>d</a></b></a></body>",
        "<body>&nbsp;</body>",
        "<body>&#150;</body>",
        "<body><!-- a --></body>",
        "<body><?php a ?></body>",
        '<body><p title="a\nb">c</p></body>',
        "<body>a\r\nb</body>",
    ],
)
def test_what_html_reads_in_its_own_way_is_left_to_it(body):
    assert reader.read(FRAME.format(body)) is None


@pytest.mark.parametrize("declared", ["", "<!DOCTYPE html SYSTEM 'a'>", '<!doctype html [<!ENTITY a "b">]>'])
def test_a_page_with_another_declaration_is_left_to_html(declared):
    assert reader.read(FRAME.format("<body>a</body>").replace("<!doctype html>", declared)) is None

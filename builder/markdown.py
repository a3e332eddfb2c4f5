"""The only Markdown door: a tree of plain blocks, and inline text with bold and links.

Blocks are read by Python-Markdown's own block parser; everything that an article may not hold (headings inside an
element, code, quotes, rules, nesting, HTML) is seen and refused, never dropped. Inline text of a translation is
parsed only after it took its place in the tree, so that no message can make a heading, a list or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Literal
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions.def_list import DefListExtension

from builder.text import folded

MAX_BLOCK = 2000  # characters; limits stand before parsing, for `![` x 5,000 takes Python-Markdown 11 s
MAX_WORD = 200
MAX_MARKS = 40
SCHEMES = ("https:", "mailto:", "tel:")

Tag = Literal["p", "ul", "ol", "dt", "dd", "other"]

_HTML = re.compile(r"<[A-Za-z/!?][^>]*>?|&(#\w+|\w+);")
_STRAY = (
    (
        re.compile(r"\*\*|\*"),
        "a star that marks no bold",
        "two stars right before and right after the words: **like this**",
    ),
    (re.compile(r"~~"), "crossed-out words (~~)", "take them out"),
    (
        re.compile(r"\]\(|\]\[|\[\^|^\[[^\]]+\]:"),
        "a link that cannot be read",
        "write it like [words](https://example.org)",
    ),
)
_ESCAPED = re.compile("\x02(\\d+)\x03")
_MARKS = re.compile(r"[*\[\]\\<&`!_~]")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item, term or definition."""

    tag: Tag
    text: str  # white space folded to single spaces
    line: int
    what: str = ""  # for "other": what was found instead


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a text: a diagnostic's code, fact and hint, without the place."""

    code: str
    fact: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Inline:
    """Inline text, ready to print, split at its bold lead where it has one."""

    html: str
    lead: str  # HTML of the opening bold run, without its closing colon
    rest: str
    marks: tuple[str, ...]  # what a translation must keep: "strong", "a https://..."
    problems: tuple[Problem, ...] = ()


_BLOCKS = Markdown(extensions=[DefListExtension()])
_BLOCKS.parser.blockprocessors.deregister("reference")  # it would swallow "[x]: y" without a word
_BLOCKS.parser.blockprocessors.deregister("setextheader")  # an item without words would make a heading of the one above

_INLINE = Markdown()
for _name in [item.name for item in _INLINE.inlinePatterns._priority]:  # type: ignore[attr-defined]  # noqa: SLF001 - the registry has no public listing
    if _name not in {"escape", "link", "em_strong"}:
        _INLINE.inlinePatterns.deregister(_name)

_NAMES = {
    "pre": "a code block", "blockquote": "a quotation (>)", "hr": "a rule (---)",
    "h1": "a heading (#)", "h2": "a heading (##)", "h3": "a heading (###)",
    "h4": "a heading", "h5": "a heading", "h6": "a heading",
}  # fmt: skip


def limits(text: str) -> list[Problem]:
    """What makes a text too big to be parsed or set."""
    found = []
    if len(text) > MAX_BLOCK:
        found.append(
            Problem("too-big", f"a text of {len(text)} characters (at most {MAX_BLOCK})", "make several of it")
        )
    longest = max(text.split(), key=len, default="")
    if len(longest) > MAX_WORD:
        found.append(
            Problem(
                "too-big",
                f'a word of {len(longest)} characters (at most {MAX_WORD}): "{longest[:20]}..."',
                "put spaces in it",
            )
        )
    if sum(text.count(mark) for mark in "*[]`!_") > MAX_MARKS:
        found.append(Problem("too-big", f"more than {MAX_MARKS} marks (* [ ] `) in one text", "make several of it"))
    return found


def blocks(lines: list[str], first_line: int) -> list[Block]:
    """The blocks of an element's body; `first_line` is the line of `lines[0]` in its file."""
    root = ET.Element("div")
    _BLOCKS.reset()
    _BLOCKS.parser.parseChunk(root, "\n".join(line.replace("\t", "    ") for line in lines))
    cursor = 0
    found = []
    for tag, text, what in _walk(root):
        first = text.strip().split("\n", 1)[0].strip()
        here = (i for i in range(cursor, len(lines)) if first and first in lines[i].replace("\t", "    "))
        at = next(here, min(cursor, len(lines) - 1))
        cursor = at + (1 if tag in {"ul", "ol", "dd", "p"} and first else 0)
        found.append(Block(tag, folded(text), first_line + at, what))
    return found


def _walk(root: ET.Element) -> Iterator[tuple[Tag, str, str]]:
    for child in root:
        if child.tag == "p":
            yield "p", child.text or "", ""
        elif child.tag in {"ul", "ol"}:
            for item in child:
                yield from _item("ul" if child.tag == "ul" else "ol", item)
        elif child.tag == "dl":
            for part in child:
                yield from _item("dt" if part.tag == "dt" else "dd", part)
        else:
            text = "".join(child.itertext())
            yield "other", text, _NAMES.get(child.tag, f"<{child.tag}>")


def _item(tag: Tag, item: ET.Element) -> Iterator[tuple[Tag, str, str]]:
    """An item holds one text: itself, or the one paragraph of a loose list."""
    paragraphs = [child for child in item if child.tag == "p"]
    others = [child for child in item if child.tag != "p"]
    texts = [item.text or ""] if (item.text or "").strip() else []
    texts += [paragraph.text or "" for paragraph in paragraphs]
    yield tag, texts[0] if texts else "", ""
    for extra in texts[1:]:
        yield "other", extra, "a second paragraph in one item"
    for other in others:
        yield "other", "".join(other.itertext()) + (other.tail or ""), "something nested inside an item"


def inline(text: str) -> Inline:
    """Parse inline text: bold and links, nothing else."""
    marked = _MARKS.search(text)
    problems = limits(text) if marked or len(text) > MAX_WORD else []
    if problems:
        return Inline(escape(text), "", "", (), tuple(problems))
    if marked:
        return _parsed(text)
    html = escape(text, quote=False)
    return Inline(html, "", html, ())


@lru_cache(maxsize=4096)  # texts with marks, of a library in two dozen languages
def _parsed(text: str) -> Inline:
    problems: list[Problem] = []
    html_mark = _HTML.search(text)
    if html_mark:
        fact = f"HTML in a text: {html_mark.group()[:40]}"
        problems.append(Problem("raw-html", fact, "use **bold** and [words](https://...) only"))
        return Inline(escape(text, quote=False), "", escape(text, quote=False), (), tuple(problems))
    if "`" in text or "![" in text:
        problems.append(
            Problem("bad-mark", "code or a picture in a text", "use **bold** and [words](https://...) only")
        )
    if "\x02" in text or "\x03" in text:  # Python-Markdown's own marks: the text would not be what it seems
        problems.append(
            Problem("bad-character", "a control character", "type the words around it again, without pasting")
        )
        return Inline(escape(text, quote=False), "", escape(text, quote=False), (), tuple(problems))
    root = ET.Element("div")
    paragraph = ET.SubElement(root, "p")
    paragraph.text = text
    _INLINE.reset()
    _INLINE.treeprocessors["inline"].run(root)
    if not problems:
        problems += _stray(root)
    marks: list[str] = []
    parts = [_plain(paragraph.text)]
    lead = ""
    for child in paragraph:
        piece = _serialise(child, marks, problems)
        if child.tag == "strong" and not lead and not "".join(parts).strip():
            lead = piece
        parts += [piece, _plain(child.tail)]
    html = "".join(parts)
    rest = html.strip()[len(lead) :].strip() if lead else html
    return Inline(html, _without_colon(lead), rest, tuple(marks), tuple(problems))


def _stray(root: ET.Element) -> list[Problem]:
    """Marks that the parser left standing as text; a backslash before one says it is meant."""
    words = "".join(root.itertext())
    return [Problem("bad-mark", fact, hint) for pattern, fact, hint in _STRAY if pattern.search(words)]


def plain(text: str) -> str:
    """The words of an inline text without its marks, for counting and comparing."""
    return re.sub(r"<[^>]+>", "", inline(text).html).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _plain(text: str | None) -> str:
    unescaped = _ESCAPED.sub(lambda found: chr(int(found.group(1))), text or "")
    return escape(unescaped, quote=False)


def _serialise(node: ET.Element, marks: list[str], problems: list[Problem]) -> str:
    inner = _plain(node.text) + "".join(_serialise(child, marks, problems) + _plain(child.tail) for child in node)
    if node.tag == "strong":
        marks.append("strong")
        return f"<strong>{inner}</strong>"
    if node.tag == "a":
        href = _ESCAPED.sub(lambda found: chr(int(found.group(1))), node.get("href", ""))
        marks.append(f"a {href}")
        if not href.startswith(SCHEMES) or node.get("title"):
            problems.append(
                Problem("bad-link", f"a link to {href[:60]!r}", "https, mailto and tel addresses only, without a title")
            )
            return inner
        return f'<a href="{escape(href)}">{inner}</a>'
    problems.append(
        Problem(
            "bad-mark",
            "italics (*like this*) in a text",
            "use **bold**: italics are hard to read and absent in many scripts",
        )
    )
    return inner


def _without_colon(lead: str) -> str:
    return re.sub(r"\s*[:\uff1a]\s*(</strong>)?$", r"\1", lead)

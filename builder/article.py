"""One article: Markdown with front matter -> Article, with every mistake and its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from builder import markdown, records, yaml_strict
from builder.diagnostics import Diagnostic, did_you_mean
from builder.markdown import Block
from builder.model import STAFF, Article, Element, ElementSpec, Item, Place
from builder.text import suspicious, word_count

MAX_BYTES = 64 * 1024

_ATTRIBUTES = re.compile(r"\s*\{([^{}]*)\}$")
_ATTRIBUTE = re.compile(r"(?<!\S)([A-Za-z]+)\s*=\s*(.*?)\s*(?=\s[A-Za-z]+\s*=|$)")
_LINES = frozenset("1234")
_KNOWN = ("from", "routine", "picture", "lines")
_FACT = re.compile(r"\w+(\.\w+)*\Z")
_TAGS = {
    "line": {"p"}, "paragraph": {"p"}, "list": {"ul"}, "scene": {"ul"}, "questions": {"ul"}, "steps": {"ol"},
    "pairs": {"dt", "dd"}, "grid": {"dt", "dd"},
}  # fmt: skip
_SHAPES = {
    "line": "one paragraph",
    "paragraph": "paragraphs with a blank line between",
    "list": 'a list ("- " before each item)',
    "scene": 'a list ("- " before each picture\'s words)', "questions": 'a list ("- " before each question)',
    "steps": 'numbered steps ("1. " before each)', "pairs": 'pairs: a line, then a line that opens with ": "',
    "grid": 'pairs: the area, then a line that opens with ": "',
}  # fmt: skip
_LOOKALIKES = (  # lines that mean something to a person and nothing to Markdown
    (
        r"\s*[\u2022\u2023\u25e6\u25aa\u25cf\u00b7\u2013\u2014]\s*\S",
        "a bullet that is no hyphen",
        'open each item with "- " (a hyphen and a space)',
    ),
    (r"\s*[-+](?=[^\W\d_]|\*\*|\")", "no space after the hyphen", 'open each item with "- " (a hyphen and a space)'),
    (r"\s*[-+*]\s*$", "an item without words", "write it, or take the line away"),
    (
        r"\s*\d+(\)|\.(?=[^\W\d_]|\*\*))",
        "a number that is no step",
        'open each step with "1. " (a number, a point and a space)',
    ),
    (r"\s*\|.*\|\s*$", "a table", "write it as a list"),
    (r"\s*(=+|--+|\*{3,}|_{3,})\s*$", "a line of signs", "take it away; a heading opens with ##"),
    (r"\s+#{1,6}\s*\S", "a heading that does not begin its line", "move the ## to the beginning of the line"),
    (r"\s*:(?=\w)", "no space after the colon", 'open the second line of a pair with ": "'),
)


@dataclass(frozen=True, slots=True)
class _Attributes:
    facts: tuple[str, ...] = ()
    routine: str = ""
    picture: str = ""
    lines: int = 0


def read(
    text: str, file: str, topic: str, band: str, specs: Mapping[str, ElementSpec]
) -> tuple[Article | None, list[Diagnostic]]:
    """Read an article; what cannot be understood is reported, never dropped."""
    article, problems = _read(text, file, topic, band, tuple(specs.values()))
    return article, list(problems)


@lru_cache(maxsize=256)  # a library has some hundred; while an author writes one, the others are as they were
def _read(
    text: str, file: str, topic: str, band: str, known: tuple[ElementSpec, ...]
) -> tuple[Article | None, tuple[Diagnostic, ...]]:
    specs = {spec.key: spec for spec in known}
    if len(text.encode()) > MAX_BYTES:
        fact = f"the file is over {MAX_BYTES // 1024} kB"
        return None, (Diagnostic("too-big", Place(file), fact, "split it by age band"),)
    lines = text.split("\n")
    problems: list[Diagnostic] = []
    document, matter, body_at = _front_matter(lines, file, problems)
    elements = []
    seen: dict[str, int] = {}
    for name, heading_line, body in _parts(lines, body_at, file, problems):
        spec = next((s for s in specs.values() if s.name.casefold() == name.casefold()), None)
        place = Place(file, heading_line)
        if spec is None:
            problems.append(_unknown_element(name, band, place, specs))
        elif spec.key in seen:
            fact = f'"{spec.name}" stands twice in this article'
            problems.append(Diagnostic("duplicate-element", place, fact, f"first on line {seen[spec.key]}"))
        else:
            seen[spec.key] = heading_line
            elements.append(_element(spec, place, body, heading_line + 1, problems))
    if document is None or matter is None:
        return None, tuple(problems)
    article = Article(
        topic, band, matter.title, matter.summary, tuple(elements),
        Place(file, 1), document.place(("title",)), document.place(("summary",)), matter.allow,
    )  # fmt: skip
    for place, words in ((article.title_place, article.title), (article.summary_place, article.summary)):
        problems += _text_problems(words, place)
    problems += _duplicates(article)
    return article, tuple(problems)


def _unknown_element(name: str, band: str, place: Place, specs: Mapping[str, ElementSpec]) -> Diagnostic:
    if not name:
        return Diagnostic("unknown-element", place, "a heading without words", "name an element, or take the line away")
    audience = "staff" if band == STAFF else "family"
    own = [spec.name for spec in specs.values() if spec.audience == audience]
    hint = did_you_mean(name, [spec.name for spec in specs.values()]) or did_you_mean(name, own)
    return Diagnostic("unknown-element", place, f'unknown element "{name[:60]}"', hint or "see templates/elements.yaml")


def _front_matter(
    lines: Sequence[str], file: str, problems: list[Diagnostic]
) -> tuple[yaml_strict.Document | None, records.FrontMatter | None, int]:
    """The front matter and the index of the line after it; without any, the body still gets read for its mistakes."""
    hint = 'open with a line "---", then title: and summary:, then a line "---"'
    body = next((i for i, line in enumerate(lines) if line.startswith("## ")), len(lines))
    if lines[0].strip() != "---":
        if next((line.strip() for line in lines if line.strip()), "") == "---":
            hint = 'remove the empty lines above the first "---"'
        problems.append(
            Diagnostic("front-matter", Place(file, 1), "the article does not open with its front matter", hint)
        )
        return None, None, body
    end = next((i for i, line in enumerate(lines[1:], start=1) if line.strip() == "---"), None)
    if end is None:
        problems.append(
            Diagnostic("front-matter", Place(file, 1), "the front matter is never closed", 'add a line "---" after it')
        )
        return None, None, body
    document, found = yaml_strict.read("\n".join(lines[1:end]), file, first_line=2)
    problems += found
    if document is None or found:
        return None, None, end + 1
    matter, found = records.validate(records.FrontMatter, document)
    problems += found
    return document, matter, end + 1


def _parts(
    lines: Sequence[str], start: int, file: str, problems: list[Diagnostic]
) -> Iterable[tuple[str, int, list[str]]]:
    """(element name, line of its heading, body lines), in order."""
    at = [i for i in range(start, len(lines)) if re.match(r"##(?!#)", lines[i])]
    before = [i for i in range(start, at[0] if at else len(lines)) if lines[i].strip()]
    if before:
        words = lines[before[0]].strip()
        fact, hint = f'text before the first element: "{words[:40]}"', 'put it under a heading such as "## Key message"'
        if words.startswith("#"):
            fact, hint = (
                f'"{words[:40]}" opens no element',
                f'write "## {words.strip("# ")[:40]}", at the beginning of the line',
            )
        problems.append(Diagnostic("wrong-shape", Place(file, before[0] + 1), fact, hint))
    for i, next_at in pairwise([*at, len(lines)]):
        yield lines[i][2:].strip().rstrip("#").strip(), i + 1, list(lines[i + 1 : next_at])


def _element(spec: ElementSpec, place: Place, body: list[str], first_line: int, problems: list[Diagnostic]) -> Element:
    strange = _lookalikes(place.file, body, first_line)
    found: list[Block] = []
    for block in markdown.blocks(body, first_line):
        if block.tag in _TAGS[spec.shape]:
            found.append(block)
        elif block.text and Place(place.file, block.line) not in {problem.place for problem in strange}:
            what = block.what or {"p": "a paragraph", "ul": "a list", "ol": "numbered steps"}.get(block.tag, "a pair")
            fact = f'{what} under "{spec.name}": "{block.text[:40]}"'
            strange.append(
                Diagnostic("wrong-shape", Place(place.file, block.line), fact, f"it takes {_SHAPES[spec.shape]}")
            )
    problems += strange
    if strange:  # where its items begin and end is not known: what they lack would be said at the wrong place
        return Element(spec.key, (), place)
    pairs = _pairs(spec, place.file, found, problems) if spec.shape in {"pairs", "grid"} else [(b, None) for b in found]
    items = tuple(
        _item(spec, i, place.file, block, detail, problems) for i, (block, detail) in enumerate(pairs, start=1)
    )
    if not spec.at_least <= len(items) <= spec.at_most:
        fact = f'"{spec.name}" has {len(items)} {"item" if len(items) == 1 else "items"}'
        wanted = f"{spec.at_least} to {spec.at_most}" if spec.at_least < spec.at_most else f"exactly {spec.at_least}"
        problems.append(Diagnostic("wrong-count", place, fact, f"it takes {wanted}"))
    return Element(spec.key, items, place)


def _lookalikes(file: str, body: Sequence[str], first_line: int) -> list[Diagnostic]:
    found = []
    for number, line in enumerate(body, start=first_line):
        for pattern, what, hint in _LOOKALIKES:
            if re.match(pattern, line):
                fact = f'{what}: "{line.strip()[:40]}"'
                found.append(Diagnostic("wrong-shape", Place(file, number), fact, hint))
                break
    return found


def _pairs(
    spec: ElementSpec, file: str, found: Sequence[Block], problems: list[Diagnostic]
) -> list[tuple[Block, Block | None]]:
    pairs: list[tuple[Block, Block | None]] = []
    for block in found:
        if block.tag == "dt":
            pairs.append((block, None))
        elif pairs and pairs[-1][1] is None:
            pairs[-1] = (pairs[-1][0], block)
        else:
            fact = f'a second ": " line in one pair of "{spec.name}": "{block.text[:40]}"'
            problems.append(
                Diagnostic("wrong-shape", Place(file, block.line), fact, "leave a blank line between pairs")
            )
    for term, detail in pairs:
        if detail is None:
            fact = f'half a pair under "{spec.name}": "{term.text[:40]}"'
            problems.append(Diagnostic("wrong-shape", Place(file, term.line), fact, f"it takes {_SHAPES[spec.shape]}"))
    return pairs


def _item(
    spec: ElementSpec, position: int, file: str, block: Block, detail: Block | None, problems: list[Diagnostic]
) -> Item:
    place = Place(file, block.line)
    before = len(problems)
    text, attributes = _attributes(block.text, place, problems)
    more = ""
    if detail is not None:
        more, inner = _attributes(detail.text, Place(file, detail.line), problems)
        attributes = replace(attributes, facts=attributes.facts or inner.facts)
    readable = len(problems) == before
    inline = markdown.inline(text)
    for words, where in ((text, place), (more, Place(file, detail.line) if detail else place)):
        problems += _text_problems(words, where)
        length = word_count(markdown.inline(words).rest if spec.lead and words == text else words)
        if spec.words and length > spec.words:
            fact = f'{length} words (at most {spec.words}): "{words[:40]}..."'
            problems.append(Diagnostic("too-long", where, fact, "say less, or make two items of it"))
    if not text:
        problems.append(Diagnostic("wrong-shape", place, f'an empty item under "{spec.name}"', "write it or remove it"))
    elif spec.lead and not inline.lead and not inline.problems:
        hint = 'open with the moment in bold: "**At goodbye:** Wave and say when you will be back."'
        problems.append(Diagnostic("no-lead", place, f'no bold lead: "{text[:40]}"', hint))
    elif spec.lead and inline.lead and not inline.rest:
        problems.append(
            Diagnostic("wrong-shape", place, f'nothing after the bold lead: "{text[:40]}"', "say what to do or say")
        )
    if spec.traced and not attributes.facts and readable:
        hint = "end it with {from=...} naming facts of content/facts.yaml"
        problems.append(Diagnostic("untraced", place, f'names no fact: "{text[:40]}"', hint))
    code = f"{spec.letter}{position}" if spec.letter and spec.at_most > 1 else spec.letter
    return Item(code, text, more, attributes.facts, attributes.routine, attributes.picture, attributes.lines, place)


def _attributes(text: str, place: Place, problems: list[Diagnostic]) -> tuple[str, _Attributes]:
    """The text without its trailing {...}, and what the braces said."""
    found = _ATTRIBUTES.search(text)
    rest = text[: found.start()].rstrip() if found else text
    if "{" in rest or "}" in rest:
        brace = min(at for at in (rest.find("{"), rest.find("}")) if at >= 0)
        fact = f'a brace inside the text: "{rest[max(0, brace - 15) : brace + 25]}"'
        problems.append(
            Diagnostic("bad-attributes", place, fact, "one {from=... routine=...} at the very end of the item")
        )
    if not found:
        return text, _Attributes()
    inside = found.group(1).strip()
    pairs = dict(_ATTRIBUTE.findall(inside))
    problems += [Diagnostic("bad-attributes", place, fact, hint) for fact, hint in _attribute_problems(inside, pairs)]
    facts = tuple(part for part in re.split(r"[,\s]+", pairs.get("from", "")) if _FACT.match(part))
    lines = int(pairs["lines"]) if pairs.get("lines") in _LINES else 0
    return rest, _Attributes(facts, pairs.get("routine", ""), pairs.get("picture", ""), lines)


def _attribute_problems(inside: str, pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(fact, hint) for everything wrong between the braces."""
    names = [name for name, _ in _ATTRIBUTE.findall(inside)]
    if _ATTRIBUTE.sub("", inside).strip() or not pairs:
        yield f"cannot read {{{inside[:40]}}}", "like {from=003.B.i4 routine=parting}"
    for name in sorted(set(pairs)):
        if name not in _KNOWN:
            yield f'unknown attribute "{name}"', did_you_mean(name, _KNOWN)
        elif names.count(name) > 1:
            yield f'"{name}=" stands twice', "once; several facts have commas between: {from=A.1, A.2}"
        elif not pairs[name]:
            yield f'nothing after "{name}="', "like {from=003.B.i4 routine=parting}"
    if pairs.get("lines") and pairs["lines"] not in _LINES:
        yield f"lines={pairs['lines'][:20]}", "a number from 1 to 4"
    for fact in re.split(r"[,\s]+", pairs.get("from", "")):
        if fact and not _FACT.match(fact):
            yield (
                f"{fact[:40]} cannot name a fact",
                "names with commas between, and no quotes: {from=003.B.i3, 003.B.i5}",
            )


def _text_problems(text: str, place: Place) -> list[Diagnostic]:
    found = [Diagnostic(p.code, place, p.fact, p.hint) for p in markdown.inline(text).problems]
    return found + [Diagnostic("bad-character", place, fact, hint) for fact, hint in suspicious(text, "Latn")]


def _duplicates(article: Article) -> list[Diagnostic]:
    first: dict[str, Place] = {}
    found = []
    for element in article.elements:
        for item in element.items:
            words = " ".join(markdown.plain(item.text).casefold().split())
            if words in first and len(words.split()) > 2:
                hint = f"first on line {first[words].line}"
                found.append(Diagnostic("duplicate-item", item.place, f'said twice: "{item.text[:50]}"', hint))
            first.setdefault(words, item.place)
    return found

"""The only YAML door: plain mappings, lists and strings, and the line where each was written.

YAML's surprises stay outside (`no` is not false, 02134 is not 1116, aliases do not multiply): every scalar is a
string, and aliases, anchors, tags, merge keys and duplicate keys are refused. records.py gives the strings meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from builder.diagnostics import Diagnostic
from builder.model import Place
from builder.text import suspicious

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

_BLANK = frozenset({"~", "null", "Null", "NULL"})  # unquoted, they mean: left out
_ANY_SCRIPT = "Arab"  # a settings file may hold any script: those whose letters need joiners included

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain data, with the line of every value."""

    file: str
    data: object  # dict, list or str, nested
    lines: Mapping[Path, int] = field(default_factory=dict)
    keys: Mapping[Path, int] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """The line of the value at `path`, or of the nearest thing that holds it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.keys:
                return Place(self.file, self.keys[path[:end]])
            if path[:end] in self.lines:
                return Place(self.file, self.lines[path[:end]])
        return Place(self.file, 1)


def read(text: str, file: str, first_line: int = 1) -> tuple[Document | None, list[Diagnostic]]:
    """Read one YAML document; `first_line` is where it begins in the file that holds it."""
    offset = first_line - 1
    if len(text.encode()) > MAX_BYTES:
        fact = f"the file is over {MAX_BYTES // 1024} kB"
        return None, [Diagnostic("too-big", Place(file), fact, "split it, or look for pasted material")]
    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unprintable:
        place = Place(file, text.count("\n", 0, unprintable.start()) + first_line)
        return None, [Diagnostic("bad-character", place, *suspicious(unprintable.group(), _ANY_SCRIPT)[0])]
    try:
        try:
            node, problems = _composed(text, file, offset, _FAST)
        except yaml.YAMLError:  # once more, in the words of the slow reader, which explanations know
            node, problems = _composed(text, file, offset, yaml.SafeLoader)
        if problems:
            return None, problems
    except yaml.MarkedYAMLError as error:
        line, fact, hint = _explanation(error)
        return None, [Diagnostic("yaml-syntax", Place(file, line + offset), fact, hint)]
    except yaml.YAMLError as error:
        fact = "not readable as YAML: " + str(error).splitlines()[0]
        return None, [Diagnostic("yaml-syntax", Place(file, first_line), fact, _LOOK)]
    reader = _Reader(file, offset)
    data = reader.value(node, ()) if node is not None else ""
    return Document(file, {} if data == "" else data, reader.lines, reader.keys), reader.problems


_Loader = yaml.SafeLoader | yaml.CSafeLoader
_FAST: type[_Loader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, six times as quick, where it is there

_LOOK = "look for a missing quote, colon or bracket on this line or the one above"
_EXPLANATIONS = (  # what PyYAML says, whether the place is where it began to read, and what that means
    (r"character '\\t'", False, "a tab where only spaces may stand", "indent with spaces"),
    (r"character '(.)' that cannot start", False, 'a value that opens with "{}"', "put quotes around it"),
    (
        r"mapping values are not allowed",
        False,
        "a second colon on one line",
        'put quotes around text that holds a colon: "like: this"',
    ),
    (
        r"quoted scalar.*(end of stream|document separator)",
        True,
        "a quotation mark is never closed",
        "close it, or take it away",
    ),
    (
        r"flow (sequence|mapping)",
        True,
        "a bracket is never closed, or a comma is missing in it",
        "it looks like [one, two] or {name: value}",
    ),
    (r"another document", False, 'a line "---" begins a second document', "remove that line"),
    (r"could not find expected ':'", True, "a line without a colon", 'every line is "name: value"'),
    (
        r"expected <block end>",
        False,
        "a line that does not fit those above it",
        "indent it like its neighbours, and close every quote",
    ),
)


def _explanation(error: yaml.MarkedYAMLError) -> tuple[int, str, str]:
    """(line, fact, hint) in words that need no knowledge of YAML."""
    said = f"{error.context or ''} {error.problem or ''}"
    here, began = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    for pattern, from_start, fact, hint in _EXPLANATIONS:
        found = re.search(pattern, said)
        if found:
            mark = began if from_start else here
            return _line(mark), fact.format(*found.groups()), hint
    return _line(here), f"not readable as YAML: {error.problem}", _LOOK


def _line(mark: object) -> int:
    return int(getattr(mark, "line", 0)) + 1


def _composed(text: str, file: str, offset: int, loader: type[_Loader]) -> tuple[yaml.Node | None, list[Diagnostic]]:
    """The node tree of a text, or what is forbidden in it. Raises YAMLError."""
    problems = _forbidden(text, file, offset, loader)
    return (None, problems) if problems else (yaml.compose(text, Loader=loader), [])


def _forbidden(text: str, file: str, offset: int, loader: type[_Loader]) -> list[Diagnostic]:
    """Refuse what could multiply or change its meaning, before any tree is built."""
    found: list[Diagnostic] = []
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = _line(event.start_mark) + offset
        what = ""
        if isinstance(event, yaml.AliasEvent):
            what = f"an alias (*{event.anchor})"
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor:
                what = f"an anchor (&{event.anchor})"
            elif tag := getattr(event, "tag", None):
                what = f"a tag ({tag})"
        if what:
            hint = "write the value out, or put it in quotes"
            found.append(Diagnostic("yaml-forbidden", Place(file, line), f"{what} is not allowed", hint))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                fact = f"nested more than {MAX_DEPTH} deep"
                return [
                    *found,
                    Diagnostic("too-big", Place(file, line), fact, "look for brackets or indents by mistake"),
                ]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return found


class _Reader:
    """Turns the node tree into plain data and remembers lines."""

    def __init__(self, file: str, offset: int) -> None:
        self.file = file
        self.offset = offset
        self.lines: dict[Path, int] = {}
        self.keys: dict[Path, int] = {}
        self.problems: list[Diagnostic] = []

    def value(self, node: yaml.Node, path: Path) -> object:
        self.lines[path] = node.start_mark.line + 1 + self.offset
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, i)) for i, child in enumerate(node.value)]
        text = str(node.value)
        if isinstance(node, yaml.ScalarNode) and not node.style and text in _BLANK:
            return ""
        self._look_at(text.replace("\n", " "), Place(self.file, self.lines[path]))
        return text

    def _look_at(self, text: str, place: Place) -> None:
        self.problems += [
            Diagnostic("bad-character", place, fact, hint) for fact, hint in suspicious(text, _ANY_SCRIPT)
        ]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            place = Place(self.file, key_node.start_mark.line + 1 + self.offset)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(
                    Diagnostic("yaml-forbidden", place, "a key that is not a word", "use plain words as keys")
                )
                continue
            key = str(key_node.value)
            self._look_at(key, place)
            if key == "<<":
                self.problems.append(
                    Diagnostic("yaml-forbidden", place, "a merge key (<<) is not allowed", "write the values out")
                )
            elif key in found:
                first = self.keys[(*path, key)]
                self.problems.append(
                    Diagnostic("yaml-duplicate", place, f'"{key}" stands here twice', f"first on line {first}")
                )
            else:
                self.keys[(*path, key)] = place.line
                found[key] = self.value(value_node, (*path, key))
        return found

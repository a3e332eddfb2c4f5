"""Who comes to a group, as a list of languages, ages and numbers of families: a CSV file, or a line of text.

A roster holds no name and nothing about any one family. Its counts live for one run only. A cell that holds what
belongs in none, such as a name or a date of birth, is told by its place and never quoted.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.contents import PackError
from builder.diagnostics import Diagnostic, ProblemsError, did_you_mean, nowhere
from builder.model import NOWHERE, Place

MAX_BYTES = 64 * 1024
MOST = 200  # families of one row; more is a slip of the pen
MOST_COPIES = 20  # for one family
COLUMNS = ("language", "age", "families", "copies")
TEMPLATE = """\
language,age,families,copies
es,14m,8,1
ar,7-18m,5,1
en,20m,2,2
"""

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\Z")
_FIGURES = re.compile(r"[-+.,\d]{1,6}\Z")  # a number that will not do; a date is longer
_PAIR = re.compile(r"([^:,;\s]+)\s*[:=]\s*(\S+)\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """Families of one language with children of one age."""

    language: str
    age: str  # an age or a band, as it was written
    families: int
    copies: int = 1  # of each sheet, for each family
    place: Place = NOWHERE


def from_csv(data: bytes, name: str) -> tuple[Row, ...]:
    """The rows of a CSV file: language, age (or band), families, copies. Raises ProblemsError with every mistake.

    Commas, semicolons and tabs part the columns, so that a file saved by any spreadsheet is read.
    """
    if len(data) > MAX_BYTES:
        raise ProblemsError([Diagnostic("too-big", Place(name), f"over {MAX_BYTES // 1024} kB", "a line for each age")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemsError([Diagnostic("not-utf8", Place(name), "is not UTF-8", 'save it as "CSV UTF-8"')]) from error
    head, *_ = text.splitlines() or [""]
    parted = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=parted))
    except csv.Error as error:
        raise ProblemsError([Diagnostic("roster", Place(name), f"is no list: {error}", "save it as CSV")]) from error
    columns, problems = _columns(lines[0] if lines else [], name)
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells) and not _head_is_wrong(problems):
            row, found = _row(dict(zip(columns, cells, strict=False)), Place(name, number))
            problems += found
            rows += [row] if row else []
    if not problems and not rows:
        problems.append(
            Diagnostic("roster", Place(name), "names no family", "`handouts group --template` shows a list")
        )
    if problems:
        raise ProblemsError(problems)
    return tuple(rows)


def _head_is_wrong(problems: Sequence[Diagnostic]) -> bool:
    """Whether the first line is wrong, so that no other can be read."""
    return any(problem.place.line == 1 for problem in problems)


def _columns(head: Sequence[str], name: str) -> tuple[list[str], list[Diagnostic]]:
    columns = [cell.strip().casefold() for cell in head]
    columns = ["age" if column == "band" else column for column in columns]
    place = Place(name, 1)
    hint = "the first line is: " + ",".join(COLUMNS)
    problems = [_strange_column(column, place) for column in columns if column and column not in COLUMNS]
    problems += [
        Diagnostic("roster", place, f'the column "{column}" is missing', hint)
        for column in ("language", "families")
        if column not in columns
    ]
    if len(set(columns)) < len(columns):
        problems.append(Diagnostic("roster", place, "a column stands twice", hint))
    return columns, problems


def _strange_column(column: str, place: Place) -> Diagnostic:
    """Quotes a slip of the pen only: where the first line is missing, the first family stands in its place."""
    hint = did_you_mean(column, COLUMNS)
    fact = f'there is no column "{column}"' if hint.startswith("did you mean") else "a column has no name that is known"
    return Diagnostic("roster", place, fact, hint)


def _row(cells: Mapping[str, str], place: Place) -> tuple[Row | None, list[Diagnostic]]:
    problems: list[Diagnostic] = []
    language = cells.get("language", "").strip()
    if not _TAG.match(language):
        fact = "the language is no tag" if language else "names no language"
        problems.append(Diagnostic("roster", place, fact, "such as es or zh-Hans"))
    families, found = _count(cells.get("families", ""), "families", MOST, place)
    problems += found
    copies, found = _count(cells.get("copies", "").strip() or "1", "copies", MOST_COPIES, place)
    problems += found
    if problems:
        return None, problems
    return Row(language, cells.get("age", "").strip(), families, copies, place), []


def _count(text: str, what: str, most: int, place: Place) -> tuple[int, list[Diagnostic]]:
    word = text.strip()
    if word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= most:
        return int(word), []
    fact = f'{what} is "{word}"' if _FIGURES.match(word) else f"{what} is no number"
    return 0, [Diagnostic("roster", place, fact, f"a whole number from 1 to {most}")]


def from_line(text: str) -> tuple[Row, ...]:
    """The rows of a line such as `es:8 ar:5 en:2`. Raises ProblemsError with every mistake."""
    rows: list[Row] = []
    problems: list[Diagnostic] = []
    for word in re.split(r"[\s,;]+", text.strip()):
        found = _PAIR.match(word)
        if not found:
            problems.append(nowhere("roster", f'"{word[:30]}" is no pair', 'write pairs, such as "es:8 ar:5 en:2"'))
            continue
        row, wrong = _row({"language": found.group(1), "families": found.group(2)}, NOWHERE)
        problems += wrong
        rows += [row] if row else []
    if problems:
        raise ProblemsError(problems)
    return tuple(rows)


def together(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows by language, in the order in which the languages come first."""
    for language in dict.fromkeys(row.language for row in rows):
        yield language, [row for row in rows if row.language == language]


def with_age(rows: Sequence[Row], age: str) -> tuple[Row, ...]:
    """The rows with an age for those that tell none. Raises PackError when there is none to give."""
    if not age and any(not row.age for row in rows):
        raise PackError("how old are the children? Give --age or --band for all, or a column `age` in the list")
    return tuple(Row(row.language, row.age or age, row.families, row.copies, row.place) for row in rows)

"""A document as a record, or every mistake in it with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from builder.diagnostics import Diagnostic, did_you_mean
from builder.records.forms import FORMS
from builder.yaml_strict import Document, Path

R = TypeVar("R", bound=BaseModel)

_SEE = "write it like its neighbours; `handouts schemas DIR` says what each file takes"


def validate(record: type[R], document: Document) -> tuple[R | None, list[Diagnostic]]:
    """The document as a record, or every mistake in it."""
    try:
        return record.model_validate(_without_blanks(document.data)), []
    except ValidationError as error:
        return None, [_diagnostic(record, document, dict(found)) for found in error.errors(include_url=False)]


def _without_blanks(data: object) -> object:
    """A key with nothing after it means: left out."""
    if isinstance(data, dict):
        return {key: _without_blanks(value) for key, value in data.items() if value != ""}
    if isinstance(data, list):
        return [_without_blanks(value) for value in data]
    return data


def _diagnostic(record: type[BaseModel], document: Document, found: Mapping[str, object]) -> Diagnostic:
    path: Path = tuple(part for part in _tuple(found["loc"]) if part != "[key]")
    place = document.place(path)
    name = str(path[-1]) if path else ""
    kind = str(found["type"])
    if kind == "extra_forbidden":
        return Diagnostic(
            "unknown-field",
            place,
            f'there is no field "{name[:40]}" here',
            did_you_mean(name, _fields(record, path[:-1])) or _SEE,
        )
    if kind == "missing":
        return Diagnostic(
            "missing-field", document.place(path[:-1]), f'"{name}" is missing', "add it, indented like its neighbours"
        )
    context = found.get("ctx")
    wrong, hint = _expected(kind, found.get("input"), context if isinstance(context, Mapping) else {})
    return Diagnostic("bad-value", place, f"{_named(path)} {wrong or found['msg']}", hint or _SEE)


def _named(path: Path) -> str:
    """How a message names the value at `path`."""
    words = [f"item {part + 1}" if isinstance(part, int) else part[:40] for part in path[-2:]]
    if not words:
        return "this"
    return words[-1] if isinstance(path[-1], str) else " ".join(words)


def _expected(kind: str, given: object, context: Mapping[str, object]) -> tuple[str, str]:
    """What is wrong with a value, and a hint, by pydantic's type of error."""
    shown = f'is "{" ".join(given.split())[:40]}"' if isinstance(given, str) else "holds fields or a list"
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return shown, did_you_mean(str(given), known) if isinstance(given, str) else "known: " + ", ".join(known)
    if kind == "string_pattern_mismatch":
        return f"{shown}, which has the wrong form", FORMS.get(str(context.get("pattern")), "")
    amounts = {name: f"{value:g}" for name, value in context.items() if isinstance(value, int | float)}
    for kinds, wrong, hint in _EXPECTATIONS:
        if kind in kinds:
            return wrong.format(shown=shown, **amounts), hint.format(**amounts)
    return "", ""


_EXPECTATIONS = (
    ({"list_type"}, "should be a list", '"- " before each, on lines of their own; or [one, two]'),
    ({"dict_type", "model_type"}, "should hold fields", "name: value, on lines of their own"),
    ({"string_unicode"}, "holds a character that cannot be printed", "type it again, without pasting"),
    ({"string_type"}, "should be one text, not a list or fields", "put quotes around it"),
    ({"int_parsing", "int_type", "int_from_float", "int_parsing_size"}, "{shown}", "a whole number"),
    ({"float_parsing", "float_type", "finite_number"}, "{shown}", "a number, like 1.5"),
    ({"bool_parsing", "bool_type"}, "{shown}", "true or false"),
    ({"string_too_short"}, "is empty", "write it, or take the line away"),
    ({"string_too_long"}, "is longer than {max_length} characters", "say less"),
    ({"too_short"}, "holds too few", "at least {min_length}"),
    ({"too_long"}, "holds too many", "at most {max_length}"),
    ({"greater_than_equal"}, "{shown}", "at least {ge}"),
    ({"less_than_equal"}, "{shown}", "at most {le}"),
)


def _tuple(value: object) -> Path:
    return tuple(value) if isinstance(value, tuple) else ()


def _fields(record: type[BaseModel], path: Path) -> list[str]:
    """The fields that may stand at `path`, read off the record's own schema."""
    schema = record.model_json_schema(by_alias=True)
    node = schema
    for part in path:
        node = _resolved(node, schema)
        by_pattern = next(iter(node.get("patternProperties", {}).values()), None)
        inner = (
            node.get("properties", {}).get(str(part))
            or by_pattern
            or node.get("additionalProperties")
            or node.get("items")
        )
        node = inner if isinstance(inner, dict) else {}
    return list(_resolved(node, schema).get("properties", {}))


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = str(node.get("$ref", ""))
    return dict(schema["$defs"][reference.rsplit("/", 1)[1]] if reference else node)

"""What every YAML file may hold: pydantic at the border, plain values inside, a JSON Schema for editors.

All mistakes of a file are found at once; each becomes a diagnostic with the line of the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, ValidationError

from builder.diagnostics import Diagnostic, did_you_mean
from builder.yaml_strict import Document, Path

_SLUG = r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"
_TAG = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$"
_FACT = r"^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$"
_COUNTRY = r"^[A-Z]{2}$"
_SCRIPT = r"^[A-Z][a-z]{3}$"
_LETTER = r"^[A-Z]$"
_RULE = r"^[n0-9 ()?:%=!<>&|]+$"
_FORMS = {
    _SLUG: "small letters, digits and hyphens",
    _TAG: "a language tag, like es or zh-Hans",
    _FACT: "letters and digits with points between, like 003.B.i4",
    _COUNTRY: "two capital letters, like US",
    _SCRIPT: "four letters, like Latn",
    _LETTER: "one capital letter",
    _RULE: "a C expression on n, like n != 1",
}

Slug = Annotated[str, StringConstraints(pattern=_SLUG)]
Tag = Annotated[str, StringConstraints(pattern=_TAG)]
FactId = Annotated[str, StringConstraints(pattern=_FACT)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Digits = Literal[
    "latin", "arabic", "persian", "devanagari", "bengali", "gurmukhi", "gujarati", "thai", "lao", "myanmar", "khmer"
]
Number = Annotated[str, StringConstraints(max_length=40)]  # of a telephone, as people write it
Family = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{1,60}$")]
Month = Annotated[int, Field(ge=0, le=1200)]
Points = Annotated[float, Field(ge=6, le=72)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AgeRecord(_Record):
    id: Slug
    first_month: Month | None = None
    last_month: Month | None = None


class FactRecord(_Record):
    says: Words
    source: Words
    use: Literal["ok", "soft", "never"]


class SourceRecord(_Record):
    citation: Words
    note: str = ""


class TermRecord(_Record):
    term: Words
    meaning: Words
    plain: bool = False


class WordingRecord(_Record):
    words: list[Words]
    why: Words
    for_: Annotated[Literal["family", "staff", "everyone"], Field(alias="for")]
    severity: Literal["error", "warning"]


class TopicRecord(_Record):
    title: Words
    audience: Literal["family", "staff"] = "family"
    order: int = 100
    about: list[Words] = []
    sources: list[str] = []
    evidence: Literal["strong", "moderate", "opinion"]
    review: str = "none"
    emblem: Slug = "loop"
    kinds: list[str] = []


class FrontMatter(_Record):
    title: Words
    summary: Words
    allow: dict[str, Words] = {}


class ElementRecord(_Record):
    name: Words
    letter: Annotated[str, StringConstraints(pattern=_LETTER)] = ""
    shape: Literal["line", "paragraph", "list", "pairs", "steps", "scene", "questions", "grid"]
    audience: Literal["family", "staff"]
    heading: str = ""
    hint: str = ""
    at_least: Annotated[int, Field(ge=1, le=20)] = 1
    at_most: Annotated[int, Field(ge=1, le=20)] = 7
    words: Annotated[int, Field(ge=0, le=200)] = 0
    traced: bool = False
    lead: bool = False
    setting: str = ""
    both: bool = False
    replaces: str = ""
    special: bool = False


class SettingRecord(_Record):
    name: Words
    needs: list[str] = []


class PackPageRecord(_Record):
    name: Words
    audience: Literal["family", "staff"]
    sides: Annotated[int, Field(ge=0, le=32)] = 0
    type_steps: Annotated[list[Points], Field(min_length=1, max_length=8)]
    leading: Annotated[float, Field(ge=2, le=20)] = 6.0
    wants: list[str] = []


class KindRecord(PackPageRecord):
    half_sheet: bool = False
    each_child: bool = False
    settings: dict[Slug, SettingRecord] = {}
    needs: list[str] = []


class EditionRecord(_Record):
    name: Words
    type_steps: Annotated[list[Points], Field(max_length=8)] = []
    leading: Annotated[float, Field(ge=0, le=20)] = 0.0
    budget: bool = True
    colophon: bool = False
    imposition: Literal["", "booklet", "facing"] = ""
    kinds: list[Slug] = []


class PaperRecord(_Record):
    width: Annotated[float, Field(ge=139.7, le=600)]
    height: Annotated[float, Field(ge=210, le=600)]


class PluralRecord(_Record):
    count: Annotated[int, Field(ge=1, le=6)]
    rule: Annotated[str, StringConstraints(pattern=_RULE, max_length=300)]


class LanguageRecord(_Record):
    name: Words
    autonym: Words
    script: Annotated[str, StringConstraints(pattern=_SCRIPT)]
    direction: Literal["ltr", "rtl"]
    fonts: Annotated[list[Family], Field(min_length=1, max_length=8)]
    size: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    line_height: Annotated[float, Field(ge=0.8, le=2.5)] = 1.0
    digits: Digits = "latin"
    breaks: Literal["space", "icu", "syllable-joined", "any"] = "space"
    plural: PluralRecord
    searchable: Annotated[float, Field(ge=0, le=1)] = 0.95
    falls_back_to: str = ""
    pseudo: Literal["", "accented", "mirrored"] = ""
    specimen: str = ""
    letters: str = ""
    register_: Annotated[str, Field(alias="register")] = ""


class ContactsRecord(_Record):
    phone: Number = ""
    interpreter: Number = ""
    urgent_help: Number = ""
    safe_sleep: Annotated[str, StringConstraints(max_length=200)] = ""


class ShelfRecord(_Record):
    languages: Annotated[list[Tag], Field(min_length=1)]
    papers: Annotated[list[Slug], Field(min_length=1)] = ["letter"]
    editions: Annotated[list[Slug], Field(min_length=1)] = ["normal"]
    kinds: list[Slug] = []


class ProgramRecord(_Record):
    name: Annotated[str, StringConstraints(max_length=40)] = ""
    country: Annotated[str, StringConstraints(pattern=_COUNTRY)]
    staff_language: Tag = "en"
    shelf: ShelfRecord
    contacts: ContactsRecord = ContactsRecord()
    logo: str = ""


class ReviewRecord(_Record):
    topic: Slug  # or "ui" for headings and everything else that is no topic's own
    band: str = ""
    snapshot: Digest
    role: Words
    date: Date
    proof: str = ""  # the layout that was seen: a version code


class ChangeRecord(_Record):
    component: Slug
    old: Digest
    new: Digest
    kind: Annotated[Literal["typo", "wording", "meaning"], Field(alias="as")]
    role: Words
    date: Date


class AgesFile(RootModel[list[AgeRecord]]):
    """content/ages.yaml"""


class FactsFile(RootModel[dict[FactId, FactRecord]]):
    """content/facts.yaml"""


class SourcesFile(RootModel[dict[str, SourceRecord]]):
    """content/sources.yaml"""


class GlossaryFile(RootModel[dict[Slug, TermRecord]]):
    """content/glossary.yaml"""


class VoiceFile(RootModel[dict[Slug, WordingRecord]]):
    """content/voice.yaml: words that do not fit a sheet"""


class ReviewsFile(RootModel[list[ReviewRecord]]):
    """content/reviews/<language>.yaml: approvals of translations; shipped empty, for nobody has reviewed yet."""


class ChangesFile(RootModel[list[ChangeRecord]]):
    """content/changes.yaml: what an edit of the source meant for its translations."""


class ElementsFile(RootModel[dict[Slug, ElementRecord]]):
    """templates/elements.yaml"""


class KindsFile(RootModel[dict[Slug, KindRecord]]):
    """templates/kinds.yaml"""


class PackPagesFile(RootModel[dict[Slug, PackPageRecord]]):
    """templates/packs.yaml"""


class EditionsFile(RootModel[dict[Slug, EditionRecord]]):
    """templates/editions.yaml"""


class PapersFile(RootModel[dict[Slug, PaperRecord]]):
    """templates/papers.yaml"""


class TokensFile(RootModel[dict[str, dict[str, str | dict[str, tuple[float, float]]]]]):
    """templates/tokens.yaml"""


FILES: dict[str, type[BaseModel]] = {
    "program.yaml": ProgramRecord,
    "content/ages.yaml": AgesFile,
    "content/facts.yaml": FactsFile,
    "content/sources.yaml": SourcesFile,
    "content/glossary.yaml": GlossaryFile,
    "content/voice.yaml": VoiceFile,
    "content/reviews/*.yaml": ReviewsFile,
    "content/changes.yaml": ChangesFile,
    "content/topics/*/topic.yaml": TopicRecord,
    "content/languages/*.yaml": LanguageRecord,
    "templates/elements.yaml": ElementsFile,
    "templates/kinds.yaml": KindsFile,
    "templates/packs.yaml": PackPagesFile,
    "templates/editions.yaml": EditionsFile,
    "templates/papers.yaml": PapersFile,
    "templates/tokens.yaml": TokensFile,
}

R = TypeVar("R", bound=BaseModel)


def validate(record: type[R], document: Document) -> tuple[R | None, list[Diagnostic]]:
    """The document as a record, or every mistake in it."""
    try:
        return record.model_validate(_without_blanks(document.data)), []
    except ValidationError as error:
        return None, [_diagnostic(record, document, dict(found)) for found in error.errors(include_url=False)]


def json_schemas() -> Mapping[str, dict[str, object]]:
    """A JSON Schema for each kind of YAML file, by the pattern of its path."""
    return {pattern: record.model_json_schema(by_alias=True) for pattern, record in FILES.items()}


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
            did_you_mean(name, _fields(record, path[:-1])),
        )
    if kind == "missing":
        return Diagnostic(
            "missing-field", document.place(path[:-1]), f'"{name}" is missing', "add it, indented like its neighbours"
        )
    context = found.get("ctx")
    wrong, hint = _expected(kind, found.get("input"), context if isinstance(context, Mapping) else {})
    return Diagnostic("bad-value", place, f"{_named(path)} {wrong or found['msg']}", hint)


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
        return f"{shown}, which has the wrong form", _FORMS.get(str(context.get("pattern")), "")
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

"""What every YAML file may hold: pydantic at the border, plain values inside, a JSON Schema for editors.

All mistakes of a file are found at once; each becomes a diagnostic with the line of the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from builder.model import Awaited, Evidence
from builder.records.forms import ADDRESS, COUNTRY, FACT, LETTER, RULE, SCRIPT, SLUG, TAG
from builder.records.validation import R, validate

__all__ = ["R", "validate"]

Slug = Annotated[str, StringConstraints(pattern=SLUG)]
Tag = Annotated[str, StringConstraints(pattern=TAG)]
FactId = Annotated[str, StringConstraints(pattern=FACT)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Digits = Literal[
    "latin", "arabic", "persian", "devanagari", "bengali", "gurmukhi", "gujarati", "odia", "tamil", "telugu", "kannada",
    "malayalam", "thai", "lao", "tibetan", "myanmar", "shan", "khmer", "olchiki", "meetei", "chakma", "javanese", "nko",
    "adlam", "rohingya",
]  # fmt: skip
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
    evidence: Evidence = "strong"
    not_yet: str = ""


class FactRecord(_Record):
    says: Words
    source: Words
    use: Literal["ok", "soft", "never"]
    unused: str = ""


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
    evidence: Evidence
    emblem: Slug = "loop"
    kinds: list[str] = []


class FrontMatter(_Record):
    title: Words
    summary: Words
    allow: dict[str, Words] = {}


class ElementRecord(_Record):
    name: Words
    letter: Annotated[str, StringConstraints(pattern=LETTER)] = ""
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
    awaits: tuple[Awaited, ...] = ()
    evidence: Evidence = "opinion"


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
    on_request: bool = False
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
    rule: Annotated[str, StringConstraints(pattern=RULE, max_length=300)]


class LanguageRecord(_Record):
    name: Words
    autonym: Words
    script: Annotated[str, StringConstraints(pattern=SCRIPT)]
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
    keeps: Annotated[list[Words], Field(max_length=200)] = []
    terms: dict[Slug, Words] = {}
    history: Annotated[list[Words], Field(max_length=20)] = []
    look_first: Annotated[list[Words], Field(max_length=20)] = []


class ScriptRecord(_Record):
    direction: Literal["ltr", "rtl"]
    fonts: Annotated[list[Family], Field(min_length=1, max_length=8)]
    size: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    line_height: Annotated[float, Field(ge=0.8, le=2.5)] = 1.0
    breaks: Literal["space", "icu", "syllable-joined", "any"] = "space"


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
    country: Annotated[str, StringConstraints(pattern=COUNTRY)]
    staff_language: Tag = "en"
    shelf: ShelfRecord
    contacts: ContactsRecord = ContactsRecord()
    logo: str = ""
    address: Annotated[str, StringConstraints(pattern=ADDRESS)] = ""


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


class ApprovedItemRecord(_Record):
    code: str = ""
    text: str = ""
    detail: str = ""
    facts: list[FactId] = []
    routine: str = ""
    picture: str = ""
    lines: int = 0


class ApprovedElementRecord(_Record):
    key: Slug
    items: list[ApprovedItemRecord]


class ApprovedRecord(_Record):
    """content/approved/<language>/<topic>/<band>.json: what was approved, whole."""

    role: Words
    date: Date
    proof: str = ""
    series: str
    title: str
    summary: str = ""
    elements: list[ApprovedElementRecord] = []
    texts: list[list[str]]
    ui: list[list[str]] = []


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


class ScriptsFile(RootModel[dict[Annotated[str, StringConstraints(pattern=SCRIPT)], ScriptRecord]]):
    """content/scripts.yaml: what a new language starts from."""


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
    "content/scripts.yaml": ScriptsFile,
    "content/reviews/*.yaml": ReviewsFile,
    "content/changes.yaml": ChangesFile,
    "content/approved/*/*/*.json": ApprovedRecord,
    "content/topics/*/topic.yaml": TopicRecord,
    "content/languages/*.yaml": LanguageRecord,
    "templates/elements.yaml": ElementsFile,
    "templates/kinds.yaml": KindsFile,
    "templates/packs.yaml": PackPagesFile,
    "templates/editions.yaml": EditionsFile,
    "templates/papers.yaml": PapersFile,
    "templates/tokens.yaml": TokensFile,
}


def json_schemas() -> Mapping[str, dict[str, object]]:
    """A JSON Schema for each kind of YAML file, by the pattern of its path."""
    return {pattern: record.model_json_schema(by_alias=True) for pattern, record in FILES.items()}

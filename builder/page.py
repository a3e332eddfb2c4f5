"""A page with every string final: what localise makes and render prints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

from builder.model import DocumentKey

_TAG = re.compile(r"<[^>]*>")
_BREAKS = {0x200B: None, 0x2060: None, 0xA0: " "}


def address(key: DocumentKey) -> str:
    """What names a sheet on a screen, whatever its paper and edition: language/topic/band-kind[-setting]."""
    return f"{key.language}/{key.topic}/{'-'.join(part for part in (key.band, key.kind, key.setting) if part)}"


@dataclass(frozen=True, slots=True)
class Text:
    """A finished run of text in one language: inline HTML that is safe to print as it is."""

    html: str
    lang: str
    dir: Literal["ltr", "rtl"]

    def __bool__(self) -> bool:
        return bool(self.html)

    @property
    def plain(self) -> str:
        """The words alone: no marks, no break characters, ordinary spaces."""
        return unescape(_TAG.sub("", self.html)).translate(_BREAKS)


@dataclass(frozen=True, slots=True)
class Line:
    """One item, ready to print."""

    code: str
    text: Text  # the whole item; `lead` and `rest` are its halves when it opens in bold
    lead: Text
    rest: Text
    detail: Text
    aloud: Text  # the same item in the family's language, on a staff sheet
    routine: str = ""
    picture: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """An element, ready to print."""

    key: str
    shape: str
    heading: Text
    hint: Text
    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """One entry of the contact block; without a value it prints as a line to write on."""

    key: str  # chooses the icon: phone, interpreter, urgent-help
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the project's own pictures."""

    address: str  # what the page asks for
    words: str  # what stands for it where it cannot be seen


@dataclass(frozen=True, slots=True)
class Footer:
    """What identifies the sheet, in the staff language, on every page."""

    title: Text
    kind: Text
    age: Text
    edition: Text
    language: Text  # in the staff language
    autonym: Text  # in its own script; empty when it is the same word
    state: Text  # of the translation, or what the sheet is a draft for
    review: Text
    evidence: Text
    weak: bool  # mostly opinion: said on every sheet, where better evidence is said on staff sheets only
    adapted_from: Text
    code: str  # same code = same words


@dataclass(frozen=True, slots=True)
class Voice:
    """A language a page speaks, with what templates need to know of it."""

    tag: str
    dir: Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Page:
    """One document with every string final, in its language. `sections` are keyed by element."""

    key: DocumentKey
    body: Voice  # the language of the running text: the family's, or on a staff sheet the staff's
    family: Voice
    staff: Voice
    title: Text
    family_title: Text
    summary: Text
    age: Text
    family_age: Text
    months: tuple[int, int] | None  # the band's completed months, for the age beads
    emblem: str
    logo: Picture | None  # the program's
    setting: Text
    series: Text
    audience: Text
    sections: Mapping[str, Section]
    family_sections: Mapping[str, Section]  # on a staff sheet: what the tear-off repeats
    contacts: tuple[Contact, ...]
    safe_sleep: str
    draft: tuple[Text, ...]  # the draft banner in each language it must be read in; empty when approved
    footer: Footer
    colophon: bool = False
    address: str = ""  # of its page on the web, where the program has one; a code in the foot leads there
    half_page: bool = False  # laid out on half a sheet, to stand beside another
    words: Mapping[str, str] = field(default_factory=dict)  # the templates' own strings: msgid -> body language
    family_words: Mapping[str, str] = field(default_factory=dict)
    staff_words: Mapping[str, str] = field(default_factory=dict)

    @property
    def bilingual(self) -> bool:
        """Whether the running text and the family's text are in different languages."""
        return self.body.tag != self.family.tag


@dataclass(frozen=True, slots=True)
class Slip:
    """A page that a pack adds to the library's sheets, with every string final. It is printed and never kept."""

    name: str  # of its template, templates/packs/<name>.html
    body: Voice
    family: Voice
    staff: Voice
    title: Text
    values: Mapping[str, object]  # what its template asks for, by name
    draft: tuple[Text, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    family_words: Mapping[str, str] = field(default_factory=dict)
    staff_words: Mapping[str, str] = field(default_factory=dict)

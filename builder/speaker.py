"""Who speaks on a page: one language's words for one document, and what was missing when it was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from builder import languages, markdown
from builder.catalog import UI, Catalog, MessageState
from builder.page import Text, Voice
from builder.phrases import Counted

NOTHING = Text("", "", "ltr")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Speaker:
    """One language of one document; remembers the worst state it met."""

    catalog: Catalog
    topic: str
    states: set[MessageState] = field(default_factory=set)
    missing: dict[str, None] = field(default_factory=dict)
    said: dict[str, None] = field(default_factory=dict)  # of the builder's own sentences and headings

    @property
    def voice(self) -> Voice:
        return Voice(self.catalog.language.tag, self.catalog.language.direction)

    @property
    def tag(self) -> str:
        return self.catalog.language.tag

    def words(self, text: str | Counted, values: Mapping[str, int | str] | None = None, component: str = UI) -> str:
        """The message in this language, its placeholders filled; numbers in the language's own digits."""
        message = self.catalog.find(component, text)
        self.states.add(message.state)
        if component == UI:
            self.said.setdefault(message.id)
        if message.state == "missing":
            self.missing.setdefault(message.id)
            return ""
        given = values or {}
        form = 0
        if isinstance(text, Counted):
            form = languages.plural_form(int(given[text.by]), self.catalog.language.plural)

        def fill(slot: re.Match[str]) -> str:
            value = given.get(slot.group(1), slot.group())
            return languages.number(value, self.catalog.language) if isinstance(value, int) else value

        return _SLOT.sub(fill, message.texts[form])

    def html(self, html: str) -> Text:
        ready = languages.with_breaks(html, self.catalog.language)
        return Text(ready, self.tag, self.catalog.language.direction)

    def say(self, text: str | Counted, values: Mapping[str, int | str] | None = None) -> Text:
        """One of the builder's own sentences."""
        return self.html(escape(self.words(text, values), quote=False)) if text else NOTHING

    def read(self, text: str) -> Text:
        """One of the topic's texts, with its inline marks."""
        return self.html(markdown.inline(self.words(text, component=self.topic)).html) if text else NOTHING

    def halves(self, text: str) -> tuple[Text, Text, Text]:
        """(whole, bold lead, rest) of one of the topic's texts."""
        inline = markdown.inline(self.words(text, component=self.topic))
        return self.html(inline.html), self.html(inline.lead), self.html(inline.rest)

    def day(self, iso: str) -> str:
        """A date (YYYY-MM-DD) as this language writes it."""
        return languages.day(iso, self.catalog.language)

    def listed(self, items: Sequence[str]) -> str:
        """Things in a row, as this language joins them."""
        return languages.listed(items, self.catalog.language)

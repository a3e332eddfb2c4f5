"""Copyfit, in words: which passages make a sheet too long for its sides."""

from __future__ import annotations

from collections.abc import Iterator

from builder.page import Page, Text

_SHOWN = 3  # passages that a message names


def longest(page: Page, english: Page) -> str:
    """A hint that names the passages which outgrow the English most, in letters; of English itself, the longest."""
    same = page.body.tag == english.body.tag and page.family.tag == english.family.tag
    against = {} if same else {label: text for label, _, text in _passages(english)}
    sizes = {
        # an English sheet says nothing aloud in a second language: the printed text stands for it
        label: len(text.plain) - (0 if same else len(against.get(label, against[code]).plain))
        for label, code, text in _passages(page)
    }
    worst = sorted((size, label) for label, size in sizes.items() if size > 0)[: -_SHOWN - 1 : -1]
    if not worst:
        return "shorten the longest items"
    sign = "" if same else "+"
    named = ", ".join(f"{label} ({sign}{size} letters)" for size, label in worst)
    return f"shorten the longest: {named}" if same else f"longest against English: {named}"


def _passages(page: Page) -> Iterator[tuple[str, str, Text]]:
    """What can be shortened: its name, the code that is printed beside it, and its words."""
    yield "title", "title", page.title
    for section in (*page.sections.values(), *page.family_sections.values()):
        for line in section.items:
            for where, text in (("", line.text), (", second half", line.detail), (", said aloud", line.aloud)):
                if text:
                    yield line.code + where, line.code, text

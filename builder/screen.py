"""What is shown on a screen: the interface in a person's language, and every sheet to read instead of to print.

A reading version is made by the templates that make the paper, so that it has the same words with the same language
marks; only its style sheet is another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from builder import editions, render
from builder.catalog import WEB
from builder.diagnostics import ProblemsError
from builder.model import DocumentKey, Language, Library, State
from builder.page import Page
from builder.project import SOURCE, Project
from builder.render import Foreign

_SLOT = re.compile(r"\{(\w+)\}")
_ASSET = re.compile(r'(?<=src=")asset:(?=[A-Za-z0-9._/-]+")')


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet to be read on a screen."""

    body: str  # HTML, the inside of a page; a Markup, which templates do not escape
    language: Language
    page: Page
    state: State


def interfaces(loaded: Project) -> tuple[str, ...]:
    """The languages that the interface speaks: the source's, and those that have any of its words."""
    spoken = [tag for tag, found in loaded.catalogs.items() if found.components.get(WEB)]
    return tuple(dict.fromkeys((SOURCE, *sorted(spoken))))


def mirrors(library: Library) -> tuple[str, ...]:
    """The languages that are no language, to try the interface with."""
    return tuple(sorted(tag for tag, language in library.languages.items() if language.pseudo))


def page(loaded: Project, tag: str, name: str, values: Mapping[str, object]) -> str:
    """A page of the interface, templates/web/<name>.html, in a language. Raises ProblemsError.

    A sentence that nobody has translated stands in English, and is marked as English.
    """
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    catalog, english = loaded.catalogs[tag], loaded.library.languages[SOURCE]

    def say(text: str, **slots: object) -> str:
        message = catalog.find(WEB, text)
        translated = bool(message.texts and message.texts[0])
        told = message.texts[0] if translated else text
        filled = _SLOT.sub(lambda slot: str(slots.get(slot[1], slot[0])), told)
        return filled if translated else Foreign(filled, english.tag, english.direction)

    interface = catalog.language
    return render.screen(loaded.templates, name, tag, say, {"interface": interface, **values})


def reading(loaded: Project, key: DocumentKey, assets: str) -> Reading | None:
    """A sheet to read; None when its translation lacks something. `assets` is the address its pictures lie under.

    Raises ProblemsError when its template fails.
    """
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    (found,) = editions.voices(loaded, loaded.library, (key,))
    if found.page is None:
        return None
    body = render.sheet_body(loaded.templates, found.page)
    marked = type(body)(_ASSET.sub(assets, body))
    return Reading(marked, loaded.library.languages[found.page.body.tag], found.page, found.state)

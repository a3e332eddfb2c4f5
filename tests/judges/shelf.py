"""What the project expects of each sheet that it has printed."""

from __future__ import annotations

from dataclasses import replace

from builder import editions, phrases, plan, render, store
from builder.catalog import UI
from builder.localise import face
from builder.model import HALF, SHEET, DocumentKey, Library
from builder.project import Project

from . import words
from .verdict import Expectation

LARGE = 18.0  # points: large print has nothing smaller


def expectation(project: Project, record: store.Record) -> Expectation:
    """From the manifest's record and the project's registries."""
    library = project.library
    assert library is not None, "a project without settings has no sheets"
    key = record.key
    kind, edition = library.kinds[key.kind], library.editions[key.edition]
    large = key.edition == "large-print"
    half = plan.half_sheet(library, edition.id, kind.id)
    paper = library.papers[key.paper]
    imposed = half and (paper.width, paper.height) != HALF
    order = (edition.imposition or "two-up") if imposed else ""
    return Expectation(
        size=HALF if half else SHEET,
        imposed=imposed,
        order=order,
        binding="right" if library.languages[key.language].direction == "rtl" else "left",
        code=record.code,
        sides=kind.sides if edition.budget else 0,
        body=LARGE if large else min(edition.type_steps or kind.type_steps),
        sizes={} if large else {tag: language.size for tag, language in library.languages.items()},
        least=LARGE if large else Expectation().least,
        draft=record.state != "ready",
        notices=_notices(project, library, key),
        texts=_texts(project, library, key),
    )


def on_shelf(library: Library, record: store.Record) -> bool:
    """Whether `handouts build` makes it, without being asked for more (program.yaml)."""
    key, shelf = record.key, library.program.shelf
    return key.language in shelf.languages and key.paper in shelf.papers and key.edition in shelf.editions


def _texts(project: Project, library: Library, key: DocumentKey) -> tuple[tuple[str, bool, int], ...]:
    """What the sheet says, as it is rendered before anything is laid out; of a twin, both of its voices."""
    twin = plan.imposition(library, key.edition) == "facing"
    voices = (key, replace(key, language=key.staff_language)) if twin else (key,)
    pages = [each.page for each in editions.voices(project, library, voices) if each.page]
    assert len(pages) == len(voices), f"{key} is printed, and lacks words"
    both = face(*pages) if twin else pages
    return tuple(text for page in both for text in words.texts(render.render(project.templates, page)))


def _notices(project: Project, library: Library, key: DocumentKey) -> tuple[str, ...]:
    """The draft banner, in the staff's language first: every banner speaks that one."""
    tags = dict.fromkeys((key.staff_language, key.language))
    said = [project.catalogs[tag].find(UI, phrases.DRAFT).texts for tag in tags if tag in library.languages]
    return tuple(texts[0] for texts in said if texts)

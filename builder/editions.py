"""Which words a sheet is printed with: today's, or the last approved edition, whole, while today's are not approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from builder.catalog import UI, Catalog, Message
from builder.catalog.edition import Edition
from builder.localise import Localised, localise
from builder.model import NOWHERE, Article, DocumentKey, Library, OnStale
from builder.project import Project


def voices(
    loaded: Project, library: Library, keys: tuple[DocumentKey, ...], on_stale: OnStale = "last-approved"
) -> list[Localised]:
    """The pages that stand beside each other on one sheet (mostly one), the family's first, all of the same edition.

    A sheet whose words are approved, or never were, is made of today's words. One that has moved on since its approval
    is made whole from what was approved, and says from which day, if `on_stale` is "last-approved".
    """
    strings = loaded.strings[keys[0].kind]
    today = [localise(library, loaded.catalogs, key, strings) for key in keys]
    edition = superseded(loaded, keys[0], today[0])
    if edition and not all(element.key in library.elements for element in edition.elements):
        return today  # the registry no longer knows a part of it
    if on_stale != "last-approved" or edition is None:
        return today
    old_library, catalogs = restored(library, loaded.catalogs, edition)
    old = [localise(old_library, catalogs, key, strings, edition.review.date) for key in keys]
    if not all(each.page for each in old):  # a template asks for a heading that was not there to be approved
        return today
    state = old[0].page.footer.state if old[0].page else None
    return [
        replace(each, page=replace(each.page, footer=replace(each.page.footer, state=state)))
        if each.page and state
        else each
        for each in old
    ]


def superseded(loaded: Project, key: DocumentKey, today: Localised) -> Edition | None:
    """The approved edition of a sheet whose words have moved on; None when they are approved, or never were."""
    if today.state == "ready" or today.approved:
        return None
    return loaded.catalogs[key.language].editions.get((key.topic, key.band))


def restored(library: Library, catalogs: Mapping[str, Catalog], edition: Edition) -> tuple[Library, dict[str, Catalog]]:
    """The library and catalogs as they were for one topic, band and language when these were approved."""
    topic = next(topic for topic in library.topics if topic.id == edition.topic)
    article = Article(topic.id, edition.band, edition.title, edition.summary, edition.elements)
    old = replace(topic, title=edition.series, articles={edition.band: article})
    catalog = replace(
        catalogs[edition.language],
        components={edition.topic: _messages(edition.texts), UI: _messages(edition.ui)},
        reviews={(edition.topic, edition.band): edition.review},
        editions={(edition.topic, edition.band): edition},
    )
    topics = tuple(old if each.id == old.id else each for each in library.topics)
    return replace(library, topics=topics), {**catalogs, edition.language: catalog}


def _messages(rows: tuple[tuple[str, ...], ...]) -> dict[str, Message]:
    return {row[0]: Message(row[0], row[1:], "translated", NOWHERE) for row in rows if row[1:]}

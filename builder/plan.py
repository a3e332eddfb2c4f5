"""Library + Selection -> the documents there are, in order, where each is written, and what is not there and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from unicodedata import normalize

from builder.diagnostics import Diagnostic, RefusalError, did_you_mean, nowhere
from builder.model import ANY_AGE, HALF, SHEET, AgeBand, DocumentKey, Kind, Library, Topic

_AGE = re.compile(r"(?:(\d{1,2})\s*y)?\s*(?:(\d{1,3})\s*m)?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Selection:
    """What to make; an empty axis means everything there is of it."""

    topics: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


class AgeError(RefusalError):
    """An age that is not written as one, or that no band serves; the message says what exists."""


class SelectionError(RefusalError):
    """Names that the library does not have; each argument is a sentence."""

    def __str__(self) -> str:
        return "; ".join(map(str, self.args))


def shelf(library: Library) -> Selection:
    """What the program's settings say to make."""
    chosen = library.program.shelf
    return Selection(kinds=chosen.kinds, languages=chosen.languages, editions=chosen.editions, papers=chosen.papers)


def bands_for(text: str, ages: tuple[AgeBand, ...]) -> tuple[AgeBand, ...]:
    """The bands an age (14m, 3y, 2y6m) falls in, the youngest first, or the one band that is named.

    Raises AgeError.
    """
    named = [band for band in ages if band.id == text.strip()]
    if named and named[0].not_yet:
        msg = f"{named[0].id} is not available yet: {named[0].not_yet}"
        raise AgeError(msg)
    if named:
        return tuple(named)
    known = ", ".join(band.id for band in ages if not band.not_yet)
    found = _AGE.match(text.strip())
    if not found or not any(found.groups()):
        msg = f'"{text[:20]}" is no age: write it like 14m, 3y or 2y6m, or name a band ({known})'
        raise AgeError(msg)
    months = 12 * int(found.group(1) or 0) + int(found.group(2) or 0)
    fitting = [band for band in ages if band.id != ANY_AGE and band.first_month is not None and months in band]
    if not fitting:
        msg = f"nothing is made for that age: the bands are {known}"
        raise AgeError(msg)
    return tuple(fitting)


def plan(library: Library, selection: Selection) -> tuple[DocumentKey, ...]:
    """Every document of the selection, in the order of the shelf."""
    return tuple(Documents(library, selection))


@dataclass(frozen=True, slots=True)
class Documents:
    """As `plan`, named again whenever they are asked for: a library of thousands is many times its topics.

    Documents that differ by paper only follow one another.
    """

    library: Library
    selection: Selection

    def __iter__(self) -> Iterator[DocumentKey]:
        return _documents(self.library, self.selection)


def _documents(library: Library, selection: Selection) -> Iterator[DocumentKey]:
    read = (tag for tag, language in sorted(library.languages.items()) if not language.pseudo)
    languages = selection.languages or tuple(read)
    editions = selection.editions or tuple(library.editions)
    papers = selection.papers or tuple(library.papers)
    staff = library.program.staff_language
    return (
        DocumentKey(language, topic.id, band, kind.id, setting, edition, staff, paper)
        for language in languages
        for topic, band, kind, setting in _sheets(library, selection)
        if language == staff or _speaks_to_families(library, kind)
        for edition in editions
        if _made_in(library, edition, kind) and (language != staff or imposition(library, edition) != "facing")
        for paper in papers
        if _holds(library, paper, edition, kind)
    )


def _sheets(library: Library, selection: Selection) -> Iterator[tuple[Topic, str, Kind, str]]:
    """Topic, band, kind and setting of every sheet that is chosen and that there is text for."""
    for topic in library.topics:
        if selection.topics and topic.id not in selection.topics:
            continue
        for band in bands(library, topic):
            if selection.bands and band not in selection.bands:
                continue
            for kind, setting in kinds(library, topic, band):
                if not selection.kinds or kind.id in selection.kinds:
                    yield topic, band, kind, setting


def half_sheet(library: Library, edition: str, kind: str) -> bool:
    """Whether a kind in an edition is laid out on half a sheet."""
    return bool(imposition(library, edition)) or library.kinds[kind].half_sheet


def imposition(library: Library, edition: str) -> str:
    """How the half-sheet pages of an edition stand together; empty for whole pages."""
    return library.editions[edition].imposition if edition in library.editions else ""


def _holds(library: Library, paper: str, edition: str, kind: Kind) -> bool:
    """Whether a paper can carry the pages: a whole sheet carries two halves, half a sheet carries no whole one."""
    found = library.papers.get(paper)
    alone = half_sheet(library, edition, kind.id) and imposition(library, edition) != "facing"
    width, height = HALF if alone else SHEET
    return found is None or (found.width >= width and found.height >= height)


def _speaks_to_families(library: Library, kind: Kind) -> bool:
    """Whether a family's language is on the sheet; what says nothing to families is made in the staff's alone."""
    wanted = (library.elements[key] for key in kind.wants if key in library.elements)
    return kind.audience == "family" or any(spec.audience == "family" or spec.both for spec in wanted)


def _made_in(library: Library, edition: str, kind: Kind) -> bool:
    only = library.editions[edition].kinds if edition in library.editions else ()
    return not only or kind.id in only


def bands(library: Library, topic: Topic) -> tuple[str, ...]:
    """The bands a topic has sheets for; its any-age article only lends to them once there are any."""
    own = tuple(band.id for band in library.ages if band.id in topic.articles and band.id != ANY_AGE)
    if own:
        return own
    return (ANY_AGE,) if ANY_AGE in topic.articles else ()


def kinds(library: Library, topic: Topic, band: str) -> Iterator[tuple[Kind, str]]:
    """The kinds of sheet a topic's text for a band is enough for, with each setting."""
    have = topic.elements(band)
    for kind in library.kinds.values():
        if not topic.prints(kind.id) or not all(key in have for key in kind.needs):
            continue
        if not kind.settings:
            yield kind, ""
        for name, setting in kind.settings.items():
            if all(key in have for key in setting.needs):
                yield kind, name


def path(key: DocumentKey, program_staff_language: str) -> str:
    """Where a document is written, below the output folder."""
    parts = [key.band, key.kind, key.setting]
    parts.append("" if key.edition == "normal" else key.edition)
    parts.append("" if key.staff_language == program_staff_language else f"for-{key.staff_language}")
    parts.append(key.paper)
    return f"{key.language}/{key.topic}/{'-'.join(part for part in parts if part)}.pdf"


def layout(key: DocumentKey) -> DocumentKey:
    """The key that documents laid out together share: paper is only a frame around one layout."""
    return replace(key, paper="")


def collisions(keys: Iterable[DocumentKey], program_staff_language: str) -> list[Diagnostic]:
    """Documents whose files would be the same, also on a disk that ignores capitals or composes accents."""
    seen: dict[str, DocumentKey] = {}
    found = []
    for key in keys:
        where = normalize("NFC", normalize("NFC", path(key, program_staff_language)).casefold())
        if where in seen and seen[where] != key:
            fact = f"two sheets would be written to {where}"
            found.append(nowhere("path-collision", fact, "rename a kind, a setting or an edition"))
        seen.setdefault(where, key)
    return found


def unknown(library: Library, selection: Selection) -> list[str]:
    """Names in a selection that the library does not have, each a sentence for the person who typed it."""
    axes = (
        ("topic", selection.topics, [topic.id for topic in library.topics]),
        ("kind", selection.kinds, list(library.kinds)),
        ("language", selection.languages, list(library.languages)),
        ("edition", selection.editions, list(library.editions)),
        ("paper", selection.papers, list(library.papers)),
    )
    found = []
    for axis, names, known in axes:
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known)
                found.append(f'there is no {axis} "{name}"' + (f" ({hint})" if hint else ""))
    return found

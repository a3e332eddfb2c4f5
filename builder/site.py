"""The library as plain files for any web server: an index, every sheet to read, its PDFs, a zip for each language.

Nothing in it asks a server for more than a file, and a page works without its script. What no speaker has read is left
out unless it is asked for. The same library gives the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from builder import build, project, rebuild, screen, showcase, store
from builder.build import MakeWorkers, Progress, Request
from builder.diagnostics import ProblemsError, RefusalError
from builder.model import Language, Library
from builder.plan import Selection
from builder.project import SOURCE, Project
from builder.showcase import Card, File, Showcase

LIST = "site.json"  # what the last run wrote: only that is ever removed
_DATE = (2000, 1, 1, 0, 0, 0)  # of everything in a zip: the same sheets give the same bytes
_STATIC = Path(__file__).parent / "web" / "static"
_SHARED = ("page.css", "sheet.css", "site.js", "icon.svg")


class SiteError(RefusalError):
    """A folder that a site cannot be written to."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a site holds, in numbers."""

    sheets: int
    pdfs: int
    drafts: int  # sheets left out because they are drafts
    removed: int


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The sheets of one language that are shown."""

    language: Language
    cards: tuple[Card, ...]
    files: Mapping[str, tuple[File, ...]]

    @property
    def zip(self) -> str:
        return f"{self.language.tag}.zip"


def write(
    root: Path, folder: Path, request: Request, workers: MakeWorkers, progress: Progress, *, drafts: bool
) -> Written:
    """Write the site of the sheets that `request` names; they are built first.

    Raises SiteError for a folder that holds anything else, and whatever `build` raises.
    """
    old = _listed(folder)
    report = build.build(root, request, workers, progress)
    if not report.ok:
        raise ProblemsError(report.problems)
    loaded = project.read(root)
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    chosen = rebuild.selection(loaded, loaded.library, request)
    shelves, left_out = [], 0
    for tag in chosen.languages:
        cards = [card for card in showcase.opened(loaded, _voice(loaded, tag)).cards(tag) if _asked(card, chosen)]
        shown = [card for card in cards if drafts or card.state == "ready"]
        left_out += len(cards) - len(shown)
        shelf = _with_files(root, loaded.library, loaded.library.languages[tag], shown, chosen)
        if shelf.cards:
            shelves.append(shelf)
    if not shelves:
        raise SiteError("nothing is left to show: every sheet is a draft (--drafts shows them, marked so)")
    folder.mkdir(parents=True, exist_ok=True)
    store.write(folder, LIST, _as_list(old))  # the folder is ours, also after a kill
    store.sweep(folder)
    names = []
    for name, data in _everything(root, loaded, shelves, left_out if not drafts else 0):
        store.write(folder, name, data)
        names.append(name)
    gone = sorted(set(old) - set(names) - {LIST})
    store.write(folder, LIST, _as_list(names))
    store.remove(folder, gone)
    pdfs = sum(len(files) for shelf in shelves for files in shelf.files.values())
    return Written(sum(len(shelf.cards) for shelf in shelves), pdfs, 0 if drafts else left_out, len(gone))


def _as_list(names: Iterable[str]) -> bytes:
    return (json.dumps(sorted(names), indent=0) + "\n").encode()


def _listed(folder: Path) -> list[str]:
    """What an earlier run wrote into the folder. Raises SiteError when something else is in it."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return []
    try:
        found = json.loads((folder / LIST).read_text("utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, list):
        raise SiteError(f"{folder} is not empty and was not written by this command: name another folder")
    names = [name for name in found if isinstance(name, str) and not Path(name).is_absolute()]
    return [name for name in names if ".." not in Path(name).parts]


def _asked(card: Card, chosen: Selection) -> bool:
    """Whether a selection means a card."""
    pairs = ((card.key.topic, chosen.topics), (card.key.kind, chosen.kinds), (card.key.band, chosen.bands))
    return all(not wanted or name in wanted for name, wanted in pairs)


def _with_files(root: Path, library: Library, language: Language, cards: Iterable[Card], chosen: Selection) -> _Shelf:
    """The cards that have a PDF of this selection, with their PDFs."""
    cards = tuple(cards)
    files = {
        address: tuple(
            file
            for file in found
            if file.pages
            and (not chosen.papers or file.key.paper in chosen.papers)
            and (not chosen.editions or file.key.edition in chosen.editions)
        )
        for address, found in showcase.files(root, library, cards).items()
    }
    return _Shelf(language, tuple(card for card in cards if files[card.address]), files)


def _voice(loaded: Project, tag: str) -> str:
    """The language in which a language's pages speak: its own, or the source's."""
    return tag if tag in screen.interfaces(loaded) else SOURCE


def _everything(root: Path, loaded: Project, shelves: list[_Shelf], left_out: int) -> Iterator[tuple[str, bytes]]:
    """Every file of the site, by its name."""
    assert loaded.library is not None  # noqa: S101 - `write` has seen to it
    for name in _SHARED:
        yield f"static/{name}", (_STATIC / name).read_bytes()
    for path in loaded.sources.under("content/assets/", ".png"):
        yield f"static/{path.removeprefix('content/')}", loaded.sources.files[path]
    staff = loaded.library.program.staff_language
    for shelf in shelves:
        yield from _language(root, loaded, shelf, shelves)
    voice = _voice(loaded, staff)
    values = {
        **_frame(loaded, voice, "", shelves), "shelves": tuple(shelves), "filters": True, "left_out": left_out,
        "choices": _choices(showcase.opened(loaded, voice), shelves),
    }  # fmt: skip
    yield "index.html", screen.page(loaded, voice, "site-index", values).encode()


def _language(root: Path, loaded: Project, shelf: _Shelf, shelves: list[_Shelf]) -> Iterator[tuple[str, bytes]]:
    """The files of one language: its page, its sheets, their PDFs, and a zip of these."""
    tag, voice, pdfs = shelf.language.tag, _voice(loaded, shelf.language.tag), dict[str, bytes]()
    there = {card.address for other in shelves for card in other.cards}
    for card in shelf.cards:
        reading = screen.reading(loaded, card.key, "../../static/assets/")
        if reading is None:
            continue
        for file in shelf.files[card.address]:
            pdfs[file.path] = (root / "output" / file.path).read_bytes()
        others = ((other.language, _in(card, other.language.tag)) for other in shelves if other is not shelf)
        values = {
            **_frame(loaded, voice, "../../", shelves), "card": card, "reading": reading,
            "files": shelf.files[card.address], "language": shelf.language,
            "others": tuple((language, address) for language, address in others if address in there),
        }  # fmt: skip
        yield f"{card.address}.html", screen.page(loaded, voice, "site-sheet", values).encode()
    yield from pdfs.items()
    yield shelf.zip, _zipped(pdfs)
    values = {
        **_frame(loaded, voice, "../", shelves),
        "shelves": (shelf,),
        "filters": False,
        "left_out": 0,
        "choices": {},
    }
    yield f"{tag}/index.html", screen.page(loaded, voice, "site-index", values).encode()


def _in(card: Card, tag: str) -> str:
    """The address that a card has in another language."""
    return replace(card, key=replace(card.key, language=tag)).address


def _frame(loaded: Project, viewer: str, up: str, shelves: Iterable[_Shelf]) -> dict[str, object]:
    assert loaded.library is not None  # noqa: S101 - `write` has seen to it
    languages = tuple(shelf.language for shelf in shelves)
    return {
        "up": up,
        "editions": showcase.opened(loaded, viewer).editions(),
        "program": loaded.library.program.name,
        "languages": languages,
    }


def _choices(case: Showcase, shelves: Iterable[_Shelf]) -> dict[str, object]:
    """What the filters offer: only what is there."""
    cards = [card for shelf in shelves for card in shelf.cards]
    topics, kinds = {card.key.topic for card in cards}, {card.key.kind for card in cards}
    bands = {card.key.band for card in cards}
    return {
        "topics": tuple(row for row in case.topics() if row[0] in topics),
        "kinds": tuple(row for row in case.kinds() if row[0] in kinds),
        "ages": tuple(row for row in case.ages() if row[0] in bands),
    }


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # PDFs are packed already
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return out.getvalue()

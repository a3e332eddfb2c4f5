"""What was handed out, and what of it to throw away: content/editions.csv."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from builder import editions, plan, project, rebuild, sources, store
from builder.build import Request
from builder.diagnostics import Diagnostic, ProblemsError, RefusalError
from builder.localise import face
from builder.model import DocumentKey, Library, Place
from builder.plan import Selection
from builder.project import Project

FILE = "content/editions.csv"

_HEAD = ("date", "sheet", "code")
_ROW = (r"\d{4}-\d{2}-\d{2}", r"[A-Za-z0-9-]+(/[A-Za-z0-9-]+)+", r"[0-9A-Z]{4}-[0-9A-Z]{2}")
_HINT = "`handouts issue` writes lines like 2027-03-01,es/attachment/7-18m-handout,K7QD-3M"


class IssueError(RefusalError):
    """What cannot be recorded as handed out."""


@dataclass(frozen=True, slots=True)
class Issued:
    """One sheet as it was handed out."""

    date: str  # ISO 8601
    sheet: str  # its path below output/, without the paper
    code: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """A sheet to throw away, why, and what replaces it."""

    issued: Issued
    why: str
    instead: str  # version code of what is printed today; empty when nothing is

    def __str__(self) -> str:
        instead = f"replaced by {self.instead}" if self.instead else "nothing replaces it yet"
        return f"{self.issued.sheet} {self.issued.code}, issued {self.issued.date}: {self.why}; {instead}"


@store.edits
def issue(root: Path, request: Request, today: date) -> list[Issued]:
    """Record that the built sheets a request names are handed out from today on.

    A sheet that is already listed with the same words is not listed again. Raises IssueError when one is not built as
    its texts are now, or is a draft; ProblemsError when the project cannot be read.
    """
    loaded, library = _open(root)
    known = _read(loaded)
    keys = plan.plan(library, rebuild.selection(loaded, library, request))
    manifest = store.load(root / "output")
    found = store.stamps(root, sources.paths(root), manifest.sources)
    there = rebuild.current(library, root / "output", manifest, found, keys)
    drafts = [_sheet(library, key) for key in keys if key in there and there[key].state != "ready"]
    if drafts:
        raise IssueError(f"{drafts[0]} is a draft, and drafts are not for families ({len(drafts)} such sheets)")
    if not there:
        raise IssueError("none of these sheets is built as its texts are now: `handouts build` first")
    listed = {(row.sheet, row.code) for row in known}
    new = {
        (_sheet(library, key), record.code): Issued(str(today), _sheet(library, key), record.code)
        for key, record in there.items()
    }
    rows = [row for at, row in sorted(new.items()) if at not in listed]
    if rows:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([_HEAD, *((row.date, row.sheet, row.code) for row in (*known, *rows))])
        store.write(root, FILE, out.getvalue().encode())
    return rows


def recall(root: Path) -> list[Recalled]:
    """The sheets that were handed out and whose words have changed since. Raises ProblemsError."""
    loaded, library = _open(root)
    known = _read(loaded)
    spoken = {row.sheet.split("/")[0] for row in known} & loaded.catalogs.keys()
    everything = plan.plan(library, Selection(languages=tuple(sorted(spoken)))) if spoken else ()
    staff = library.program.staff_language
    keys = {_sheet(library, key): replace(key, staff_language=staff) for key in everything}
    latest = {(row.sheet, row.code): row for row in known}
    return [found for row in latest.values() for found in _recalled(loaded, library, row, keys.get(row.sheet))]


def _recalled(loaded: Project, library: Library, row: Issued, key: DocumentKey | None) -> Iterator[Recalled]:
    if key is None:
        yield Recalled(row, "the library no longer has it", "")
        return
    twin = plan.imposition(library, key.edition) == "facing"
    keys = (key, replace(key, language=key.staff_language)) if twin else (key,)
    voices = editions.voices(loaded, library, keys)
    pages = [each.page for each in voices if each.page]
    if len(pages) < len(keys):
        yield Recalled(row, "its translation is no longer whole", "")
        return
    page = face(*pages)[0] if twin else pages[0]
    if page.footer.code == row.code:
        return
    if voices[0].kept:
        why = f"its text has changed since; the edition approved on {voices[0].kept} is printed until the new one is"
    elif voices[0].state == "ready":
        why = "its text has changed"
    else:
        yield Recalled(row, "its text is a draft now", "")
        return
    yield Recalled(row, why, page.footer.code)


def _sheet(library: Library, key: DocumentKey) -> str:
    return plan.path(key, library.program.staff_language).removesuffix(f"-{key.paper}.pdf")


def _open(root: Path) -> tuple[Project, Library]:
    loaded = project.read(root)
    if loaded.library is None or project.frame_is_broken(loaded.problems):
        raise ProblemsError(loaded.problems)
    return loaded, loaded.library


def _read(loaded: Project) -> list[Issued]:
    """What content/editions.csv lists. Raises ProblemsError for lines that cannot be read."""
    text = loaded.sources.files.get(FILE, b"").decode("utf-8", "replace")
    rows, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip().strip('"') for cell in line.split(",")]
        if not line.strip() or tuple(cells) == _HEAD:
            continue
        if len(cells) == len(_ROW) and all(map(re.fullmatch, _ROW, cells)):
            rows.append(Issued(*cells))
        else:
            fact = f'not a line of issued sheets: "{line[:40]}"'
            problems.append(Diagnostic("bad-value", Place(FILE, number), fact, _HINT))
    if problems:
        raise ProblemsError(problems)
    return rows

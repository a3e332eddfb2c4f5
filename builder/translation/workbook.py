"""A spreadsheet for translators: one row a text, only the translation unlocked; and the same, read back."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from builder.diagnostics import Diagnostic
from builder.model import Language, Place

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_FILE = 8 * 1024 * 1024  # bytes; a whole library takes a tenth of one
MAX_UNPACKED = 64 * 1024 * 1024  # bytes: a small file can unpack into one that fills the memory
MAX_ROWS = 20_000

SHEET = "Translation"
HEAD = ("Key", "Where it stands", "English", "Translation", "Read by a person", "State", "At most", "Terms and hints")
_WIDTHS = (12, 24, 60, 60, 12, 12, 12, 40)
_TEXT, _READ = 4, 5  # columns that are not locked, counted from 1
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone; one for all keeps the bytes the same
FORMULA = object()  # what stands for a cell that computes something
YES = ("yes", "x", "✓", "ja", "oui", "sí", "si")


@dataclass(frozen=True, slots=True)
class Line:
    """One text to translate, as a row shows it."""

    component: str
    key: str  # beginning of the source text's fingerprint, and the plural form where there are several
    where: str
    source: str
    text: str
    state: str
    budget: str
    hints: str


@dataclass(frozen=True, slots=True)
class Given:
    """One row as it came back."""

    key: str
    source: str
    text: str
    read: bool
    place: Place


def written(lines: Sequence[Line], language: Language) -> bytes:
    """The spreadsheet, as .xlsx; the same lines give the same bytes."""
    # imported late: only translators who work in spreadsheets need it
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill, Protection

    book = Workbook()
    sheet: Worksheet = book.create_sheet(SHEET, 0)
    del book["Sheet"]
    book.properties.created = book.properties.modified = _EPOCH
    book.properties.creator = "handouts"
    sheet.append(HEAD)
    for cell, width in zip(sheet[1], _WIDTHS, strict=True):
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDDDDD")
        sheet.column_dimensions[cell.coordinate.rstrip("1")].width = width
    rtl = language.direction == "rtl"
    for number, line in enumerate(lines, start=2):
        values = (line.key, line.where, line.source, line.text, "", line.state, line.budget, line.hints)
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(number, column, value or None)
            if value:
                cell.data_type = "s"  # a text that opens with = is a text
            unlocked = column in {_TEXT, _READ}
            cell.protection = Protection(locked=not unlocked)
            order = 2 if rtl and column == _TEXT else 1
            cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=order)
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].hidden = True
    sheet.sheet_view.rightToLeft = rtl
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False  # widths and heights stay theirs to change
    sheet.protection.formatRows = False
    return _plain(book)


def _plain(book: object) -> bytes:
    """The workbook's bytes without the clock of the computer it was saved on."""
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)  # type: ignore[attr-defined]  # a Workbook, whose module is imported late
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _without_clock(data)
            new.writestr(zipfile.ZipInfo(name, _EPOCH.timetuple()[:6]), data)
    return out.getvalue()


def _without_clock(data: bytes) -> bytes:
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)


def read(data: bytes, file: str) -> tuple[list[Given], list[Diagnostic]]:
    """The rows of a spreadsheet that was sent back, and what cannot be read of it."""
    fault = _fault(data)
    if fault:
        hint = "send back the file that `handouts translate export --xlsx` wrote, saved as .xlsx"
        return [], [Diagnostic("bad-workbook", Place(file), fault, hint)]
    rows: list[Given] = []
    problems: list[Diagnostic] = []
    try:
        for number, cells in enumerate(_cells(data), start=1):
            if number == 1 or not any(cells):
                continue
            place = Place(file, number)
            if number > MAX_ROWS:
                problems.append(Diagnostic("bad-workbook", place, f"over {MAX_ROWS} rows", "look for pasted material"))
                break
            key, _, source, text, marked = (*cells, *[None] * 5)[:5]
            if source is FORMULA or text is FORMULA:
                hint = "put an apostrophe before a text that opens with ="
                problems.append(Diagnostic("bad-workbook", place, "a formula instead of a text", hint))
                continue
            said = str(marked or "").strip().casefold() in YES
            rows.append(Given(_text(key), _text(source), _text(text), said, place))
    except Exception:  # noqa: BLE001 - openpyxl raises whatever a broken part of the file makes it stumble on
        fact = "cannot be read as a spreadsheet"
        hint = "open it and save it again as .xlsx, or ask for it anew"
        return [], [Diagnostic("bad-workbook", Place(file), fact, hint)]
    return rows, problems


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()


def _fault(data: bytes) -> str:
    """Why bytes cannot be a spreadsheet of ours, before anything unpacks them."""
    if len(data) > MAX_FILE:
        return f"the file is over {MAX_FILE // 1024 // 1024} MB"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
                return f"the file unpacks to over {MAX_UNPACKED // 1024 // 1024} MB"
            if "xl/workbook.xml" not in parts.namelist():
                return "no spreadsheet of the form .xlsx"
            # an entity in the XML could grow without end; Excel and LibreOffice write none
            if any(
                b"<!DOCTYPE" in parts.read(name)[:2000] for name in parts.namelist() if name.endswith((".xml", ".rels"))
            ):
                return "holds a document type, which no spreadsheet needs"
    except Exception:  # noqa: BLE001 - BadZipFile, zlib.error and whatever else a torn part raises
        return "no spreadsheet of the form .xlsx"
    return ""


def _cells(data: bytes) -> Iterator[tuple[object, ...]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that a reader of texts does not need
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
            for row in sheet.iter_rows(max_col=8):
                yield tuple(FORMULA if cell.data_type == "f" else cell.value for cell in row)
        finally:
            book.close()

"""The facts of a PDF as a person would state them, and jobs short enough to read beside a test.

Facts are read by other libraries than the one that wrote the file.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import page as validation
import pikepdf
import pypdfium2 as pdfium

from builder import fonts
from builder.model import Job, Paper

LETTER = Paper("letter", 215.9, 279.4)
A4 = Paper("a4", 210, 297)
SHEET = "@page { size: 210mm 279.4mm; margin: 15mm }"
LATIN = "html { font: 12pt/1.4 'Noto Sans' }"

# Before anything imports the renderer. One folder for all test processes, since fontconfig's cache is slow to fill.
fonts.configure(Path(tempfile.gettempdir()) / f"handouts-tests-{os.getuid()}")


def job(body: str, css: str = "", **changes: Any) -> Job:
    """A job in English on both papers, unless `changes` says otherwise."""
    lang = changes.get("language", "en")
    values: dict[str, Any] = {
        "name": "en/specimen",
        "language": "en",
        "html": f'<!DOCTYPE html><html lang="{lang}"><head><title>Specimen</title></head><body>{body}</body></html>',
        "styles": (f"{SHEET} {LATIN} {css}",),
        "assets": (),
        "sides": 0,
        "papers": (LETTER, A4),
    }
    return Job(**values | changes)


# --- facts --------------------------------------------------------------------------------------


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def pages(pdf: bytes) -> int:
    return len(opened(pdf).pages)


def boxes(pdf: bytes) -> list[dict[str, tuple[float, ...]]]:
    """Each page's boxes by name, in millimetres."""
    document = opened(pdf)
    return [
        {
            name[1:]: tuple(round(float(edge) * 25.4 / 72, 2) for edge in value)
            for name, value in sheet.obj.items()
            if name.endswith("Box")
        }
        for sheet in document.pages
    ]


def lang(pdf: bytes) -> str:
    document = opened(pdf)
    return str(document.Root.Lang)


def title(pdf: bytes) -> str:
    document = opened(pdf)
    return str(document.docinfo.Title)


def font_names(pdf: bytes) -> list[str]:
    """The embedded fonts, without the tags of their subsets."""
    document = opened(pdf)
    descriptors = (thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary))
    names = {str(thing.FontName) for thing in descriptors if thing.get("/Type") == "/FontDescriptor"}
    return sorted(re.sub(r"^/[A-Z]+\+", "", name) for name in names)


def tags(pdf: bytes) -> str:
    """The tag tree, one element a line, indented: `TH Scope=Row Lang=es`. Marked content is `*`."""
    document = opened(pdf)  # its objects live as long as it does
    return "\n".join(_tag_lines(document.Root.StructTreeRoot.K, 0))


def _tag_lines(kid: Any, depth: int) -> Iterator[str]:
    margin = "  " * depth
    if isinstance(kid, pikepdf.Array):
        for each in kid:
            yield from _tag_lines(each, depth)
    elif not isinstance(kid, pikepdf.Dictionary):
        yield f"{margin}*"
    elif kid.get("/Type") == "/OBJR":
        yield f"{margin}annotation Contents={kid.Obj.Contents} F={kid.Obj.F}"
    else:
        own = [f"{name}={kid['/' + name]}" for name in ("Lang", "Alt") if f"/{name}" in kid]
        kept = ("Scope", "ListNumbering", "ColSpan", "RowSpan")
        own += [
            f"{name}={str(kid.A['/' + name]).removeprefix('/')}" for name in kept if f"/{name}" in kid.get("/A", {})
        ]
        yield margin + " ".join([str(kid.S).removeprefix("/"), *own])
        yield from _tag_lines(kid.get("/K", pikepdf.Array()), depth + 1)


def marks(pdf: bytes) -> list[tuple[str, dict[str, str]]]:
    """The marked-content sequences of all pages in order: tag and properties."""
    found = []
    document = opened(pdf)
    for sheet in document.pages:
        for operands, operator in pikepdf.parse_content_stream(sheet):
            if str(operator) in ("BMC", "BDC"):
                properties = dict(operands[1]) if len(operands) > 1 else {}
                found.append((str(operands[0])[1:], {key[1:]: str(value) for key, value in properties.items()}))
    return found


def pictures(pdf: bytes, page: int) -> list[tuple[float, float, float, float]]:
    """Where the bitmaps of a page stand: left, bottom, right, top in points."""
    with pdfium.PdfDocument(pdf) as document:
        return [found.get_bounds() for found in document[page].get_objects([pdfium.raw.FPDF_PAGEOBJ_IMAGE])]


def text(pdf: bytes) -> str:
    """All text, as poppler reads it."""
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def found_by_poppler(pdf: bytes, words: Iterable[str]) -> float:
    """The share of distinct words that stand in poppler's text."""
    wanted, read = set(words), text(pdf)
    return sum(word in read for word in wanted) / len(wanted)


def violations(pdf: bytes, profile: str) -> list[str]:
    """What page-validation finds against a profile (ua1, 2a), the same rule once."""
    return sorted(
        {
            f"{failure.rule_id} {failure.message}"
            for failure in validation.validate_pdf_bytes(pdf, profile=profile).failures
        }
    )


def missing_glyphs(pdf: bytes) -> int:
    """How many glyphs are drawn as .notdef, from the content streams and the encodings of the file alone."""
    count = 0
    document = opened(pdf)
    for sheet in document.pages:
        encodings = {name: _encoding(font) for name, font in sheet.Resources.get("/Font", {}).items()}
        encoding: dict[int, int] | None = None
        for operands, operator in pikepdf.parse_content_stream(sheet):
            if str(operator) == "Tf":
                encoding = encodings[str(operands[0])]
            elif str(operator) in ("Tj", "TJ"):
                shown = operands[0] if str(operator) == "TJ" else operands
                for part in shown:
                    if isinstance(part, pikepdf.String):
                        data = bytes(part)
                        codes = (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
                        count += sum((code if encoding is None else encoding.get(code, 0)) == 0 for code in codes)
    return count


def _encoding(font: pikepdf.Object) -> dict[int, int] | None:
    """Code -> CID; None where they are the same."""
    encoding = font.get("/Encoding")
    if not isinstance(encoding, pikepdf.Stream):
        return None
    return {int(code, 16): int(cid) for code, cid in re.findall(rb"<([0-9a-f]{4})> (\d+)", encoding.read_bytes())}

"""Judges of finished sheets: they look at the PDF itself, not at how it was laid out.

    judge(path_or_bytes, expectation) -> list[Finding]

`python -m tests.judges output` judges every sheet that output/manifest.json lists.
"""

from __future__ import annotations

from pathlib import Path

from . import drawings, letters, pages, words
from .reading import read
from .verdict import Case, Expectation, Finding, Judge

__all__ = ["JUDGES", "Expectation", "Finding", "judge"]

JUDGES: dict[str, Judge] = {
    "trim": letters.trim,
    "type": letters.type_floor,
    "contrast": letters.contrast,
    "lost": letters.lost_text,
    "words": words.words,
    "budget": pages.budget,
    "fill": pages.last_side,
    "heading": pages.stranded_headings,
    "footer": pages.footer,
    "draft": pages.draft,
    "order": pages.order,
    "box": drawings.split_boxes,
    "tick": drawings.ticks,
    "writing": drawings.writing_lines,
}


def judge(pdf: Path | bytes, expectation: Expectation, name: str = "") -> list[Finding]:
    """What all judges find in one sheet."""
    data = pdf if isinstance(pdf, bytes) else pdf.read_bytes()
    case = Case(
        name or ("" if isinstance(pdf, bytes) else str(pdf)),
        read(data, expectation.size, imposed=expectation.imposed),
        expectation,
    )
    return [found for each in JUDGES.values() for found in each(case)]

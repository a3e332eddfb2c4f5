"""Judges of glyphs: where they stand, how large and how black they are, and whether a reader gets them as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from .ink import BLACK, WHITE, Box, Page, Run
from .verdict import Case, Finding, squeezed

EDGE = 4.5  # millimetres: what office printers cannot print, rounded up
SLACK = 0.05  # points or millimetres: rounding of the file
ITEM_CODE = re.compile(r"[A-Z]\d{1,2}|[A-Z]")


def trim(case: Case) -> list[Finding]:
    """Ink stays on the sheet: glyphs and shapes at least 4.5 mm from its edge, dashes at least on it.

    Unit: millimetres between the outline of a glyph, or a painted path with its stroke, and the nearest edge. White
    paint is paper. The sheet has 210 x 279.4 mm in the middle of the MediaBox, a half sheet 139.7 x 210 mm. Source: the
    common sheet (builder/model.py) and the margin that printers leave white; only the dashes of the tear line come
    nearer.
    """
    found = []
    for page in case.document.pages:
        for run in page.runs:
            boxes = [glyph.box for glyph in run.glyphs if glyph.box]
            if boxes and (room := min(_room(box, page) for box in boxes)) < EDGE - SLACK:
                found.append((page.number, f'text "{_short(run)}"', room, EDGE))
        for shape in page.shapes:
            limit = 0.0 if shape.dashed else EDGE
            if shape.inked and (room := _room(shape.box, page)) < limit - SLACK:
                found.append((page.number, f"a shape at {_place(shape.box)}", room, limit))
        for frame in page.frames:
            limit = 0.0 if frame.dashed else EDGE
            rooms = [_room(edge, page) for edge in frame.edges]
            if rooms and min(rooms) < limit - SLACK:
                found.append((page.number, f"a border at {_place(frame.painted)}", min(rooms), limit))
    return [
        Finding("trim", case.file, page, what, f"{room:.1f} mm from the edge", f"{limit:g} mm")
        for page, what, room, limit in found
    ]


def type_floor(case: Case) -> list[Finding]:
    """Running text is no smaller than the smallest declared step, and nothing is smaller than furniture.

    Unit: points on paper, text matrix and page matrix included. Running text is what the tag tree owns from the first
    heading on, item codes and the draft notice apart; its floor is the smallest step of the kind (templates/kinds.yaml)
    times the size of its language (content/languages). Everything else (running heads and feet, the line over the title,
    codes): 8.5 pt, which is furniture of 9 pt and its rounding; in large print 18 pt for everything. An imposed file has
    no tag tree: its running text is judged on the half sheet.
    """
    expected = case.expectation
    found = []
    body = _body(case)
    for page in case.document.pages:
        notices = _notices(page, case)
        for run in page.runs:
            if not run.box:
                continue
            floor = expected.least
            codes = ITEM_CODE.fullmatch(run.text.strip())
            if (page.number, run.mark) in body and not codes and run.serial not in notices:
                floor = max(floor, expected.body * expected.sizes.get(run.language, 1))
            if run.size < floor - SLACK:
                measure = f"{run.size:.2f} pt"
                found.append(Finding("type", case.file, page.number, f'"{_short(run)}"', measure, f"{floor:.2f} pt"))
    return found


def contrast(case: Case) -> list[Finding]:
    """Everything is black on white: a copier knows no grey.

    Unit: colour of each painting operator as red, green and blue; ca and CA of each graphics state in use. White text
    has black behind it. Text that no operator paints is not on the sheet. Pictures of pixels are not judged.
    """
    found = []
    for page in case.document.pages:
        for operator, colour in sorted(page.colours, key=str):
            if colour not in (BLACK, WHITE):
                what = "text" if operator == "Tj" else f"a path ({operator})"
                found.append((page.number, what, str(colour), "black or white"))
        found += [(page.number, "transparency", state, "none") for state in sorted(set(page.states))]
        for run in page.runs:
            if run.box and run.colour is None:
                found.append((page.number, f'text "{_short(run)}"', "not painted", "black or white"))
            elif run.box and run.colour == WHITE and not _on_black(run, page):
                found.append((page.number, f'text "{_short(run)}"', "white on white", "black on white"))
    return [Finding("contrast", case.file, *parts) for parts in found]


def lost_text(case: Case) -> list[Finding]:
    """Every glyph is a drawn one that can be seen, and a reader gets it as text.

    Unit: glyphs. Glyph 0 of a font is .notdef, the empty box; a code that ToUnicode leaves out, or gives as U+FFFD, is
    lost to copying, searching and reading aloud. A glyph is hidden when a clipping path takes some of it, a later
    shape covers it, or the glyphs of another marked sequence stand on more than half of it. Which words should be there
    is another judge's affair (words.py).
    """
    found = []
    for page in case.document.pages:
        for run, other, count in _on_each_other(page):
            what = f'"{_short(run)}" and "{_short(other)}"'
            found.append(Finding("lost", case.file, page.number, what, f"{count} glyphs on each other", "none"))
        for run in page.runs:
            missing = sum(glyph.number == 0 for glyph in run.glyphs)
            silent = sum(glyph.number != 0 and glyph.text in (None, "\ufffd", "\0") for glyph in run.glyphs)
            faults = (
                (missing, "drawn as .notdef"),
                (silent, "without a character"),
                (run.cut, "cut off"),
                (_covered(run, page), "covered"),
            )
            for count, fault in faults:
                if count:
                    what = f'"{_short(run)}"'
                    found.append(Finding("lost", case.file, page.number, what, f"{count} glyphs {fault}", "none"))
    return found


def _covered(run: Run, page: Page) -> int:
    """How many glyphs a later shape is painted over."""
    covers = [shape.box for shape in page.shapes if shape.fill is not None and shape.serial > run.serial]
    return sum(any(cover.holds(glyph.box, 0.1) for cover in covers) for glyph in run.glyphs if glyph.box)


def _on_each_other(page: Page) -> Iterator[tuple[Run, Run, int]]:
    """The pairs of runs of which one stands on the other, and how many glyphs of the first do."""
    inked = [(run, box) for run in page.runs if (box := run.box)]
    for (run, box), (other, place) in combinations(inked, 2):
        if run.sequence == other.sequence or not box.meets(place):
            continue
        below = [glyph.box for glyph in other.glyphs if glyph.box]
        count = sum(any(_half(glyph.box, each) for each in below) for glyph in run.glyphs if glyph.box)
        if count:
            yield run, other, count


def _half(one: Box, other: Box) -> bool:
    """Whether more than half of the smaller of two boxes lies in the other."""
    common = one.cut(other)
    return common.width * common.height > min(one.width * one.height, other.width * other.height) / 2


def _room(box: Box, page: Page) -> float:
    return min(box.left, box.bottom, page.size[0] - box.right, page.size[1] - box.top)


def _body(case: Case) -> set[tuple[int, int]]:
    """Page and MCID of all marked content from the first heading on; of all there is, without a heading."""
    marks = case.document.marks
    first = next((at for at, mark in enumerate(marks) if mark.heading), 0)
    return {(mark.page, mark.number) for mark in marks[first:]}


def _notices(page: Page, case: Case) -> set[int]:
    """The runs of a draft notice, furniture wherever it stands: the staff's words, and what is written on their line."""
    if not case.expectation.notices:
        return set()
    words = squeezed(case.expectation.notices[0])
    letters = {
        *"·:\u200b",
        *"".join(case.expectation.notices),
    }  # a reader puts the last beside letters drawn out of order
    boxes = [run.box for run in page.runs if run.box and words in squeezed(run.text)]
    return {
        run.serial
        for run in page.runs
        for box in boxes
        if run.box
        and set(squeezed(run.text)) <= letters
        and box.bottom - 2 < run.box.bottom < run.box.top < box.top + 2
    }


def _on_black(run: Run, page: Page) -> bool:
    return run.box is not None and any(
        shape.fill == BLACK and shape.serial < run.serial and shape.box.holds(run.box, 0.1) for shape in page.shapes
    )


def _short(run: Run) -> str:
    text = run.text.strip()
    return text if len(text) <= 40 else text[:39] + "…"


def _place(box: Box) -> str:
    return f"{box.left:.0f}, {box.bottom:.0f} mm"

"""Judges of what is drawn: boxes, boxes to tick, lines to write on."""

from __future__ import annotations

from .ink import Box, Frame, Page, Shape
from .verdict import Case, Finding

TOUCH = 0.6  # millimetres between an open end and the line that closes it
TICK = 5.0  # millimetres
TICKS = (2.0, 12.0)  # millimetres: an empty square or circle of this size is for ticking
ALONE = 1.5  # millimetres between a box to tick and any other path
PITCH = 9.0  # millimetres from one writing line to the next
ROOM = 7.0  # millimetres over a single writing line
ROUNDING = 0.3  # millimetres
WRITING = 20.0  # millimetres: a shorter line is not for writing
SIDES = ("top", "right", "bottom", "left")


def split_boxes(case: Case) -> list[Finding]:
    """A box is whole on its page.

    Unit: sides. The border of a box is painted as the difference of two rectangles; a box that is cut by a page's end
    has no border there. So a box with both upright sides has its upper and its lower side too, unless another line lies
    along the open end (the draft banner stands on a rule); and no clipping path cuts a side off.
    """
    found = []
    for page in case.document.pages:
        for frame in page.frames:
            top, right, bottom, left = frame.sides
            if not (right and left):
                continue
            outer = frame.outer
            ends = (("top", top, outer.top), ("bottom", bottom, outer.bottom))
            open_ends = [name for name, there, height in ends if not there and not _closed(page, frame, height)]
            whole = (top, right, bottom, left) == (True,) * 4
            if open_ends or (whole and not frame.painted.holds(outer, 0.1)):
                what = f"a box at {outer.left:.0f}, {outer.bottom:.0f} mm"
                measure = f"open at the {' and the '.join(open_ends)}" if open_ends else "cut by a clipping path"
                found.append(Finding("box", case.file, page.number, what, measure, "four sides"))
    return found


def ticks(case: Case) -> list[Finding]:
    """A box to tick is at least 5 mm wide and high.

    Unit: millimetres, outer edges. A box to tick is an empty frame with four sides, or an empty stroked path that
    stands alone (a drawing has more than one), of 2 to 12 mm in both directions.
    """
    found = []
    for page in case.document.pages:
        for box in tick_boxes(page):
            if min(box.width, box.height) < TICK - 0.05:
                what = f"a box to tick at {box.left:.0f}, {box.bottom:.0f} mm"
                measure = f"{box.width:.1f} x {box.height:.1f} mm"
                found.append(Finding("tick", case.file, page.number, what, measure, f"{TICK:g} mm"))
    return found


def writing_lines(case: Case) -> list[Finding]:
    """There is room to write: 9 mm from line to line, 7 mm over a line that stands alone.

    Unit: millimetres from the line's lower edge to that of the line above, or to the lowest ink of whatever else stands
    above any part of it; 0.3 mm are rounding. A writing line is the lower border of a box with no other border and nothing in
    it, at least 20 mm long. Rules between parts are borders of boxes that hold text.
    """
    found = []
    for page in case.document.pages:
        lines = lines_to_write_on(page)
        ink = page.ink
        for line in lines:
            above = [box for box in ink if box.bottom > line.top - 0.01 and _beside(box, line)]
            nearest = min(above, key=lambda box: box.bottom, default=None)
            if nearest is None:
                continue
            stacked = any(_same(nearest, other) for other in lines)
            room = nearest.bottom - line.bottom
            limit = PITCH if stacked else ROOM
            if room < limit - ROUNDING:
                what = f"a writing line at {line.left:.0f}, {line.bottom:.0f} mm"
                measure = f"{room:.1f} mm {'to the line above' if stacked else 'to what stands above'}"
                found.append(Finding("writing", case.file, page.number, what, measure, f"{limit:g} mm"))
    return found


def _closed(page: Page, frame: Frame, height: float) -> bool:
    """Whether a line lies along the open end of a frame at this height."""
    lines = [edge for other in page.frames if other is not frame for edge in other.edges]
    lines += [shape.box for shape in page.shapes if shape.inked]
    return any(
        line.bottom - TOUCH <= height <= line.top + TOUCH
        and line.height < 2
        and line.left <= frame.outer.left + TOUCH
        and line.right >= frame.outer.right - TOUCH
        for line in lines
    )


def tick_boxes(page: Page) -> list[Box]:
    """Everything that looks like a box to tick."""
    smallest, largest = TICKS
    ink = page.ink
    boxes = [(frame.outer, frame.inner) for frame in page.frames if all(frame.sides)]
    boxes += [
        (shape.box, shape.parts[0])
        for shape in page.shapes
        if shape.stroke is not None and shape.inked and len(shape.parts) == 1 and _alone(shape, page)
    ]
    return [
        box
        for box, hole in boxes
        if smallest <= min(box.width, box.height)
        and max(box.width, box.height) <= largest
        and not any(hole.meets(other) and not _same(other, box) for other in ink)
    ]


def lines_to_write_on(page: Page) -> list[Box]:
    """The lower borders of empty boxes that have no other."""
    return [frame.outer._replace(top=frame.inner.bottom) for frame in page.frames if _is_writing_line(frame, page)]


def _alone(shape: Shape, page: Page) -> bool:
    left, bottom, right, top = shape.box
    near = Box(left - ALONE, bottom - ALONE, right + ALONE, top + ALONE)
    return not any(other is not shape and near.meets(other.box) for other in page.shapes)


def _is_writing_line(frame: Frame, page: Page) -> bool:
    if frame.sides != (False, False, True, False) or frame.outer.width < WRITING or frame.dashed:
        return False
    return not any(run.box and frame.inner.meets(run.box) for run in page.runs)


def _beside(box: Box, line: Box) -> bool:
    return min(box.right, line.right) - max(box.left, line.left) > 1


def _same(one: Box, other: Box) -> bool:
    return all(abs(a - b) < 0.1 for a, b in zip(one, other, strict=True))

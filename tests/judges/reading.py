"""A PDF as ink on paper: glyphs, shapes and frames in millimetres of the sheet, y upwards from its lower edge.

Everything comes from the content streams, the embedded fonts and the tag tree of the file. The sheet lies in the middle
of the MediaBox; of an imposed file, two half sheets lie there side by side, and each is a page.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from .fonts import Font
from .graphics import IDENTITY, SET, Matrix, Pen, State, hull, six, spread, times
from .ink import BLACK, SHEET, WHITE, Box, Colour, Document, Frame, Glyph, Mark, Page, Run, Shape, around

MM = 25.4 / 72  # millimetres in a point
CLIPPED = 0.2  # millimetres of a glyph that a clipping path may take


def read(pdf: bytes, size: tuple[float, float] = SHEET, *, imposed: bool = False) -> Document:
    """Read a file whose pages were laid out on sheets of a size; imposed, two of them stand side by side."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        marks = tuple(_marks(document))
        by_page: dict[int, dict[int, Mark]] = {}
        for mark in marks:
            by_page.setdefault(mark.page, {})[mark.number] = mark
        language = str(document.Root.get("/Lang", ""))
        fonts: dict[tuple[int, int], Font] = {}
        pages: list[Page] = []
        for number, sheet in enumerate(document.pages, 1):
            left, bottom, right, top = (float(edge) * MM for edge in sheet.mediabox)
            middle, low = (left + right) / 2, (bottom + top - size[1]) / 2
            reader = _Reader(sheet, by_page.get(number, {}), language, fonts)
            reader.follow(sheet, sheet.Resources, State((MM, 0, 0, MM, 0, 0)), [_Marked()])
            if imposed:
                for left in (middle - size[0], middle):
                    pages.append(_panel(reader, len(pages) + 1, Box(left, low, left + size[0], low + size[1]), middle))
            else:
                pages.append(reader.page(number, size, size[0] / 2 - middle, -low))
        return Document(tuple(pages), marks)


def _panel(reader: _Reader, number: int, place: Box, fold: float) -> Page:
    """What stands on one half of an imposed page. Marks on the fold belong to neither."""

    def here(box: Box | None) -> bool:
        if box is None:
            return False
        return place.left <= (box.left + box.right) / 2 < place.right and not (
            box.width < 1 and abs(box.left - fold) < 1
        )

    part = replace(
        reader,
        runs=[run for run in reader.runs if here(run.box)],
        shapes=[shape for shape in reader.shapes if here(shape.box)],
        frames={key: frame for key, frame in reader.frames.items() if here(frame.outer)},
    )
    return part.page(number, (place.width, place.height), -place.left, -place.bottom)


# --- the tag tree -------------------------------------------------------------------------------


def _marks(document: pikepdf.Pdf) -> Iterator[Mark]:
    numbers = {sheet.obj.objgen: number for number, sheet in enumerate(document.pages, 1)}
    root = document.Root.get("/StructTreeRoot")
    if root is None:
        return

    def walk(kid: Any, page: int, heading: str, language: str) -> Iterator[Mark]:
        if isinstance(kid, pikepdf.Array):
            for each in kid:
                yield from walk(each, page, heading, language)
        elif isinstance(kid, pikepdf.Dictionary):
            page = numbers.get(kid.Pg.objgen, page) if "/Pg" in kid else page
            if kid.get("/Type") == "/MCR":
                yield Mark(page, int(kid.MCID), heading, language)
                return
            name = str(kid.get("/S", "/"))[1:]
            heading = name if re.fullmatch(r"H[1-6]?", name) else heading
            yield from walk(kid.get("/K", pikepdf.Array()), page, heading, str(kid.get("/Lang", language)))
        else:
            yield Mark(page, int(kid), heading, language)

    yield from walk(root.get("/K", pikepdf.Array()), 0, "", str(document.Root.get("/Lang", "")))


# --- content streams ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Marked:
    role: str = ""
    furniture: bool = False
    mark: int = -1
    language: str = ""
    sequence: int = 0
    actual: str = ""


@dataclass(slots=True)
class _Reader:
    """Carries out the operators of one page."""

    sheet: pikepdf.Page
    marks: dict[int, Mark]
    language: str
    fonts: dict[tuple[int, int], Font]
    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    frames: dict[tuple[Box, Box], Frame] = field(default_factory=dict)
    colours: set[tuple[str, Colour]] = field(default_factory=set)
    states: list[str] = field(default_factory=list)
    serial: int = 0

    def page(self, number: int, size: tuple[float, float], across: float, up: float) -> Page:
        """Everything, moved to where the sheet's lower left corner is the origin."""

        def glyph(one: Glyph) -> Glyph:
            return replace(one, box=one.box and one.box.moved(across, up))

        return Page(
            number,
            size,
            tuple(replace(run, glyphs=tuple(map(glyph, run.glyphs))) for run in self.runs),
            tuple(
                replace(
                    shape, box=shape.box.moved(across, up), parts=tuple(part.moved(across, up) for part in shape.parts)
                )
                for shape in self.shapes
            ),
            tuple(
                Frame(
                    frame.outer.moved(across, up),
                    frame.inner.moved(across, up),
                    frame.painted.moved(across, up),
                    frame.dashed,
                )
                for frame in self.frames.values()
            ),
            frozenset(self.colours),
            tuple(self.states),
        )

    def follow(self, stream: Any, resources: Any, state: State, marked: list[_Marked]) -> None:
        """Carry out a content stream."""
        pen = Pen(state)
        for operands, name in pikepdf.parse_content_stream(stream):
            operator = str(name)
            match operator:
                case "BMC" | "BDC":
                    marked.append(self.mark(operands, marked[-1], resources))
                case "EMC":
                    marked.pop()
                case "n" | "f" | "F" | "f*" | "S" | "s" | "B" | "B*" | "b" | "b*" | "sh":
                    self.paint(operator, pen.paths, pen.state)
                    pen.finish()
                case "Tj" | "TJ":
                    shown = operands[0] if operator == "TJ" else operands
                    pen.matrix = self.show(shown, pen.matrix, pen.state, marked[-1])
                case "Tf":
                    font = self.font(resources.Font[str(operands[0])])
                    pen.state.font, pen.state.size = font, float(operands[1])
                case "gs":
                    self.note(resources.ExtGState[str(operands[0])])
                case "Do":
                    self.place(resources.XObject[str(operands[0])], resources, pen.state, marked)
                case _ if operator in SET:
                    SET[operator](pen.state, operands, resources)
                case _:
                    pen.move(operator, operands)

    def font(self, font: Any) -> Font:
        if font.objgen not in self.fonts:
            self.fonts[font.objgen] = Font(font)
        return self.fonts[font.objgen]

    def mark(self, operands: Sequence[Any], outer: _Marked, resources: Any) -> _Marked:
        role = str(operands[0])[1:]
        said = operands[1] if len(operands) > 1 else {}
        if isinstance(said, pikepdf.Name):
            said = resources.Properties[str(said)]
        return _Marked(
            "Artifact" if "Artifact" in (role, outer.role) else role,
            outer.furniture or said.get("/Type") == "/Pagination",
            int(said.get("/MCID", outer.mark)),
            str(said.get("/Lang", outer.language)),
            self.next(),
            str(said.get("/ActualText", outer.actual)),
        )

    def note(self, state: Any) -> None:
        """Keep what a graphics state makes transparent."""
        for name in ("/ca", "/CA"):
            if float(state.get(name, 1)) < 1:
                self.states.append(f"{name} {float(state[name]):g}")
        if isinstance(state.get("/SMask"), pikepdf.Dictionary):
            self.states.append("/SMask")
        if str(state.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"):
            self.states.append(f"/BM {state.BM}")

    def place(self, thing: Any, resources: Any, state: State, marked: list[_Marked]) -> None:
        if thing.get("/Subtype") == "/Form":
            inside = replace(state, ctm=times(six(thing.get("/Matrix", IDENTITY)), state.ctm))
            corners = tuple(float(edge) for edge in thing.BBox)
            inside.clip = inside.clip.cut(spread(inside.ctm, corners))  # type: ignore[arg-type]
            self.follow(thing, thing.get("/Resources", resources), inside, marked)
        else:  # the colours of a picture are its own affair
            box = spread(state.ctm, (0, 0, 1, 1)).cut(state.clip)
            self.shapes.append(Shape(box, BLACK, None, (box,), dashed=False, serial=self.next()))

    def next(self) -> int:
        self.serial += 1
        return self.serial

    def paint(self, operator: str, paths: list[list[tuple[float, float]]], state: State) -> None:
        if operator == "sh":
            self.add(operator, "a shading", None, [state.clip], state)
        parts = [hull(path) for path in paths if path]
        if operator in ("n", "sh") or not parts:
            return
        filled, stroked = operator[0] in "fFBb", operator[0] in "SsBb"
        if filled and not stroked and len(parts) == 2 and state.fill != WHITE:
            outer, inner = sorted(parts, key=lambda part: (part.width, part.height), reverse=True)
            if outer.holds(inner) and outer != inner and operator.endswith("*"):
                self.border(outer, inner, state)
                return
        self.add(operator, state.fill if filled else None, state.stroke if stroked else None, parts, state)

    def border(self, outer: Box, inner: Box, state: State) -> None:
        """Add what one pass paints of a border: all of it, or one side through a clipping path."""
        self.colours.add(("f", state.fill))
        key = Box(*(round(edge, 2) for edge in outer)), Box(*(round(edge, 2) for edge in inner))
        seen = outer.cut(state.clip)
        if seen.width <= 0 or seen.height <= 0:
            return
        known = self.frames.get(key)
        painted = around([seen, known.painted]) if known else seen
        self.frames[key] = Frame(outer, inner, painted, state.dashed)

    def add(
        self, operator: str, fill: Colour | None, stroke: Colour | None, parts: Sequence[Box], state: State
    ) -> None:
        whole = around(parts)
        if stroke is not None:
            reach = state.line * math.sqrt(abs(state.ctm[0] * state.ctm[3] - state.ctm[1] * state.ctm[2])) / 2
            whole = Box(whole.left - reach, whole.bottom - reach, whole.right + reach, whole.top + reach)
        seen = whole.cut(state.clip)
        if seen.width <= 0 or seen.height <= 0:
            return
        self.colours.update((operator, colour) for colour in (fill, stroke) if colour is not None)
        dashed = state.dashed and stroke is not None
        self.shapes.append(Shape(seen, fill, stroke, tuple(parts), dashed, self.next()))

    def show(self, parts: Iterable[Any], matrix: Matrix, state: State, marked: _Marked) -> Matrix:
        font = state.font
        assert font is not None, "text without a font"
        glyphs, cut = [], 0
        for part in parts:
            if not isinstance(part, pikepdf.String):
                matrix = times((1, 0, 0, 1, -float(part) / 1000 * state.size * state.stretch, 0), matrix)
                continue
            data = bytes(part)
            for at in range(0, len(data), 2):
                code = int.from_bytes(data[at : at + 2], "big")
                number = font.glyph(code)
                bounds = font.box(number)
                place = times(times((state.size * state.stretch, 0, 0, state.size, 0, state.rise), matrix), state.ctm)
                box = spread(place, bounds) if bounds else None
                cut += box is not None and not state.clip.holds(box, CLIPPED)
                glyphs.append(Glyph(number, font.text(code), box))
                advance = (font.width(code) / 1000 * state.size + state.spacing) * state.stretch
                matrix = times((1, 0, 0, 1, advance, 0), matrix)
        a, b, c, d, _, _ = times(matrix, state.ctm)
        size = state.size * math.sqrt(abs(a * d - b * c)) / MM
        colour: Colour | None = None if state.mode in (3, 7) else state.stroke if state.mode in (1, 5) else state.fill
        own = self.marks.get(marked.mark) if marked.role != "Artifact" else None
        if colour is not None:
            self.colours.add(("Tj", colour))
        language = marked.language or (own.language if own else self.language)
        self.runs.append(
            Run(
                tuple(glyphs),
                size,
                colour,
                marked.role,
                marked.furniture,
                bool(own and own.heading),
                language,
                marked.mark if own else -1,
                self.next(),
                marked.sequence,
                marked.actual,
                cut,
            )
        )
        return matrix

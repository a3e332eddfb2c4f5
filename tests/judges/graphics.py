"""The graphics state of a content stream, as far as ink on paper depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from .fonts import Font
from .ink import BLACK, Box, Colour

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
EVERYWHERE = Box(-1e6, -1e6, 1e6, 1e6)


@dataclass(slots=True)
class State:
    """The graphics state, as far as ink on paper depends on it."""

    ctm: Matrix
    clip: Box = EVERYWHERE
    fill: Colour = BLACK
    stroke: Colour = BLACK
    fill_space: str = ""
    stroke_space: str = ""
    line: float = 1
    dashed: bool = False
    font: Font | None = None
    size: float = 0
    spacing: float = 0
    word: float = 0
    stretch: float = 1
    leading: float = 0
    rise: float = 0
    mode: int = 0


def times(one: Matrix, other: Matrix) -> Matrix:
    """`one` first, then `other`."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def spread(matrix: Matrix, box: tuple[float, float, float, float]) -> Box:
    left, bottom, right, top = box
    xs, ys = zip(*(_at(matrix, x, y) for x in (left, right) for y in (bottom, top)), strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(slots=True)
class Pen:
    """Where the next path or text goes."""

    state: State
    stack: list[State] = field(default_factory=list)
    paths: list[list[tuple[float, float]]] = field(default_factory=list)
    clipping: bool = False
    line: Matrix = IDENTITY
    matrix: Matrix = IDENTITY

    def move(self, operator: str, operands: Sequence[Any]) -> None:
        """Carry out an operator that saves, moves or begins something."""
        match operator:
            case "q":
                self.stack.append(replace(self.state))
            case "Q":
                self.state = self.stack.pop()
            case "cm":
                self.state.ctm = times(six(operands), self.state.ctm)
            case "W" | "W*":
                self.clipping = True
            case "m" | "l" | "c" | "v" | "y" | "re":
                self.draw(operator, [float(operand) for operand in operands])
            case "BT":
                self.line = self.matrix = IDENTITY
            case "Tm":
                self.line = self.matrix = six(operands)
            case "Td" | "TD" | "T*":
                x, y = (0.0, -self.state.leading) if operator == "T*" else map(float, operands)
                self.state.leading = -y if operator == "TD" else self.state.leading
                self.line = self.matrix = times((1, 0, 0, 1, x, y), self.line)

    def draw(self, operator: str, numbers: Sequence[float]) -> None:
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if operator == "re":
            (x, y), (width, height) = points
            points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        if operator in ("m", "re"):
            self.paths.append([])
        self.paths[-1] += [_at(self.state.ctm, x, y) for x, y in points]

    def finish(self) -> None:
        """End a path, which may have become a clipping path."""
        if self.clipping and self.paths:
            self.state.clip = self.state.clip.cut(hull([point for path in self.paths for point in path]))
        self.paths, self.clipping = [], False


def six(operands: Iterable[Any]) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


def hull(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


_PLAIN = ("DeviceGray", "DeviceRGB", "DeviceCMYK", "ICCBased")


def _space(name: Any, resources: Any) -> str:
    found = resources.get("/ColorSpace", {}).get(str(name), name)
    return str(found[0] if isinstance(found, pikepdf.Array) else found)[1:]


def _colour(operands: Sequence[Any]) -> Colour:
    values = [round(float(value), 4) for value in operands]
    if len(values) == 1:
        return (values[0],) * 3
    if len(values) == 4:
        cyan, magenta, yellow, black = values
        return tuple((1 - ink) * (1 - black) for ink in (cyan, magenta, yellow))
    return tuple(values)


def _to(name: str) -> Callable[[State, Sequence[Any], Any], None]:
    """Set a number of the graphics state."""
    return lambda state, operands, _: setattr(state, name, float(operands[0]))


def _paint_with(name: str) -> Callable[[State, Sequence[Any], Any], None]:
    """Set a colour in the colour space of its name."""

    def change(state: State, operands: Sequence[Any], _resources: Any) -> None:
        space = getattr(state, f"{name}_space")
        setattr(state, name, _colour(operands) if space in _PLAIN else f"a colour of {space}")

    return change


def _choose_space(name: str) -> Callable[[State, Sequence[Any], Any], None]:
    """Set a colour space; its first colour is black."""

    def change(state: State, operands: Sequence[Any], resources: Any) -> None:
        setattr(state, f"{name}_space", _space(operands[0], resources))
        setattr(state, name, BLACK)

    return change


def _colour_of(name: str) -> Callable[[State, Sequence[Any], Any], None]:
    return lambda state, operands, _: setattr(state, name, _colour(operands))


# The operators that only change the graphics state.
SET: dict[str, Callable[[State, Sequence[Any], Any], None]] = {
    **dict.fromkeys(("g", "rg", "k"), _colour_of("fill")),
    **dict.fromkeys(("G", "RG", "K"), _colour_of("stroke")),
    **dict.fromkeys(("sc", "scn"), _paint_with("fill")),
    **dict.fromkeys(("SC", "SCN"), _paint_with("stroke")),
    "cs": _choose_space("fill"),
    "CS": _choose_space("stroke"),
    "w": _to("line"),
    "Tc": _to("spacing"),
    "TL": _to("leading"),
    "Ts": _to("rise"),
    "Tr": _to("mode"),
    "Tz": lambda state, operands, _: setattr(state, "stretch", float(operands[0]) / 100),
    "d": lambda state, operands, _: setattr(state, "dashed", len(operands[0]) > 0),
}

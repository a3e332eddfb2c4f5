"""Ink on paper: glyphs, shapes and frames in millimetres of the sheet, y upwards from its lower edge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

SHEET = (210.0, 279.4)  # millimetres: what every full page is laid out on

BLACK = (0.0, 0.0, 0.0)
WHITE = (1.0, 1.0, 1.0)

Colour = tuple[float, ...] | str  # red, green and blue; else what it is, in words


class Box(NamedTuple):
    """A rectangle in millimetres."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def moved(self, across: float, up: float) -> Box:
        return Box(self.left + across, self.bottom + up, self.right + across, self.top + up)

    def cut(self, other: Box) -> Box:
        """What both have in common; it may have no area."""
        left, bottom = max(self.left, other.left), max(self.bottom, other.bottom)
        return Box(left, bottom, max(left, min(self.right, other.right)), max(bottom, min(self.top, other.top)))

    def holds(self, other: Box, slack: float = 0.01) -> bool:
        return (
            self.left - slack <= other.left
            and self.bottom - slack <= other.bottom
            and other.right <= self.right + slack
            and other.top <= self.top + slack
        )

    def meets(self, other: Box) -> bool:
        """Whether they overlap by more than a hair's breadth."""
        common = self.cut(other)
        return common.width > 0.05 and common.height > 0.05


def around(boxes: Iterable[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return Box(min(lefts), min(bottoms), max(rights), max(tops))


@dataclass(frozen=True, slots=True)
class Glyph:
    number: int  # in the font; 0 is .notdef
    text: str | None  # what ToUnicode says; None where it says nothing
    box: Box | None  # of its ink; None for a blank


@dataclass(frozen=True, slots=True)
class Run:
    """What one text-showing operator shows."""

    glyphs: tuple[Glyph, ...]
    size: float  # points on paper
    colour: Colour | None  # None: not painted at all
    role: str  # "Artifact", or the structure element that owns it: "Span"
    furniture: bool  # a running head or foot
    heading: bool
    language: str
    mark: int  # MCID; -1 outside the tag tree
    serial: int  # position among everything painted on the page
    sequence: int  # which marked sequence of the page shows it
    actual: str  # what /ActualText says of the whole sequence; empty where the glyphs say it
    cut: int  # glyphs of which a clipping path hides something

    @property
    def text(self) -> str:
        return "".join(glyph.text or "" for glyph in self.glyphs)

    @property
    def box(self) -> Box | None:
        boxes = [glyph.box for glyph in self.glyphs if glyph.box]
        return around(boxes) if boxes else None


@dataclass(frozen=True, slots=True)
class Shape:
    """One path as it is painted."""

    box: Box  # with the stroke's width, after clipping
    fill: Colour | None
    stroke: Colour | None
    parts: tuple[Box, ...]  # its subpaths
    dashed: bool
    serial: int

    @property
    def inked(self) -> bool:
        return (self.fill not in (None, WHITE) or self.stroke not in (None, WHITE)) and max(self.box[2:]) > -1e5


@dataclass(frozen=True, slots=True)
class Frame:
    """The border of a box: the even-odd difference of two rectangles, round or not. A side of no width has no border."""

    outer: Box
    inner: Box
    painted: Box  # as much of it as its clipping paths let through
    dashed: bool

    @property
    def widths(self) -> tuple[float, float, float, float]:
        """Top, right, bottom, left."""
        outer, inner = self.outer, self.inner
        return (
            outer.top - inner.top,
            outer.right - inner.right,
            inner.bottom - outer.bottom,
            inner.left - outer.left,
        )

    @property
    def sides(self) -> tuple[bool, bool, bool, bool]:
        top, right, bottom, left = (width > 0.02 for width in self.widths)
        return top, right, bottom, left

    @property
    def edges(self) -> list[Box]:
        """The strips that are painted."""
        outer, inner = self.outer, self.inner
        strips = (
            outer._replace(bottom=inner.top),
            outer._replace(left=inner.right),
            outer._replace(top=inner.bottom),
            outer._replace(right=inner.left),
        )
        return [strip.cut(self.painted) for strip, there in zip(strips, self.sides, strict=True) if there]


@dataclass(frozen=True, slots=True)
class Page:
    number: int  # from 1
    size: tuple[float, float]  # of the sheet, in millimetres
    runs: tuple[Run, ...]
    shapes: tuple[Shape, ...]  # frames not among them
    frames: tuple[Frame, ...]
    colours: frozenset[tuple[str, Colour]]  # every (operator, colour) that painted something
    states: tuple[str, ...]  # transparent graphics states in use, in words

    @property
    def ink(self) -> list[Box]:
        """Everything that is not paper: text, shapes, the sides of frames."""
        texts = [run.box for run in self.runs if run.box and run.colour not in (None, WHITE)]
        shapes = [shape.box for shape in self.shapes if shape.inked]
        return [*texts, *shapes, *(edge for frame in self.frames for edge in frame.edges)]


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of marked content in the order of the tag tree."""

    page: int  # from 1
    number: int  # MCID
    heading: str  # "H2", or nothing
    language: str


@dataclass(frozen=True, slots=True)
class Document:
    pages: tuple[Page, ...]
    marks: tuple[Mark, ...]  # in reading order

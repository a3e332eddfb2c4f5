"""Lines that were written before: what `shortcuts` spares Pango and WeasyPrint 70's drawing of text.

To write a line on a page, WeasyPrint shapes it once more and asks for each of its glyphs. What it writes depends on the
words, their style and nothing of the page but the place; what it leaves with the document's fonts are each glyph's
width and the letters it stands for. `lines` keeps one `Ink` with each line, and forgets it with the line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from weasyprint.matrix import Matrix
from weasyprint.text.fonts import get_pango_font_key

if TYPE_CHECKING:
    from collections.abc import Callable

_Key = int  # of a font in a document, whatever its size
_SMALLEST = 1e-6  # pixels: smaller letters are not drawn


class _UnfitError(Exception):
    """A line that has to be written in the renderer's own way."""


@dataclass(slots=True)
class _Face:
    """A font as one line uses it; WeasyPrint's drawing takes it for a font of the document."""

    key: _Key
    hash: str
    font: Any  # Pango's
    widths: dict[int, int]  # of every glyph that any line had in this size
    to_unicode: dict[int, str] = field(default_factory=dict)
    bitmap: bool = False
    png: bool = False
    svg: bool = False
    colr: bool = False

    def get_unused_glyph_id(self, _code: int) -> int:
        raise _UnfitError  # a letter without a glyph, which a document gives a number of its own


@dataclass(slots=True)
class Ink:
    """What a line writes, once it was written: `steps`, and the fonts they need. A line may be unfit to be kept."""

    voice: int  # of its style
    fit: bool = True
    steps: tuple[tuple[str, tuple[Any, ...]], ...] | None = None
    faces: tuple[_Face, ...] = ()

    @classmethod
    def of(cls, style: Any, voice: int) -> Ink:  # noqa: ANN401  # upstream's, as all types here
        """What a line in this style will write; a line that is drawn along it is drawn along blanks as well."""
        return cls(voice, fit=style["text_decoration_line"] == "none" and style["font_size"] >= _SMALLEST)


class _Note:
    """Stands for the stream of a page while a line is written for the first time."""

    def __init__(self, stream: Any, known: _Known, layout: Any) -> None:  # noqa: ANN401
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect
        self.steps: list[tuple[str, tuple[Any, ...]]] = []
        self.faces: dict[_Key, _Face] = {}
        self._stream, self._known, self._layout = stream, known, layout

    def add_font(self, pango_font: Any) -> tuple[_Face, float]:  # noqa: ANN401
        key, _, size = get_pango_font_key(pango_font)
        if key not in self.faces:
            font, _ = self._stream.add_font(pango_font)
            if font.bitmap or font.png or font.svg or font.colr:
                raise _UnfitError
            kept, _ = self._known.fonts.setdefault((key, size), (pango_font, self._layout.layout))
            self.faces[key] = _Face(key, font.hash, kept, self._known.widths.setdefault((key, size), {}))
        return self.faces[key], size

    def set_text_matrix(self, *_place: float) -> None:
        """Leave the place to the page."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name not in {"set_font_size", "show_text", "set_text_rise"}:
            raise _UnfitError
        return lambda *said: self.steps.append((name, said))


class _Known:
    """What is found out of the fonts of a process."""

    def __init__(self) -> None:
        self.widths: dict[tuple[_Key, float], dict[int, int]] = {}
        self.fonts: dict[tuple[_Key, float], tuple[Any, Any]] = {}  # Pango's font, and a layout that keeps it


def draw(upstream: Callable[..., None], write: Callable[..., list[Any]]) -> Callable[..., None]:
    """Draw a line with plain text as it was drawn before; `write` is what upstream's drawing calls for the glyphs."""

    def draw_text(stream: Any, box: Any, offset: float, overflow: str, *ellipsis: Any) -> None:  # noqa: ANN401
        style = box.style
        ink: Ink | None = box.pango_layout.__dict__.get("ink")
        if (
            ink is None
            or not ink.fit
            or ink.voice != style.__dict__.get("voice")
            or overflow == "ellipsis"
            or ellipsis != ("none",)
            or style["visibility"] != "visible"
        ):
            upstream(stream, box, offset, overflow, *ellipsis)
            return
        words = bool(box.text.strip())
        if words and not (_written(ink, stream, box, write) and _ready(ink, stream)):
            upstream(stream, box, offset, overflow, *ellipsis)
            return
        stream.set_color(style["color"])
        stream.begin_text()
        if words:
            stream.set_text_matrix(*Matrix(d=-1, e=box.position_x, f=box.position_y + box.baseline).values)
            for name, said in ink.steps or ():
                getattr(stream, name)(*said)
        stream.end_text()

    return draw_text


def _written(ink: Ink, stream: Any, box: Any, write: Callable[..., list[Any]]) -> bool:  # noqa: ANN401
    """Whether what a line writes is known, now at the latest."""
    if ink.steps is not None:
        return True
    layout, style = box.pango_layout, box.style
    known: _Known = style.font_config.__dict__.setdefault("known_of_fonts", _Known())
    layout.reactivate(style)
    note = _Note(stream, known, layout)
    try:
        ink.fit = not write(note, box, "clip", "none", Matrix())
    except _UnfitError:
        ink.fit = False
    layout.deactivate()
    if ink.fit:
        ink.steps, ink.faces = tuple(note.steps), tuple(note.faces.values())
    return ink.fit


def _ready(ink: Ink, stream: Any) -> bool:  # noqa: ANN401
    """Leave with the document's fonts what the line would; False where one was first seen in another size.

    A width is rounded in thousandths of the size that a glyph was first drawn in, and what is missing to the place of
    the next glyph is written between them.
    """
    for face in ink.faces:
        font = stream._fonts.get(face.key)  # noqa: SLF001  # there is no public way
        if font is None:
            font, _ = stream.add_font(face.font)
        for glyph, letters in face.to_unicode.items():
            width = face.widths[glyph]
            if font.widths.setdefault(glyph, width) != width:
                return False
            font.to_unicode.setdefault(glyph, letters)
    return True

"""Lines that were broken before: what `shortcuts` spares Pango and WeasyPrint 70's own text module.

The sheets of a language have most of their sentences in common: those of a kind, of a topic, of any age. Where a
sentence, its style and its room are the same, its lines are. Nothing is kept of a document with words of a family.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from weasyprint.text.line_break import Layout

from builder.typeset.ink import Ink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Whatever of a style the text module asks for, but `white-space`: upstream sets that anew in a finished style.
_NAMES = (
    "lang", "direction", "font_language_override", "font_family", "font_style", "font_stretch", "font_weight",
    "font_size", "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
    "font_variation_settings", "letter_spacing", "word_spacing", "tab_size", "overflow_wrap", "word_break", "hyphens",
    "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "text_decoration_line",
)  # fmt: skip
_MOST = 8_192  # lines that are kept: some 100 sheets; a line and what it writes take two kilobytes

_Known = tuple[dict[str, Any], tuple[Any, ...]]  # of a layout that is done with, and what comes with it

_known: dict[tuple[Any, ...], _Known] = {}
_voices: dict[tuple[Any, ...], int] = {}  # what a style says of text -> its number
_numbers = count()  # never given twice: styles outlive what is forgotten
_open = [False]


@contextmanager
def remembered(*, private: bool) -> Iterator[None]:
    """Keep lines for the documents that follow; none of a private one."""
    _open.append(not private)
    try:
        yield
    finally:
        _open.pop()


def forget() -> None:
    """Drop all lines, and what styles say of them."""
    _known.clear()
    _voices.clear()


def split(upstream: Callable[..., Any]) -> Callable[..., Any]:
    """Break a line, or give the same line again: it depends on nothing but what it is asked for by."""

    def split_first_line(text: str, style: Any, context: Any, *room: Any, **start: Any) -> tuple[Any, ...]:  # noqa: ANN401  # upstream's, as all types here
        voice = _voice(style)
        key = text, voice, style["white_space"], room, *start.items()
        known = _known.get(key) if _open[-1] else None
        if known is None:
            made: tuple[Any, ...] = upstream(text, style, context, *room, **start)
            if _open[-1]:
                if len(_known) >= _MOST:
                    forget()
                made[0].ink = Ink.of(style, voice)
                _known[key] = made[0].__dict__.copy(), made[1:]
            return made
        layout = Layout.__new__(Layout)
        layout.__dict__.update(known[0])
        return layout, *known[1]

    return split_first_line


def _voice(style: Any) -> int:  # noqa: ANN401
    known: int | None = style.__dict__.get("voice")
    if known is None:
        said = style.font_config, *(_value(style[name]) for name in _NAMES)
        known = style.voice = _voices[said] if said in _voices else _voices.setdefault(said, next(_numbers))
    return known


def _value(value: Any) -> Any:  # noqa: ANN401
    """A value that can be a key: `text-decoration-line` is a set, and `font-family` may be a list."""
    return repr(value) if isinstance(value, (list, set)) else value


def strut(upstream: Callable[[Any], tuple[float, float]]) -> Callable[[Any], tuple[float, float]]:
    """Ask for the height of a style's empty line once for the style, where upstream spells out its font each time."""

    def height(style: Any) -> tuple[float, float]:  # noqa: ANN401
        keeper = style.__dict__.get("model", style)
        known: tuple[float, float] | None = getattr(keeper, "strut", None)
        if known is None:
            known = keeper.strut = upstream(style)
        return known

    return height

"""Design tokens + stylesheets -> finished CSS, one per type step.

Tokens are resolved here, once per kind and language, because `var()` and `calc()` cost 12 and 7 % of a layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Template

from builder.diagnostics import Diagnostic, did_you_mean
from builder.model import HALF, SHEET, Edition, Kind, Language, Place

# how CSS Counter Styles 3 names the digits of a language record, where it has another name for them
_COUNTERS = {"latin": "decimal", "arabic": "arabic-indic"}
_FRACTIONS = {"lead25": 0.25, "lead50": 0.5, "lead75": 0.75, "lead150": 1.5}
_LAST = "templates/css/editions.css"  # an edition overrides everything before it
_FIRST = ("templates/css/page.css", "templates/css/type.css", "templates/css/elements.css")

PACK = "packs/pack.css"  # below templates/: what only the pages of packs are dressed in
PLAIN = Edition("", "")  # pages of packs know no editions

Tokens = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Voices:
    """The languages a sheet is set in."""

    body: Language
    family: Language
    staff: Language


def sheets(files: Mapping[str, str]) -> dict[str, str]:
    """The stylesheets in the order in which they apply."""
    css = sorted(path for path in files if path.startswith("templates/css/") and path.endswith(".css"))
    first = [path for path in _FIRST if path in css]
    last = [path for path in css if path == _LAST]
    return {path: files[path] for path in [*first, *(p for p in css if p not in {*first, *last}), *last]}


def own(css: Mapping[str, str], kind: str, kinds: Iterable[str]) -> dict[str, str]:
    """The stylesheets of one kind: the shared ones and the one that bears its name."""
    others = {f"templates/css/{other}.css" for other in kinds if other != kind}
    return {path: text for path, text in css.items() if path not in others}


def finished(css: Mapping[str, str], tokens: Tokens, kind: Kind, edition: Edition, voices: Voices) -> tuple[str, ...]:
    """The CSS of a kind and edition in these languages, largest type first. Raises KeyError for an unknown token."""
    steps = edition.type_steps or kind.type_steps
    leading = edition.leading or kind.leading
    merged = _merged(tokens, kind, edition)
    text = Template("\n".join(css.values()))
    return tuple(text.substitute(_values(merged, voices, step, step / steps[0], leading)) for step in steps)


def problems(
    css: Mapping[str, str], tokens: Tokens, kind: Kind, edition: Edition, language: Language
) -> list[Diagnostic]:
    """Tokens that a stylesheet names and nobody defines."""
    known = set(_values(_merged(tokens, kind, edition), Voices(language, language, language), 12, 1, 6))
    found = []
    for path, text in css.items():
        for token in Template.pattern.finditer(text):
            name = token["named"] or token["braced"]
            place = Place(path, text.count("\n", 0, token.start()) + 1)
            if token["invalid"] is not None:
                found.append(Diagnostic("template", place, 'a "$" that names no token', "write $$ for the sign"))
            elif name and name not in known:
                hint = did_you_mean(name, known) or "define it in templates/tokens.yaml"
                found.append(Diagnostic("template", place, f"no token ${name}", hint))
    return found


def _merged(tokens: Tokens, kind: Kind, edition: Edition) -> dict[str, object]:
    """A kind's measures over the base, an edition's over both."""
    width, height = HALF if kind.half_sheet or edition.imposition else SHEET
    merged: dict[str, object] = {"page_width": _millimetres(width), "page_height": _millimetres(height)}
    half = "half-page" if edition.imposition else ""
    for name in ("base", kind.id, half, edition.id, f"{kind.id}-{edition.id}"):
        merged.update(tokens.get(name, {}))
    return merged


def _values(merged: Mapping[str, object], voices: Voices, step: float, share: float, leading: float) -> dict[str, str]:
    """Every token's value at a type step of `step` points, which is `share` of the first."""
    scales = merged.get("scale", {})
    values = {name: str(value) for name, value in merged.items() if name != "scale"}
    lead = leading * share * voices.body.line_height
    values["body"] = _points(step * voices.body.size)
    values["leading"] = _millimetres(lead)
    values.update({name: _millimetres(lead * part) for name, part in _FRACTIONS.items()})
    for name, (size, line) in scales.items() if isinstance(scales, Mapping) else ():
        values[name] = _points(float(size) * share * voices.body.size)
        values[f"{name}_leading"] = _millimetres(float(line) * share * voices.body.line_height)
    values["font"] = _families(voices.body)
    values["digits"] = _COUNTERS.get(voices.body.digits, voices.body.digits)
    for voice, language in (("family", voices.family), ("staff", voices.staff)):
        values[f"{voice}_font"] = _families(language)
        values[f"{voice}_body"] = _points(step * language.size)
        values[f"{voice}_leading"] = _millimetres(leading * share * language.line_height)
    return values


def spoken(languages: Iterable[Language], body: Language) -> str:
    """CSS for a page that many languages stand on: each in its own fonts, a block of it at its own size."""
    return "\n".join(
        f'[lang="{each.tag}"] {{ font-family: {_families(each)} }}\n'
        f'.spoken[lang="{each.tag}"] {{ font-size: {each.size / body.size:.3f}em;'
        f" line-height: {each.line_height * body.size / each.size / body.line_height:.3f}lh }}"
        for each in languages
    )


def _points(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "pt"


def _millimetres(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") + "mm"


def _families(language: Language) -> str:
    return ", ".join(f'"{family}"' for family in language.fonts)

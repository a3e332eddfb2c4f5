"""Rules about settings, registries and drawings: what is named exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from builder import styles
from builder.check.common import covered, has_record, where
from builder.diagnostics import Diagnostic, among, did_you_mean
from builder.fonts import FontError
from builder.model import Kind, Library, Place
from builder.project import Project

_SETTINGS = "program.yaml"
_SHAPES = frozenset(["svg", "g", "path", "circle", "rect", "ellipse", "line", "polyline", "polygon", "title"])


def unknown_names(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Settings and kinds name what exists."""
    program = library.program
    wanted: list[tuple[str, tuple[str, ...], Mapping[str, object]]] = [
        ("language", (program.staff_language, *program.shelf.languages), library.languages),
        ("paper", program.shelf.papers, library.papers),
        ("edition", program.shelf.editions, library.editions),
        ("kind", program.shelf.kinds, library.kinds),
    ]
    for what, names, known in wanted:
        for name in dict.fromkeys(names):
            if name not in known and not has_record(project, name):
                place = where(project, _SETTINGS, name)
                hint = did_you_mean(name, known) or (what == "language") * "`handouts list --languages` names all"
                yield Diagnostic("unknown-name", place, f'there is no {what} "{name}"', hint)
    for name in dict.fromkeys((program.staff_language, *program.shelf.languages)):
        if name in library.languages and library.languages[name].pseudo:
            fact = f'"{name}" is no language that people read: it tries a layout'
            hint = f"leave it out here; `handouts build --language {name}` makes it"
            yield Diagnostic("unknown-name", where(project, _SETTINGS, name), fact, hint)
    for kind in library.kinds.values():
        yield from _unknown_in_kind(project, kind, library)
    for edition in library.editions.values():
        yield from _unknown_kinds(project, "templates/editions.yaml", edition.kinds, library, f"{edition.id}: ")
    for topic in library.topics:
        yield from _unknown_kinds(project, topic.place.file, topic.kinds, library)


def _unknown_in_kind(project: Project, kind: Kind, library: Library) -> Iterator[Diagnostic]:
    needs = dict.fromkeys((*kind.needs, *(key for setting in kind.settings.values() for key in setting.needs)))
    for key in dict.fromkeys((*kind.wants, *needs)):
        place = where(project, "templates/kinds.yaml", key)
        if key not in library.elements:
            fact = f'{kind.id}: there is no element "{key}"'
            yield Diagnostic("unknown-name", place, fact, among(key, library.elements))
        elif key not in kind.wants:
            yield Diagnostic("unknown-name", place, f'{kind.id} needs "{key}" but does not want it', "add it to wants")
    for name, setting in kind.settings.items():
        for key in setting.needs:
            own = library.elements[key].setting if key in library.elements else ""
            if own not in {"", name}:
                fact = f'{kind.id}: {name} needs "{key}", which is printed in the setting "{own}" only'
                place = where(project, "templates/kinds.yaml", key)
                yield Diagnostic("unknown-name", place, fact, "take it out of these needs")


def _unknown_kinds(
    project: Project, file: str, names: tuple[str, ...], library: Library, whose: str = ""
) -> Iterator[Diagnostic]:
    for name in dict.fromkeys(names):
        if name not in library.kinds:
            fact = f'{whose}there is no kind "{name}"'
            yield Diagnostic("unknown-name", where(project, file, name), fact, among(name, library.kinds))


def missing_logo(project: Project, library: Library) -> Iterator[Diagnostic]:
    """The program's logo is a picture of the project."""
    logo = library.program.logo
    if logo and f"content/{logo}" not in project.sources.files:
        hint = "a PNG picture in content/assets: logo: assets/logo.png"
        yield Diagnostic("missing-file", where(project, _SETTINGS, logo), f'there is no picture "{logo[:60]}"', hint)


def broken_pictures(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Pictures of the project can be put on a page."""
    del library
    for path in project.sources.under("content/assets/", ".png"):
        from builder import pictures  # late: few projects have a picture, and Pillow takes its time

        if found := pictures.fault(project.sources.files[path]):
            yield Diagnostic("bad-picture", Place(path), f"the picture {found}", "save it again as a smaller PNG")


def unknown_tokens(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Stylesheets use tokens that are defined for every kind and edition they apply to."""
    language = next(iter(library.languages.values()), None)
    if language is None:
        return
    seen: set[Diagnostic] = set()
    for kind in library.kinds.values():
        css = styles.own(project.css, kind.id, library.kinds)
        for edition in library.editions.values():
            seen |= set(styles.problems(css, project.tokens, kind, edition, language))
    own = {f"templates/{styles.PACK}": project.templates.files.get(styles.PACK, "")}
    for page in library.pack_pages.values():
        css = styles.own(project.css, "", library.kinds) | own
        seen |= set(styles.problems(css, project.tokens, page, styles.PLAIN, language))
    yield from seen


def broken_drawings(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Drawings can be put on a page: plain shapes, with a viewBox that has a size."""
    del library
    for path, text in sorted(project.templates.files.items()):
        if path.endswith(".svg"):
            for fact, hint in _drawing_faults(text):
                yield Diagnostic("bad-drawing", Place(f"templates/{path}"), fact, hint)


def _drawing_faults(svg: str) -> Iterator[tuple[str, str]]:
    grid = 'draw on a grid, such as viewBox="0 0 24 24"'
    box = re.search(r'<svg\b[^>]*\bviewBox="([^"]*)"', svg)
    numbers = re.findall(r"-?\d+(?:\.\d+)?", box.group(1)) if box else []
    if len(numbers) != 4 or float(numbers[2]) <= 0 or float(numbers[3]) <= 0:
        yield "its viewBox has no size", grid
    for tag in sorted(set(re.findall(r"<([A-Za-z][\w:-]*)", svg)) - _SHAPES):
        yield f"<{tag}> in a drawing", "plain shapes only: path, circle, rect, ellipse, line"
    if re.search(r"\b(href|style|on\w+)\s*=|<!|<\?", svg):
        yield "a link, style or declaration in a drawing", "plain shapes and attributes only"
    if not svg.rstrip().endswith("</svg>"):
        yield "it does not end with </svg>", "save it as a plain SVG file"


def unknown_settings(project: Project, library: Library) -> Iterator[Diagnostic]:
    """An element's setting is one that a kind has."""
    known = sorted({setting for kind in library.kinds.values() for setting in kind.settings})
    for spec in library.elements.values():
        if spec.setting and spec.setting not in known:
            place = where(project, "templates/elements.yaml", spec.setting)
            fact = f'{spec.key}: no kind has the setting "{spec.setting}"'
            yield Diagnostic("unknown-name", place, fact, among(spec.setting, known))


def unknown_replaced(project: Project, library: Library) -> Iterator[Diagnostic]:
    """What an element replaces is another element."""
    for spec in library.elements.values():
        others = [key for key in library.elements if key != spec.key]
        if spec.replaces and spec.replaces not in others:
            place = where(project, "templates/elements.yaml", spec.replaces)
            fact = f'{spec.key}: there is no other element "{spec.replaces}" to replace'
            yield Diagnostic("unknown-name", place, fact, among(spec.replaces, others))


def contact_characters(project: Project, library: Library) -> Iterator[Diagnostic]:
    """The program's own numbers and lines can be printed in the staff's fonts."""
    staff = library.languages.get(library.program.staff_language)
    contacts = library.program.contacts
    if staff is None:
        return
    try:
        drawn = covered(staff.fonts)
    except FontError:
        return  # told where the fonts are named
    for value in (
        library.program.name,
        contacts.phone,
        contacts.interpreter,
        contacts.urgent_help,
        contacts.safe_sleep,
    ):
        for character in sorted(set(value) - drawn):
            fact = f'"{value[:30]}": no font of {staff.name} has "{character}"'
            hint = "use letters and digits of the staff's language"
            yield Diagnostic("no-glyph", where(project, _SETTINGS, value), fact, hint)

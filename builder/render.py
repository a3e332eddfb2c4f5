"""Page -> HTML. The only user of Jinja.

Text is data: content and translations are printed, never compiled. Templates run sandboxed, escape everything, and
fail on a name that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Self

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
)
from jinja2.ext import extract_from_ast
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from builder import qr
from builder.diagnostics import Diagnostic, ProblemsError, did_you_mean
from builder.model import Place
from builder.page import Line, Page, Section, Slip, Text

SCREEN = "web/"  # where the templates of the screen are

_THIN_TO = 7.0  # millimetres: up to here a drawing takes the thinner stroke
_THIN, _THICK = 1.15, 1.5  # points on paper
_NESTING = "look at this line and the tags around it: each is closed where it was opened; a template like it shows how"
_VALUES = "look at the names on this line: another template of its kind shows which there are"
_POINT = 0.3528  # millimetres
_ROOT = re.compile(r"<svg\b[^>]*>")
_NO_ATTRIBUTE = re.compile(r"'builder\.\w+\.(\w+) object' has no attribute '(\w+)'")
_BODY = re.compile(r"\A.*?<body[^>]*>|</body>.*\Z", re.DOTALL)
_SAID = re.compile(r'\b_\("([^"\\]+)"[,)]')
_VIEW = re.compile(r'viewBox="([\d. -]+)"')
_CLASS = re.compile(r'class="([^"]*)"')

_PITCH, _GAP, _SMALL, _LARGE = 2.05, 1.6, 0.7, 1.8  # millimetres: the age beads


@dataclass(frozen=True, slots=True)
class Templates:
    """The project's templates, compiled once and used for every page."""

    files: Mapping[str, str]  # path below templates/ -> source
    environment: ImmutableSandboxedEnvironment = field(repr=False)
    trees: dict[str, nodes.Template] = field(default_factory=dict, repr=False)  # parsed once, read often
    said: dict[str, dict[str, list[tuple[str, str]]]] = field(default_factory=dict, repr=False)  # likewise, by name

    def tree(self, path: str) -> nodes.Template:
        """A template as Jinja parsed it. Raises TemplateSyntaxError."""
        if path not in self.trees:
            self.trees[path] = self.environment.parse(self.files[path], path)
        return self.trees[path]

    def drawings(self, folder: str) -> frozenset[str]:
        """The names of the drawings in icons/ or figures/."""
        return frozenset(
            path.split("/")[-1].removesuffix(".svg") for path in self.files if path.startswith(f"{folder}/")
        )


@dataclass(frozen=True, eq=False)  # Jinja keeps templates by their loader, weakly
class _Loader(BaseLoader):
    """Compiles templates from the trees that are parsed already: half of the work, for every command."""

    source: Templates

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, object] | None = None,  # noqa: A002 - as Jinja names it
    ) -> Template:
        """Compile a template. Raises TemplateNotFound, TemplateSyntaxError."""
        if name not in self.source.files:
            raise TemplateNotFound(name)
        # with a file's name, so that an error names the part it happened in
        code = environment.compile(self.source.tree(name), name, f"templates/{name}")
        return environment.template_class.from_code(environment, code, globals or {})


def templates(files: Mapping[str, str]) -> Templates:
    """Make a project's templates ready. `files` maps paths below templates/ to their text."""
    return _templates(tuple(sorted(files.items())))


@lru_cache(maxsize=2)  # while an author writes, they are as they were
def _templates(items: tuple[tuple[str, str], ...]) -> Templates:
    files = dict(items)

    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False,
    )  # fmt: skip
    made = Templates(files, environment)
    environment.loader = _Loader(made)
    return made


def strings(source: Templates, name: str) -> dict[str, list[tuple[str, str]]]:
    """What a template and those it uses say by themselves: `_`, `_f` or `_s` -> (text, file)."""
    if name not in source.said:
        source.said[name] = _strings(source, name)
    return source.said[name]


def _strings(source: Templates, name: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {"_": [], "_f": [], "_s": []}
    for path in _closure(source, name):
        tree = source.tree(path)
        for _line, function, text in extract_from_ast(tree, gettext_functions=("_", "_f", "_s"), babel_style=False):
            if isinstance(text, tuple):
                text = text[0]  # noqa: PLW2901 - Jinja gives a tuple for a call with several arguments
            if text and (text, f"templates/{path}") not in found[function]:
                found[function].append((text, f"templates/{path}"))
    return found


def screen_strings(source: Templates) -> list[tuple[str, str]]:
    """What the pages of the screen say by themselves, as (text, file).

    They are searched and not parsed: every command reads the project, and few show a page of the screen.
    """
    pages = sorted(path for path in source.files if path.startswith(SCREEN) and path.endswith(".html"))
    return [(text, f"templates/{path}") for path in pages for text in _SAID.findall(source.files[path])]


def problems(source: Templates, names: Iterable[str]) -> list[Diagnostic]:
    """Templates that are not there or cannot be compiled; those of the screen are looked at when they are shown."""
    found = []
    for name in names:
        if name not in source.files:
            beside = [path for path in source.files if path.endswith(".html") and "/" not in path]
            hint = did_you_mean(name, beside) or "a kind is a record and a template of its name"
            found.append(Diagnostic("missing-file", Place(f"templates/{name}"), "this template is not there", hint))
    for path in sorted(source.files):
        if path.endswith(".html") and not path.startswith(SCREEN):
            try:
                tree = source.tree(path)
                source.environment.get_template(path)  # kept for the pages
            except TemplateSyntaxError as error:
                found.append(
                    Diagnostic("template", Place(f"templates/{path}", error.lineno), str(error.message), _NESTING)
                )
                continue
            found += [
                Diagnostic(
                    "template",
                    Place(f"templates/{path}"),
                    f'no template "{used}"',
                    did_you_mean(used, source.files) or _NESTING,
                )
                for used in meta.find_referenced_templates(tree)
                if used and used not in source.files
            ]
    return found


def _closure(source: Templates, name: str) -> list[str]:
    todo, done = [name], []
    while todo:
        path = todo.pop()
        if path in done or path not in source.files:
            continue
        done.append(path)
        tree = source.tree(path)
        todo += [used for used in meta.find_referenced_templates(tree) if used]
    return sorted(done)


def render(source: Templates, page: Page) -> str:
    """The page as HTML. Raises ProblemsError when its template fails."""
    name = f"{page.key.kind}.html"
    try:
        return source.environment.get_template(name).render(_context(source, page))
    except TemplateSyntaxError as error:
        place = Place(f"templates/{error.name or name}", error.lineno)
        raise ProblemsError([Diagnostic("template", place, str(error.message), _NESTING)]) from error
    except Exception as error:
        fact = f"cannot be rendered for {page.key.topic} {page.key.band} in {page.key.language}: {_plainly(error)}"
        raise ProblemsError([Diagnostic("template", _place(error, name), fact, _VALUES)]) from error


def _plainly(error: BaseException) -> str:
    """An error in words that the author of a template can use."""
    found = _NO_ATTRIBUTE.search(str(error))
    if not found:
        return str(error)
    owner, name = found.group(1).lower(), found.group(2)
    known = {each.__name__.lower(): [item.name for item in fields(each)] for each in (Page, Section, Line, Text)}
    hint = did_you_mean(name, known.get(owner, []))
    return f'{owner} has no "{name}"' + (f" ({hint})" if hint else "")


def _place(error: BaseException, name: str) -> Place:
    """The template and line at which an error was raised: a part, when a part failed."""
    place = Place(f"templates/{name}")
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith("templates/"):
            place = Place(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return place


def slip(source: Templates, page: Slip) -> str:
    """A page of a pack as HTML. Raises ProblemsError when its template fails.

    The message never quotes what the page says: it may tell a child's age.
    """
    name = f"packs/{page.name}.html"
    values = {**_drawn(source, page), "slip": page, "document_title": page.title.plain, **page.values}
    try:
        return source.environment.get_template(name).render(values)
    except Exception as error:  # noqa: BLE001 - whatever it is, its words may be the page's
        fact = f"cannot be rendered: {type(error).__name__}"
        raise ProblemsError([Diagnostic("template", _place(error, name), fact, _VALUES)]) from None


def _context(source: Templates, page: Page) -> dict[str, object]:
    return {
        **_drawn(source, page),
        "page": page,
        "bilingual": page.bilingual,
        "document_title": " \u00b7 ".join([*_banner(page), page.title.plain, page.age.plain]),
        "description": page.summary.plain,
    }


def _drawn(source: Templates, page: Page | Slip) -> dict[str, object]:
    """What every template can call: texts in a voice, drawings, its own strings."""
    voices = {"body": page.body.tag, "family": page.family.tag, "staff": page.staff.tag}
    return {
        **_tools(source, voices),
        "_": _lookup(page.words),
        "_f": _lookup(page.family_words),
        "_s": _lookup(page.staff_words),
    }


def _tools(source: Templates, voices: Mapping[str, str]) -> dict[str, object]:
    """Texts in a voice, and drawings."""

    def t(text: Text, voice: str = "body") -> Markup:
        # Text.html comes from markdown.inline, which escapes everything but bold and allowed links
        html = Markup(text.html)  # noqa: S704
        if not text or text.lang == voices.get(voice, voice):  # a voice, or the language of what stands around it
            return html
        return Markup('<span lang="{}" dir="{}">{}</span>').format(text.lang, text.dir, html)

    def icon(name: str, mm: float) -> Markup:
        return _drawing(_svg(source, "icons", name), mm, "icon", stroke=True)

    def figure(name: str, mm: float) -> Markup:
        return _drawing(_svg(source, "figures", name), mm, "figure", stroke=False)

    return {"t": t, "icon": icon, "figure": figure, "beads": beads, "qr": _code}


def _code(address: str, mm: float) -> Markup:
    """The code that leads to an address, `mm` wide, hidden from readers: it is for a phone's camera."""
    modules, path = qr.drawing(address)
    opening = (
        f'<svg class="qr" width="{mm:g}mm" height="{mm:g}mm" viewBox="0 0 {modules} {modules}" aria-hidden="true">'
    )
    return Markup(f'{opening}<path d="{path}"/></svg>')  # noqa: S704 - numbers only


class Foreign(str):
    """A sentence that stands in another language than the page around it; in an attribute it is plain text."""

    __slots__ = ("dir", "lang")
    lang: str
    dir: str

    def __new__(cls, text: str, lang: str, direction: str) -> Self:
        """The sentence `text` with its language and direction."""
        self = super().__new__(cls, text)
        self.lang, self.dir = lang, direction
        return self

    def __html__(self) -> Markup:
        """The sentence marked with its language."""
        return Markup('<span lang="{}" dir="{}">{}</span>').format(self.lang, self.dir, str(self))


def screen(source: Templates, name: str, lang: str, say: Callable[..., str], values: Mapping[str, object]) -> str:
    """A page for the screen in the language `lang`; `say` is its `_`. Raises ProblemsError when its template fails.

    The message never quotes a value: it may be what somebody typed about a family.
    """
    path = f"web/{name}.html"
    try:
        context = {**_tools(source, {"body": lang}), "_": say, **values}
        return source.environment.get_template(path).render(context)
    except UndefinedError as error:  # names a name, never a value
        raise ProblemsError([Diagnostic("template", _place(error, path), f"cannot be rendered: {error}")]) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, its words may be the page's
        fact = f"cannot be rendered: {type(error).__name__}"
        raise ProblemsError([Diagnostic("template", _place(error, path), fact)]) from None


def sheet_body(source: Templates, page: Page) -> Markup:
    """What a sheet prints, as the inside of a page for the screen. Raises ProblemsError when its template fails."""
    return Markup(_BODY.sub("", render(source, page)))  # noqa: S704 - the template escaped it


def _lookup(words: Mapping[str, str]) -> Callable[[str], str]:
    return words.__getitem__


def _banner(page: Page) -> list[str]:
    """The draft banner in the page's language: running heads are furniture to assistive software, a title is not."""
    return [text.plain for text in page.draft if text.lang == page.body.tag]


def _svg(source: Templates, folder: str, name: str) -> str:
    path = f"{folder}/{name}.svg"
    if path not in source.files:
        hint = did_you_mean(name, source.drawings(folder))
        msg = f'no drawing "{name}" in templates/{folder}' + (f" ({hint})" if hint else "")
        raise LookupError(msg)
    return source.files[path]


@lru_cache(maxsize=1024)
def _drawing(svg: str, mm: float, role: str, *, stroke: bool) -> Markup:
    """The drawing in line, `mm` wide, hidden from readers: words stand beside every drawing."""
    root = _ROOT.search(svg)
    view = _VIEW.search(svg)
    if root is None or view is None:
        msg = "a drawing needs an <svg> with a viewBox"
        raise ValueError(msg)
    _x, _y, width, height = map(float, view.group(1).split())
    own = _CLASS.search(root.group())
    classes = f"{role} {own.group(1)}" if own else role
    attributes = re.sub(r'\s(class|width|height|xmlns|stroke-width)="[^"]*"', "", root.group()[4:-1])
    if stroke:
        points = _THIN if mm <= _THIN_TO else _THICK
        attributes += f' stroke-width="{points * _POINT / mm * width:.2f}"'
    else:
        kept = re.search(r'stroke-width="[^"]*"', root.group())
        attributes += f" {kept.group()}" if kept else ""
    opening = (
        f'<svg class="{classes}" width="{mm:g}mm" height="{mm * height / width:.2f}mm" aria-hidden="true"{attributes}>'
    )
    body = svg[root.end() :].replace("\n", "")
    return Markup(opening + body)  # noqa: S704 - drawings are the project's own templates


@lru_cache(maxsize=64)
def beads(months: tuple[int, int]) -> Markup:
    """Age beads: a dot for each month to three years, or each year to eighteen; large dots are this sheet's ages."""
    first, last = months
    years = last > 36
    count, group = (18, 6) if years else (36, 12)
    low, high = (first // 12, last // 12) if years else (first, min(last, count - 1))
    pitch = _PITCH * (2 if years else 1)
    x = _LARGE / 2 + 0.1
    dots = []
    for place in range(count):
        if place and place % group == 0:
            x += _GAP
        radius = (_LARGE if low <= place <= high else _SMALL) / 2
        dots.append(f'<circle cx="{x:.2f}" cy="1.5" r="{radius}"/>')
        x += pitch
    width = x - pitch + _LARGE / 2 + 0.1
    size = f'width="{width:.2f}mm" height="3mm" viewBox="0 0 {width:.2f} 3"'
    opening = f'<svg class="beads" {size} fill="#000" aria-hidden="true">'
    return Markup(opening + "".join(dots) + "</svg>")  # noqa: S704 - numbers only


def specimen(source: Templates, name: str, values: Mapping[str, object]) -> str:
    """A page that is no document of the library, from plain values. Raises ProblemsError."""
    try:
        return source.environment.get_template(name).render(values)
    except TemplateError as error:
        raise ProblemsError([Diagnostic("template", Place(f"templates/{name}"), str(error), _NESTING)]) from error

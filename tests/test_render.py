"""HTML: text is data, languages are marked, drawings are hidden; and what templates and stylesheets may not hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from conftest import REPOSITORY
from jinja2 import Environment, nodes
from pages import ARTICLE, SPANISH, changed, page, tiny

from builder import render
from builder.diagnostics import ProblemsError
from builder.project import Project

KINDS = ("handout", "checklist", "visit-guide")
TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
STYLES = sorted((REPOSITORY / "templates").rglob("*.css"))
DRAWINGS = sorted((REPOSITORY / "templates").rglob("*.svg"))
VOID = {"meta", "br", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse", "use"}


class Reader(HTMLParser):
    """The texts of a page, each with its element's attributes and the nearest language and direction."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str, str]] = []  # (text, lang, dir)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            opened, _ = self.open.pop()
            assert opened == tag, f"<{opened}> closed by </{tag}>"

    def handle_data(self, data):
        words = " ".join(data.split())
        if words:
            self.texts.append((words, self.inherited("lang"), self.inherited("dir")))

    def inherited(self, name: str) -> str:
        return next((str(attrs[name]) for _tag, attrs in reversed(self.open) if attrs.get(name)), "")


def html_of(base: Project, kind: str = "handout", language: str = "es", **more: str) -> str:
    return render.render(base.templates, page(base, kind, language, **more))


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def words_in(html: str) -> list[str]:
    return [words for words, _lang, _dir in read(html).texts]


# --- text is data -------------------------------------------------------------------------------

HOSTILE = [
    "{{ 7*7 }}",
    "{{ page.title }}",
    "{% if x %}",
    "{# note #}",
    "{slot}",
    "<script>alert(1)</script>",
    "<style>p{}</style>",
    "</body></html>",
    "&amp;",
    "&lt;b&gt;",
    "100%",
    "$body ${body}",
    "\"quoted\" and 'quoted'",
    "%s %(name)s",
]


TOGETHER = " · ".join(HOSTILE)


def test_a_translation_prints_as_it_is_written():
    held = TOGETHER.replace('"', '\\"')
    hostile = changed(tiny(), (SPANISH, '"Primero mira su cara."', f'"Mira {held} y vuelve a usted."'))
    assert f"Mira {TOGETHER} y vuelve a usted." in words_in(html_of(hostile, "checklist"))


def test_an_article_prints_as_it_is_written():
    hostile = changed(tiny(), (ARTICLE, "Looks at your face first.", f"Looks {TOGETHER} at your face."))
    assert f"Looks {TOGETHER} at your face." in words_in(html_of(hostile, "checklist", "en"))


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "</body><script>", "&amp; 100% ${body}"])
def test_settings_print_as_they_are_written(text):
    hostile = changed(tiny(), ("program.yaml", "555-0142", f"'{text}'"))
    if hostile.problems:  # refused at the border: it never reaches a page
        assert {problem.place.file for problem in hostile.problems} == {"program.yaml"}
    else:
        assert text in words_in(html_of(hostile))


def test_the_title_of_a_document_holds_no_marks():
    html = html_of(changed(tiny(), (SPANISH, '"Ir y volver"', '"Ir **y** volver & ya"')))
    (title,) = re.findall("<title>(.*)</title>", html)
    assert title.replace("\u00a0", " ") == (
        "BORRADOR: no entregar a las familias · Ir y volver &amp; ya · De 7 a 18 meses"
    )


# --- failing templates --------------------------------------------------------------------------

FAILURES = [
    ("templates/handout.html", "{{ head() }}", "\n{{ nope }}", "'nope' is undefined"),
    ("templates/handout.html", "{{ head() }}", "{{ page.nope }}", "nope"),
    ("templates/parts/head.html", "<h1>", "\n\n<h1>{{ nope }}", "'nope' is undefined"),
    ("templates/parts/footer.html", '<p class="sources">', "{{ page.footer.nope }}", "nope"),
    ("templates/base.html", "<title>", "<title>{{ nope }}", "'nope' is undefined"),
    ("templates/handout.html", "{{ head() }}", '{{ icon("nnope", 3) }}', 'no drawing "nnope" in templates/icons'),
    ("templates/handout.html", "{{ head() }}", '{{ "".__class__.__mro__ }}', "unsafe"),
    ("templates/handout.html", "{{ head() }}", "{{ page.sections['nope'].items }}", "nope"),
]


@pytest.mark.parametrize(("file", "old", "new", "fact"), FAILURES)
def test_a_failing_template_is_named_with_its_line(file, old, new, fact):
    broken = changed(tiny(), (file, old, new))
    with pytest.raises(ProblemsError) as failure:
        html_of(broken)
    (found,) = failure.value.diagnostics
    assert (found.code, found.place.file) == ("template", file)
    text = broken.sources.files[file].decode()
    assert found.place.line == text.count("\n", 0, text.index(new.strip())) + 1
    assert fact in found.fact


def test_a_template_that_cannot_be_read_is_found_with_the_project():
    broken = changed(
        tiny(), ("templates/parts/items.html", "{% macro definition(section) %}", "{% macro definition(section %}")
    )
    assert [(found.code, found.place.file, found.place.line > 0) for found in broken.problems] == [
        ("template", "templates/parts/items.html", True)
    ]


def test_a_part_that_is_not_there_is_named_with_the_nearest():
    broken = changed(tiny(), ("templates/handout.html", '"parts/head.html"', '"parts/haed.html"'))
    assert [str(found) for found in broken.problems] == [
        'templates/handout.html: no template "parts/haed.html" (did you mean "parts/head.html"?) [template]'
    ]


# --- languages and directions -------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "es", "ar", "zh-Hans"])
def test_every_run_is_marked_with_its_own_language(shelf, kind, language):
    found = page(shelf, kind, language)
    reader = read(render.render(shelf.templates, found))
    assert ("html", {"lang": found.body.tag, "dir": found.body.dir}) in reader.elements
    marked = {words: (lang, direction) for words, lang, direction in reader.texts}
    for text in (found.title, found.family_title, found.footer.title, *found.draft):
        words = text.plain
        if words in marked and [w for w, *_ in reader.texts].count(words) == 1:
            assert marked[words] == (text.lang, text.dir)
    scripts = {"ar": r"[\u0600-\u06ff]", "zh-Hans": r"[\u4e00-\u9fff]"}
    for words, lang, direction in reader.texts:
        own = re.search(scripts[language], words) if language in scripts else None
        if own:
            assert (lang, direction) == (language, found.family.dir), words
    for _tag, attrs in reader.elements:
        assert ("lang" in attrs) <= ("dir" in attrs), attrs


def test_a_phone_number_runs_from_left_to_right_everywhere(shelf):
    known = changed(shelf, ("program.yaml", "  phone:", "  phone: +1 555 0142"))
    for kind in KINDS:
        html = html_of(known, kind, "ar")
        assert '<bdi class="number" dir="ltr">+1 555 0142</bdi>' in html


def test_the_version_code_stands_in_every_footer(shelf):
    for kind in KINDS:
        found = page(shelf, kind, "ar")
        html = render.render(shelf.templates, found)
        assert f'dir="ltr">{found.footer.code}</bdi>' in html


# --- what a page may hold -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_asks_for_nothing_and_carries_no_style(shelf, kind, language):
    html = html_of(shelf, kind, language)
    assert not re.search(r"<style|<script|<link|<img|<iframe|\bstyle=|\bon\w+=|url\(", html)
    assert not re.search(r"(src|href)\s*=", html)
    assert "http" not in re.sub(r"<title>.*?</title>", "", html)


@pytest.mark.parametrize("kind", KINDS)
def test_every_drawing_is_hidden_from_readers(shelf, kind):
    drawings = [attrs for tag, attrs in read(html_of(shelf, kind, "ar")).elements if tag == "svg"]
    assert len(drawings) >= 5
    assert [attrs for attrs in drawings if attrs.get("aria-hidden") != "true"] == []


def test_a_checklist_has_a_box_for_every_item_and_no_score(shelf):
    html = html_of(shelf, "checklist", "en")
    assert html.count('class="square"') == 12
    assert not re.search(r"score|total|points", html, re.IGNORECASE)
    assert "This is not a test." in html


def test_missing_contacts_are_lines_to_write_on():
    html = html_of(tiny())
    assert html.count('class="blank"') == 2
    assert html.count('class="value"') == 1


def test_headings_do_not_skip_a_level(shelf):
    for kind in KINDS:
        levels = [int(tag[1]) for tag, _ in read(html_of(shelf, kind, "es")).elements if re.fullmatch(r"h\d", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


# --- strings ------------------------------------------------------------------------------------


def test_every_string_of_the_templates_is_found_for_translation(shelf):
    written = {
        match
        for path in TEMPLATES
        for match in re.findall(r"""\b(_[fs]?)\(\s*["']((?:[^"'\\]|\\.)+)["']\s*[,)]""", path.read_text("utf-8"))
    }
    found = {("_", text) for text, _file in render.screen_strings(shelf.templates)} | {
        (function, text)
        for name in (*shelf.library.kinds, *(f"packs/{page}" for page in shelf.library.pack_pages))
        for function, texts in render.strings(shelf.templates, f"{name}.html").items()
        for text, _file in texts
    }
    assert found == written
    assert len(written) >= 15


def test_a_string_is_found_with_the_file_that_says_it():
    assert ("My own idea:", "templates/parts/items.html") in render.strings(tiny().templates, "handout.html")["_"]


def test_no_template_says_words_outside_a_string():
    """Letters of English that stand in the markup itself would print in every language."""
    allowed = {"A", "B", "C", "D"}  # the lines of the plan
    for path in TEMPLATES:
        if path.name == "specimen.html":
            continue
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text("utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"[^\W\d_]+", text)) <= allowed, path.name


# --- beads --------------------------------------------------------------------------------------


def drawn(months: tuple[int, int]) -> str:
    """The beads as text: o small, O large, a space between groups."""
    circles = re.findall(r'cx="([\d.]+)" cy="1.5" r="([\d.]+)"', str(render.beads(months)))
    steps = [0.0] + [float(b) - float(a) for (a, _), (b, _) in pairwise(circles)]
    usual = min(steps[1:])
    return "".join(
        (" " if step > usual + 0.1 else "") + ("O" if float(radius) == 0.9 else "o")
        for step, (_x, radius) in zip(steps, circles, strict=True)
    )


@pytest.mark.parametrize(
    ("months", "beads"),
    [
        ((0, 9), "OOOOOOOOOOoo oooooooooooo oooooooooooo"),
        ((7, 18), "oooooooOOOOO OOOOOOOooooo oooooooooooo"),
        ((21, 36), "oooooooooooo oooooooooOOO OOOOOOOOOOOO"),
        ((36, 71), "oooOOO oooooo oooooo"),
        ((144, 215), "oooooo oooooo OOOOOO"),
    ],
)
def test_beads_show_the_ages_of_the_sheet(months, beads):
    assert drawn(months) == beads


def test_beads_have_exact_places():
    first, second = re.findall(r"<circle[^>]*>", str(render.beads((7, 18))))[6:8]
    assert first == '<circle cx="13.30" cy="1.5" r="0.35"/>'
    assert second == '<circle cx="15.35" cy="1.5" r="0.9"/>'
    assert 'width="76.95mm" height="3mm" viewBox="0 0 76.95 3"' in str(render.beads((7, 18)))


# --- the sources of the templates ---------------------------------------------------------------

ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Neg, nodes.Concat)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_arithmetic(path):
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    assert [(type(node).__name__, node.lineno) for node in tree.find_all(ARITHMETIC)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_ask_no_language_who_it_is(path, shelf):
    tags = set(shelf.library.languages) | {"rtl", "ltr"}
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    for compare in tree.find_all(nodes.Compare):
        constants = {node.value for node in compare.find_all(nodes.Const)}
        names = {node.attr for node in compare.find_all(nodes.Getattr)}
        assert not constants & tags, f"{path.name}:{compare.lineno}"
        assert not names & {"tag", "dir", "lang", "language"}, f"{path.name}:{compare.lineno}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_switch_no_escaping_off(path):
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    assert not {node.name for node in tree.find_all(nodes.Filter)} & {"safe", "tojson", "xmlattr"}
    assert list(tree.find_all(nodes.ScopedEvalContextModifier)) == []


def rules(path) -> str:
    """A stylesheet without comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)


FORBIDDEN = {
    "a physical side": r"(?<![\w-])(?:margin|padding|border)-(?:left|right)\b|(?<![\w-])(?:left|right)\s*:|border-(?:top|bottom)-(?:left|right)",
    "physical alignment": r"text-align\s*:\s*(?:left|right|justify)|(?:float|clear)\s*:\s*(?:left|right)",
    "multiple columns": r"(?<![\w.-])columns?(?:-\w+)?\s*:",
    "grid or flex": r"display\s*:\s*(?:inline-)?(?:grid|flex)",
    "a slow function": r"\b(?:var|calc)\(",
    "another file": r"url\(|@import",
    "a colour by function": r"\b(?:rgba?|hsla?|hwb|lab|lch|color|device-cmyk|linear-gradient)\(",
    "a colour by name": r"(?:color|background|border[\w-]*|fill|stroke)\s*:[^;}]*\b(?:gr[ae]y|silver|black|white|red|blue|green|navy|teal)\b",
    "transparency": r"(?<![\w-])opacity\s*:",
    "an important rule": r"!important",
}


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_stylesheets_hold_no(path, what):
    assert re.findall(FORBIDDEN[what], rules(path)) == []


@pytest.mark.parametrize("path", [*STYLES, *DRAWINGS], ids=lambda path: path.name)
def test_ink_is_black_on_white(path):
    text = rules(path)
    assert {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", text)} <= {"#000", "#fff"}
    painted = re.findall(r'(?:fill|stroke)="([^"]*)"', text)
    assert set(painted) <= {"#000", "#fff", "none", "currentColor"}


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_rule_is_thinner_than_a_point(path):
    for width, unit in re.findall(r"border[\w-]*\s*:\s*([\d.]+)(pt|mm|px|em)", rules(path)):
        points = {"pt": 1, "mm": 72 / 25.4, "px": 0.75}[unit] * float(width)
        assert points >= 1 or float(width) == 0, f"{width}{unit}"


def test_no_measure_of_a_rule_is_thinner_than_a_point(shelf):
    for group, measures in shelf.tokens.items():
        for name, value in measures.items():
            if name.endswith("_rule"):
                assert float(str(value).removesuffix("pt")) >= 1, f"{group}.{name}"

"""How things fit together: rules beyond what the fixtures of tests/diagnostics show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from builder import check, project
from builder.check import translations
from builder.diagnostics import in_order
from builder.project import Project

ARTICLE = "content/topics/hello/7-18m.md"
PO = "content/locale/es/hello.po"


@pytest.fixture
def root(make_project: Callable[..., Path]) -> Path:
    return make_project()


def codes(root: Path) -> list[str]:
    return [problem.code for problem in in_order(check.check(project.read(root)))]


def lines(root: Path) -> list[str]:
    return [str(problem) for problem in in_order(check.check(project.read(root)))]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shelf_can_be_printed(shelf: Project):
    assert [str(problem) for problem in check.check(shelf) if problem.severity == "error"] == []


def test_the_tiny_project_has_no_problems(root: Path):
    assert lines(root) == []


def test_a_misspelt_heading_brings_no_second_complaint(root: Path):
    replace(root / ARTICLE, "## Key message", "## Key massage")
    assert codes(root) == ["unknown-element"]


def test_an_edition_names_kinds_that_exist(root: Path):
    editions = root / "templates/editions.yaml"
    replace(editions, "kinds: [handout, ", "kinds: [handuot, ")
    line = editions.read_text("utf-8").splitlines().index("  kinds: [handuot, checklist]") + 1
    assert lines(root) == [
        f'templates/editions.yaml:{line}: large-print: there is no kind "handuot" (did you mean "handout"?) [unknown-name]'
    ]


def test_an_element_replaces_another_that_exists(root: Path):
    elements = root / "templates" / "elements.yaml"
    replace(elements, "replaces: you-can,", "replaces: you-cna,")
    line = next(n for n, text in enumerate(elements.read_text().splitlines(), 1) if "you-cna" in text)
    fact = f'templates/elements.yaml:{line}: steps: there is no other element "you-cna" to replace'
    assert lines(root) == [f'{fact} (did you mean "you-can"?) [unknown-name]']


def test_a_text_that_cannot_be_read_leaves_its_translations_alone(root: Path):
    (root / ARTICLE).write_bytes(b"\xff\xfe")
    assert codes(root) == ["not-utf8"]


def test_a_changed_text_asks_for_a_sync(root: Path):
    replace(root / ARTICLE, "Comes back for a hug.", "Comes back for a long hug.")
    assert lines(root) == [
        f'{PO}:52: warning: the source no longer says "Comes back for a hug." (run `handouts translate sync`) [po-unknown]'
    ]


def test_a_file_for_no_topic_is_one_complaint(root: Path):
    (root / PO).rename(root / "content/locale/es/helo.po")
    assert lines(root) == [
        'content/locale/es/helo.po: warning: there is no topic "helo" (did you mean "hello"?) [po-unknown]'
    ]


def test_a_language_that_cannot_be_read_is_one_complaint(root: Path):
    replace(root / "content/languages/es.yaml", "direction: ltr", "direction: left")
    assert lines(root) == ['content/languages/es.yaml:5: direction is "left" (known: ltr, rtl) [bad-value]']


def test_a_folder_for_no_language_is_told(root: Path):
    (root / "content/locale/es").rename(root / "content/locale/ez")
    assert lines(root)[0].startswith('content/locale/ez: there is no language "ez" (')


def test_a_font_that_is_not_installed_is_told_at_its_language(root: Path):
    replace(root / "content/languages/es.yaml", "[Noto Sans]", "[No Such Font]")
    (line,) = lines(root)
    assert line.startswith('content/languages/es.yaml:6: no font family "No Such Font" in ')


def test_a_fact_that_must_not_be_printed_is_never_suggested(root: Path):
    replace(root / ARTICLE, "{from=A.1 routine=loop}", "{from=A.8 routine=loop}")
    (line,) = lines(root)
    assert "A.9" not in line


@pytest.mark.parametrize(
    ("translation", "code"),
    [
        ("Primero mira su cara.", ""),
        ("Primero mira su cara (1 vez).", "po-number"),
        ("Primero mira {su} cara.", "po-placeholder"),
        ("Primero mira {cara.x}.", "po-placeholder"),
        ("Primero **mira** su cara.", "po-mark"),
        ("Primero mira <i>su</i> cara.", "raw-html"),
        ("Primero *mira* su cara.", "bad-mark"),
        ("Primero **mira su cara.", "bad-mark"),
        ("Primero [mira](http://e.org) su cara.", "bad-link"),
        ("Primero mira su cara.\\n\\n## Nuevo", "bad-character"),
        ("Primero mira su \u202ecara.", "bad-character"),
        ("Primero mira su c\u0430ra.", "bad-character"),
        ("Primero mira su \u8138.", "no-glyph"),
        ("m" * 201, "too-big"),
    ],
)
def test_a_translation_says_what_the_source_says(root: Path, translation: str, code: str):
    replace(root / PO, "Primero mira su cara.", translation)
    assert code in codes(root) if code else codes(root) == []


@pytest.mark.parametrize(("source", "translation"), [("2 or 3", "۲ یا ۳"), ("1.5", "1.5"), ("1/2", "1/2"), ("3", "३")])
def test_numbers_are_compared_in_any_digits(source: str, translation: str):
    assert translations._numbers(source) == translations._numbers(translation)

"""Finished CSS: every measure resolved, fitted to the type step and the language."""

from __future__ import annotations

import re

import pytest
from pages import changed, tiny

from builder import check, styles
from builder.model import Edition, Kind
from builder.styles import Voices

TOKENS = {
    "base": {"scale": {"title": [30, 12]}, "side": "20mm", "head_rule": "3pt"},
    "guide": {"side": "18mm"},
    "large": {"side": "25mm", "head_rule": "4pt"},
    "guide-large": {"head_rule": "5pt"},
}
NORMAL = Edition("normal", "Normal")
LARGE = Edition("large", "Large", type_steps=(18,), leading=8.5)


def kind(name: str = "handout", steps: tuple[float, ...] = (12, 11.5, 11)) -> Kind:
    return Kind(name, name, "family", 2, steps, (), ())


def css(
    text: str, *, of: Kind | None = None, edition: Edition = NORMAL, body: str = "en", family: str = ""
) -> list[str]:
    known = tiny().library.languages
    voices = Voices(known[body], known[family or body], known["en"])
    return list(styles.finished({"templates/css/a.css": text}, TOKENS, of or kind(), edition, voices))


# --- values -------------------------------------------------------------------------------------


def test_there_is_a_stylesheet_for_each_type_step_largest_first():
    assert css("$body $leading $lead50") == ["12pt 6mm 3mm", "11.5pt 5.75mm 2.875mm", "11pt 5.5mm 2.75mm"]


def test_the_scale_shrinks_with_the_type():
    assert css("$title/$title_leading") == ["30pt/12mm", "28.75pt/11.5mm", "27.5pt/11mm"]


@pytest.mark.parametrize(("body", "first"), [("en", "12pt 6mm 30pt 12mm"), ("ar", "14pt 6.75mm 35.01pt 13.5mm")])
def test_the_scale_grows_with_the_script(body, first):
    assert css("$body $leading $title $title_leading", body=body)[0] == first


def test_each_voice_has_its_own_font_and_size():
    fonts = css("$font | $family_font | $staff_font", body="en", family="ar")[0]
    assert fonts == '"Noto Sans" | "Noto Naskh Arabic", "Noto Sans" | "Noto Sans"'
    assert css("$body $family_body $staff_body $family_leading", body="en", family="ar")[0] == "12pt 14pt 12pt 6.75mm"


def test_a_measure_of_the_page_does_not_shrink_with_the_type():
    assert css("$side") == ["20mm"] * 3


@pytest.mark.parametrize(
    ("of", "edition", "found"),
    [
        ("handout", NORMAL, "20mm 3pt"),
        ("guide", NORMAL, "18mm 3pt"),
        ("handout", LARGE, "25mm 4pt"),
        ("guide", LARGE, "25mm 5pt"),
    ],
)
def test_a_kind_overrides_the_base_and_an_edition_both(of, edition, found):
    assert css("$side $head_rule", of=kind(of), edition=edition)[0] == found


def test_an_edition_replaces_the_type_steps_and_the_leading():
    assert css("$body $leading", edition=LARGE) == ["18pt 8.5mm"]


def test_stylesheets_apply_in_a_fixed_order():
    names = ["zebra", "editions", "type", "guide", "page", "elements"]
    ordered = styles.sheets({f"templates/css/{name}.css": "" for name in names} | {"templates/specimen.css": ""})
    assert [path.split("/")[-1].removesuffix(".css") for path in ordered] == [
        "page", "type", "elements", "guide", "zebra", "editions",
    ]  # fmt: skip


def test_nothing_is_left_unresolved_in_any_language_and_kind(shelf):
    library = shelf.library
    for tag in ("en", "ar", "my", "zh-Hans"):
        for each in library.kinds.values():
            voices = Voices(library.languages[tag], library.languages[tag], library.languages["en"])
            for step in styles.finished(shelf.css, shelf.tokens, each, library.editions["normal"], voices):
                assert "$" not in step
                assert not re.search(r"\bNone\b|\bnan\b", step)


# --- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "fact", "hint"),
    [
        ("$laeding", "no token $laeding", 'did you mean "leading"?'),
        ("${laeding}", "no token $laeding", 'did you mean "leading"?'),
        ("$zzz", "no token $zzz", "define it in templates/tokens.yaml"),
        ("$ 5", 'a "$" that names no token', "write $$ for the sign"),
    ],
)
def test_an_unknown_token_is_named_with_its_line(written, fact, hint):
    base = tiny()
    wrong = changed(base, ("templates/css/type.css", "body { margin: 0;", f"\nbody {{ margin: {written};"))
    text = wrong.sources.files["templates/css/type.css"].decode()
    line = text.count("\n", 0, text.index(written)) + 1
    found = [problem for problem in check.check(wrong) if problem.code == "template"]
    assert {(problem.place.file, problem.place.line) for problem in found} == {("templates/css/type.css", line)}
    assert {(problem.fact, problem.hint) for problem in found} == {(fact, hint)}


def test_a_doubled_dollar_sign_is_printed():
    assert css('p::before { content: "$$" }')[0] == 'p::before { content: "$" }'


def test_the_repositorys_stylesheets_name_only_tokens_that_exist(shelf):
    library = shelf.library
    for each in library.kinds.values():
        for edition in library.editions.values():
            assert styles.problems(shelf.css, shelf.tokens, each, edition, library.languages["en"]) == []


def test_every_token_is_used(shelf):
    """A measure nobody names would be changed in vain."""
    text = "\n".join(shelf.css.values())
    names = {name for measures in shelf.tokens.values() for name in measures if name != "scale"}
    assert {name for name in names if f"${name}" not in text and f"${{{name}}}" not in text} == set()


@pytest.mark.parametrize(("body", "style"), [("en", "decimal"), ("ar", "arabic-indic"), ("my", "myanmar")])
def test_numbered_steps_count_in_the_languages_own_digits(body, style):
    assert css("$digits", body=body)[0] == style

"""Numbers, plurals, breaks and ages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st
from icu4py.messageformat import MessageFormat

from builder import languages, phrases
from builder.model import AgeBand, Plural
from builder.project import Project

RECORDS = REPOSITORY / "content" / "languages"
ICU_NAME = {"kmr": "ku", "prs": "fa", "pnb": "pa", "pt": "pt_PT"}
NO_ICU_RULE = {  # ICU counts with one form what it does not know
    "aa", "ar-XB", "bi", "ccp", "ch", "chk", "cr", "din", "fj", "gn", "ht", "ilo", "kek", "ki", "luo", "lus",
    "mai", "mam", "mfe", "mh", "mi", "nus", "nv", "qu", "quc", "rhg-Rohg", "rn", "rw", "sm", "tg", "war",
    "zgh",
}  # fmt: skip


@pytest.mark.parametrize(
    ("digits", "number"),
    [("latin", "108"), ("persian", "۱۰۸"), ("devanagari", "१०८"), ("myanmar", "၁၀၈"), ("khmer", "១០៨")],
)
def test_numbers_are_in_the_languages_digits(shelf: Project, digits: str, number: str):
    assert shelf.library is not None
    assert languages.number(108, replace(shelf.library.languages["en"], digits=digits)) == number


DAYS = {
    "en": "November 22, 2026", "es": "22 de noviembre de 2026", "ar": "٢٢ نوفمبر ٢٠٢٦", "zh-Hans": "2026年11月22日",
    "zh-Hant": "2026年11月22日", "vi": "22 tháng 11, 2026", "fr-CA": "22 novembre 2026", "pa": "22 ਨਵੰਬਰ 2026",
    "prs": "۲۲ نومبر ۲۰۲۶", "ht": "22 novembre 2026", "fil": "Nobyembre 22, 2026", "so": "Noofeembar 22, 2026",
    "uk": "22 листопада 2026\u202fр.", "pt-BR": "22 de novembro de 2026", "ps": "۲۰۲۶ نومبر ۲۲", "ur": "22 نومبر، 2026",
    "sw": "22 Novemba 2026", "ru": "22 ноября 2026\u202fг.", "ko": "2026년 11월 22일", "ne": "२०२६ नोभेम्बर २२",
    "my": "၂၀၂၆ နိုဝင်ဘာ ၂၂", "hmn": "2026-11-22", "dv": "2026-11-22",
}  # fmt: skip


@pytest.mark.parametrize("tag", DAYS)
def test_a_date_is_said_as_the_language_says_it(shelf: Project, tag: str):
    assert shelf.library is not None
    assert languages.day("2026-11-22", shelf.library.languages[tag]) == DAYS[tag]


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en", "Dari, Somali, and Urdu"), ("es", "Dari, Somali y Urdu"), ("ar", "Dari وSomali وUrdu"),
        ("zh-Hans", "Dari、Somali和Urdu"), ("uk", "Dari, Somali і Urdu"), ("hmn", "Dari · Somali · Urdu"),
    ],
)  # fmt: skip
def test_things_in_a_row_are_joined_as_the_language_joins_them(shelf: Project, tag: str, said: str):
    assert shelf.library is not None
    assert languages.listed(["Dari", "Somali", "Urdu"], shelf.library.languages[tag]) == said


def test_no_language_borrows_the_dates_of_another(shelf: Project):
    assert shelf.library is not None
    english = languages.day("2026-11-22", shelf.library.languages["en"])
    spoken = [language for language in shelf.library.languages.values() if not language.pseudo]
    assert [each.tag for each in spoken if languages.day("2026-11-22", each) == english] == ["en"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**7))
def test_a_plural_form_is_always_one_that_exists(shelf: Project, n: int):
    assert shelf.library is not None
    for language in shelf.library.languages.values():
        assert 0 <= languages.plural_form(n, language.plural) < language.plural.count
        assert languages.plural_fault(language.plural) == ""


@pytest.mark.parametrize(
    ("count", "rule", "fault"),
    [
        (2, "n != 1", ""),
        (1, "0", ""),
        (2, "n !=", "cannot be worked out"),
        (2, "n % 0", "cannot be worked out"),
        (2, "(" * 200, "cannot be worked out"),
        (1, "n != 1", "gives form 1, and count is 1"),
    ],
)
def test_a_rule_that_cannot_be_used_says_why(count: int, rule: str, fault: str):
    assert languages.plural_fault(Plural(count, rule)) == fault


# Where ICU's rules for integers are gettext's, they are an oracle; Spanish, French and Italian have a "many" from a
# million on, which no age reaches, so numbers stop before.
@pytest.mark.parametrize("tag", sorted(path.stem for path in RECORDS.glob("*.yaml") if path.stem not in NO_ICU_RULE))
def test_a_language_counts_as_icu_does(shelf: Project, tag: str):
    plural = shelf.library.languages[tag].plural
    says = MessageFormat(
        "{n, plural, zero{zero} one{one} two{two} few{few} many{many} other{other}}", ICU_NAME.get(tag, tag)
    )
    pairs = {(languages.plural_form(n, plural), says.format({"n": n})) for n in range(1000)}
    assert len(pairs) == len({form for form, _ in pairs}) == len({name for _, name in pairs}) == plural.count


@pytest.mark.parametrize(
    ("first", "last", "phrase", "numbers"),
    [
        (None, None, phrases.ANY_AGE, {}),
        (0, 9, phrases.FROM_BIRTH, {"last": 9}),
        (7, 18, phrases.MONTHS, {"first": 7, "last": 18}),
        (21, 36, phrases.MONTHS, {"first": 21, "last": 36}),
        (36, 71, phrases.YEARS, {"first": 3, "last": 5}),
        (144, 215, phrases.YEARS, {"first": 12, "last": 17}),
        (36, 70, phrases.MONTHS, {"first": 36, "last": 70}),
    ],
)
def test_an_age_is_said_in_months_then_in_years(
    first: int | None, last: int | None, phrase: object, numbers: dict[str, int]
):
    assert languages.age(AgeBand("x", first, last)) == (phrase, numbers)


@pytest.mark.parametrize(("tag", "text"), [("my", "ကလေးငယ်များ"), ("km", "កូនរបស់អ្នក")])
def test_scripts_without_spaces_get_break_marks_and_keep_every_letter(shelf: Project, tag: str, text: str):
    assert shelf.library is not None
    broken = languages.with_breaks(f"<strong>{text}</strong> &amp; x", shelf.library.languages[tag])
    assert languages.ZERO_WIDTH_SPACE in broken
    assert broken.replace(languages.ZERO_WIDTH_SPACE, "") == f"<strong>{text}</strong> &amp; x"


def test_languages_with_spaces_keep_their_words(shelf: Project):
    assert shelf.library is not None
    text = languages.with_breaks("<strong>Hola</strong> mi bebé", shelf.library.languages["es"])
    assert text.replace("\u00a0", " ") == "<strong>Hola</strong> mi bebé"

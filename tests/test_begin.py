"""A language that nobody has: its record follows from its script."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pytest
from conftest import REPOSITORY

from builder import fonts, project, yaml_strict
from builder.diagnostics import ProblemsError, RefusalError
from builder.translation import begin
from builder.translation.begin import Wanted

NAMED = {  # how Unicode's character names begin, where that is not plain from ISO 15924's name for the script
    "Latn": "LATIN", "Cyrl": "CYRILLIC", "Grek": "GREEK", "Arab": "ARABIC", "Hebr": "HEBREW", "Deva": "DEVANAGARI",
    "Beng": "BENGALI", "Mymr": "MYANMAR", "Ethi": "ETHIOPIC", "Cans": "CANADIAN", "Tibt": "TIBETAN", "Khmr": "KHMER",
    "Hant": "CJK", "Hans": "CJK", "Jpan": "HIRAGANA", "Kore": "HANGUL", "Thai": "THAI", "Laoo": "LAO", "Geor": "GEORGIAN",
    "Armn": "ARMENIAN", "Taml": "TAMIL", "Telu": "TELUGU", "Knda": "KANNADA", "Mlym": "MALAYALAM", "Sinh": "SINHALA",
    "Guru": "GURMUKHI", "Gujr": "GUJARATI", "Orya": "ORIYA", "Cher": "CHEROKEE", "Nkoo": "NKO", "Thaa": "THAANA",
    "Adlm": "ADLAM", "Tfng": "TIFINAGH", "Java": "JAVANESE", "Syrc": "SYRIAC", "Yiii": "YI", "Vaii": "VAI",
}  # fmt: skip


@cache
def stacks() -> dict[str, list[str]]:
    document, _ = yaml_strict.read((REPOSITORY / "content/scripts.yaml").read_text("utf-8"), "scripts.yaml")
    return {script: record["fonts"] for script, record in document.data.items()}


@cache
def installed() -> frozenset[int]:
    """Every character that any font of the set can draw."""
    families = fonts.families(fonts.FONT_DIRECTORIES)
    return frozenset().union(*(fonts.characters(family) for family in families))


def test_every_script_names_fonts_that_are_there_and_ends_with_latin():
    families = fonts.families(fonts.FONT_DIRECTORIES)
    for script, stack in stacks().items():
        assert set(stack) <= set(families), script
        assert stack[-1] == "Noto Sans", script
    assert len(stacks()) > 75


@pytest.mark.slow
@pytest.mark.parametrize("script", sorted(NAMED))
def test_a_stack_lacks_no_letter_that_some_installed_font_has(script):
    own = frozenset().union(*(fonts.characters(family) for family in stacks()[script]))
    lacks = [
        chr(code)
        for code in sorted(installed() - own)
        if code < 0x20000  # the rarest ideographs are spread over the fonts of East Asia
        and unicodedata.category(chr(code))[0] in "LM"
        and unicodedata.name(chr(code), "").split(" ")[0] == NAMED[script]
        and not re.search("PRESENTATION|COMPATIBILITY|EGYPTIAN", unicodedata.name(chr(code), ""))
        and unicodedata.normalize("NFKC", chr(code)) == chr(code)
    ]
    assert "".join(lacks) == ""


def test_a_record_has_the_directions_and_fonts_of_its_script_and_counts_as_icu_does(make_project):
    root = make_project()
    written = begin.add(root, Wanted("mzn", "Mazanderani", "مازرونی", "Arab"))
    assert written == ["content/languages/mzn.yaml", "content/locale/mzn/hello.po", "content/locale/mzn/ui.po"]
    found = project.read(root)
    assert [str(problem) for problem in found.problems] == []
    language = found.catalogs["mzn"].language
    assert (language.direction, language.fonts[0]) == ("rtl", "Noto Naskh Arabic")
    begin.add(root, Wanted("hsb", "Upper Sorbian", "hornjoserbšćina", "Latn"))
    plural = project.read(root).catalogs["hsb"].language.plural
    assert plural.count == 4  # dual, and modulo 100, as Slovenian
    assert begin.add(root, Wanted("hsb")) == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("../x", "A", "B", "Latn"), "is no language tag"),
        (Wanted("EN", "A", "B", "Latn"), "is no language tag"),
        (Wanted("xyz"), "say --name and --autonym and --script as well"),
        (Wanted("xyz", "A", "B", "Ltn"), "there is no script"),
        (Wanted("xyz", "A: {b}", "B", "Latn"), "is no name of a language"),
        (
            Wanted("xyz", "caf\udce9", "B", "Latn"),
            r"U\+DCE9 .* stands in a language's name",
        ),  # a shell that speaks Latin-1
        (Wanted("xyz", "A", "B\u202eC", "Latn"), r"U\+202E .* stands in a language's name"),
    ],
)
def test_what_cannot_be_a_record_is_refused(make_project, wanted, said):
    root = make_project()
    with pytest.raises(RefusalError, match=said):
        begin.add(root, wanted)
    assert not (root / "content/languages/xyz.yaml").exists()


def test_the_source_and_pseudo_languages_are_not_begun(make_project):
    for tag in ("en", "en-XA"):
        with pytest.raises(ProblemsError, match="is no language to translate into"):
            begin.add(make_project(folder=tag), Wanted(tag))

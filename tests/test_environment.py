"""What else the bytes depend on: each is noticed."""

from __future__ import annotations

import os
import re
import shutil

import pytest

from builder import environment, fonts


@pytest.fixture
def code(monkeypatch, tmp_path):
    """A copy of the builder's code that a test may change."""
    copy = tmp_path / "builder"
    shutil.copytree(environment.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(environment, "PACKAGE", copy)
    return copy


@pytest.fixture
def cache(tmp_path):
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


def test_equal_surroundings_have_equal_digests(cache):
    assert environment.quick() == environment.quick()
    assert environment.code() == environment.code()
    assert environment.exact(["Noto Sans"], cache) == environment.exact(["Noto Sans"], cache)
    assert re.fullmatch("[0-9a-f]{64}", environment.code())


def test_a_touched_module_is_noticed_quickly(code):
    before = environment.quick()
    os.utime(code / "plan.py", ns=(1, 1))
    assert environment.quick() != before


def test_changed_code_is_noticed_wherever_it_stands(code):
    before = environment.code()
    path = code / "typeset" / "compose.py"
    path.write_text(path.read_text("utf-8") + "\n# a word\n", encoding="utf-8")
    assert environment.code() != before


def test_only_the_typesetter_is_part_of_what_sets_a_page(code, cache):
    before = environment.exact(["Noto Sans"], cache)
    (code / "plan.py").write_text("# gone\n", encoding="utf-8")
    assert environment.exact(["Noto Sans"], cache) == before
    (code / "typeset" / "compose.py").write_text("# gone\n", encoding="utf-8")
    assert environment.exact(["Noto Sans"], cache) != before


def test_other_fonts_are_other_surroundings(cache):
    latin = environment.exact(["Noto Sans"], cache)
    assert latin != environment.exact(["Noto Sans", "Noto Naskh Arabic"], cache)


def test_other_versions_are_other_surroundings(cache, monkeypatch):
    before = environment.exact(["Noto Sans"], cache)
    known = environment.versions()
    monkeypatch.setattr(environment, "versions", lambda: {**known, "weasyprint": "0"})
    assert environment.exact(["Noto Sans"], cache) != before


def test_another_folder_of_fonts_is_noticed(monkeypatch, tmp_path):
    before = environment.quick()
    monkeypatch.setenv(fonts.OVERRIDE, str(tmp_path))
    assert environment.quick() != before


def test_every_library_that_touches_a_page_is_known_by_version():
    found = environment.versions()
    assert [name for name, version in found.items() if not re.match(r"\d+\.\d+", version)] == []
    assert {"weasyprint", "libpango-1.0.so.0", "libharfbuzz.so.0", "fonttools"} <= found.keys()


def test_caches_and_the_starter_are_no_code(code):
    before = environment.code()
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "x.py").write_text("", encoding="utf-8")
    (code / "starter").mkdir()
    (code / "starter" / "x.py").write_text("", encoding="utf-8")
    assert environment.code() == before

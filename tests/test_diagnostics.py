r"""Every registered diagnostic has a fixture that proves its place, fact and hint.

A fixture tests/diagnostics/<code>.txt changes the project `tiny` and says what must then be reported, line by line:

    --- write PATH       the lines that follow are the file
    --- replace PATH     each line is "old => new"
    --- append PATH      lines put at the end of the file
    --- bytes PATH       the lines, with Python escapes such as \xff
    --- delete PATH
    === sync typo        or: === import FILE, === approve LANGUAGE, === stale LANGUAGE (approved, then changed)
    === check            or: === build LANGUAGE, or: === roster PATH; every line that follows is one diagnostic, and there are no others
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from builder import check, project, roster, translation
from builder.build import Request, build
from builder.diagnostics import CODES, Diagnostic, ProblemsError, did_you_mean, in_order
from builder.model import Place
from builder.translation import approve, deliver

TODAY = date(2027, 3, 1)
FIXTURES = Path(__file__).parent / "diagnostics"


def test_every_code_has_a_fixture():
    assert sorted(path.stem for path in FIXTURES.glob("*.txt")) == sorted(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_fixture(code: str, make_project: Callable[..., Path], workers):
    root = make_project()
    changes, _, expected = (FIXTURES / f"{code}.txt").read_text(encoding="utf-8").partition("\n=== ")
    for change in ("\n" + changes).split("\n--- ")[1:]:
        _apply(root, change)
    how, _, lines = expected.partition("\n")
    found = in_order(_problems(root, how.split(), workers))
    shown = [str(problem).replace(str(root), "ROOT") for problem in found]
    assert shown == [line for line in lines.splitlines() if line]
    assert code in {problem.code for problem in found}


def _apply(root: Path, change: str) -> None:
    head, _, body = change.partition("\n")
    verb, _, name = head.partition(" ")
    target = root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if verb == "write":
        target.write_text(body + "\n", encoding="utf-8")
    elif verb == "append":
        target.write_text(target.read_text(encoding="utf-8") + body + "\n", encoding="utf-8")
    elif verb == "bytes":
        target.write_bytes(body.encode("latin-1").decode("unicode_escape").encode("latin-1"))
    elif verb == "delete":
        shutil.rmtree(target) if target.is_dir() else target.unlink()
    elif verb == "replace":
        text = target.read_text(encoding="utf-8")
        for line in body.splitlines():
            old, arrow, new = line.partition(" => ")
            assert arrow, f"not a replacement: {line}"
            assert old in text, f"{name} does not hold {old!r}"
            text = text.replace(old, new.replace("\\n", "\n"), 1)
        target.write_text(text, encoding="utf-8")
    else:
        raise AssertionError(f"unknown change {verb!r}")


def _problems(root: Path, how: list[str], workers) -> list[Diagnostic]:
    if how[0] == "check":
        return check.check(project.read(root))
    if how[0] == "roster":
        with pytest.raises(ProblemsError) as caught:
            roster.from_csv((root / how[1]).read_bytes(), how[1])
        return list(caught.value.diagnostics)
    if how[0] in _TRANSLATORS:
        try:
            return _TRANSLATORS[how[0]](root, how[1], workers)
        except ProblemsError as error:
            return list(error.diagnostics)
    seconds = float(how[2]) if len(how) > 2 else 90.0
    request = Request(languages=(how[1],), papers=("letter",))
    try:
        return list(build(root, request, partial(_workers, workers, seconds)).problems)
    except ProblemsError as error:
        return list(error.diagnostics)


def _sync(root: Path, kind: str, workers) -> list[Diagnostic]:
    translation.sync(root, None, translation.Said(kind, "editor", TODAY))
    return []


def _import(root: Path, name: str, workers) -> list[Diagnostic]:
    return list(deliver.take(root, [root / name]).problems)


def _approve(root: Path, tag: str, workers) -> list[Diagnostic]:
    loaded = project.read(root)
    code = approve.proof_code(loaded.catalogs[tag], loaded.library, "hello")
    approve.approve(root, tag, "hello", (), approve.Approver("certified translator", code), TODAY)
    return []


def _stale(root: Path, tag: str, workers) -> list[Diagnostic]:
    """A sheet was approved, then its English changed in meaning, and the build must not go on."""
    for path in (root / "content/locale" / tag).glob("*.po"):
        path.write_text(path.read_text("utf-8").replace("#, fuzzy\n", ""), encoding="utf-8")
    translation.sync(root, tag)
    _approve(root, tag, workers)
    article = root / "content/topics/hello/7-18m.md"
    article.write_text(article.read_text("utf-8").replace("Open your arms.", "Open your arms wide."), encoding="utf-8")
    translation.sync(root, tag)
    request = Request(languages=(tag,), papers=("letter",), kinds=("handout",), on_stale="fail")
    return list(build(root, request, workers).problems)


_TRANSLATORS = {"sync": _sync, "import": _import, "approve": _approve, "stale": _stale}


@contextmanager
def _workers(workers, seconds: float, count: int, cache: Path):
    with workers(count, cache, wanted=1, seconds=seconds) as local:
        yield local


def test_the_hint_names_the_nearest_word():
    assert did_you_mean("You may hear", ["You may see", "Key message"]) == 'did you mean "You may see"?'
    assert did_you_mean("zzz", ["a", "b"]) == "known: a, b"


def test_all_problems_are_sorted_by_place_and_said_once():
    late, early = Diagnostic("no-lead", Place("b", 9), "x"), Diagnostic("no-lead", Place("a", 10), "x")
    assert in_order([late, early, late]) == (early, late)


def test_an_unregistered_code_is_our_own_mistake():
    with pytest.raises(ValueError, match="unregistered"):
        Diagnostic("no-such-code", Place("x"), "y")

"""The search for a type step: the largest that fits, wherever it begins."""

from __future__ import annotations

import pdf_facts
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.typeset import copyfit, typeset


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copyfit, "_last", {})


def found(steps: int, first: int, *akin: str) -> tuple[int, list[int]]:
    """The step taken by a document that fits from step `first` on, and the layouts it took."""
    tried: list[int] = []

    def fits(step: int) -> bool:
        tried.append(step)
        return step >= first

    return copyfit.search(akin, steps, fits), tried


@given(st.integers(1, 6), st.lists(st.integers(0, 7), max_size=5))
def test_the_step_does_not_depend_on_what_came_before(steps: int, before: list[int]):
    copyfit._last.clear()
    for first in before:
        step, tried = found(steps, first, "handout")
        assert step == min(first, steps - 1)
        assert step in tried
        assert len(tried) == len(set(tried))


STEPS = (14, 11, 8)  # points
ROOM = "@page { size: 210mm 279.4mm; margin: 15mm } html { line-height: 1.4; "


def styles() -> tuple[str, ...]:
    return tuple(ROOM + f"font: {size}pt 'Noto Sans' }}" for size in STEPS)


def pages(body: str, step: int) -> int:
    """How many pages a text takes at a step, nothing forbidding it."""
    return typeset(pdf_facts.job(body, styles=styles()[step : step + 1])).pages


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 110), st.integers(1, 12), st.integers(1, 2))
def test_a_sheet_keeps_its_budget_or_says_what_is_too_long(paragraphs: int, words: int, sides: int):
    """At the largest step that keeps it; the number of pages is that of the file."""
    body = "<h1>T</h1>" + f"<p>{'growing ' * words}</p>" * paragraphs
    sheet = typeset(pdf_facts.job(body, styles=styles(), sides=sides))
    if sheet.faults:
        assert [fault.code for fault in sheet.faults] == ["over-budget"]
        assert f"{pages(body, len(STEPS) - 1)} pages (at most {sides})" in sheet.faults[0].fact
        assert pages(body, len(STEPS) - 1) > sides
        assert sheet.pdfs == ()
    else:
        assert {pdf_facts.pages(pdf) for _, pdf in sheet.pdfs} == {sheet.pages}
        assert sheet.pages == pages(body, sheet.step) <= sides
        assert sheet.step == 0 or pages(body, sheet.step - 1) > sides


def test_a_document_like_the_last_one_takes_one_layout_or_two():
    assert found(3, 0, "handout") == (0, [0])
    assert found(3, 0, "handout") == (0, [0])
    assert found(3, 2, "handout") == (2, [0, 1, 2])
    assert found(3, 2, "handout") == (2, [1, 2])
    assert found(3, 1, "handout") == (1, [1, 0])
    assert found(3, 2, "handout") == (2, [0, 1, 2])
    assert found(3, 0, "handout") == (0, [1, 0])
    assert found(3, 3, "checklist") == (2, [0, 1, 2])


def test_the_nearest_that_is_known_says_where_to_begin():
    assert found(4, 3, "trust handout", "handout") == (3, [0, 1, 2, 3])
    assert found(4, 0, "play handout", "handout") == (0, [2, 1, 0])
    assert found(4, 3, "trust handout", "handout") == (3, [2, 3])
    assert found(2, 1, "sleep handout", "handout") == (1, [0, 1])


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(copyfit, "_MOST", 10)
    for number in range(100):
        found(3, 1, f"{number} handout", "handout")
        assert len(copyfit._last) <= 12

"""The search for a type step: the largest that fits, wherever it begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.typeset import copyfit


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copyfit, "_last", {})


def found(styles: tuple[str, ...], first: int) -> tuple[int, list[int]]:
    """The step taken by a document that fits from step `first` on, and the layouts it took."""
    tried: list[int] = []

    def fits(step: int) -> bool:
        tried.append(step)
        return step >= first

    return copyfit.search(styles, fits), tried


@given(st.integers(1, 6), st.lists(st.integers(0, 7), max_size=5))
def test_the_step_does_not_depend_on_what_came_before(steps: int, before: list[int]):
    styles = tuple(f"font: {n}" for n in range(steps))
    copyfit._last.clear()
    for first in before:
        step, tried = found(styles, first)
        assert step == min(first, steps - 1)
        assert step in tried
        assert len(tried) == len(set(tried))


def test_a_document_like_the_last_one_takes_one_layout_or_two():
    styles = ("a", "b", "c")
    assert found(styles, 0) == (0, [0])
    assert found(styles, 0) == (0, [0])
    assert found(styles, 2) == (2, [0, 1, 2])
    assert found(styles, 2) == (2, [2, 1])
    assert found(styles, 0) == (0, [2, 1, 0])
    assert found(("another",), 3) == (0, [0])

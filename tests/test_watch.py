"""Watching: a save builds what it reaches, with workers that stay, and mistakes end nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from builder import watch
from builder.build import Report, Request
from builder.run import Workers

ENGLISH = Request(shelf=True, languages=("en",), kinds=("checklist",), papers=("letter",))


class EnoughError(Exception):
    """The author has gone home."""


def watched(root: Path, workers: Callable[..., object], *saves: Callable[[], object]) -> tuple[list[Report], int]:
    """The reports while these saves happen, one after each quiet look at the files; and how many pools were opened."""
    todo = iter(saves)
    opened = 0

    @contextmanager
    def counted(count: int, cache: Path) -> Iterator[Workers]:
        nonlocal opened
        opened += 1
        with workers(count, cache) as pool:  # type: ignore[attr-defined]
            yield pool

    def sleep(seconds: float) -> None:
        assert 0 < seconds < 1
        save = next(todo, None)
        if save is None:
            raise EnoughError
        save()

    reports: list[Report] = []
    with pytest.raises(EnoughError):
        reports.extend(watch.watch(root, ENGLISH, counted, sleep))
    return reports, opened


def test_a_save_builds_what_it_reaches_and_workers_stay(make_project: Callable[..., Path], workers):
    root = make_project()
    article = root / "content/topics/hello/7-18m.md"
    text = article.read_text("utf-8")

    def save(new: str) -> Callable[[], object]:
        return lambda: article.write_text(new, encoding="utf-8")

    reports: list[Report] = []
    opened = 0
    saves = (
        lambda: None,
        save(text.replace("Open your arms.", "Open both arms.")),
        save(text.replace("## You can try", "## You can fly")),
        save(text),
    )
    found, opened = watched(root, workers, *saves)
    reports += found
    assert [len(report.built) for report in reports] == [1, 1, 0, 1]
    assert [report.ok for report in reports] == [True, True, False, True]
    assert {problem.code for problem in reports[2].problems} >= {"unknown-element"}
    assert opened == 1


def test_what_is_touched_and_says_what_it_said_is_not_built_again(make_project: Callable[..., Path], workers):
    root = make_project()
    article = root / "content/topics/hello/7-18m.md"
    swap = root / "content/topics/hello/.7-18m.md.swp"
    reports, _ = watched(root, workers, article.touch, lambda: swap.write_text("an editor's own"), swap.unlink)
    assert [len(report.built) for report in reports] == [1]


def test_a_library_that_takes_long_to_look_at_is_looked_at_less_often(make_project: Callable[..., Path], workers):
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise EnoughError

    clock = iter([0.0, 0.001, 1.0, 1.02, 2.0, 62.0])
    with pytest.raises(EnoughError):
        list(watch.watch(make_project(), ENGLISH, workers, sleep, lambda: next(clock)))
    assert pauses == pytest.approx([0.05, 0.2, 0.5])


def test_broken_settings_are_told_and_watching_goes_on(make_project: Callable[..., Path], workers):
    root = make_project()
    settings = root / "program.yaml"
    sound = settings.read_text("utf-8")
    reports, _ = watched(
        root, workers, lambda: settings.write_text("name: [", "utf-8"), lambda: settings.write_text(sound, "utf-8")
    )
    assert [report.ok for report in reports] == [True, False, True]
    assert reports[1].problems[0].place.file == "program.yaml"

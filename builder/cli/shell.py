"""What every command shares: the project's folder, workers, the progress bar, how problems are printed."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from builder.build import Request
    from builder.diagnostics import Diagnostic
    from builder.run import Workers

OK, CONTENT, USAGE = 0, 1, 2  # exit codes that every command may end with

_BAR = 28  # characters of the progress bar
_PAUSE = 5.0  # seconds between lines where there is no terminal


class Group(click.Group):
    """Lists commands in the order of a working day."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)


_AXES = (
    ("--topic", "topics", "A topic, such as attachment."),
    ("--age", "ages", "An age or an age band: 14m, 3y, 7-18m. An age in two bands chooses both."),
    ("--kind", "kinds", "A kind of sheet: handout, checklist, visit-guide, reminder."),
    ("--language", "languages", "A language: es, ar, zh-Hans."),
    ("--edition", "editions", "An edition: normal, large-print, booklet, twin."),
    ("--paper", "papers", "A paper: letter, a4, half."),
)


def axes(command: Callable[..., None]) -> Callable[..., None]:
    """The options that narrow a selection; each may be given several times."""
    for option, name, text in reversed(_AXES):
        command = click.option(option, name, multiple=True, help=text)(command)
    return click.option(
        "--all", "everything", is_flag=True, default=False, help="Everything there is, not only the program's shelf."
    )(command)


def request(everything: bool, chosen: dict[str, tuple[str, ...]]) -> Request:
    """What the options of `axes` ask for."""
    from builder.build import Request

    return Request(not everything, **chosen)  # type: ignore[arg-type]  # the axes that are options are tuples of names


def today() -> date:
    """The day on the clock of this computer."""
    return datetime.now(UTC).astimezone().date()


def folder(ctx: click.Context) -> Path:
    """Where to look for a project: the folder that was named, or the working directory."""
    return Path(ctx.obj) if ctx.obj else Path.cwd()


def root(ctx: click.Context) -> Path:
    """The project's folder: the one that was named, or the nearest upward."""
    from builder import sources

    return sources.find(folder(ctx))


def workers(jobs: int | None, cluster: str | None = None) -> Any:  # noqa: ANN401 - a MakeWorkers, whose module is imported late
    """What makes worker processes: as many as asked for, or one for each processor; or those of a cluster."""
    if cluster:

        @contextmanager
        def join(_count: int, cache: Path) -> Iterator[Workers]:
            from builder import cluster as clusters

            with clusters.remote(cluster, cache) as workers:
                yield workers

        return join

    @contextmanager
    def make(count: int, cache: Path) -> Iterator[Workers]:
        from builder import fonts, run, store

        store.sweep_workshops()  # `build` does so too, but what is there already needs no build
        cache.mkdir(parents=True, exist_ok=True)
        wanted = (
            jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs or os.cpu_count() or 1
        )
        with run.local(max(1, min(wanted, count)), str(fonts.configure(cache))) as workers:
            yield workers
        run.dismiss()

    return make


@contextmanager
def ahead(cluster: str | None) -> Iterator[Callable[[], object]]:
    """How to begin with workers of this machine before it is known whether they are needed; nothing of it stays."""

    def begin() -> None:
        from builder import run

        begun.append(run)
        run.begin()

    begun: list[Any] = []
    try:
        yield (lambda: None) if cluster else begin
    finally:
        for run in begun:
            run.dismiss()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[int, int, str], None]]:
    """A bar with documents per second on a terminal; a plain line now and then elsewhere."""
    import time

    began = said = time.monotonic()
    bar = sys.stderr.isatty() and not quiet

    def show(done: int, total: int, name: str) -> None:
        nonlocal said
        now = time.monotonic()
        rate = done / max(now - began, 0.001)
        if bar:
            filled = _BAR * done // max(total, 1)
            line = f"[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total}  {rate:.1f} a second  {name[-40:]:40}"
            click.echo(f"\r{line}", nl=False, err=True)
        elif not quiet and (now - said > _PAUSE or done == total):
            said = now
            click.echo(f"{done} of {total} built, {rate:.1f} a second", err=True)

    yield show
    if bar:
        click.echo("\r" + " " * 110 + "\r", nl=False, err=True)


def no_core() -> None:
    """A crash must not leave a file with what a family said."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def print_problems(problems: Iterable[Diagnostic]) -> None:
    """A line for each problem, on standard error."""
    for problem in problems:
        click.echo(str(problem), err=True)

"""Composes the stages: from a project's folder to its output folder. The public API of the shells, packs and tests.

    read -> plan -> localise -> render -> (typeset, by workers) -> store

A document whose sources have errors is not built and the others are; one that fails keeps its old file and is
reported; one whose translation lacks something is not built at all. When nothing changed, only stats are read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder import environment, sources, still, store
from builder.diagnostics import Diagnostic, errors

if TYPE_CHECKING:  # the model makes some forty classes: a build in which nothing changed does without
    from builder.model import DocumentKey, OnStale
    from builder.run import Workers

Progress = Callable[[int, int, str], None]  # PDFs done, PDFs to do, the last one's path
MakeWorkers = Callable[[int, Path], "AbstractContextManager[Workers]"]  # (layouts to make, cache folder) -> workers


@dataclass(frozen=True, slots=True)
class Request:
    """What to build; an empty axis means everything, and `shelf` what program.yaml says."""

    shelf: bool = True
    topics: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()  # bands or ages: 7-18m, 14m, 3y
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    on_stale: OnStale = "last-approved"
    documents: tuple[DocumentKey, ...] = ()  # exactly these, whatever the axes say: what a pack lacks

    @property
    def name(self) -> str:
        """What tells two requests apart in the manifest."""
        axes = (self.topics, self.ages, self.kinds, self.languages, self.editions, self.papers)
        return f"{'shelf' if self.shelf else 'all'} " + " ".join(
            [*(",".join(sorted(axis)) or "-" for axis in axes), self.on_stale]
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did, in PDFs by their path below the output folder."""

    built: tuple[str, ...] = ()
    unchanged: int = 0
    missing: tuple[str, ...] = ()  # not built: a translation is missing
    failed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong."""
        return not self.failed and not errors(self.problems)

    @property
    def killed(self) -> bool:
        """Whether a worker had to be ended."""
        return any(problem.code == "timed-out" for problem in self.problems)


def build(
    root: Path,
    request: Request,
    workers: MakeWorkers,
    progress: Progress = lambda *_: None,
    begin: Callable[[], object] = lambda: None,
) -> Report:
    """Bring the output folder up to date with the project.

    `begin` is called as soon as something has changed, before the project is read: most likely there will be
    something to typeset.

    Raises BusyError, UnsafeError, FontError, OSError, SelectionError (a name that does not exist), and ProblemsError
    when the project's frame (settings, registries, templates) cannot be used.
    """
    began = time.monotonic()
    output = root / "output"
    with store.locked(output):
        store.sweep_workshops()
        asked = f"{request.name}\n{environment.quick()}"
        report = _nothing_changed(root, asked)
        if report is None:
            begin()
            from builder.rebuild import rebuild  # late: a build in which nothing changed imports no stage

            store.sweep(output)
            seen = still.look(root, sources.TOP)  # before they are read: what is written meanwhile counts as a change
            manifest = store.load(output)
            found = store.stamps(root, sources.paths(root), manifest.sources)
            report, outputs = rebuild(root, request, manifest, found, workers, progress)
            store.save(output, manifest)
            if report.ok and not request.documents:  # what a pack asked for is forgotten
                looks = [seen, still.look(root, ["output"])]
                made = (still.expected(f"output/{path}", manifest.documents[path].stamp) for path in outputs)
                still.keep(root, [asked, len(outputs), report.missing], looks, made)
        return replace(report, seconds=time.monotonic() - began)


def _nothing_changed(root: Path, asked: str) -> Report | None:
    """The report of a build that has nothing to do, or None when something may have changed."""
    match still.remembered(root):
        case [str(said), int(outputs), [*missing]] if said == asked:
            return Report(unchanged=outputs, missing=tuple(map(str, missing)))
    return None

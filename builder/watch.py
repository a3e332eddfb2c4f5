"""While an author writes: build again whenever a source changes, with workers that stay warm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from builder import sources, store
from builder.build import MakeWorkers, Report, Request, build
from builder.diagnostics import ProblemsError
from builder.run import Workers

PAUSE = 0.2  # seconds between two looks at the files
_JOBS = 2  # workers kept warm: a change seldom reaches more sheets at once


def watch(root: Path, request: Request, workers: MakeWorkers, sleep: Callable[[float], None]) -> Iterator[Report]:
    """Build now and after every change, for as long as `sleep` returns; a report for each build.

    What authors get wrong is in the reports. Raises what `build` raises for a request that cannot be met.
    """
    with workers(_JOBS, root / "output" / store.CACHE) as pool:

        @contextmanager
        def warm(_count: int, _cache: Path) -> Iterator[Workers]:
            yield pool

        seen: Mapping[str, store.Stamp] = {}
        while True:
            found = store.stamps(root, sources.paths(root), seen)
            if found.keys() != seen.keys() or not store.same(found, seen):
                seen = found
                yield _built(root, request, warm)
            sleep(PAUSE)


def _built(root: Path, request: Request, workers: Callable[[int, Path], AbstractContextManager[Workers]]) -> Report:
    try:
        return build(root, request, workers)
    except ProblemsError as error:
        return Report(problems=tuple(error.diagnostics))

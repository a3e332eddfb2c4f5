"""While an author writes: build again whenever a source changes, with workers that stay warm."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from builder import sources, still, store
from builder.build import MakeWorkers, Report, Request, build
from builder.diagnostics import ProblemsError
from builder.run import Workers

PAUSE = 0.05  # seconds between two looks at the files
_LONGEST = 0.5  # seconds that a pause takes at most
_REST = 10  # pauses are so many times as long as looks: a large library must not keep the processor busy
_JOBS = 2  # workers kept warm: a change seldom reaches more sheets at once


def watch(
    root: Path,
    request: Request,
    workers: MakeWorkers,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Report]:
    """Build now and after every change, for as long as `sleep` returns; a report for each build.

    What authors get wrong is in the reports. Raises what `build` raises for a request that cannot be met.
    """
    with workers(_JOBS, root / "output" / store.CACHE) as pool:

        @contextmanager
        def warm(_count: int, _cache: Path) -> Iterator[Workers]:
            yield pool

        seen: still.Look = ()
        known: Mapping[str, store.Stamp] = {}
        while True:
            began = clock()
            now = still.look(root, sources.TOP)
            looked = clock() - began
            if now != seen:  # something was touched; what it says may be what it said
                seen, found = now, store.stamps(root, sources.paths(root), known)
                if not store.same(found, known):
                    known = found
                    yield _built(root, request, warm)
            sleep(min(_LONGEST, max(PAUSE, _REST * looked)))


def _built(root: Path, request: Request, workers: Callable[[int, Path], AbstractContextManager[Workers]]) -> Report:
    try:
        return build(root, request, workers)
    except ProblemsError as error:
        return Report(problems=tuple(error.diagnostics))

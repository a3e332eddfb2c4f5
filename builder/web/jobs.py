"""Long work: a short queue, progress that can be watched, an end at any time, and results that are forgotten.

A result is kept in memory and nowhere else: it holds what a family said, and is gone when this process is.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Literal

from builder.diagnostics import ProblemsError, RefusalError

State = Literal["waiting", "working", "done", "failed", "cancelled"]
Progress = Callable[[int, int, str], None]

WAITING = 12  # pieces of work that may wait; one more is told to come again
KEPT = 600.0  # seconds from the end of a piece of work until its result is forgotten
FETCHED = 120.0  # seconds from the first time a result was fetched: a reader may ask for it again to save it
LARGEST = 256 * 1024 * 1024  # bytes of all results together
LONGEST = 900.0  # seconds that one piece of work may take
_CHUNK = 256 * 1024
_OVER = frozenset({"done", "failed", "cancelled"})


class FullError(Exception):
    """There is too much to do already."""


class LateError(RefusalError):
    """It took far too long."""


class CancelledError(Exception):
    """The person who asked has changed their mind."""


@dataclass(frozen=True, slots=True)
class Result:
    """What work ends in: a PDF for the person who asked, or the address of a page."""

    data: bytes = b""
    name: str = ""  # of the file, when it is saved; it says nothing about anyone
    address: str = ""


@dataclass(slots=True, eq=False)
class Job:
    """One piece of work; only who began it can see it."""

    name: str  # what kind of work: a word of templates/web/job.html
    owner: str
    work: Callable[[Progress], Result] | None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    state: State = "waiting"
    done: int = 0
    total: int = 0
    problems: tuple[str, ...] = ()
    result: Result | None = None
    ends: float = 0.0  # when it is forgotten
    fetched: bool = False
    stop: bool = False
    version: int = 0  # grows with every change, for those who watch

    @property
    def over(self) -> bool:
        return self.state in _OVER


class Jobs:
    """The work of one server. `clock` gives seconds that only grow."""

    def __init__(self, threads: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.known: dict[str, Job] = {}
        self.queue: list[Job] = []
        self.changed = Condition()
        self.closing = False
        self.threads = [Thread(target=self._serve, daemon=True, name=f"work-{n}") for n in range(threads)]
        for thread in self.threads:
            thread.start()

    def begin(self, name: str, owner: str, work: Callable[[Progress], Result]) -> Job:
        """Queue a piece of work. Raises FullError."""
        with self.changed:
            self._forget()
            kept = sum(len(job.result.data) for job in self.known.values() if job.result)
            if len(self.queue) >= WAITING or kept > LARGEST or self.closing:
                raise FullError
            job = Job(name, owner, work)
            self.known[job.id] = job
            self.queue.append(job)
            self.changed.notify_all()
            return job

    def find(self, name: str, owner: str) -> Job | None:
        """The work of that name, for who began it."""
        with self.changed:
            self._forget()
            job = self.known.get(name)
            return job if job and secrets.compare_digest(job.owner, owner) else None

    def ahead(self, job: Job) -> int:
        """How much waits before this."""
        with self.changed:
            return self.queue.index(job) if job in self.queue else 0

    def cancel(self, job: Job) -> None:
        """End it now. What is being made is finished behind the scenes, and its end is not looked at."""
        with self.changed:
            job.stop = True
            if job in self.queue:
                self.queue.remove(job)
            if not job.over:
                self._end(job, "cancelled")

    def forget(self, job: Job) -> None:
        """Keep nothing of it."""
        with self.changed:
            job.stop = True
            if job in self.queue:
                self.queue.remove(job)
            self._drop(job)

    def watch(self, job: Job, seconds: float) -> Iterator[None]:
        """Gives something at once and after every change, until it is over or the time is."""
        until = self.clock() + seconds
        seen = -1
        while True:
            with self.changed:
                while job.version == seen and not job.over and self.clock() < until and not self.closing:
                    self.changed.wait(min(1.0, max(0.01, until - self.clock())))
                fresh, seen = job.version != seen, job.version
                over = job.over or self.closing or self.clock() >= until
            if fresh:
                yield
            if over:
                return

    def read(self, job: Job) -> Iterator[bytes]:
        """The result's bytes. From the first time on it is kept only a little longer."""
        with self.changed:
            data = job.result.data if job.result else b""
            if not job.fetched:
                job.fetched, job.ends = True, min(job.ends, self.clock() + FETCHED)
        return (data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))

    def close(self) -> None:
        """End all work and keep nothing."""
        with self.changed:
            self.closing = True
            for job in list(self.known.values()):
                job.stop = True
                self._drop(job)
            self.queue.clear()
            self.changed.notify_all()
        for thread in self.threads:
            thread.join(timeout=30)

    # --- inside -----------------------------------------------------------------------------------

    def _serve(self) -> None:
        while True:
            with self.changed:
                while not self.queue and not self.closing:
                    self.changed.wait(5)
                    self._forget()
                if self.closing:
                    return
                job = self.queue.pop(0)
                job.state = "working"
                self._touch(job)
            self._work(job)

    def _work(self, job: Job) -> None:
        began = self.clock()

        def progress(done: int, total: int, _name: str) -> None:
            with self.changed:
                if job.stop or self.closing:
                    raise CancelledError
                if self.clock() - began > LONGEST:
                    raise LateError("it took too long; ask for less at once")
                job.done, job.total = done, total
                self._touch(job)

        work, result = job.work, None
        state: State = "failed"
        problems: tuple[str, ...] = ()
        try:
            assert work is not None  # noqa: S101 - only `_end` takes it away
            result = work(progress)
            progress(job.total, job.total, "")
            state = "done"
        except CancelledError:
            state = "cancelled"
        except ProblemsError as error:
            problems = tuple(map(str, error.diagnostics))
        except RefusalError as error:
            problems = (str(error),)
        except Exception as error:  # noqa: BLE001 - its words may be a family's: only its kind is told
            problems = (f"something went wrong that should not ({type(error).__name__})",)
        with self.changed:
            if job.id in self.known and not job.over:
                job.problems = problems
                self._end(job, state, result if state == "done" else None)

    def _end(self, job: Job, state: State, result: Result | None = None) -> None:
        job.work = None  # with it goes what it was told
        job.ends = self.clock() + KEPT
        job.state, job.result = state, result
        self._touch(job)

    def _touch(self, job: Job) -> None:
        job.version += 1
        self.changed.notify_all()

    def _forget(self) -> None:
        now = self.clock()
        for job in [job for job in self.known.values() if job.over and job.ends <= now]:
            self._drop(job)

    def _drop(self, job: Job) -> None:
        self.known.pop(job.id, None)
        job.work = job.result = None
        if not job.over:
            job.state = "cancelled"
        self._touch(job)

"""Jobs to workers and sheets back: batched, bounded, killable.

A worker that hangs is ended and only its document is reported; the others finish. `concurrent.futures` cannot kill
a hung worker and `max_tasks_per_child` dead-locked on 3.11.7 (gh-115634), so local workers are pebble's.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import multiprocessing.util
import os
import shutil
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Protocol

from pebble import ProcessExpired, ProcessPool
from pebble.pool import process

from builder import store
from builder.diagnostics import RefusalError
from builder.model import Fault, Job, Sheet
from builder.typeset import worker

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

    from pebble.pool.base_pool import Task
    from pebble.pool.channel import WorkerChannel

SECONDS = 90.0  # by the clock for a batch, for what hangs without working; the worker counts its processor time
BATCH = 4  # jobs that travel together
GROWN = worker.MEMORY // 2  # bytes: a worker that holds more after a batch gives way to a fresh one


class Workers(Protocol):
    """Whatever takes a batch and gives a future: a local pool, or a cluster."""

    @property
    def count(self) -> int:
        """How many batches can be worked on at once."""

    def submit(self, batch: tuple[Job, ...]) -> Future[tuple[Sheet, ...]]:
        """Begin a batch; the future raises when its worker was ended."""


@dataclass(frozen=True, slots=True)
class LocalWorkers:
    """Processes of this machine."""

    pool: ProcessPool
    count: int
    seconds: float = SECONDS

    def submit(self, batch: tuple[Job, ...]) -> Future[tuple[Sheet, ...]]:
        return self.pool.schedule(worker.work, args=(batch,), timeout=self.seconds)


def begin() -> ForkServerContext:
    """Start the process that workers are forked from, which takes half a second, and wait for nothing."""
    frugal()
    _own_folder()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["builder.typeset.preload"])
    multiprocessing.forkserver.ensure_running()
    return context


def frugal() -> bool:
    """Have the C library give room back once sheets are written; False where it is not glibc.

    It would keep a heap for each thread of the pool, and in it the room of PDFs that passed through: a tenth of the
    memory that a build of thousands takes.
    """
    import ctypes  # late: a command that builds nothing does without

    settings = {"M_ARENA_MAX": (-8, 1), "M_MMAP_THRESHOLD": (-3, 64 * 1024), "M_TRIM_THRESHOLD": (-1, 128 * 1024)}
    try:
        return all(ctypes.CDLL(None).mallopt(*setting) for setting in settings.values())
    except AttributeError:
        return False


@contextmanager
def local(
    count: int, font_config: str, seconds: float = SECONDS, grown: int = GROWN, memory: int = worker.MEMORY
) -> Iterator[LocalWorkers]:
    """`count` worker processes, gone when the block ends; one that holds over `grown` bytes is replaced.

    A batch has `seconds` by the clock, and a worker `memory` bytes of data.

    forkserver: forking a process that imported Pango has crashed (WeasyPrint#684), and spawn pays the imports once
    for each worker.
    """
    context = begin()
    pool = ProcessPool(max_workers=count, initializer=_start, initargs=(font_config, grown, memory), context=context)
    try:
        yield LocalWorkers(pool, count, seconds)
        pool.close()  # type: ignore[no-untyped-call]  # pebble types its tasks, not its ends
    except BaseException:
        pool.stop()  # type: ignore[no-untyped-call]  # likewise
        raise
    finally:
        pool.join()


def _start(font_config: str, grown: int, memory: int) -> None:
    """Prepare a worker, which is to end of its own accord once it has grown.

    pebble counts batches where we weigh: it takes a worker that ends between two of them for one that has done its
    share, and makes another. A heavy sheet is followed by light ones, so a count would end good workers too.
    """
    upstream = process.worker_get_next_task

    def batches(channel: WorkerChannel, max_tasks: int) -> Iterator[Task]:
        for task in upstream(channel, max_tasks):
            yield task
            if worker.resident() > grown:  # the sheets of the batch are sent
                return

    process.worker_get_next_task = batches
    worker.start(font_config, memory)


def _own_folder() -> None:
    """Give multiprocessing a folder for its sockets that the next build removes, should this process be killed."""
    known = multiprocessing.current_process()._config  # type: ignore[attr-defined]  # noqa: SLF001 - not in its stubs
    if "tempdir" not in known:
        known["tempdir"] = folder = store.workshop()
        multiprocessing.util.Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=-100)


def dismiss() -> None:
    """End the process that workers are forked from, and wait for it: nothing outlives the command."""
    server = multiprocessing.forkserver._forkserver  # noqa: SLF001 - the library stops it only some time after exit
    if server._forkserver_pid:  # type: ignore[attr-defined]  # noqa: SLF001 - likewise; it may still be importing
        os.kill(server._forkserver_pid, signal.SIGTERM)  # type: ignore[attr-defined]  # noqa: SLF001 - likewise
    server._stop()  # type: ignore[attr-defined]  # noqa: SLF001 - not in its stubs


def run(jobs: Iterable[Job], workers: Workers, expected: int = 0) -> Iterator[Sheet]:
    """A sheet for every job, as they come; never more batches under way than keep the workers busy.

    Jobs of one language should stand together, so that a worker opens few fonts: a sequence is put in that order. An
    iterator of about `expected` jobs is asked for the next ones when there is room for them, so that neither all
    pages nor all sheets are in memory at once.
    """
    if isinstance(jobs, Sequence):
        jobs, expected = sorted(jobs, key=lambda job: (job.language, job.name)), len(jobs)
    batches = _batches(jobs, workers.count, expected)
    alone: list[tuple[Job, ...]] = []  # of batches that failed
    waiting: dict[Future[tuple[Sheet, ...]], tuple[Job, ...]] = {}
    while True:
        while len(waiting) < 2 * workers.count and (batch := alone.pop() if alone else next(batches, ())):
            waiting[workers.submit(batch)] = batch
        if not waiting:
            return
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=lambda f: waiting[f][0].name):
            batch = waiting.pop(future)
            try:
                yield from future.result()
            except RefusalError:
                raise  # of the pool itself: no document is the culprit
            except Exception as error:  # noqa: BLE001 - however a worker ended, the other documents go on
                if len(batch) > 1:  # one of them is the culprit: try each alone
                    alone += [(job,) for job in reversed(batch)]
                else:
                    yield Sheet(batch[0].name, (), 0, 0, (_fault(error, batch[0]),))


def _batches(jobs: Iterable[Job], workers: int, expected: int) -> Iterator[tuple[Job, ...]]:
    """Jobs that travel together, of one language; ever fewer towards the end, so that all workers end at one time."""
    left = expected
    for _, same in groupby(jobs, key=lambda job: job.language):
        while batch := tuple(islice(same, max(1, min(BATCH, left // max(1, 2 * workers))))):
            left -= len(batch)
            yield batch


def _fault(error: BaseException, job: Job) -> Fault:
    spent = isinstance(error, ProcessExpired) and error.exitcode in {-signal.SIGPROF, 128 + signal.SIGPROF}
    if spent or isinstance(error, TimeoutError):
        hint = "look for deeply nested boxes in a template, or for a very long text"
        return Fault("timed-out", f"{job.language}: it took longer than its limit, and its worker was ended", hint)
    return Fault(
        "crashed", f"{job.language}: its worker ended without a word", "please report this with the document's name"
    )

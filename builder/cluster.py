"""Workers on other machines, by Dask distributed: `handouts build --cluster tcp://host:8786`.

    coordinator  --batch, proof-->  a worker's process  --batch-->  its own local pool (run.local)
    coordinator  <---- sheets ----  the same bytes as here, or a refusal

A worker proves before the build, and again with every batch, that its code, libraries and fonts are the coordinator's;
another one would break lines elsewhere. It typesets in a pool of its own, so that a sheet that hangs, outgrows its
memory or asks for the network ends there as it would here. What travels is the library's text: packs, which
hold what families said, are always made on the machine of the person who asked.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder import environment, fonts, run
from builder.diagnostics import RefusalError
from builder.model import Job, Sheet

if TYPE_CHECKING:
    from builder.run import LocalWorkers

CONNECT = 10.0  # seconds to reach the scheduler, and for the first worker to be there
ALONE = 30.0  # seconds that a build waits for another worker when it has lost the last
_LOOK = 1.0  # seconds between two looks at who is there
_NAMED = 3  # of what differs, that a message names

Proof = Mapping[str, str]


class ClusterError(RefusalError):
    """The cluster cannot be used; the message says what to start, install or bring up to date."""


@dataclass(frozen=True, slots=True)
class ClusterWorkers:
    """Workers of a scheduler; `submit` gives futures as a local pool does."""

    client: Any  # a distributed.Client
    proof: Proof
    count: int
    waiting: set[Future[tuple[Sheet, ...]]] = field(default_factory=set)

    def submit(self, batch: tuple[Job, ...]) -> Future[tuple[Sheet, ...]]:
        """Begin a batch; the future raises ClusterError when its worker is not like this machine, or none is left."""
        future: Future[tuple[Sheet, ...]] = Future()
        self.waiting.add(future)
        task = self.client.submit(work, batch, self.proof, pure=False)
        task.add_done_callback(lambda done: self._pass_on(done, future))
        return future

    def _pass_on(self, task: Any, future: Future[tuple[Sheet, ...]]) -> None:  # noqa: ANN401 - distributed's Future
        self.waiting.discard(future)
        if future.done():
            return
        error = task.exception() if task.status == "error" else None
        if error is not None or task.status != "finished":
            future.set_exception(error or RuntimeError(task.status))
        else:
            future.set_result(task.result())
        task.release()

    def give_up(self, reason: ClusterError) -> None:
        """End all waiting."""
        for future in list(self.waiting):
            self.waiting.discard(future)
            if not future.done():
                future.set_exception(reason)


@contextlib.contextmanager
def remote(address: str, cache: Path, alone: float = ALONE) -> Iterator[ClusterWorkers]:
    """The workers of the scheduler at an address, after each has proven that it prints the same bytes.

    Raises ClusterError: the extra is not installed, nobody answers, no worker is there, or one is different.
    """
    os.environ.setdefault("DASK_CONFIG", str(cache / "dask"))  # distributed writes sample settings; not into homes
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "--cluster needs the extra `cluster`: `make setup-cluster`, or pip install 'handouts[cluster]'"
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # of lost workers the build itself speaks
    try:
        client: Any = Client(address, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]  # distributed says little of types
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {address}: start one with `dask scheduler`") from error
    stop = threading.Event()
    try:
        proof = environment.identity(cache)
        workers = ClusterWorkers(client, proof, _count(client, address, proof))
        watch = threading.Thread(target=_watch, args=(workers, address, alone, stop), daemon=True)
        watch.start()
        yield workers
        stop.set()
        watch.join()
    finally:
        stop.set()
        client.close(timeout=CONNECT)


def _count(client: Any, address: str, proof: Proof) -> int:  # noqa: ANN401 - a distributed.Client
    """How many batches the proven workers work on at once. Raises ClusterError."""
    try:
        client.wait_for_workers(1, timeout=CONNECT)
    except TimeoutError as error:
        raise ClusterError(f"no worker has joined {address}: start one with {_start(address)}") from error
    for name, found in sorted(client.run(identity, on_error="return").items()):
        if isinstance(found, BaseException):
            raise ClusterError(
                f"the worker {name} cannot say what it is ({type(found).__name__}: {found}): install handouts there"
            )
        if wrong := differing(proof, found):
            raise ClusterError(f"the worker {name} would print other sheets: {wrong}")
    return sum(client.nthreads().values())


def _start(address: str) -> str:
    return f"`dask worker {address} --no-nanny --nthreads {os.cpu_count() or 1}`"


def _watch(workers: ClusterWorkers, address: str, alone: float, stop: threading.Event) -> None:
    """Give up when no worker has been there for some time: distributed itself would wait for ever."""
    without = 0.0
    while not stop.wait(_LOOK):
        try:
            there = workers.client.scheduler_info(n_workers=-1)["workers"]
        except Exception:  # noqa: BLE001 - however the scheduler went, it is gone
            there = {}
        without = 0.0 if there else without + _LOOK
        if without >= alone:
            workers.give_up(
                ClusterError(
                    f"no worker is left at {address}: start one with {_start(address)}; what was finished is kept"
                )
            )
            return


def differing(ours: Proof, theirs: Proof) -> str:
    """What differs between two machines, for a message; "" when nothing does."""
    names = [name for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)]
    shown = [f"{name} (here {_short(ours.get(name))}, there {_short(theirs.get(name))})" for name in names[:_NAMED]]
    return ", ".join(shown) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _short(value: str | None) -> str:
    return value[:12] if value else "none"


# --- what runs in a worker ------------------------------------------------------------------------

_begin = threading.Lock()
_known: dict[str, Any] = {}  # this process's proof and its pool


def identity() -> Proof:
    """Say what this worker is. It is asked once: code that changes on the disk is not the code that runs."""
    with _begin:
        if "identity" not in _known:
            _known["identity"] = environment.identity(_cache())
        found: Proof = _known["identity"]
        return found


def work(batch: tuple[Job, ...], proof: Proof) -> tuple[Sheet, ...]:
    """Typeset a batch in this worker's own pool. Raises ClusterError when this is not what the coordinator is."""
    if wrong := differing(proof, identity()):
        raise ClusterError(f"a worker that has joined would print other sheets: {wrong}")
    return _pool().submit(batch).result()


def _pool() -> LocalWorkers:
    """The pool of this process, with a place for each of its threads; it ends with the process."""
    with _begin:
        if "pool" not in _known:
            from distributed import get_worker

            made = run.local(get_worker().state.nthreads, str(fonts.configure(_cache())))
            _known["ends"] = made  # kept: a context that is let go of ends
            _known["pool"] = made.__enter__()
        found: LocalWorkers = _known["pool"]
        return found


def _cache() -> Path:
    """Where this machine keeps what it knows of its fonts."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "handouts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder

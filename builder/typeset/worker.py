"""What runs in a worker process: `start` once, then `work` for every batch.

A worker is given values and gives values back. It reads fonts, writes nothing, asks nobody, and is
expected to be killed: its limits and its end are arranged here.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import re
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from builder.model import Fault, Sheet

if TYPE_CHECKING:
    from builder.model import Job

MEMORY = 768 * 1024 * 1024  # bytes of data that a worker may hold; one holds some 100 MB in ordinary work
SECONDS = 20.0  # of processor time for one document; on a busy machine the clock runs on without any work done

_GARBAGE = 200_000  # objects between two looks for what has become unreachable: a document makes some 100,000
_ROOM = MEMORY // 3  # bytes that a worker may hold before it looks for garbage within a batch
_REFUSED = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_WORD = re.compile(r"\w{3,}")
_FRAMES = 2  # of a traceback that a message names: enough to find the place
_LENGTH = 200  # characters of an error's own words that a message repeats


def start(font_config: str, memory: int = MEMORY) -> None:
    """Prepare the process: fonts, limits, no network, an end when its parent ends.

    `font_config` is the path that builder.fonts.configure gave. It must come before anything else
    imports WeasyPrint in this process.
    """
    os.environ["FONTCONFIG_FILE"] = font_config
    _die_with_parent()
    with contextlib.suppress(ValueError, OSError):  # a stricter limit may be in force
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the text of families
    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
    sys.addaudithook(_refuse_network)

    from builder.typeset import accessible, shortcuts, stylesheets  # late: it reads FONTCONFIG_FILE

    accessible.apply()
    shortcuts.apply()
    stylesheets.fonts()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, 1_000, 1_000)


def work(jobs: tuple[Job, ...]) -> tuple[Sheet, ...]:
    """Typeset a batch, one sheet for each job in order. A job that fails does not stop its neighbours.

    One that uses up its processor time ends the process by SIGPROF: what hangs may never come back to Python.
    """
    sheets = []
    for job in jobs:
        sheets.append(_in_time(job))
        if resident() > _ROOM:
            gc.collect()
    gc.collect()
    gc.freeze()
    return tuple(sheets)


def resident() -> int:
    """Bytes of memory that this process holds; where the system does not tell, the most it ever held."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS


def _in_time(job: Job) -> Sheet:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return _one(job)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _one(job: Job) -> Sheet:
    from builder.typeset import stylesheets, typeset

    try:
        return typeset(job)
    except MemoryError:
        stylesheets.forget()
        fault = Fault(
            "too-big",
            f"{job.language}: typesetting it takes more memory than a worker has",
            "look for a large picture or a deeply nested table",
        )
    except Exception as error:  # noqa: BLE001  # whatever it is, the batch goes on and the build reports it
        stylesheets.forget()
        fault = Fault(
            "crashed", f"{job.language}: {_account(error, job)}", "please report this with the document's name"
        )
    return Sheet(job.name, (), 0, 0, (fault,))


def _account(error: BaseException, job: Job) -> str:
    """Tell an error without the document's text: a message travels into logs and bug reports."""
    secret = set(_WORD.findall(job.html))
    said = _WORD.sub(lambda word: "…" if word[0] in secret else word[0], str(error))[:_LENGTH]
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}" + (f": {said}" if said else "")


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    del arguments
    if event in _REFUSED:
        raise PermissionError(f"a worker makes no connection ({event})")


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends; a build that was killed leaves no worker behind."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended in between
        os._exit(1)

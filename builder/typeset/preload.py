"""What the process that workers are forked from imports once: everything slow, and nothing that opens a font."""

import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

_ALONE = (EOFError, BrokenPipeError, ConnectionResetError, FileNotFoundError)  # the last: of a lock it shares


@contextmanager
def _by_the_loader_alone() -> Iterator[None]:
    """On Linux, let libraries be found by the system's loader alone.

    WeasyPrint asks for each by its names on all systems in turn. For the names of other systems, ctypes runs a
    compiler and a linker, which takes 0.15 s and leaves files behind when it is killed; the loader knows Linux's own.
    """
    upstream = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005 - its name is part of its form
    try:
        yield
    finally:
        ctypes.util.find_library = upstream


def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say how a process ended; nothing where the command that asked for it was ended while it began."""
    if not issubclass(kind, _ALONE):
        sys.__excepthook__(kind, error, trace)


with _by_the_loader_alone():
    import builder.typeset.accessible
    import builder.typeset.compose
    import builder.typeset.worker  # noqa: F401
    from builder.typeset import shortcuts

shortcuts.declare()
sys.excepthook = told

"""What the process that workers are forked from imports once: everything slow, and nothing that opens a font."""

import sys
from types import TracebackType

import builder.typeset.accessible
import builder.typeset.compose
import builder.typeset.worker  # noqa: F401
from builder.typeset import shortcuts

shortcuts.declare()

_ALONE = (EOFError, BrokenPipeError, ConnectionResetError)


def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say how a process ended; nothing where the command that asked for it was ended while it began."""
    if not issubclass(kind, _ALONE):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = told

"""What a shell says in one line instead of a traceback: the person, not the content, can mend it."""

from builder.fonts import FontError
from builder.plan import AgeError, SelectionError
from builder.scaffold import ScaffoldError
from builder.sources import NoProjectError
from builder.store import BusyError, UnsafeError

REFUSALS = (NoProjectError, BusyError, UnsafeError, SelectionError, AgeError, FontError, ScaffoldError)

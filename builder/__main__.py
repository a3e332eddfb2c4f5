"""`python -m builder` is the command `handouts`."""

from builder.cli import run

run()

"""What the renderer complained about while it worked on one document.

WeasyPrint goes on after a mistake and says so in its log. Here any warning forbids the document:
paper cannot be corrected after it is handed out.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

# weasyprint.draw.text.draw_first_line
_MISSING_GLYPH = re.compile(r"^\.notdef glyph rendered .*\(U\+([0-9A-F]{4,6})\)$", re.DOTALL)


class Journal(logging.Handler):
    """Collects the warnings and errors of the renderer's log; a context manager. Of several, the innermost hears."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[str] = []
        self.missing: list[int] = []  # code points that no font has a glyph for, in order of appearance
        self._logger = logging.getLogger("weasyprint")
        self._level = self._logger.level
        self._outer: list[Journal] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Sort one record in; the same complaint is kept once."""
        message = record.getMessage()
        if match := _MISSING_GLYPH.match(message):
            code = int(match[1], 16)
            if code not in self.missing:
                self.missing.append(code)
        elif message not in self.warnings:
            self.warnings.append(message)

    def __enter__(self) -> Self:
        self._logger.setLevel(logging.WARNING)  # whatever the application made of its own logging
        self._outer = [each for each in self._logger.handlers if isinstance(each, Journal)]
        for journal in self._outer:
            self._logger.removeHandler(journal)
        self._logger.addHandler(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._logger.removeHandler(self)
        for journal in self._outer:
            self._logger.addHandler(journal)
        self._logger.setLevel(self._level)

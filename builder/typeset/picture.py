"""A page of a finished PDF as a picture for the screen."""

from __future__ import annotations

import io
from threading import Lock

import pypdfium2

_LOCK = Lock()  # PDFium serves one thread at a time


def png(data: bytes, page: int, width: int) -> bytes:
    """A page (the first is 1) as a PNG file, `width` pixels wide. Raises IndexError when there is no such page."""
    with _LOCK, pypdfium2.PdfDocument(data) as document:
        if not 1 <= page <= len(document):
            raise IndexError(page)
        found = document[page - 1]
        picture = found.render(scale=width / found.get_width(), grayscale=True, optimize_mode="lcd").to_pil()
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        return out.getvalue()

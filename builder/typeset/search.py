"""What a reader's search finds in a PDF: text on paper is also read on telephones, by search and by voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def found(pdf: bytes, words: Iterable[str]) -> float:
    """Give the share, 0 to 1, of the distinct words that PDFium's search finds on some page; 1 for no words.

    A word is looked for as it is written, with its vowel marks and joiners, without regard to case.
    """
    # imported late: only a check of the output needs it
    from pypdfium2 import PdfDocument

    wanted = sorted(set(words))
    document = PdfDocument(pdf)
    try:
        pages = [page.get_textpage() for page in document]
        hits = sum(any(page.search(word).get_next() is not None for page in pages) for word in wanted)
    finally:
        document.close()
    return hits / len(wanted) if wanted else 1.0

"""HTML to PDF: the only user of WeasyPrint and pydyf.

    compose     one layout, tried at each type step until the page budget holds, printed on every paper
    fetch       what a document may ask for: the assets it was given, by exact name
    stylesheets parsed style sheets and the font configuration, shared by the process
    journal     what the renderer complained about, and why that forbids the document
    markup      what stands in the markup, and how a message names it
    inspect     judgements on the laid-out pages: off the page, lost, cut off, over budget
    accessible  what WeasyPrint 70 lacks for PDF/UA-1 and PDF/A-2a in one file
    shortcuts   the same layout in less time
    cascade     styles of elements and boxes in less time, for shortcuts
    lines       lines of text that were broken before, for shortcuts
    copyfit     which type step a document takes, found with few layouts
    reader      markup to a tree, as XML where that gives the tree of HTML
    cut         fonts of very many glyphs, embedded with those of the sheet alone
    facing      two layouts of which one faces the other, kept beside each other
    pdf_file    the bytes of the file, once for all papers
    search      the share of the words that a reader's search finds
    picture     a page as a picture
    worker      what runs in a worker process
    preload     what workers are forked from

Importing this package imports none of them: whoever only names `worker.work` pays nothing.
`builder.fonts.configure` comes before the first document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from builder.model import Job, Sheet

__all__ = ["typeset"]


def typeset(job: Job) -> Sheet:
    """Typeset one document: a PDF per paper, or the faults that forbid them.

    A pure function of its values: the same job gives the same bytes in any process and any order.
    """
    from builder.typeset.compose import compose

    return compose(job)

"""What judges say, and what they are told about a sheet beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .ink import SHEET, Document


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one rule."""

    judge: str
    file: str
    page: int  # from 1
    what: str
    measure: str
    limit: str

    def __str__(self) -> str:
        return f"{self.file}, page {self.page}: {self.judge}: {self.what}: {self.measure} (limit: {self.limit})"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the project says a sheet is."""

    size: tuple[float, float] = SHEET  # millimetres: what its pages were laid out on
    imposed: bool = False  # two of them side by side on a paper
    order: str = ""  # how imposed pages follow each other: two-up, booklet, facing
    binding: str = "left"  # the side at which a booklet is folded, its title page on top
    code: str = ""  # the version code in the foot
    sides: int = 0  # page budget; 0 is none
    body: float = 0  # points: the smallest declared step
    sizes: Mapping[str, float] = field(default_factory=dict)  # language -> its size against Latin
    least: float = 8.5  # points: no glyph is smaller
    draft: bool = False
    texts: tuple[tuple[str, bool, int], ...] = ()  # what it says: text, whether in a page margin, from which page on
    notices: tuple[str, ...] = ("DRAFT: not for families",)  # what a draft banner says, the staff's language first


@dataclass(frozen=True, slots=True)
class Case:
    """A sheet before the bench."""

    file: str
    document: Document
    expectation: Expectation


def squeezed(text: str) -> str:
    """Without its spaces, of whatever kind."""
    return "".join(text.split())


Judge = Callable[[Case], list[Finding]]

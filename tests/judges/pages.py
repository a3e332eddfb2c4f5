"""Judges of pages: how many, how full, what ends them, what runs at their head and foot."""

from __future__ import annotations

import re
from itertools import pairwise

from .ink import Page
from .verdict import Case, Finding, squeezed

QUARTER = 0.25
FOOT = 40.0  # millimetres from the lower edge: where the foot of any edition stands
HEAD = 35.0  # millimetres from the upper edge
RULE = 3.0  # millimetres between the text of the foot and the rule above it, at most
MARGIN = 29.0  # millimetres: the lower margin of a page without a foot


def budget(case: Case) -> list[Finding]:
    """A sheet keeps its sides.

    Unit: pages of the file. Source: `sides` of the kind (templates/kinds.yaml), for editions with a budget. Imposed
    files have the pages of the half sheet.
    """
    pages, sides = len(case.document.pages), case.expectation.sides
    if not sides or pages <= sides or case.expectation.imposed:
        return []
    return [Finding("budget", case.file, pages, "pages", str(pages), str(sides))]


def last_side(case: Case) -> list[Finding]:
    """The last of several pages is worth turning to: a quarter of its height is used.

    Unit: share of the live area, from the running head (or the first ink, where none runs) to the running foot, down to
    the lowest ink that runs neither at head nor foot.
    """
    if len(case.document.pages) < 2 or case.expectation.imposed:
        return []
    page = case.document.pages[-1]
    foot, head = _foot(page), _head(page)
    texts = [run.box for run in page.runs if run.box and not run.furniture]
    paths = [shape.box for shape in page.shapes if shape.inked] + [
        edge for frame in page.frames for edge in frame.edges
    ]
    own = [box for box in (*texts, *paths) if box.bottom > foot + RULE and box.top < head]
    top = head if head < page.size[1] else max((box.top for box in own), default=head)
    used = (top - min(box.bottom for box in own)) / (top - foot) if own else 0.0
    if used >= QUARTER:
        return []
    return [Finding("fill", case.file, page.number, "height in use on the last side", f"{used:.0%}", f"{QUARTER:.0%}")]


def stranded_headings(case: Case) -> list[Finding]:
    """A heading has a line of its text on the same page.

    Unit: marked content in the order of the tag tree: after each heading (H1 to H6), the next text that is no heading
    stands on the heading's page.
    """
    runs = {
        (page.number, run.mark): run for page in case.document.pages for run in page.runs if run.box and run.mark >= 0
    }
    said = [(mark, runs[mark.page, mark.number]) for mark in case.document.marks if (mark.page, mark.number) in runs]
    found = []
    for at, (mark, run) in enumerate(said):
        rest = [other for other, _ in said[at + 1 :] if not other.heading]
        if mark.heading and (not rest or rest[0].page != mark.page):
            what = f'{mark.heading} "{run.text.strip()}"'
            found.append(Finding("heading", case.file, mark.page, what, "0 lines follow on its page", "1 line"))
    return found


def footer(case: Case) -> list[Finding]:
    """Each page says at its foot which version it is, and which page of how many.

    Unit: text that stands in the lowest 40 mm of the sheet, spaces apart: the version code of output/manifest.json,
    and "n/N" by the count of the file's pages. On an imposed page any "n/N" will do (see `order`), and half a sheet may
    be blank.
    """
    pages = case.document.pages
    imposed = case.expectation.imposed
    found = []
    for page in pages:
        foot = [run for run in page.runs if run.box and run.box.top < FOOT]
        said = {squeezed(run.text) for run in foot} | {squeezed(a.text + b.text) for a, b in pairwise(foot)}
        if imposed and not page.runs:
            continue
        number = r"\d+/\d+" if imposed else f"{page.number}/{len(pages)}"
        for name, wanted in (("version code", re.escape(case.expectation.code)), ("page number", number)):
            if not any(re.fullmatch(wanted, text) for text in said):
                found.append(
                    Finding("footer", case.file, page.number, name, "not at the foot", wanted.replace("\\", ""))
                )
    return found


def draft(case: Case) -> list[Finding]:
    """What is not ready says so on every page; what is ready says it on none.

    Unit: the banner's words in the staff's language, which every banner speaks, spaces apart: in the uppermost 35 mm of
    the sheet where they must stand, anywhere where they must not. Source: `state` in output/manifest.json.
    """
    found = []
    words = squeezed(case.expectation.notices[0])
    for page in case.document.pages:
        lowest = page.size[1] - HEAD if case.expectation.draft else 0
        said = squeezed("".join(run.text for run in page.runs if run.box and run.box.bottom > lowest))
        if case.expectation.imposed and not page.runs:
            continue
        there = words in said or words[::-1] in said
        if there != case.expectation.draft:
            measure, limit = ("there", "none on a ready sheet") if there else ("not there", "on each page")
            found.append(Finding("draft", case.file, page.number, "draft banner", measure, limit))
    return found


def order(case: Case) -> list[Finding]:
    """Imposed pages follow each other once the paper is cut, folded or read.

    Unit: the page numbers at the foot of the halves. Cut: each page twice, in order. Folded, all leaves in one another
    and turned at the binding side: from one to the last, blanks after it. Facing: the same number on both halves.
    """
    expected, halves = case.expectation, case.document.pages
    if not expected.order:
        return []
    numbers = [_number(page) for page in halves]
    sides = list(zip(numbers[::2], numbers[1::2], strict=True))
    if expected.order == "booklet":
        if expected.binding == "right":
            sides = [(right, left) for left, right in sides]
        fronts, backs = sides[::2], sides[1::2]
        outward = [page for front, back in zip(fronts, backs, strict=True) for page in (front[1], back[0])]
        inward = [page for front, back in zip(fronts[::-1], backs[::-1], strict=True) for page in (back[1], front[0])]
        said, wanted = outward + inward, list(range(1, 1 + max(numbers)))
        wanted += [0] * (len(said) - len(wanted))
    else:  # a half may be blank where one of two facing documents is shorter
        said = [page or other for side in sides for page, other in (side, side[::-1])]
        wanted = [page for page in range(1, 1 + len(sides)) for _ in range(2)]
    if said == wanted:
        return []
    return [Finding("order", case.file, 1, "pages as they are read", _spaced(said), _spaced(wanted))]


def _number(page: Page) -> int:
    """The page number at the foot; 0 on a blank half."""
    foot = [run for run in page.runs if run.box and run.box.top < FOOT]
    said = [run.text for run in foot] + [first.text + second.text for first, second in pairwise(foot)]
    found = [match for text in said if (match := re.fullmatch(r"(\d+)/\d+", squeezed(text)))]
    return int(found[0].group(1)) if found else 0


def _spaced(numbers: list[int]) -> str:
    return " ".join(map(str, numbers))


def _foot(page: Page) -> float:
    tops = [run.box.top for run in page.runs if run.box and run.furniture and run.box.top < page.size[1] / 2]
    return max(tops, default=MARGIN)


def _head(page: Page) -> float:
    bottoms = [run.box.bottom for run in page.runs if run.box and run.furniture and run.box.top > page.size[1] / 2]
    return min(bottoms, default=page.size[1])

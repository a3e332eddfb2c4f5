"""Which type step a document takes, found with few layouts.

The rule is the largest step that keeps the sides. Where a larger step fails, that takes two layouts at least: how
many lines a text takes cannot be told without breaking it. So a search begins at the step that the last document of the
same kind, edition and language took: most then need one layout (the first step) or two.
"""

from __future__ import annotations

from collections.abc import Callable

Fits = Callable[[int], bool]

_last: dict[tuple[str, ...], int] = {}  # style sheets -> the step that was taken last, in this process


def search(styles: tuple[str, ...], fits: Fits) -> int:
    """The largest step at which a document fits, or the smallest when it fits at none; steps count from the largest.

    Where one step fits, all smaller ones are taken to fit: the answer does not depend on where the search began.
    """
    step, last = _last.get(styles, 0), len(styles) - 1
    if fits(step):
        while step > 0 and fits(step - 1):
            step -= 1
    else:
        while step < last and not fits(step + 1):
            step += 1
        step = min(step + 1, last)
    _last[styles] = step
    return step

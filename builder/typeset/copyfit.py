"""Which type step a document takes, found with few layouts.

The rule is the largest step that keeps the sides. Where a larger step fails, that takes two layouts at least: how
many lines a text takes cannot be told without breaking it. So a search begins one step before the one that a document
like this took last: if this one takes the same, the failing step and the fitting one are all it needs, and if it takes
the larger, those two as well.
"""

from __future__ import annotations

from collections.abc import Callable

Fits = Callable[[int], bool]

_MOST = 4_096  # names that are remembered: a page of a topic has one, and one that it shares with all of its kind

_last: dict[str, int] = {}  # what documents are akin by -> the step that was taken last, in this process


def search(akin: tuple[str, ...], steps: int, fits: Fits) -> int:
    """The largest step at which a document fits, or the smallest when it fits at none; steps count from the largest.

    `akin` names what is likely to take the same step, the nearest first. Where one step fits, all smaller ones are
    taken to fit: the answer does not depend on where the search began.
    """
    before = next((_last[name] for name in akin if name in _last), 0)
    step = max(0, min(before, steps - 1) - 1)
    if fits(step):
        while step > 0 and fits(step - 1):
            step -= 1
    else:
        while step < steps - 1 and not fits(step + 1):
            step += 1
        step = min(step + 1, steps - 1)
    if len(_last) > _MOST:
        _last.clear()
    _last.update(dict.fromkeys(akin, step))
    return step

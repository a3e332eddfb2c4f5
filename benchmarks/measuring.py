"""How things are timed here: in turn, several rounds, so that a busy machine slows all of them alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Action = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of one way to do it, a value for each round."""

    rounds: tuple[float, ...]
    per: int = 1  # things that one round makes

    @property
    def median(self) -> float:
        """Seconds for one thing."""
        return statistics.median(self.rounds) / self.per

    def __str__(self) -> str:
        return f"{shown(self.median)} ({shown(min(self.rounds) / self.per)}-{shown(max(self.rounds) / self.per)})"


def shown(seconds: float) -> str:
    """Seconds as a person reads them."""
    return f"{seconds * 1000:.0f} ms" if seconds < 2 else f"{seconds:.1f} s"


def in_turn(
    actions: Mapping[str, Action],
    rounds: int,
    per: Mapping[str, int] | None = None,
    before: Mapping[str, Action] | None = None,
) -> dict[str, Times]:
    """Time each action once a round, after a first round that is not counted; what comes `before` it is not timed."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds + 1):
        for name, action in actions.items():
            if before and name in before:
                before[name]()
            began = time.perf_counter()
            action()
            if number:
                times[name].append(time.perf_counter() - began)
    return {name: Times(tuple(found), (per or {}).get(name, 1)) for name, found in times.items()}


def ratio(ours: Times, theirs: Times) -> str:
    """Ours against theirs, round by round: the median, the smallest and the largest."""
    found = sorted((a / ours.per) / (b / theirs.per) for a, b in zip(ours.rounds, theirs.rounds, strict=True))
    return f"{statistics.median(found):.3f} ({found[0]:.3f}-{found[-1]:.3f})"


def command(*arguments: object, expect: str = "", **options: object) -> str:
    """Run a command and hold what it prints against what is expected."""
    ended = subprocess.run([str(each) for each in arguments], capture_output=True, text=True, check=False, **options)
    if ended.returncode or expect not in ended.stdout:
        raise SystemExit(f"{arguments}: exit {ended.returncode}, expected {expect!r}\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def load() -> str:
    """What else the machine does."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())

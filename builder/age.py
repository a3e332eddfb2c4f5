"""How old a child is on the day of a visit, and whether that is counted from birth or from the due date.

The rules are those of the American Academy of Pediatrics as home visiting programs use them: for a child born 3 or more
weeks early, the weeks are subtracted until 24 months after birth; then the age since birth counts. Dates are used and
forgotten: nothing here keeps, prints or quotes one, and a value that holds dates has no representation.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from builder.diagnostics import RefusalError

CORRECTED_FROM = 21  # days early: three weeks
CORRECTED_UNTIL = 24  # months after birth; on that day the age since birth counts
EARLIEST = 17 * 7  # days: no child is born more than 17 weeks early
LATEST = 4 * 7  # days: no child is born more than 4 weeks late
OLDEST = 21 * 12  # months: past this, a date or an age is a slip of the pen

Use = Literal["", "actual", "corrected"]  # "" leaves it to the rules
Reason = Literal[
    "born",  # counted from birth: nothing else was told
    "corrected",  # counted from the due date, by the rule
    "few-weeks",  # counted from birth: under three weeks early
    "past-two",  # counted from birth: 24 months or more have gone by
    "chose-actual",  # counted from birth, although the rule would correct
    "chose-corrected",  # counted from the due date, although the rule would not
    "before-due",  # counted from a due date that has not come yet
    "band",  # no age was told, an age band was
]

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_SPAN = re.compile(r"(?:(\d{1,2})\s*y)?\s*(?:(\d{1,3})\s*m)?\s*(?:(\d{1,3})\s*w)?\Z", re.IGNORECASE)
_HOW = "write BORN [DUE|-] [VISIT], each like 2026-03-31"


class DateError(RefusalError):
    """Dates or ages that cannot be; the message says why, and never quotes a date."""


@dataclass(frozen=True, slots=True, repr=False)
class Birth:
    """When a child was born, was due and is visited. It has no `repr`: no message or log can quote it."""

    born: date
    due: date | None  # None: on time, or not told
    visit: date


@dataclass(frozen=True, slots=True)
class Age:
    """An age in completed months, and why it was counted as it was."""

    months: int
    reason: Reason

    @property
    def from_due_date(self) -> bool:
        return self.reason in {"corrected", "chose-corrected", "before-due"}


def months_after(day: date, months: int) -> date:
    """The same day of a later (or, below zero, an earlier) month; the month's last day where it has no such day."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def completed_months(start: date, end: date) -> int:
    """The whole months from one day to another; below zero when the end comes first."""
    count = (end.year - start.year) * 12 + end.month - start.month
    return count if months_after(start, count) <= end else count - 1


def reckon(birth: Birth, use: Use = "") -> Age:
    """The age on the day of the visit, by the rule or as the visitor chose. Raises DateError for what cannot be."""
    _possible(birth)
    since_birth = completed_months(birth.born, birth.visit)
    early = (birth.due - birth.born).days if birth.due else 0
    if birth.due is None or early <= 0:
        return Age(since_birth, "born")
    ruled = early >= CORRECTED_FROM and since_birth < CORRECTED_UNTIL
    if use == "actual" or not (ruled or use == "corrected"):
        why: Reason = "few-weeks" if early < CORRECTED_FROM else "past-two"
        return Age(since_birth, "chose-actual" if ruled else why)
    if birth.visit < birth.due:
        return Age(0, "before-due")
    return Age(completed_months(birth.due, birth.visit), "corrected" if ruled else "chose-corrected")


def _possible(birth: Birth) -> None:
    if birth.born > birth.visit:
        raise DateError("the date of birth comes after the visit: nothing is made for the time before birth")
    if completed_months(birth.born, birth.visit) > OLDEST:
        raise DateError(f"that is more than {OLDEST // 12} years from birth to the visit: is the year right?")
    if birth.due and (birth.due - birth.born).days > EARLIEST:
        raise DateError(f"the due date is more than {EARLIEST // 7} weeks after the birth: one of the two is wrong")
    if birth.due and (birth.born - birth.due).days > LATEST:
        raise DateError(f"the due date is more than {LATEST // 7} weeks before the birth: one of the two is wrong")


def read(line: str, today: date) -> Birth:
    """The dates of a line `BORN [DUE|-] [VISIT]`; the day of the visit is today unless told. Raises DateError."""
    words = line.split()
    if not 1 <= len(words) <= 3:
        raise DateError(f"dates: {_HOW}")
    born = _day(words[0], "the date of birth")
    due = _day(words[1], "the due date") if len(words) > 1 and words[1] != "-" else None
    visit = _day(words[2], "the day of the visit") if len(words) > 2 else today
    birth = Birth(born, due, visit)
    _possible(birth)
    return birth


def _day(word: str, what: str) -> date:
    try:
        if _ISO.match(word):
            return date.fromisoformat(word)
    except ValueError:
        pass
    raise DateError(f"{what} is no day of the calendar: {_HOW}")


def looks_like_dates(text: str) -> bool:
    """Whether a text opens with a date."""
    return bool(re.match(r"\s*\d{4}-\d", text))


def from_span(text: str, weeks_early: int, today: date) -> Birth | None:
    """The birth that an age of today (14m, 3y, 2y6m, 6w) and weeks early stand for; None when it is no age.

    An age says that it was completed today, so weeks are subtracted by the calendar and not as months of four weeks.
    Raises DateError for an age or a number of weeks that cannot be.
    """
    found = _SPAN.match(text.strip())
    if not found or not any(found.groups()):
        return None
    years, months, weeks = (int(part or 0) for part in found.groups())
    if not 0 <= weeks_early <= EARLIEST // 7:
        raise DateError(f"weeks early: 0 to {EARLIEST // 7}")
    if 12 * years + months + weeks // 4 > OLDEST:
        raise DateError(f"nothing is made for that age: the oldest that can be told is {OLDEST // 12} years")
    born = months_after(today, -12 * years - months) - timedelta(weeks=weeks)
    birth = Birth(born, born + timedelta(weeks=weeks_early) if weeks_early else None, today)
    _possible(birth)
    return birth

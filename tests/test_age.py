"""Ages on the day of a visit: a table of cases from the rules, and what holds for all dates."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import age
from builder.age import Age, Birth, DateError

D = date.fromisoformat

# born, due, visit, months, reason. Due is "" for a child born on time or whose due date was not told.
CASES = [
    # whole months
    ("2026-01-15", "", "2026-01-15", 0, "born"),
    ("2026-01-15", "", "2026-02-14", 0, "born"),
    ("2026-01-15", "", "2026-02-15", 1, "born"),
    ("2026-01-15", "", "2027-01-14", 11, "born"),
    ("2026-01-15", "", "2027-01-15", 12, "born"),
    ("2024-12-31", "", "2025-01-01", 0, "born"),
    ("2023-06-01", "", "2026-06-01", 36, "born"),
    ("2020-06-01", "", "2026-05-31", 71, "born"),
    # month ends: a month without that day is over on its last day
    ("2026-01-31", "", "2026-02-27", 0, "born"),
    ("2026-01-31", "", "2026-02-28", 1, "born"),
    ("2026-01-31", "", "2026-03-30", 1, "born"),
    ("2026-01-31", "", "2026-03-31", 2, "born"),
    ("2026-01-31", "", "2026-04-30", 3, "born"),
    ("2026-08-30", "", "2027-02-28", 6, "born"),
    ("2026-08-29", "", "2028-02-29", 18, "born"),
    ("2026-08-31", "", "2028-02-28", 17, "born"),
    ("2026-08-31", "", "2028-02-29", 18, "born"),
    # leap days
    ("2024-02-29", "", "2024-03-28", 0, "born"),
    ("2024-02-29", "", "2024-03-29", 1, "born"),
    ("2024-02-29", "", "2025-02-27", 11, "born"),
    ("2024-02-29", "", "2025-02-28", 12, "born"),
    ("2024-02-29", "", "2026-02-28", 24, "born"),
    ("2024-02-29", "", "2028-02-28", 47, "born"),
    ("2024-02-29", "", "2028-02-29", 48, "born"),
    ("2023-11-29", "", "2024-02-28", 2, "born"),
    ("2023-11-29", "", "2024-02-29", 3, "born"),
    # under three weeks early: nothing is subtracted
    ("2026-01-15", "2026-01-16", "2026-07-15", 6, "few-weeks"),
    ("2026-01-15", "2026-02-04", "2026-07-15", 6, "few-weeks"),  # 20 days
    ("2026-01-15", "2026-02-04", "2028-07-15", 30, "few-weeks"),
    # from three weeks on the due date counts
    ("2026-01-15", "2026-02-05", "2026-07-15", 5, "corrected"),  # 21 days
    ("2026-01-15", "2026-02-05", "2026-08-05", 6, "corrected"),
    ("2026-01-10", "2026-03-12", "2026-11-22", 8, "corrected"),
    ("2026-01-10", "2026-03-12", "2026-11-11", 7, "corrected"),
    ("2026-01-10", "2026-03-12", "2026-11-12", 8, "corrected"),
    ("2026-01-01", "2026-04-30", "2026-12-31", 8, "corrected"),  # 17 weeks
    ("2024-02-29", "2024-04-25", "2025-02-28", 10, "corrected"),
    ("2024-01-31", "2024-02-29", "2024-03-29", 1, "corrected"),
    ("2024-01-31", "2024-02-29", "2025-02-28", 12, "corrected"),
    # the due date itself, and before it
    ("2026-01-10", "2026-03-12", "2026-03-12", 0, "corrected"),
    ("2026-01-10", "2026-03-12", "2026-03-11", 0, "before-due"),
    ("2026-01-10", "2026-03-12", "2026-01-10", 0, "before-due"),
    # 24 months after birth: the last day that is corrected, and the first that is not
    ("2024-05-20", "2024-07-15", "2026-05-19", 22, "corrected"),
    ("2024-05-20", "2024-07-15", "2026-05-20", 24, "past-two"),
    ("2024-05-20", "2024-07-15", "2026-05-21", 24, "past-two"),
    ("2024-02-29", "2024-04-25", "2026-02-27", 22, "corrected"),
    ("2024-02-29", "2024-04-25", "2026-02-28", 24, "past-two"),
    ("2024-08-31", "2024-10-01", "2026-08-30", 22, "corrected"),
    ("2024-08-31", "2024-10-01", "2026-08-31", 24, "past-two"),
    ("2020-01-15", "2020-04-15", "2026-01-15", 72, "past-two"),
    # late, or on the day: nothing to correct
    ("2026-01-15", "2026-01-15", "2026-07-15", 6, "born"),
    ("2026-01-15", "2026-01-01", "2026-07-15", 6, "born"),
    ("2026-01-29", "2026-01-01", "2026-07-29", 6, "born"),  # four weeks
    # the edges at which bands overlap (7-9, 16-18, 21-24, 36 months), counted from birth
    ("2026-01-01", "", "2026-07-31", 6, "born"),
    ("2026-01-01", "", "2026-08-01", 7, "born"),
    ("2026-01-01", "", "2026-10-31", 9, "born"),
    ("2026-01-01", "", "2026-11-01", 10, "born"),
    ("2025-01-01", "", "2026-05-01", 16, "born"),
    ("2025-01-01", "", "2026-07-31", 18, "born"),
    ("2025-01-01", "", "2026-08-01", 19, "born"),
    ("2025-01-01", "", "2026-10-01", 21, "born"),
    ("2024-01-01", "", "2026-01-31", 24, "born"),
    ("2024-01-01", "", "2026-02-01", 25, "born"),
    ("2023-01-01", "", "2026-01-31", 36, "born"),
    ("2023-01-01", "", "2026-02-01", 37, "born"),
    # the same edges, reached only from the due date
    ("2026-01-01", "2026-02-26", "2026-09-25", 6, "corrected"),
    ("2026-01-01", "2026-02-26", "2026-09-26", 7, "corrected"),
    ("2025-01-01", "2025-02-26", "2026-06-26", 16, "corrected"),
    ("2025-01-01", "2025-02-26", "2026-12-31", 22, "corrected"),
    ("2025-01-01", "2025-02-26", "2027-01-01", 24, "past-two"),
]  # fmt: skip


def birth(born: str, due: str, visit: str) -> Birth:
    return Birth(D(born), D(due) if due else None, D(visit))


def test_the_table_is_long_enough_and_says_nothing_twice():
    assert len(CASES) >= 60
    assert len({case[:3] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(("born", "due", "visit", "months", "reason"), CASES)
def test_an_age_is_counted_by_the_rules(born, due, visit, months, reason):
    assert age.reckon(birth(born, due, visit)) == Age(months, reason)


@pytest.mark.parametrize(
    ("born", "due", "visit", "use", "expected"),
    [
        ("2026-01-10", "2026-03-12", "2026-11-22", "actual", Age(10, "chose-actual")),
        ("2026-01-10", "2026-03-12", "2026-02-01", "actual", Age(0, "chose-actual")),
        ("2024-05-20", "2024-07-15", "2026-05-20", "corrected", Age(22, "chose-corrected")),
        ("2024-05-20", "2024-07-15", "2026-05-20", "actual", Age(24, "past-two")),
        ("2026-01-15", "2026-02-04", "2026-07-15", "corrected", Age(5, "chose-corrected")),
        ("2026-01-10", "2026-03-12", "2026-11-22", "corrected", Age(8, "corrected")),
        ("2026-01-15", "2026-01-01", "2026-07-15", "corrected", Age(6, "born")),
    ],
)
def test_the_visitor_may_overrule(born, due, visit, use, expected):
    assert age.reckon(birth(born, due, visit), use) == expected


# --- what cannot be -----------------------------------------------------------------------------

REFUSED = [
    ("2026-05-02 - 2026-05-01", "comes after the visit"),
    ("2026-01-01 2026-05-01 2026-06-01", "more than 17 weeks after"),  # 120 days
    ("2026-01-30 2026-01-01 2026-06-01", "more than 4 weeks before"),  # 29 days
    ("1999-01-01 - 2026-06-01", "more than 21 years"),
    ("2026-02-30", "the date of birth is no day"),
    ("2025-02-29", "the date of birth is no day"),
    ("2026-01-01 2026-13-01", "the due date is no day"),
    ("2026-01-01 - 2026-06-31", "the day of the visit is no day"),
    ("01/02/2026", "the date of birth is no day"),
    ("20260102", "the date of birth is no day"),
    ("2026-W01-1", "the date of birth is no day"),
    ("", "write BORN"),
    ("2026-01-01 - 2026-06-01 2026-07-01", "write BORN"),
]


@pytest.mark.parametrize(("line", "why"), REFUSED)
def test_impossible_dates_are_refused_with_the_reason_and_never_quoted(line, why):
    with pytest.raises(DateError) as caught:
        age.read(line, D("2026-06-01"))
    said = str(caught.value)
    assert why in said
    for word in line.split():
        assert word == "-" or word not in said


@pytest.mark.parametrize("line", ["2026-01-01 2026-04-30 2026-06-01", "2026-01-29 2026-01-01 2026-06-01"])
def test_the_last_days_that_can_be(line):
    assert age.read(line, D("2026-06-01"))


def test_a_line_of_dates_may_leave_out_the_due_date_and_the_visit():
    today = D("2026-06-01")
    told = [age.read(line, today) for line in ("2026-01-01", "2026-01-01 -", "2026-01-01 2026-02-01 2026-05-01")]
    assert [(b.born, b.due, b.visit) for b in told] == [
        (D("2026-01-01"), None, today), (D("2026-01-01"), None, today), (D("2026-01-01"), D("2026-02-01"), D("2026-05-01")),
    ]  # fmt: skip


def test_dates_have_no_representation():
    told = repr(birth("2026-01-10", "2026-03-12", "2026-11-22"))
    assert "2026" not in told
    assert "datetime" not in told


# --- ages without dates -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "weeks", "expected"),
    [
        ("10m", 8, Age(8, "corrected")),  # "about 8 months, counted from the due date"
        ("14m", 0, Age(14, "born")),
        ("14m", 2, Age(14, "few-weeks")),
        ("14m", 3, Age(13, "corrected")),
        ("24m", 8, Age(24, "past-two")),
        ("23m", 8, Age(21, "corrected")),
        ("2y", 0, Age(24, "born")),
        ("2y6m", 10, Age(30, "past-two")),
        ("3Y", 0, Age(36, "born")),
        ("6w", 0, Age(1, "born")),
        ("6w", 10, Age(0, "before-due")),
        ("0m", 0, Age(0, "born")),
        ("17y", 0, Age(204, "born")),
    ],
)
def test_an_age_of_today_is_a_birth(text, weeks, expected):
    found = age.from_span(text, weeks, D("2026-11-22"))
    assert found is not None
    assert age.reckon(found) == expected


@pytest.mark.parametrize("text", ["", "40", "soon", "m", "14", "1.5y", "-2m", "14m2"])
def test_what_is_no_age_is_none(text):
    assert age.from_span(text, 0, D("2026-11-22")) is None


@pytest.mark.parametrize(("text", "weeks"), [("40y", 0), ("14m", 18), ("14m", -1), ("300m", 0)])
def test_ages_that_cannot_be_are_refused(text, weeks):
    with pytest.raises(DateError):
        age.from_span(text, weeks, D("2026-11-22"))


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be changed here")
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "UTC"])
def test_a_time_zone_changes_nothing(zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        found = [age.reckon(birth(*case[:3])) for case in CASES]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [(a.months, a.reason) for a in found] == [case[3:] for case in CASES]
    assert os.environ.get("TZ") != "Pacific/Kiritimati"


# --- what holds for all dates -------------------------------------------------------------------

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(days, st.integers(-300, 300))
def test_months_later_and_back_is_the_same_month(day, months):
    there = age.months_after(day, months)
    back = age.months_after(there, -months)
    assert (back.year, back.month) == (day.year, day.month)
    assert back.day <= day.day


@given(days, st.integers(0, 7000))
def test_completed_months_are_the_most_that_fit(start, later):
    end = start + timedelta(days=later)
    count = age.completed_months(start, end)
    assert age.months_after(start, count) <= end < age.months_after(start, count + 1)


@given(days, st.integers(0, 6000), st.integers(0, 1))
def test_nobody_grows_younger(start, later, more):
    end = start + timedelta(days=later)
    assert age.completed_months(start, end + timedelta(days=more)) >= age.completed_months(start, end)


@given(days, st.integers(-28, 119), st.integers(0, 7000))
def test_a_corrected_age_is_between_nothing_and_the_age_since_birth(born, early, later):
    told = Birth(born, born + timedelta(days=early), born + timedelta(days=later))
    found, actual = age.reckon(told), age.completed_months(born, told.visit)
    assert 0 <= found.months <= actual
    assert actual - found.months <= 4
    assert found.from_due_date == (early >= 21 and actual < 24)
    assert age.reckon(told, "actual").months == actual


@given(st.integers(0, 250), days)
def test_an_age_in_months_is_that_many_months_on_any_day(months, today):
    told = age.from_span(f"{months}m", 0, today)
    assert told is not None
    assert age.completed_months(told.born, told.visit) == months

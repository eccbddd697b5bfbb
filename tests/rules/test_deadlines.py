"""Days, working days and deadlines, on the calendar that was announced for 2023."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.deadlines import (
    CalendarYear,
    NotWorked,
    Urgency,
    WorkingCalendar,
    add_working_days,
    day_of,
    days_left,
    end_of_day,
    has_passed,
    is_working_day,
    last_day,
    statutory_deadline,
    urgency,
)
from casework.rules.errors import RuleError


def days(first, last):
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


HOLIDAYS_2023 = frozenset(
    days(date(2023, 1, 1), date(2023, 1, 2))
    | days(date(2023, 1, 21), date(2023, 1, 27))
    | {date(2023, 4, 5)}
    | days(date(2023, 4, 29), date(2023, 5, 3))
    | days(date(2023, 6, 22), date(2023, 6, 24))
    | days(date(2023, 9, 29), date(2023, 10, 6))
    | days(date(2023, 12, 30), date(2023, 12, 31))
)
MAKE_UP_2023 = frozenset(
    date(2023, month, day) for month, day in [(1, 28), (1, 29), (4, 23), (5, 6), (6, 25), (10, 7), (10, 8)]
)
CALENDAR = WorkingCalendar({2023: CalendarYear(HOLIDAYS_2023, MAKE_UP_2023)})


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2023, 9, 28), True),
        (date(2023, 9, 29), False),  # Friday, Mid-Autumn
        (date(2023, 10, 6), False),  # Friday, National Day
        (date(2023, 10, 7), True),  # Saturday, made up
        (date(2023, 10, 8), True),  # Sunday, made up
        (date(2023, 10, 14), False),
        (date(2024, 2, 12), True),  # not announced: a Monday is taken for a working day
    ],
)
def test_holidays_and_make_up_days_decide_what_is_a_working_day(day, worked):
    assert is_working_day(day, CALENDAR) is worked


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2023, 9, 27), 1, date(2023, 9, 28)),
        (date(2023, 9, 27), 2, date(2023, 10, 7)),
        (date(2023, 9, 27), 3, date(2023, 10, 8)),
        (date(2023, 9, 27), 10, date(2023, 10, 17)),
        (date(2023, 9, 30), 0, date(2023, 10, 7)),
        (date(2023, 9, 28), 0, date(2023, 9, 28)),
        (date(2023, 4, 28), 3, date(2023, 5, 6)),
        (date(2023, 1, 20), 1, date(2023, 1, 28)),
    ],
)
def test_ten_working_days_skip_holidays_and_count_make_up_days(start, count, due):
    found = add_working_days(start, count, CALENDAR)
    assert (found.day, found.provisional) == (due, False)


def test_a_due_day_says_which_days_were_skipped_and_why():
    found = add_working_days(date(2023, 6, 20), 3, CALENDAR)
    assert found.day == date(2023, 6, 26)
    assert found.skipped == tuple((date(2023, 6, day), NotWorked.HOLIDAY) for day in (22, 23, 24))
    weekend = add_working_days(date(2023, 11, 17), 1, CALENDAR).skipped
    assert weekend == ((date(2023, 11, 18), NotWorked.WEEKEND), (date(2023, 11, 19), NotWorked.WEEKEND))


def test_a_due_day_in_a_year_not_announced_is_provisional():
    assert not add_working_days(date(2023, 12, 28), 1, CALENDAR).provisional
    found = add_working_days(date(2023, 12, 28), 2, CALENDAR)
    assert (found.day, found.provisional) == (date(2024, 1, 1), True)


def test_a_negative_number_of_working_days_is_refused():
    with pytest.raises(RuleError, match="must not be negative"):
        add_working_days(date(2023, 1, 3), -1, CALENDAR)


DAYS = st.dates(date(2022, 6, 1), date(2024, 6, 30))


@given(DAYS, st.integers(1, 60))
def test_as_many_working_days_lie_between_start_and_due_day_as_were_asked(start, count):
    found = add_working_days(start, count, CALENDAR)
    between = days(start + timedelta(days=1), found.day)
    assert is_working_day(found.day, CALENDAR)
    assert sum(is_working_day(day, CALENDAR) for day in between) == count
    assert {day for day, _ in found.skipped} == {day for day in between if not is_working_day(day, CALENDAR)}


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_working_days_add_up_across_months_and_years(start, one, two):
    first = add_working_days(start, one, CALENDAR).day
    if is_working_day(start, CALENDAR):
        assert add_working_days(first, two, CALENDAR).day == add_working_days(start, one + two, CALENDAR).day
    assert first <= add_working_days(start, one + two, CALENDAR).day


def test_a_day_of_shanghai_begins_eight_hours_before_that_of_utc():
    assert day_of(datetime(2023, 12, 31, 15, 59, tzinfo=UTC)) == date(2023, 12, 31)
    assert day_of(datetime(2023, 12, 31, 16, 0, tzinfo=UTC)) == date(2024, 1, 1)


def test_a_deadline_without_an_hour_ends_with_its_day():
    deadline = statutory_deadline(date(2023, 12, 31))
    assert deadline == end_of_day(date(2023, 12, 31)) == datetime(2023, 12, 31, 16, tzinfo=UTC)
    assert not has_passed(deadline, deadline - timedelta(microseconds=1))
    assert has_passed(deadline, deadline)
    assert last_day(deadline) == date(2023, 12, 31)


def test_the_first_cycle_ended_at_five_in_the_afternoon():
    deadline = statutory_deadline(date(2021, 12, 31), time(17))
    assert deadline == datetime(2021, 12, 31, 9, tzinfo=UTC)
    assert last_day(deadline) == date(2021, 12, 31)


@given(DAYS)
def test_a_day_is_half_open(day):
    assert day_of(end_of_day(day)) == day + timedelta(days=1)
    assert day_of(end_of_day(day) - timedelta(microseconds=1)) == day


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(-1, Urgency.OVERDUE), (0, Urgency.TODAY), (1, Urgency.SOON), (3, Urgency.SOON), (4, Urgency.LATER)],
)
def test_soon_means_within_three_days(offset, expected):
    today = date(2023, 11, 22)
    day = today + timedelta(days=offset)
    assert days_left(day, today) == offset
    assert urgency(day, today) is expected

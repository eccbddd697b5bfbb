"""When rounds open and are due: every period once, on working days, one after the other without a gap."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.deadlines import CalendarYear, WorkingCalendar, day_of, is_working_day
from casework.rules.errors import RuleError
from casework.rules.rounds import (
    Rhythm,
    RoundState,
    ScheduleFacts,
    check_due,
    check_schedule,
    due_moment,
    due_of,
    is_due,
    is_late,
    periods,
)

HOLIDAYS = frozenset(date(2026, 10, day) for day in range(1, 8))
CALENDAR = WorkingCalendar({2026: CalendarYear(HOLIDAYS, frozenset({date(2026, 10, 10)}))})
MONDAY = date(2026, 9, 7)


def a_schedule(rhythm=Rhythm.WEEKLY, first=MONDAY, last=date(2026, 12, 31), working_days=3):
    return ScheduleFacts(
        rhythm=rhythm, first_day=first, last_day=last, working_days=working_days, deadline_day=date(2026, 12, 31)
    )


def planned(facts):
    return [period.first for period in periods(facts, CALENDAR)]


@pytest.mark.parametrize(
    ("rhythm", "first", "second", "count"),
    [
        (Rhythm.WEEKLY, MONDAY, date(2026, 9, 14), 17),
        (Rhythm.FORTNIGHTLY, MONDAY, date(2026, 9, 21), 9),
        (Rhythm.MONTHLY, MONDAY, date(2026, 10, 7), 4),
        (Rhythm.MONTHLY, date(2026, 8, 31), date(2026, 9, 30), 5),
        (Rhythm.DENSER, date(2026, 7, 1), date(2026, 7, 29), 13),
    ],
)
def test_a_schedule_plans_its_rounds(rhythm, first, second, count):
    days = planned(a_schedule(rhythm, first))
    assert days[:2] == [first, second]
    assert len(days) == count


def test_a_monthly_round_at_the_end_of_the_month_stays_there():
    assert planned(a_schedule(Rhythm.MONTHLY, date(2026, 8, 31))) == [
        date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)
    ]  # fmt: skip


def test_rounds_come_denser_as_the_deadline_nears():
    days = planned(a_schedule(Rhythm.DENSER, date(2026, 7, 1)))
    steps = [(after - day).days for day, after in pairwise(days)]
    assert steps == sorted(steps, reverse=True)
    assert set(steps) == {28, 14, 7, 3}


def test_a_round_planned_in_the_holidays_opens_on_the_first_working_day_after():
    period = next(one for one in periods(a_schedule(Rhythm.MONTHLY), CALENDAR) if one.first == date(2026, 10, 7))
    assert period.opens == datetime(2026, 10, 8, 1, tzinfo=UTC)  # 09:00 in Yinchuan


@given(
    st.sampled_from(Rhythm),
    st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    st.integers(0, 300),
    st.integers(1, 15),
)
def test_periods_follow_one_another_without_gap_or_overlap(rhythm, first, length, working_days):
    facts = a_schedule(rhythm, first, first + timedelta(days=length), working_days)
    found = list(periods(facts, CALENDAR))
    assert found[0].first == first
    assert len({period.first for period in found}) == len(found)
    for one, after in pairwise(found):
        assert after.first == one.last + timedelta(days=1)
        assert one.next_opens == after.opens >= one.opens
    for period in found:
        assert period.first <= period.last
        assert is_working_day(day_of(period.opens), CALENDAR)


@given(st.sampled_from(Rhythm), st.integers(1, 15), st.integers(-24 * 10, 24 * 40))
def test_whoever_reports_has_time_ahead_or_the_round_is_missed(rhythm, working_days, hours):
    period = next(periods(a_schedule(rhythm, working_days=working_days), CALENDAR))
    now = period.opens + timedelta(hours=hours)
    due = due_of(period, working_days, CALENDAR, now=now)
    assert (due is None) is (now >= period.next_opens)
    if due is not None:
        assert max(now, period.opens) < due <= period.next_opens
        if due < period.next_opens:
            assert due.astimezone(UTC).hour == 9  # 17:00 in Yinchuan
            assert is_working_day(day_of(due), CALENDAR)


def test_an_outage_gives_the_full_time_as_long_as_the_next_round_is_not_on():
    period = next(periods(a_schedule(), CALENDAR))
    late = period.opens + timedelta(days=2)  # Wednesday
    assert due_of(period, 2, CALENDAR, now=period.opens) == datetime(2026, 9, 9, 9, tzinfo=UTC)
    assert due_of(period, 2, CALENDAR, now=late) == datetime(2026, 9, 11, 9, tzinfo=UTC)
    assert due_of(period, 3, CALENDAR, now=late) == period.next_opens


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last": MONDAY - timedelta(days=1)}, "last_day"),
        ({"working_days": 0}, "working_days"),
        ({"working_days": 16}, "working_days"),
        ({"last": MONDAY + timedelta(days=1_501)}, "last_day"),
    ],
)
def test_a_schedule_that_cannot_make_a_round_is_refused(changes, field):
    with pytest.raises(RuleError) as refused:
        check_schedule(a_schedule(**changes))
    assert refused.value.field == field


@pytest.mark.parametrize("days", [0, 1_500])
@pytest.mark.parametrize("working_days", [1, 15])
def test_a_schedule_of_one_day_or_of_four_years_is_taken(days, working_days):
    check_schedule(a_schedule(last=MONDAY + timedelta(days=days), working_days=working_days))


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2028, 1, 31), ["2028-02-29", "2028-03-31"]),
        (date(2027, 12, 30), ["2028-01-30", "2028-02-29"]),
        (date(2026, 12, 31), ["2027-01-31", "2027-02-28"]),
    ],
)
def test_months_go_on_over_the_turn_of_the_year_and_end_where_they_end(first, days):
    found = planned(a_schedule(Rhythm.MONTHLY, first, first + timedelta(days=63)))
    assert [str(day) for day in found[1:]] == days


@pytest.mark.parametrize(("left", "step"), [(91, 28), (90, 14), (31, 14), (30, 7), (11, 7), (10, 3), (1, 3), (0, 7)])
def test_how_much_is_left_says_how_long_it_is_to_the_next_round(left, step):
    first = date(2026, 12, 31) - timedelta(days=left)
    assert (next(periods(a_schedule(Rhythm.DENSER, first), CALENDAR)).last - first).days == step - 1


def test_the_days_of_a_round_are_counted_in_the_office_and_its_moments_in_utc():
    before_eight = datetime(2026, 9, 7, 17, tzinfo=UTC)  # 01:00 of the 8th in Yinchuan
    due = due_moment(before_eight, 1, CALENDAR)
    assert (due, due.tzinfo) == (datetime(2026, 9, 9, 9, tzinfo=UTC), UTC)
    period = next(periods(a_schedule(), CALENDAR))
    assert due_of(period, 3, CALENDAR, now=period.next_opens) is None
    just_before = period.next_opens - timedelta(microseconds=1)
    assert due_of(period, 3, CALENDAR, now=just_before) == period.next_opens


def test_a_due_moment_that_is_typed_lies_ahead():
    now = datetime(2026, 9, 7, 9, tzinfo=UTC)
    check_due(now + timedelta(microseconds=1), now=now)
    with pytest.raises(RuleError) as refused:
        check_due(now, now=now)
    assert refused.value.field == "due_day"


def test_what_comes_in_the_due_moment_is_late_and_the_round_is_frozen_then():
    due = datetime(2026, 11, 25, 9, tzinfo=UTC)
    just_before = due - timedelta(microseconds=1)
    assert not is_late(just_before, due, now=due)
    assert is_late(due, due, now=due)
    assert is_late(None, due, now=due)
    assert not is_late(None, due, now=just_before)
    assert is_due(RoundState.OPEN, due, now=due)
    assert not is_due(RoundState.OPEN, due, now=just_before)
    assert not is_due(RoundState.FROZEN, due, now=due)

"""When a deadline is spoken of: on the real calendar of 2026, and properties over any calendar."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.registry.calendar import base_calendar
from casework.rules.deadlines import SHANGHAI, day_of, end_of_day, is_working_day, statutory_deadline, working_day_back
from casework.rules.reminding import (
    ReminderRules,
    Stage,
    days_reached,
    in_office_hours,
    office_moment,
    stage_reached,
    stages,
)

CALENDAR, RULES = base_calendar(), ReminderRules()


def at(*when):
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("due", "first", "second", "asked", "overdue"),
    [
        # A Thursday in an ordinary month.
        (date(2026, 11, 26), (11, 17), (11, 25), (11, 26), (11, 27)),
        # The last working day before the Spring Festival: Saturday the 14th is made up, the 16th to the 23rd are free.
        (date(2026, 2, 14), (2, 5), (2, 13), (2, 14), (2, 24)),
        # In the middle of the National Day holiday: asked for on the last day worked before it.
        (date(2026, 10, 4), (9, 20), (9, 29), (9, 30), (10, 8)),
        # A Sunday.
        (date(2026, 11, 29), (11, 18), (11, 26), (11, 27), (11, 30)),
    ],
)
def test_two_reminders_the_day_itself_and_the_first_morning_after(due, first, second, asked, overdue):
    found = stages(end_of_day(due), CALENDAR, RULES)
    days = dict(zip(Stage, (first, second, asked, overdue), strict=True))
    assert found == {stage: at(2026, *day, 9) for stage, day in days.items()}


def test_a_deadline_with_an_hour_is_overdue_from_that_hour_on():
    deadline = statutory_deadline(date(2021, 12, 31), time(17))
    assert stages(deadline, CALENDAR, RULES)[Stage.OVERDUE] == deadline
    early = ReminderRules(closes=time(17))
    assert stages(deadline, CALENDAR, early)[Stage.OVERDUE] == at(2022, 1, 4, 9)


def test_reminders_entered_the_wrong_way_round_or_equal_still_come_in_order():
    swapped = ReminderRules(first_days=1, second_days=7)
    assert stages(end_of_day(date(2026, 11, 26)), CALENDAR, swapped) == stages(
        end_of_day(date(2026, 11, 26)), CALENDAR, RULES
    )
    once = ReminderRules(first_days=2, second_days=2)
    assert list(stages(end_of_day(date(2026, 11, 26)), CALENDAR, once)) == [Stage.SECOND, Stage.DUE, Stage.OVERDUE]


def test_what_is_due_in_a_year_not_announced_is_counted_with_weekends_alone():
    found = stages(end_of_day(date(2027, 1, 5)), CALENDAR, RULES)
    assert found[Stage.FIRST] == at(2026, 12, 25, 9)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (at(2026, 11, 24, 10, 30), at(2026, 11, 24, 10, 30)),
        (at(2026, 11, 24, 6), at(2026, 11, 24, 9)),
        (at(2026, 11, 24, 18), at(2026, 11, 25, 9)),
        (at(2026, 9, 30, 20), at(2026, 10, 8, 9)),
        (at(2026, 2, 14, 12), at(2026, 2, 14, 12)),  # a Saturday that is made up
    ],
)
def test_what_comes_at_night_or_on_a_holiday_waits_for_the_office_to_open(now, moment):
    assert office_moment(now, CALENDAR, RULES) == moment
    assert in_office_hours(now, CALENDAR, RULES) is (now == moment)


MOMENTS = st.datetimes(datetime(2019, 3, 1), datetime(2027, 3, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
DAYS = st.dates(date(2019, 3, 1), date(2027, 3, 1))
SETTINGS = st.builds(
    ReminderRules,
    first_days=st.integers(1, 20),
    second_days=st.integers(1, 20),
    opens=st.sampled_from([time(8, 30), time(9)]),
    closes=st.sampled_from([time(17), time(18)]),
)


@given(DAYS, SETTINGS)
def test_stages_come_in_their_order_and_only_while_the_office_works(due, rules):
    deadline = end_of_day(due)
    found = list(stages(deadline, CALENDAR, rules).values())
    assert found == sorted(set(found))
    assert all(in_office_hours(moment, CALENDAR, rules) for moment in found)
    assert all(moment < deadline for moment in found[:-1])
    assert found[-1] >= deadline


@given(DAYS, MOMENTS)
def test_a_stage_once_reached_stays_reached(due, now):
    order = [None, *Stage]
    before = stage_reached(end_of_day(due), CALENDAR, RULES, now=now)
    after = stage_reached(end_of_day(due), CALENDAR, RULES, now=now + timedelta(hours=7))
    assert order.index(before) <= order.index(after)


@given(MOMENTS, SETTINGS, st.integers(-30, 60))
def test_the_last_day_that_reached_a_stage_parts_those_that_did_from_those_that_did_not(now, rules, offset):
    due = day_of(now) + timedelta(days=offset)
    found = stages(end_of_day(due), CALENDAR, rules)
    for stage, last in days_reached(CALENDAR, rules, now=now).items():
        assert (due <= last) is (found[stage] <= now)


@given(DAYS, st.integers(0, 30))
def test_counting_working_days_back_ends_on_a_working_day_with_as_many_between(day, count):
    found = working_day_back(day, count, CALENDAR)
    between = [found + timedelta(days=number) for number in range(1, (day - found).days + 1)]
    worked = sum(is_working_day(one, CALENDAR) for one in between)
    assert is_working_day(found, CALENDAR)
    assert worked == count

"""The announced calendar, day by day, and what lies beyond it."""

from datetime import date, timedelta

import chinese_calendar

from casework.registry.calendar import working_calendar
from casework.rules.deadlines import add_working_days, is_working_day


def test_every_announced_day_is_as_announced():
    calendar = working_calendar()
    day, last = date(2020, 1, 1), date(2026, 12, 31)
    while day <= last:
        assert is_working_day(day, calendar) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_a_year_that_is_not_announced_gives_a_provisional_day():
    calendar = working_calendar()
    assert not add_working_days(date(2026, 11, 22), 10, calendar).provisional
    assert add_working_days(date(2026, 12, 28), 10, calendar).provisional

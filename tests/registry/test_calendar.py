"""The announced calendar, day by day, and what lies beyond it."""

import json
from datetime import date, timedelta

import chinese_calendar
import sqlalchemy as sa

from casework.db import canonical
from casework.registry.calendar import base_calendar, working_calendar
from casework.registry.models import AnnouncedYear
from casework.rules.calendar_days import days_of, year_of
from casework.rules.deadlines import add_working_days, is_working_day


def test_every_announced_day_is_as_announced():
    calendar = base_calendar()
    day, last = date(2019, 1, 1), date(2026, 12, 31)
    while day <= last:
        assert is_working_day(day, calendar) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_a_year_that_is_not_announced_gives_a_provisional_day():
    calendar = base_calendar()
    assert not add_working_days(date(2026, 11, 22), 10, calendar).provisional
    assert add_working_days(date(2026, 12, 28), 10, calendar).provisional


def test_a_year_entered_in_any_process_counts_at_the_next_look_and_stands_above_the_programs_own(session):
    day, base = date(2027, 2, 8), base_calendar()
    assert not working_calendar().is_announced(day)
    session.add(AnnouncedYear(year=2027, days={"2027-02-08": ["holiday", "春节"], "2027-02-20": ["make_up", "春节"]}))
    session.add(AnnouncedYear(year=2026, days={"2026-01-01": ["holiday", "元旦"]}))
    session.commit()
    found = working_calendar()
    assert found.is_announced(day)
    assert (is_working_day(day, found), found.name_of(day)) == (False, "春节")
    assert is_working_day(date(2027, 2, 20), found)
    assert is_working_day(date(2026, 10, 1), found)  # the year as entered replaces the program's as a whole
    assert not is_working_day(date(2026, 10, 1), base)
    assert found.years[2025] == base.years[2025]
    session.execute(sa.update(AnnouncedYear).where(AnnouncedYear.year == 2027).values(announced=False))
    session.commit()
    assert not working_calendar().is_announced(day)


def test_every_year_that_the_program_brings_survives_being_stored():
    for year in base_calendar().years.values():
        assert year_of(json.loads(canonical(days_of(year)))) == year

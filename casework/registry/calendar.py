"""The working calendar: the years that the administrator entered, above those chinesecalendar knows."""

import json
from datetime import date
from functools import cache, lru_cache

import sqlalchemy as sa
from chinese_calendar import Holiday, constants

from casework.db import read_rows
from casework.registry.models import AnnouncedYear
from casework.rules.calendar_days import year_of
from casework.rules.deadlines import CalendarYear, WorkingCalendar

# The days as text: the same text is the same calendar, in whichever process and database, so it is read once.
_OWN = (
    sa.select(AnnouncedYear.year, sa.type_coerce(AnnouncedYear.days, sa.Text).label("days"))
    .where(AnnouncedYear.announced)
    .order_by(AnnouncedYear.year)
)
_NAMES = {festival.value: festival.chinese for festival in Holiday}


def working_calendar() -> WorkingCalendar:
    """Return every announced year; what follows the last knows only weekends and gives provisional days."""
    return _calendar_of(tuple((row.year, row.days) for row in read_rows(_OWN)))


@lru_cache(maxsize=16)
def _calendar_of(own: tuple[tuple[int, str], ...]) -> WorkingCalendar:
    return WorkingCalendar({**base_calendar().years, **{year: year_of(json.loads(days)) for year, days in own}})


@cache
def base_calendar() -> WorkingCalendar:
    """Return the years that the program brings."""
    holidays = _by_year({**constants.holidays, **constants.in_lieu_days})
    make_up_days = _by_year(constants.workdays)
    return WorkingCalendar(
        {
            year: CalendarYear(
                frozenset(days), frozenset(make_up_days.get(year, ())), {**days, **make_up_days.get(year, {})}
            )
            for year, days in holidays.items()
        }
    )


def _by_year(named: dict[date, str]) -> dict[int, dict[date, str]]:
    years: dict[int, dict[date, str]] = {}
    for day, name in named.items():
        years.setdefault(day.year, {})[day] = _NAMES.get(name, "")
    return years

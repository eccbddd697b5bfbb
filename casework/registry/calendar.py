"""The working calendar: the years that the administrator entered, above those chinesecalendar knows."""

import json
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache

import sqlalchemy as sa
from chinese_calendar import Holiday, constants

from casework.db import read_rows
from casework.registry.models import AnnouncedYear
from casework.rules.deadlines import CalendarYear, WorkingCalendar
from casework.rules.words import N_

# The days as text: the same text is the same calendar, in whichever process and database, so it is read once.
_OWN = (
    sa.select(AnnouncedYear.year, sa.type_coerce(AnnouncedYear.days, sa.Text).label("days"))
    .where(AnnouncedYear.announced)
    .order_by(AnnouncedYear.year)
)
_NAMES = {festival.value: festival.chinese for festival in Holiday}


class DayKind(StrEnum):
    """What a day of the calendar is, other than its weekday says; `label` is the English msgid."""

    HOLIDAY = "holiday"
    MAKE_UP = "make_up"

    @property
    def label(self) -> str:
        """English msgid of the kind."""
        return {DayKind.HOLIDAY: N_("Public holiday"), DayKind.MAKE_UP: N_("Make-up day")}[self]


def working_calendar() -> WorkingCalendar:
    """Return every announced year; what follows the last knows only weekends and gives provisional days."""
    return _calendar_of(tuple((row.year, row.days) for row in read_rows(_OWN)))


@lru_cache(maxsize=16)
def _calendar_of(own: tuple[tuple[int, str], ...]) -> WorkingCalendar:
    return WorkingCalendar({**base_calendar().years, **{year: year_of(json.loads(days)) for year, days in own}})


def year_of(days: dict[str, list[str]]) -> CalendarYear:
    """Return a year of the calendar from its days as they are stored."""
    kinds = {date.fromisoformat(day): (DayKind(kind), name) for day, (kind, name) in days.items()}
    return CalendarYear(
        frozenset(day for day, (kind, _name) in kinds.items() if kind is DayKind.HOLIDAY),
        frozenset(day for day, (kind, _name) in kinds.items() if kind is DayKind.MAKE_UP),
        {day: name for day, (_kind, name) in kinds.items()},
    )


def days_of(year: CalendarYear) -> dict[str, list[str]]:
    """Return the days of a year as they are stored."""
    kinds = [(day, DayKind.HOLIDAY) for day in year.holidays] + [(day, DayKind.MAKE_UP) for day in year.make_up_days]
    return {day.isoformat(): [kind.value, year.names.get(day, "")] for day, kind in sorted(kinds)}


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

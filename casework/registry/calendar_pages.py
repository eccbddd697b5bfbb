"""A year of the working calendar as its page shows it: twelve months of weeks, days with their kind in words."""

import calendar
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from casework.db import db
from casework.registry.calendar import base_calendar, working_calendar
from casework.registry.models import AnnouncedYear
from casework.rules.calendar_days import YEARS, DayKind, kind_of
from casework.rules.deadlines import CalendarYear, is_weekend
from casework.rules.errors import NotFound

MONTHS = range(1, 13)
_WEEKS = calendar.Calendar(firstweekday=0)


@dataclass(frozen=True)
class Day:
    """One day of a month; `name` is the festival."""

    day: date
    kind: DayKind | None
    name: str
    weekend: bool
    today: bool


@dataclass(frozen=True)
class YearPage:
    """A year with what the page says about it; `version` is 0 as long as nothing was entered for it."""

    number: int
    days: CalendarYear
    months: list[list[list[Day | None]]]
    announced: bool
    entered: bool
    brought: bool
    version: int

    @property
    def working_days(self) -> int:
        """How many days of the year are worked."""
        every = [day for month in self.months for week in month for day in week if day]
        return sum(day.kind is DayKind.MAKE_UP or (not day.weekend and day.kind is None) for day in every)


def year_page(number: int, *, today: date) -> YearPage:
    """Return what the page of a year shows."""
    if number not in YEARS:
        raise NotFound("There is no such year in the calendar.")
    row = db.session.get(AnnouncedYear, number)
    known = working_calendar().years.get(number)
    days = known or CalendarYear()
    return YearPage(
        number,
        days,
        [_month(number, month, days, today) for month in MONTHS],
        announced=known is not None,
        entered=row is not None and row.announced,
        brought=number in base_calendar().years,
        version=row.version if row else 0,
    )


def years_to_choose(number: int, *, today: date) -> list[tuple[int, bool]]:
    """Return the years around this one and today's, each with whether it is announced."""
    known = working_calendar().years
    near = {*range(today.year - 3, today.year + 3), *range(number - 1, number + 2)} | set(_entered())
    return [(year, year in known) for year in sorted(near) if year in YEARS]


def _entered() -> list[int]:
    return list(db.session.scalars(sa.select(AnnouncedYear.year).where(AnnouncedYear.announced)))


def _month(year: int, month: int, days: CalendarYear, today: date) -> list[list[Day | None]]:
    weeks = _WEEKS.monthdatescalendar(year, month)
    return [[_day(day, days, today) if day.month == month else None for day in week] for week in weeks]


def _day(day: date, days: CalendarYear, today: date) -> Day:
    return Day(day, kind_of(day, days), days.names.get(day, ""), is_weekend(day), day == today)

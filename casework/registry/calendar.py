"""The working calendar: the years the State Council has announced, as far as chinesecalendar knows them."""

from datetime import date
from functools import cache

from chinese_calendar import constants

from casework.rules.deadlines import CalendarYear, WorkingCalendar


@cache
def working_calendar() -> WorkingCalendar:
    """Every announced year; what follows the last one knows only weekends and gives provisional days."""
    holidays = _by_year([*constants.holidays, *constants.in_lieu_days])
    make_up_days = _by_year(list(constants.workdays))
    return WorkingCalendar(
        {year: CalendarYear(frozenset(days), frozenset(make_up_days.get(year, ()))) for year, days in holidays.items()}
    )


def _by_year(days: list[date]) -> dict[int, list[date]]:
    years: dict[int, list[date]] = {}
    for day in days:
        years.setdefault(day.year, []).append(day)
    return years

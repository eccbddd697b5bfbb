"""Days, working days and deadlines: pure functions over stored facts, counted in Asia/Shanghai."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from casework.rules.errors import RuleError
from casework.rules.words import N_

SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON_DAYS = 3
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def day_of(moment: datetime) -> date:
    """Return the day on which this aware moment falls in Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """Return 24:00 of the day in Shanghai as a UTC moment; it no longer belongs to the day."""
    return datetime.combine(day + _ONE_DAY, time.min, SHANGHAI).astimezone(UTC)


def statutory_deadline(day: date, hour: time | None = None) -> datetime:
    """Return the moment at which the time to surrender ends: the hour given (17:00 in 2021), else 24:00 of the day."""
    return end_of_day(day) if hour is None else datetime.combine(day, hour, SHANGHAI).astimezone(UTC)


def last_day(deadline: datetime) -> date:
    """Return the last day on which something is in time; records carry days, so 17:00 leaves the day itself in."""
    return day_of(deadline - timedelta(microseconds=1))


def has_passed(deadline: datetime, now: datetime) -> bool:
    """Whether the deadline lies behind; what happens in its very moment is too late (days are half open)."""
    return now >= deadline


@dataclass(frozen=True)
class CalendarYear:
    """One announced year: holidays that fall on weekdays or weekends, and weekend days worked instead (调休).

    `names` says of which festival a holiday or make-up day is, 春节 say.
    """

    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkingCalendar:
    """The years announced by the State Council; a year that is not announced knows only weekends."""

    years: Mapping[int, CalendarYear]

    def is_announced(self, day: date) -> bool:
        """Whether the year of this day is announced."""
        return day.year in self.years

    def name_of(self, day: date) -> str:
        """The festival that this day belongs to, or nothing."""
        year = self.years.get(day.year)
        return year.names.get(day, "") if year else ""


class NotWorked(StrEnum):
    """Why a day does not count as a working day; `label` is its English msgid."""

    PAUSE = "pause"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"

    @property
    def label(self) -> str:
        """English msgid of the reason."""
        return _NOT_WORKED_LABELS[self]


_NOT_WORKED_LABELS = {
    NotWorked.PAUSE: N_("pause"),
    NotWorked.HOLIDAY: N_("public holiday"),
    NotWorked.WEEKEND: N_("weekend"),
}


def is_weekend(day: date) -> bool:
    """Whether the day is a Saturday or Sunday, whatever was announced."""
    return day.weekday() >= _SATURDAY


def why_not_worked(day: date, calendar: WorkingCalendar) -> NotWorked | None:
    """Say why nobody works on this day, or None for a working day; make-up days win over weekends."""
    year = calendar.years.get(day.year, CalendarYear())
    if day in year.holidays:
        return NotWorked.HOLIDAY
    if is_weekend(day) and day not in year.make_up_days:
        return NotWorked.WEEKEND
    return None


def is_working_day(day: date, calendar: WorkingCalendar) -> bool:
    """Whether the offices work on this day."""
    return why_not_worked(day, calendar) is None


@dataclass(frozen=True)
class DueDay:
    """A due day and why it falls there; `unannounced` are the years on the way of which only weekends are known."""

    day: date
    skipped: tuple[tuple[date, NotWorked], ...] = ()
    unannounced: tuple[int, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether the day may still move when a year is announced."""
        return bool(self.unannounced)


def add_working_days(start: date, count: int, calendar: WorkingCalendar) -> DueDay:
    """Return the day `count` working days after `start`; the day of the start itself is not counted.

    With 0 it is the first working day from `start` on. Counting begins on the day after, as 民法典 art. 201 has it.
    """
    if count < 0:
        raise RuleError(N_("The number of working days must not be negative."), field="working_days")
    day, left = (start, count) if count else (start - _ONE_DAY, 1)
    skipped: list[tuple[date, NotWorked]] = []
    unannounced: set[int] = set()
    while left:
        day += _ONE_DAY
        if not calendar.is_announced(day):
            unannounced.add(day.year)
        reason = why_not_worked(day, calendar)
        if reason is None:
            left -= 1
        else:
            skipped.append((day, reason))
    return DueDay(day, tuple(skipped), tuple(sorted(unannounced)))


def working_day_back(day: date, count: int, calendar: WorkingCalendar) -> date:
    """Return the working day `count` working days before `day`; with 0 the last one up to `day` itself."""
    day += _ONE_DAY
    for _number in range(count + 1):
        day -= _ONE_DAY
        while not is_working_day(day, calendar):
            day -= _ONE_DAY
    return day


class Urgency(StrEnum):
    """How soon something is due; `label` is its English msgid."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"

    @property
    def label(self) -> str:
        """English msgid of the urgency."""
        return _URGENCY_LABELS[self]


_URGENCY_LABELS = {
    Urgency.OVERDUE: N_("Overdue"),
    Urgency.TODAY: N_("Due today"),
    Urgency.SOON: N_("Due soon"),
    Urgency.LATER: N_("Due later"),
}


def days_left(day: date, today: date) -> int:
    """Return the calendar days to the due day; 0 on the day itself, negative when overdue."""
    return (day - today).days


def urgency(day: date, today: date) -> Urgency:
    """Return how soon the day is: soon means within three calendar days."""
    left = days_left(day, today)
    if left < 0:
        return Urgency.OVERDUE
    if left == 0:
        return Urgency.TODAY
    return Urgency.SOON if left <= SOON_DAYS else Urgency.LATER

"""When to remind of a deadline: before it twice, on its day, and once it has passed; never on a day off, or at night.

Pure functions of the deadline, the calendar and the settings. Whoever sends asks which stage was reached by now and
whether it was sent already, so that an outage loses nothing, and an extension or a new calendar counts at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from casework.rules.deadlines import (
    SHANGHAI,
    WorkingCalendar,
    add_working_days,
    day_of,
    end_of_day,
    is_working_day,
    last_day,
    working_day_back,
)
from casework.rules.words import N_

_ONE_DAY = timedelta(days=1)


class Stage(StrEnum):
    """The stages of a deadline in their order; `label` is the English msgid."""

    FIRST = "first"
    SECOND = "second"
    DUE = "due"
    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        """English msgid of the stage."""
        return _LABELS[self]


_LABELS = {
    Stage.FIRST: N_("First reminder"),
    Stage.SECOND: N_("Second reminder"),
    Stage.DUE: N_("Due today"),
    Stage.OVERDUE: N_("Overdue"),
}


@dataclass(frozen=True)
class ReminderRules:
    """How many working days ahead the two reminders go out, and the office hours in which anything does."""

    first_days: int = 7
    second_days: int = 1
    opens: time = time(9)
    closes: time = time(18)

    @property
    def days_ahead(self) -> Mapping[Stage, int]:
        """Working days from a stage to the due day; the earlier reminder is the first, however they were entered."""
        earlier, later = max(self.first_days, self.second_days), min(self.first_days, self.second_days)
        ahead = {Stage.FIRST: earlier, Stage.SECOND: later, Stage.DUE: 0}
        if earlier == later:
            del ahead[Stage.FIRST]
        return ahead


def stages(deadline: datetime, calendar: WorkingCalendar, rules: ReminderRules) -> dict[Stage, datetime]:
    """Return the UTC moment of each stage, earliest first; `deadline` is the first moment that is too late.

    A day's deadline is `end_of_day(day)`. Counted back from the last working day up to the due day, so that what is
    due on a Sunday is asked for on the Friday. Overdue is the first office moment when it is too late.
    """
    last_worked = working_day_back(last_day(deadline), 0, calendar)
    found = {
        stage: _at(working_day_back(last_worked, days, calendar), rules.opens)
        for stage, days in rules.days_ahead.items()
    }
    return found | {Stage.OVERDUE: office_moment(deadline, calendar, rules)}


def stage_reached(
    deadline: datetime, calendar: WorkingCalendar, rules: ReminderRules, *, now: datetime
) -> Stage | None:
    """Return the latest stage that a deadline has reached by now, or None long before it."""
    reached = [stage for stage, at in stages(deadline, calendar, rules).items() if at <= now]
    return reached[-1] if reached else None


def office_moment(at: datetime, calendar: WorkingCalendar, rules: ReminderRules) -> datetime:
    """Return the first moment from `at` on, in UTC, that lies in the office hours of a working day."""
    at = at.astimezone(SHANGHAI)
    day = at.date()
    if is_working_day(day, calendar) and at.time() < rules.closes:
        return max(at, datetime.combine(day, rules.opens, SHANGHAI)).astimezone(UTC)
    return _at(add_working_days(day, 1, calendar).day, rules.opens)


def in_office_hours(now: datetime, calendar: WorkingCalendar, rules: ReminderRules) -> bool:
    """Whether anything may be sent now."""
    return office_moment(now, calendar, rules) == now


def days_reached(calendar: WorkingCalendar, rules: ReminderRules, *, now: datetime) -> dict[Stage, date]:
    """Return for each stage the last due day (deadline 24:00) that has reached it by now.

    Every earlier due day has reached it too, so that a query can ask `due <= day` of any number of deadlines.
    """
    found = {}
    for stage in Stage:
        days = rules.days_ahead.get(stage, 0)
        if stage is Stage.FIRST and stage not in rules.days_ahead:
            continue
        day = add_working_days(day_of(now), days + 1, calendar).day
        while stages(end_of_day(day), calendar, rules)[stage] > now:
            day -= _ONE_DAY
        found[stage] = day
    return found


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)

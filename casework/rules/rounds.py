"""Reporting rounds (定期调度): when the rounds of a schedule open, until when they are reported, how they stand."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from casework.rules.deadlines import SHANGHAI, WorkingCalendar, add_working_days
from casework.rules.errors import RuleError
from casework.rules.words import N_

OPENS, ENDS = time(9), time(17)  # in Shanghai: a round opens in the morning and is due at the end of the office's day
PERIODS_MOST = 400  # of one schedule: more than a cycle can hold


class Rhythm(StrEnum):
    """How often a schedule makes a round; `label` is the English msgid."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    DENSER = "denser"

    @property
    def label(self) -> str:
        """English msgid."""
        return _RHYTHMS[self]


_RHYTHMS = {
    Rhythm.WEEKLY: N_("Every week"),
    Rhythm.FORTNIGHTLY: N_("Every two weeks"),
    Rhythm.MONTHLY: N_("Every month"),
    Rhythm.DENSER: N_("Denser as the deadline nears"),
}
# How many days lie between rounds while more days than these are left to the deadline.
DENSER = ((90, 28), (30, 14), (10, 7), (0, 3))


class RoundState(StrEnum):
    """How a round stands; a missed one could not be opened before the next was, because the program stood still."""

    OPEN = "open"
    FROZEN = "frozen"
    MISSED = "missed"

    @property
    def label(self) -> str:
        """English msgid."""
        return _ROUNDS[self]


_ROUNDS = {RoundState.OPEN: N_("Being reported"), RoundState.FROZEN: N_("Frozen"), RoundState.MISSED: N_("Not held")}


class ReportState(StrEnum):
    """How the report of one unit stands."""

    TO_REPORT = "to_report"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """English msgid."""
        return _REPORTS[self]

    @property
    def is_given(self) -> bool:
        """Tell whether the city has done its part."""
        return self in GIVEN


GIVEN = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})
WITH_CITY = frozenset({ReportState.TO_REPORT, ReportState.RETURNED})
_REPORTS = {
    ReportState.TO_REPORT: N_("To be reported"),
    ReportState.SUBMITTED: N_("Submitted"),
    ReportState.ACCEPTED: N_("Passed review"),
    ReportState.RETURNED: N_("Sent back"),
}


def report_label(state: ReportState, reason: str) -> str:
    """English msgid of how a report stands; one that its own city took back has no reason to be returned."""
    return N_("Taken back to be changed") if state is ReportState.RETURNED and not reason else state.label


@dataclass(frozen=True, kw_only=True)
class ScheduleFacts:
    """What the rounds of a schedule follow from."""

    rhythm: Rhythm
    first_day: date
    last_day: date  # no round is planned after it
    working_days: int  # to report
    deadline_day: date  # last day of the cycle, which denser rounds near


@dataclass(frozen=True)
class Period:
    """What a round covers: from its planned day up to the day before the next; `first` names it within its schedule."""

    first: date
    last: date
    opens: datetime
    next_opens: datetime


def check_schedule(facts: ScheduleFacts) -> None:
    """Refuse a schedule that cannot make a round."""
    if facts.last_day < facts.first_day:
        raise RuleError(N_("The last day lies before the first."), field="last_day")
    if (facts.last_day - facts.first_day).days > 1_500:
        raise RuleError(N_("A schedule reaches over four years at most."), field="last_day")
    if not 1 <= facts.working_days <= 15:
        raise RuleError(N_("Give between 1 and 15 working days to report."), field="working_days")


def periods(facts: ScheduleFacts, calendar: WorkingCalendar) -> Iterator[Period]:
    """Yield the periods of a schedule, oldest first; a round planned for a day off opens on the next working day."""
    for number in range(PERIODS_MOST):
        first, after = _planned(facts, number), _planned(facts, number + 1)
        if first > facts.last_day:
            return
        yield Period(first, after - timedelta(days=1), opening(first, calendar), opening(after, calendar))


def _planned(facts: ScheduleFacts, number: int) -> date:
    """Return the planned day of the round with this number, from 0."""
    if facts.rhythm is Rhythm.MONTHLY:
        return _months_after(facts.first_day, number)
    if facts.rhythm is Rhythm.DENSER:
        day = facts.first_day
        for _ in range(number):
            day += timedelta(days=_step(day, facts.deadline_day))
        return day
    return facts.first_day + timedelta(weeks=number * (1 if facts.rhythm is Rhythm.WEEKLY else 2))


def _months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _step(day: date, deadline_day: date) -> int:
    left = (deadline_day - day).days
    return next((step for more_than, step in DENSER if left > more_than), 7)


def opening(day: date, calendar: WorkingCalendar) -> datetime:
    """Return the moment at which a round planned for a day opens."""
    return at(add_working_days(day, 0, calendar).day, OPENS)


def at(day: date, hour: time) -> datetime:
    """Return an hour of a day in Shanghai as a UTC moment."""
    return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)


def due_moment(opened: datetime, working_days: int, calendar: WorkingCalendar) -> datetime:
    """Return the end of the working day so many working days after the opening."""
    return at(add_working_days(opened.astimezone(SHANGHAI).date(), working_days, calendar).day, ENDS)


def due_of(period: Period, working_days: int, calendar: WorkingCalendar, *, now: datetime) -> datetime | None:
    """Return until when a round that is opened now is reported; None if the next round is on already: it is missed.

    Whoever must report gets the full time even if the program stood still when the round should have opened, as long
    as the next round does not begin meanwhile.
    """
    if period.next_opens <= now:
        return None
    opened = max(period.opens, now)
    return min(due_moment(opened, working_days, calendar), period.next_opens)


def check_due(due: datetime, *, now: datetime) -> None:
    """Refuse a due moment that lies behind."""
    if due <= now:
        raise RuleError(N_("Give a due moment that lies ahead."), field="due_day")


def is_due(state: RoundState, due: datetime, *, now: datetime) -> bool:
    """Tell whether the round must be frozen now."""
    return state is RoundState.OPEN and due <= now


def is_late(given_at: datetime | None, due: datetime, *, now: datetime) -> bool:
    """Tell whether something came at or after the due moment, or has not come although it is over."""
    return (now if given_at is None else given_at) >= due

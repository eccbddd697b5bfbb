"""The working deadline of a case: the day set, extensions and pauses, by one pure function over stored facts.

A pause moves the working deadline of its case, and nothing else. The statutory deadline is never moved. The reply day
of a letter is printed on paper that went out, often for several cases of which only one rests. The days of measures
were approved by a leader with their plan, and move by a new version of it; what a visit left open was promised by
others, and is changed by correcting the visit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from casework.rules.deadlines import (
    DueDay,
    NotWorked,
    WorkingCalendar,
    add_working_days,
    is_working_day,
    why_not_worked,
    working_day_back,
)


@dataclass(frozen=True)
class Pause:
    """Days on which a case rests, from `first` up to but not including `until`; None while it still rests."""

    first: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the case rests on this day."""
        return self.first <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Extension:
    """A later working deadline, granted on a day."""

    granted: date
    new_day: date


@dataclass(frozen=True, kw_only=True)
class DeadlineFacts:
    """What a working deadline follows from: the day set and since when it holds, and what came after that.

    The day is set when the unit is listed, and anew when the case is reopened; what was before no longer counts.
    """

    first_day: date
    since: date = date.min
    extensions: tuple[Extension, ...] = ()  # in the order granted
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Shift:
    """What one pause did: the working days it took, the other days in it, and from where to where it moved."""

    pause: Pause
    rested: tuple[date, ...]
    idle: tuple[tuple[date, NotWorked], ...]
    before: date
    after: DueDay


def working_deadline(facts: DeadlineFacts, calendar: WorkingCalendar) -> DueDay | None:
    """Return the working deadline of a case, or None while it rests without an end.

    The day set last counts. Each working day that a pause took before it moves it on by one working day;
    what the case rested before an extension was granted is in the extended day already.
    """
    day = day_set(facts)
    skipped: list[tuple[date, NotWorked]] = []
    unannounced: set[int] = set()
    for shift in shifts(facts, calendar):
        day = shift.after.day
        skipped += [(one, NotWorked.PAUSE) for one in shift.rested]
        skipped += shift.after.skipped
        unannounced |= set(shift.after.unannounced)
    if any(pause.until is None and pause.first <= day for pause in facts.pauses):
        return None
    return DueDay(day, tuple(skipped), tuple(sorted(unannounced)))


def day_unextended(facts: DeadlineFacts, calendar: WorkingCalendar) -> date:
    """Return where the working deadline would be without any extension, and without the rest that has no end yet."""
    pauses = tuple(pause for pause in facts.pauses if pause.until is not None)
    due = working_deadline(replace(facts, extensions=(), pauses=pauses), calendar)
    return due.day if due else facts.first_day


def day_set(facts: DeadlineFacts) -> date:
    """Return the day set last: by the extension granted last, else when the unit was listed or the case reopened."""
    return _granted(facts)[-1].new_day if _granted(facts) else facts.first_day


def shifts(facts: DeadlineFacts, calendar: WorkingCalendar) -> Iterator[Shift]:
    """Yield what each pause that has ended did to the working deadline, in their order."""
    day = day_set(facts)
    for pause in sorted(facts.pauses, key=lambda one: one.first):
        if pause.until is None:
            continue
        counted = [one for one in _days_of(pause, day) if _counts(one, facts)]
        rested = tuple(one for one in counted if is_working_day(one, calendar))
        if rested:
            moved = add_working_days(day, len(rested), calendar)
            unknown = {one.year for one in counted if not calendar.is_announced(one)} | set(moved.unannounced)
            after = DueDay(moved.day, moved.skipped, tuple(sorted(unknown)))
            idle = tuple((one, why) for one in counted if (why := why_not_worked(one, calendar)))
            yield Shift(pause, rested, idle, day, after)
            day = moved.day


def _granted(facts: DeadlineFacts) -> list[Extension]:
    return [extension for extension in facts.extensions if extension.granted >= facts.since]


def _counts(day: date, facts: DeadlineFacts) -> bool:
    """Whether a day rested moves the deadline: it lies after what the day set last took into account."""
    return day > _granted(facts)[-1].granted if _granted(facts) else day >= facts.since


def _days_of(pause: Pause, last: date) -> list[date]:
    """List the days of a pause up to `last`."""
    days = max((last - pause.first).days + 1, 0)
    return [day for day in (pause.first + timedelta(days=number) for number in range(days)) if pause.covers(day)]


def first_working_deadline(listed: date, days: int, statutory: date, calendar: WorkingCalendar) -> date:
    """Return the working deadline so many days after the listing: a working day, and never after one's statutory day.

    Once that day has passed the case is about what comes after it, and the days count in full.
    """
    day = listed + timedelta(days=days)
    return working_day_back(min(day, statutory) if statutory > listed else day, 0, calendar)

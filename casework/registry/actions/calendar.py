"""Entering the years of the working calendar; whatever was counted with them is counted anew in the background."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from casework.audit.actions import Who, record
from casework.db import db
from casework.jobs.actions import enqueue
from casework.jobs.models import Job
from casework.registry.calendar import base_calendar, working_calendar
from casework.registry.models import AnnouncedYear
from casework.rules.calendar_days import DayChange, changed_days, days_of
from casework.rules.deadlines import CalendarYear
from casework.rules.errors import RuleError, Stale
from casework.rules.words import N_

RECOUNT = "recount deadlines"
CHANGED_MEANWHILE = N_("Somebody else changed this year a moment ago: load the page again to see how it stands now.")


def enter_year(number: int, days: CalendarYear, *, version: int, by: Who, now: datetime) -> Job:
    """Enter the days of a year as announced, and return the job that counts anew what depends on them."""
    row = _held(number, version)
    known = working_calendar().years.get(number)
    changes = changed_days(known or CalendarYear(), days)
    if known is not None and not changes:
        raise RuleError(N_("The calendar says the same already: nothing would change."), field="days")
    if row is None:
        row = AnnouncedYear(year=number)
        db.session.add(row)
    row.days, row.announced = days_of(days), True
    row.touch(now=now)
    try:
        db.session.flush()
    except IntegrityError:
        raise Stale(CHANGED_MEANWHILE) from None
    return _note("calendar year entered", number, changes, by=by, now=now)


def take_back_year(number: int, *, version: int, by: Who, now: datetime) -> Job:
    """Take back what was entered: what the program brings holds again, or the year is not announced."""
    row = _held(number, version)
    if row is None or not row.announced:
        raise RuleError(N_("Nothing was entered for this year."))
    before = working_calendar().years[number]
    row.announced = False
    row.touch(now=now)
    db.session.flush()
    after = base_calendar().years.get(number, CalendarYear())
    return _note("calendar year taken back", number, changed_days(before, after), by=by, now=now)


def _held(number: int, version: int) -> AnnouncedYear | None:
    """Lock a year until the commit; refuse if it is not as it was seen, 0 being a year for which nothing was entered.

    Of two who enter a year for the first time the second waits, and is refused by the key.
    """
    row = db.session.get(AnnouncedYear, number, with_for_update=True, populate_existing=True)
    if (row.version if row else 0) != version:
        raise Stale(CHANGED_MEANWHILE)
    return row


def _note(action: str, number: int, changes: tuple[DayChange, ...], *, by: Who, now: datetime) -> Job:
    before = {change.day.isoformat(): change.before for change in changes}
    after = {change.day.isoformat(): change.after for change in changes}
    record(action, "calendar year", number, by=by, now=now, before=before, after=after)
    return enqueue(RECOUNT, {"year": number}, by=by, now=now)

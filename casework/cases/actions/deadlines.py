"""Writing the working deadline of a case anew from its facts, and what a pause or a last step does to it."""

from datetime import date, datetime

import sqlalchemy as sa

from casework.cases.models import Case, Extension, Pause
from casework.cases.queries.deadlines import deadline_facts, resumed
from casework.db import db
from casework.registry.calendar import working_calendar
from casework.rules.deadlines import DueDay, day_of
from casework.rules.working_deadlines import DeadlineFacts, working_deadline


def set_deadline(case: Case, day: date, *, today: date) -> None:
    """Set the working deadline anew: what moved the former one no longer counts."""
    case.working_deadline = case.deadline_set = day
    case.deadline_since, case.deadline_provisional = today, False


def refresh_deadline(case: Case, facts: DeadlineFacts | None = None) -> None:
    """Write what follows from the facts of a case; while it rests without an end, the day stays as it was."""
    due = working_deadline(facts or deadline_facts(case), working_calendar())
    if due is not None:
        case.working_deadline, case.deadline_provisional = due.day, due.provisional


def keep_day_set(case: Case) -> None:
    """Keep the day that was set before something moves the working deadline for the first time."""
    if case.deadline_set is None:
        case.deadline_set, case.deadline_since = case.working_deadline, day_of(case.listed_at)


def end_pause(case: Case, *, today: date) -> None:
    """End the pause of a case today, and move its working deadline on by the working days that the pause took."""
    keep_day_set(case)
    open_pause = sa.update(Pause).where(Pause.case_id == case.id, Pause.until_day.is_(None))
    db.session.execute(open_pause.values(until_day=today).execution_options(synchronize_session="fetch"))
    refresh_deadline(case)


def deadline_after_pause(case: Case, *, today: date) -> DueDay:
    """Return what the working deadline would be if the pause ended today."""
    due = working_deadline(resumed(deadline_facts(case), today), working_calendar())
    return due or DueDay(case.working_deadline)


def let_request_lapse(case: Case, *, now: datetime) -> date | None:
    """End a request for an extension that nobody answered, and return its day: there is nothing left to extend.

    It counts as not granted, by nobody; whoever takes the case up again asks anew.
    """
    asked = sa.select(Extension).where(Extension.case_id == case.id, Extension.granted.is_(None))
    request = db.session.scalars(asked).one_or_none()
    if request is None:
        return None
    request.granted, request.decided_at = False, now
    return request.new_day

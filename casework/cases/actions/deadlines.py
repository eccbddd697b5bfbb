"""What a pause does to the working deadline."""

from datetime import date

import sqlalchemy as sa

from casework.cases.models import Case, Extension, Pause
from casework.db import db
from casework.registry.calendar import working_calendar
from casework.rules import deadlines as rules


def end_pause(case: Case, *, today: date) -> None:
    """End the pause of a case today, and move its working deadline on by the working days that the pause took."""
    case.working_deadline = deadline_after_pause(case, today=today)
    open_pause = sa.update(Pause).where(Pause.case_id == case.id, Pause.until_day.is_(None))
    db.session.execute(open_pause.values(until_day=today).execution_options(synchronize_session="fetch"))


def deadline_after_pause(case: Case, *, today: date) -> date:
    """Return what the working deadline would be if the pause ended today."""
    first = db.session.execute(
        sa.select(Pause.from_day).where(Pause.case_id == case.id, Pause.until_day.is_(None))
    ).scalar_one_or_none()
    if first is None:
        return case.working_deadline
    facts = rules.DeadlineFacts(
        first_day=case.working_deadline,
        extensions=_granted_since(case, first),
        pauses=(rules.Pause(first, today),),
    )
    due = rules.working_deadline(facts, working_calendar())
    return case.working_deadline if due is None else due.day


def _granted_since(case: Case, day: date) -> tuple[rules.Extension, ...]:
    """Return the extension granted last while the case rested; it counts what the case had rested until then."""
    granted_at = db.session.execute(
        sa.select(sa.func.max(Extension.decided_at)).where(Extension.case_id == case.id, Extension.granted.is_(True))
    ).scalar_one()
    if granted_at is None or rules.day_of(granted_at) < day:
        return ()
    return (rules.Extension(rules.day_of(granted_at), case.working_deadline),)

"""Letting a case rest, and letting it go on."""

from datetime import date, datetime

from casework.cases.actions.deadlines import deadline_after_pause
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, Pause
from casework.db import db
from casework.rules.workflow import Step
from casework.users.models import Account


def pause_case(case: Case, reason: str, expected_end: date, *, by: Account, now: datetime, today: date) -> None:
    """Let the case rest from today."""
    details = {"expected_end": [None, expected_end]}
    take_step(
        case, Step.PAUSE, by=by, now=now, today=today, reason=reason, new_day=expected_end, details=details
    )  # fmt: skip
    db.session.add(Pause(case_id=case.id, from_day=today, expected_end=expected_end, reason=reason.strip()))


def resume_case(case: Case, remark: str, *, by: Account, now: datetime, today: date) -> None:
    """Let the case go on from today; the step moves the working deadline on by what the pause took."""
    details = {"working_deadline": [case.working_deadline, deadline_after_pause(case, today=today).day]}
    take_step(case, Step.RESUME, by=by, now=now, today=today, reason=remark, details=details)

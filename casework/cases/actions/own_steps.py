"""Steps taken on the case page itself, with what each brings besides the state."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from casework.cases.actions.deadlines import set_deadline
from casework.cases.actions.figures import refresh_due
from casework.cases.actions.files import attach
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, CaseEvent
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.workflow import State, Step
from casework.users.models import Account
from casework.web.fields import Upload


def settle(
    case: Case, uploads: Iterable[Upload], reason: str, *, by: Account, now: datetime, today: date
) -> CaseEvent:  # fmt: skip
    """Record that nothing is owed any more, with the evidence."""
    details = attach(case, uploads, belongs_to="settlement", belongs_id=None, by=by, now=now)
    return take_step(
        case, Step.SETTLE, by=by, now=now, today=today, reason=reason, details=details, evidence=bool(details)
    )


def reopen(
    case: Case, new_day: date, reason: str, *, by: Account, now: datetime, today: date, **asked: Any
) -> CaseEvent:  # fmt: skip
    """Take a closed case up again with a new working deadline, unless the unit has another open one."""
    other = sa.select(Case.id).where(
        Case.enterprise_id == case.enterprise_id, Case.cycle_id == case.cycle_id, Case.state != State.CLOSED
    )
    if case.state is State.CLOSED and db.session.execute(other).first():
        raise RuleError("Another case of this unit is open in this cycle: work on that one.")
    details = {"working_deadline": [case.working_deadline, new_day]}
    event = take_step(
        case, Step.REOPEN, by=by, now=now, today=today, reason=reason, details=details, new_day=new_day, **asked
    )
    set_deadline(case, new_day, today=today)
    refresh_due([case])
    return event

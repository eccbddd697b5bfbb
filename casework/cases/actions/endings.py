"""Steps that bring more than a reason: settling with evidence, concluding with its ending, reopening with a day."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from casework.cases.actions.figures import refresh_figures
from casework.cases.actions.files import attach
from casework.cases.actions.steps import take_step
from casework.cases.models import Case
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.workflow import OPEN_STATES, Ending, Step
from casework.users.models import Account
from casework.web.fields import Upload


def settle(
    case: Case, uploads: Iterable[Upload], record_named: str, *, by: Account, now: datetime, today: date
) -> None:
    """Record that nothing is owed any more; the evidence is a file, or the record that shows it."""
    details = attach(case, uploads, belongs_to="settlement", by=by, now=now)
    evidence = bool(details or record_named.strip())
    take_step(
        case, Step.SETTLE, by=by, now=now, today=today, reason=record_named, details=details, evidence=evidence
    )  # fmt: skip


def conclude(
    case: Case,
    ending: Ending | None,
    reason: str,
    *,
    by: Account,
    on_behalf_of: Account | None,
    now: datetime,
    today: date,
) -> None:
    """Close a referred case and say what ended the matter."""
    details = {"ending": [None, ending.label]} if ending else None
    take_step(
        case, Step.CONCLUDE, by=by, on_behalf_of=on_behalf_of, now=now, today=today, reason=reason, details=details,
        ending=ending,
    )  # fmt: skip


def reopen(
    case: Case,
    new_day: date | None,
    reason: str,
    *,
    by: Account,
    on_behalf_of: Account | None,
    now: datetime,
    today: date,
) -> None:
    """Take a closed case up again with a new working deadline, unless the unit has another open one."""
    other = sa.select(Case.id).where(
        Case.enterprise_id == case.enterprise_id, Case.cycle_id == case.cycle_id, Case.state.in_(OPEN_STATES)
    )
    if db.session.execute(other).first():
        raise RuleError("Another case of this unit is open in this cycle: work on that one.")
    details = {"working_deadline": [case.working_deadline, new_day]}
    take_step(
        case, Step.REOPEN, by=by, on_behalf_of=on_behalf_of, now=now, today=today, reason=reason, details=details,
        new_day=new_day,
    )  # fmt: skip
    if new_day is not None:
        case.working_deadline = new_day
    refresh_figures(case)

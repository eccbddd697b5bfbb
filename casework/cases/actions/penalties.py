"""Recording what the city bureau ordered and decided, and accepting it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from casework.cases.actions.files import attach
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, Penalty
from casework.db import db
from casework.rules.deadlines import last_day
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.penalties import PenaltyRecord, regime_of
from casework.rules.roles import Role
from casework.rules.workflow import Step
from casework.users.models import Account
from casework.web.fields import Upload


def record_penalty(
    case: Case, entered: PenaltyRecord, uploads: Iterable[Upload], *, by: Account, now: datetime, today: date
) -> Penalty:
    """Enter a penalty; it counts once an officer has accepted it."""
    regime = regime_of(entered, act_day=last_day(case.cycle.deadline), today=today)
    penalty = Penalty(case_id=case.id, regime=regime.code, recorded_by_id=by.id, recorded_at=now, **vars(entered))
    db.session.add(penalty)
    db.session.flush()
    details: dict[str, Any] = {name: [None, value] for name, value in vars(entered).items() if value is not None}
    details |= attach(case, uploads, belongs_to="penalty", belongs_id=penalty.id, by=by, now=now)
    take_step(case, Step.PENALTY, by=by, now=now, today=today, details=details, penalty_filled=True)
    return penalty


def correct_penalty(
    case: Case,
    penalty: Penalty,
    entered: PenaltyRecord,
    uploads: Iterable[Upload],
    *,
    by: Account,
    now: datetime,
    today: date,
) -> None:
    """Correct or complete a penalty; what was accepted before must be accepted anew."""
    regime = regime_of(entered, act_day=last_day(case.cycle.deadline), today=today)
    values = {**vars(entered), "regime": regime.code}
    details: dict[str, Any] = {
        name: [getattr(penalty, name), value] for name, value in values.items() if getattr(penalty, name) != value
    }
    for name, value in values.items():
        setattr(penalty, name, value)
    penalty.accepted_by_id = penalty.accepted_at = None
    penalty.touch(now=now)
    details |= attach(case, uploads, belongs_to="penalty", belongs_id=penalty.id, by=by, now=now)
    take_step(case, Step.PENALTY, by=by, now=now, today=today, details=details, penalty_filled=True)


def accept_penalty(case: Case, penalty: Penalty, *, by: Account, now: datetime, today: date) -> None:
    """Accept a record for the department."""
    if Role.OFFICER not in by.roles:
        raise NotAllowed("This step is for an officer of the department.")
    if penalty.accepted_by_id is not None:
        raise RuleError("This record was accepted already.")
    penalty.accepted_by_id, penalty.accepted_at = by.id, now
    penalty.touch(now=now)
    details = {"accepted": [None, penalty.decision_number]}
    take_step(case, Step.PENALTY, by=by, now=now, today=today, details=details, penalty_filled=True)

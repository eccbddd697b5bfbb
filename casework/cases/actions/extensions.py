"""Asking for a later working deadline, and a leader's answer."""

from datetime import date, datetime

import sqlalchemy as sa

from casework.cases.actions.deadlines import keep_day_set, refresh_deadline
from casework.cases.actions.figures import refresh_figures
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, Extension
from casework.db import db
from casework.notices.actions import Told
from casework.notices.actions import tell as tell_people
from casework.notices.models import Topic
from casework.rules.errors import RuleError
from casework.rules.words import N_
from casework.rules.workflow import Step
from casework.users.models import Account


def ask_extension(
    case: Case, new_day: date, reason: str, *, by: Account, now: datetime, today: date
) -> Extension:  # fmt: skip
    """Ask for a later working deadline; one request at a time waits for its answer."""
    waiting = sa.select(Extension.id).where(Extension.case_id == case.id, Extension.granted.is_(None))
    if db.session.execute(waiting).first():
        raise RuleError("An extension of this case is asked for already: it waits for a leader's answer.")
    details = {"new_day": [case.working_deadline, new_day]}
    take_step(
        case, Step.ASK_EXTENSION, by=by, now=now, today=today, reason=reason, new_day=new_day, details=details
    )  # fmt: skip
    extension = Extension(case_id=case.id, new_day=new_day, reason=reason.strip(), asked_by_id=by.id, asked_at=now)
    db.session.add(extension)
    db.session.flush()
    return extension


def decide_extension(
    case: Case,
    extension: Extension,
    *,
    granted: bool,
    reason: str,
    by: Account,
    now: datetime,
    today: date,
    on_behalf_of: Account | None = None,
) -> None:
    """Grant or refuse a request; granted, its day is the new working deadline."""
    if extension.granted is not None:
        raise RuleError("This request has its answer already.")
    step = Step.GRANT_EXTENSION if granted else Step.REFUSE_EXTENSION
    details = {"working_deadline": [case.working_deadline, extension.new_day]} if granted else None
    take_step(
        case, step, by=by, now=now, today=today, reason=reason, new_day=extension.new_day, details=details,
        on_behalf_of=on_behalf_of,
    )  # fmt: skip
    extension.granted, extension.decision_reason = granted, reason.strip()
    extension.decided_by_id, extension.decided_at = by.id, now
    tell_people([extension.asked_by_id, case.officer_id], _answer(case, extension), by=by.id, now=now)
    if granted:
        keep_day_set(case)
        case.working_deadline, case.deadline_provisional = extension.new_day, False
        db.session.flush()
        refresh_deadline(case)
        refresh_figures(case)


def _answer(case: Case, extension: Extension) -> Told:
    due = extension.new_day if extension.granted else None
    return Told(
        key=f"extension {extension.id}", topic=Topic.WORK,
        what=N_("The extension was granted") if extension.granted else N_("The extension was refused"),
        subject=case.enterprise.name, note=extension.decision_reason, due=due,
        endpoint="cases.case_page", target={"case_id": case.id},
    )  # fmt: skip

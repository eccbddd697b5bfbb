"""Putting units on the problem list, and handing cases to officers."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from casework.audit.actions import record
from casework.cases.actions.steps import put_on_list, take_step
from casework.cases.models import Case, CaseCause
from casework.db import db
from casework.notices.actions import Told
from casework.notices.actions import tell as tell_people
from casework.notices.models import Topic
from casework.registry.calendar import working_calendar
from casework.registry.models import Cycle, Enterprise
from casework.rules.causes import Cause
from casework.rules.deadlines import last_day
from casework.rules.errors import RuleError
from casework.rules.roles import Role
from casework.rules.words import N_
from casework.rules.workflow import State, Step
from casework.rules.working_deadlines import first_working_deadline
from casework.settings.queries import setting
from casework.users.models import Account


def first_deadline(cycle: Cycle, today: date) -> date:
    """Return the working deadline that a case gets unless the officer says another."""
    return first_working_deadline(today, setting("case_days"), last_day(cycle.deadline), working_calendar())


def list_unit(
    enterprise: Enterprise,
    cycle: Cycle,
    *,
    causes: Iterable[Cause],
    reason: str,
    officer: Account | None,
    working_deadline: date,
    by: Account,
    now: datetime,
    today: date,
) -> Case:
    """Put a unit on the problem list of a cycle; it has at most one open case there."""
    if working_deadline <= today:
        raise RuleError("Give a day after today.", field="working_deadline")
    _check_officer(officer)
    case = Case(
        enterprise=enterprise,
        cycle=cycle,
        region=enterprise.region,
        state=State.LISTED,
        officer=officer,
        working_deadline=working_deadline,
        listed_at=now,
        listed_by_id=by.id,
        listing_reason=reason.strip(),
        causes=[CaseCause(cause=cause) for cause in sorted(set(causes))],
    )
    try:
        with db.session.begin_nested():
            put_on_list(case, by=by, now=now)
    except IntegrityError:
        raise RuleError(
            "%(unit)s is on the problem list of this cycle already.", field="enterprise", unit=enterprise.name
        ) from None
    after = {"enterprise": enterprise.code, "cycle": cycle.label, "causes": [row.cause for row in case.causes]}
    record("case listed", "case", case.id, by=by, now=now, after={**after, "reason": case.listing_reason})
    return case


def assign(case: Case, officer: Account, *, by: Account, now: datetime, today: date, reason: str = "") -> None:
    """Hand the case to an officer."""
    _check_officer(officer)
    if case.officer_id == officer.id:
        raise RuleError("%(name)s is the officer of this case already.", field="officer", name=officer.name)
    before = case.officer.name if case.officer else None
    take_step(
        case, Step.ASSIGN, by=by, now=now, today=today, reason=reason, details={"officer": [before, officer.name]}
    )
    case.officer = officer
    told = Told(
        key=f"case {case.id} assigned {now.isoformat()}", topic=Topic.WORK, what=N_("A case was assigned to you"),
        subject=case.enterprise.name, note=reason, endpoint="cases.case_page", target={"case_id": case.id},
    )  # fmt: skip
    tell_people([officer.id], told, by=by.id, now=now)


def _check_officer(officer: Account | None) -> None:
    if officer is not None and (Role.OFFICER not in officer.roles or not officer.active):
        raise RuleError("Only an active officer can take a case.", field="officer")

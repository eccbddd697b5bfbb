"""Recording and correcting visits, and ticking off what was to follow."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from casework.cases.actions.files import attach
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, FollowUp, Visit, VisitKind
from casework.db import db
from casework.rules.errors import NotAllowed, RuleError, refuse_all
from casework.rules.roles import Role
from casework.rules.visits import visit_refusals
from casework.rules.workflow import Step
from casework.users.models import Account
from casework.web.fields import Upload

BETWEEN = "、"


def record_visit(
    case: Case,
    *,
    kind: VisitKind,
    day: date,
    officers: Sequence[tuple[str, str]],
    findings: str,
    follow_ups: Iterable[tuple[str, date]],
    uploads: Iterable[Upload],
    by: Account,
    now: datetime,
    today: date,
) -> Visit:
    """Record a visit to the enterprise with what was found and what is to follow."""
    follow_ups = list(follow_ups)
    people, certificates = _check(kind, day, officers, follow_ups, today=today)
    visit = Visit(
        case_id=case.id, kind=kind, day=day, people=people, certificates=certificates, findings=findings.strip(),
        recorded_by_id=by.id, recorded_at=now,
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    _promise(visit, follow_ups)
    details = {"visit": [None, kind], "day": [None, day], "people": [None, people]}
    details |= attach(case, uploads, belongs_to="visit", belongs_id=visit.id, by=by, now=now)
    take_step(case, Step.VISIT, by=by, now=now, today=today, reason=visit.findings, details=details)
    return visit


def correct_visit(
    case: Case,
    visit: Visit,
    *,
    kind: VisitKind,
    day: date,
    officers: Sequence[tuple[str, str]],
    findings: str,
    follow_ups: Iterable[tuple[str, date]],
    uploads: Iterable[Upload],
    by: Account,
    now: datetime,
    today: date,
) -> None:
    """Correct a visit; what was done already stays, what is still to follow is as given now."""
    if Role.OFFICER not in by.roles and visit.recorded_by_id != by.id:
        raise NotAllowed("Only who recorded a visit, or an officer of the department, may correct it.")
    follow_ups = list(follow_ups)
    people, certificates = _check(kind, day, officers, follow_ups, today=today)
    values = {"kind": kind, "day": day, "people": people, "certificates": certificates, "findings": findings.strip()}
    details: dict[str, Any] = {"visit": [visit.kind, kind]}
    for name, value in values.items():
        if getattr(visit, name) != value:
            details[name] = [getattr(visit, name), value]
            setattr(visit, name, value)
    open_ones = [one for one in visit.follow_ups if one.done_day is None]
    before = [(one.text, one.due_day) for one in open_ones]
    if before != follow_ups:
        details["follow_ups"] = [_listed(before), _listed(follow_ups)]
        for one in open_ones:
            db.session.delete(one)
        _promise(visit, follow_ups)
    details |= attach(case, uploads, belongs_to="visit", belongs_id=visit.id, by=by, now=now)
    visit.touch(now=now)
    take_step(case, Step.VISIT, by=by, now=now, today=today, details=details)


def finish_follow_up(
    case: Case, visit: Visit, follow_up: FollowUp, done_day: date, *, by: Account, now: datetime, today: date
) -> None:
    """Note that something that was to follow a visit is done."""
    if follow_up.done_day is not None:
        raise RuleError("This was marked as done already.")
    if not visit.day <= done_day <= today:
        raise RuleError("Enter a day between the visit and today.", field="done_day")
    follow_up.done_day = done_day
    visit.touch(now=now)
    details = {"visit": [visit.kind, visit.kind], "follow_up_done": [None, done_day]}
    take_step(case, Step.VISIT, by=by, now=now, today=today, reason=follow_up.text, details=details)


def _check(
    kind: VisitKind,
    day: date,
    officers: Sequence[tuple[str, str]],
    follow_ups: Sequence[tuple[str, date]],
    *,
    today: date,
) -> tuple[str, str]:
    """Return names and certificates as the record keeps them, who shows one first, or refuse the visit."""
    due_days = [(f"follow_ups-{place}-due_day", due_day) for place, (_text, due_day) in enumerate(follow_ups)]
    inspection = kind is VisitKind.INSPECTION
    refuse_all(visit_refusals(day=day, people=officers, inspection=inspection, due_days=due_days, today=today))
    ordered = sorted(
        ((name.strip(), certificate.strip()) for name, certificate in officers), key=lambda one: not one[1]
    )
    people = BETWEEN.join(name for name, _certificate in ordered)
    certificates = BETWEEN.join(certificate for _name, certificate in ordered if certificate)
    if max(len(people), len(certificates)) > 200:
        raise RuleError("These are too many people for one record: name the most important ones.", field="officers")
    return people, certificates


def _promise(visit: Visit, follow_ups: Iterable[tuple[str, date]]) -> None:
    for text, due_day in follow_ups:
        db.session.add(FollowUp(visit_id=visit.id, text=text.strip(), due_day=due_day))


def _listed(follow_ups: Iterable[tuple[str, date]]) -> str:
    return BETWEEN.join(f"{text}（{due_day}）" for text, due_day in follow_ups)

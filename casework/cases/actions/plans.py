"""The small life of a relief plan: drafted, submitted, approved or returned, failed; each version stays."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from casework.cases.actions.steps import tell, who_acts
from casework.cases.models import BEING_DECIDED, Case, Measure, Plan, PlanState
from casework.cases.queries.relief import relief_of
from casework.db import db, next_value
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor
from casework.rules.measures import MeasureKind, check_measures
from casework.rules.relief import measure_faults
from casework.rules.roles import Role
from casework.rules.states import State
from casework.rules.words import N_
from casework.users.models import Account

AT_REST = {State.SETTLED, State.CLOSED}


def draft_plan(
    case: Case, *, summary: str, measures: Iterable[Mapping[str, Any]], by: Account, now: datetime
) -> Plan:  # fmt: skip
    """Begin a new version of the relief plan; the earlier ones stay as they are."""
    case.hold()
    if case.state in AT_REST:
        raise RuleError("Nothing is left to be relieved: the case is settled or closed.")
    under_way = sa.select(Plan.id).where(Plan.case_id == case.id, Plan.state.in_(BEING_DECIDED))
    if db.session.execute(under_way).first():
        raise RuleError("A version of the plan is being drafted or waits for approval already.")
    number = db.session.execute(sa.select(next_value(Plan.number.expression, Plan.case_id == case.id))).scalar_one()
    plan = Plan(
        case_id=case.id, number=number, state=PlanState.DRAFT, summary=summary.strip(), author_id=by.id, written_at=now
    )
    plan.measures = _rows(measures)
    db.session.add(plan)
    db.session.flush()
    tell(case, N_("Relief plan drafted"), by=by, now=now, details={"plan": [None, number]})
    return plan


def edit_plan(
    case: Case, plan: Plan, *, summary: str, measures: Iterable[Mapping[str, Any]], by: Account, now: datetime
) -> None:  # fmt: skip
    """Write the draft anew; whoever wrote last is its author."""
    case.hold()
    _must_be(plan, PlanState.DRAFT)
    before = _words(plan)
    plan.summary, plan.author_id, plan.written_at = summary.strip(), by.id, now
    plan.measures = _rows(measures)
    plan.touch(now=now)
    db.session.flush()
    tell(
        case,
        N_("Relief plan edited"),
        by=by,
        now=now,
        details={"plan": [plan.number, plan.number], **_changes(before, _words(plan))},
    )


def submit_plan(case: Case, plan: Plan, *, by: Account, now: datetime) -> None:
    """Put the draft before a leader; its measures must add up to what is short."""
    case.hold()
    _must_be(plan, PlanState.DRAFT)
    _check(case, plan)
    _turn(plan, PlanState.SUBMITTED, now=now)
    tell(case, N_("Relief plan submitted for approval"), by=by, now=now, details={"plan": [None, plan.number]})


def decide_plan(
    case: Case,
    plan: Plan,
    *,
    approved: bool,
    reason: str,
    by: Account,
    now: datetime,
    on_behalf_of: Account | None = None,
) -> None:
    """Approve a submitted plan or return it with a reason; never by its author."""
    actor = who_acts(by, on_behalf_of, now=now)
    _check_decider(plan, actor)
    case.hold()
    _must_be(plan, PlanState.SUBMITTED)
    if not approved and not reason.strip():
        raise RuleError("Give a reason: it stays in the history of the case.", field="reason")
    details: dict[str, list[Any]] = {"plan": [None, plan.number]}
    if approved:
        if checked_by := _check(case, plan):
            details["rule_sets"] = [None, ", ".join(checked_by)]
        for earlier in db.session.scalars(
            sa.select(Plan).where(Plan.case_id == case.id, Plan.state == PlanState.APPROVED)
        ):
            _turn(earlier, PlanState.REPLACED, now=now)
    _turn(plan, PlanState.APPROVED if approved else PlanState.RETURNED, now=now)
    plan.decided_by_id, plan.decided_at, plan.reason = by.id, now, reason.strip()
    plan.decided_on_behalf_of_id = None if on_behalf_of is None else on_behalf_of.id
    what = N_("Relief plan approved") if approved else N_("Relief plan returned")
    tell(case, what, by=by, now=now, on_behalf_of=on_behalf_of, reason=reason, details=details)


def fail_plan(case: Case, plan: Plan, reason: str, *, by: Account, now: datetime) -> None:
    """Note that an approved plan failed; a supervision letter may follow then."""
    case.hold()
    _must_be(plan, PlanState.APPROVED)
    if not reason.strip():
        raise RuleError("Say why the plan failed.", field="reason")
    _turn(plan, PlanState.FAILED, now=now)
    tell(case, N_("Relief plan failed"), by=by, now=now, reason=reason, details={"plan": [None, plan.number]})


def finish_measure(
    case: Case,
    plan: Plan,
    measure: Measure,
    *,
    done_day: date | None,
    done_tonnes: int | None,
    by: Account,
    now: datetime,
    today: date,
) -> None:
    """Note when a measure was done and what it brought; a wrong entry is entered anew.

    Without a day it is still under way, and the tonnes are what it brought so far.
    """
    case.hold()
    _must_be(plan, PlanState.APPROVED)
    if done_day is None and not measure.kind.brings_tonnes:
        raise RuleError("Enter the day on which it was done.", field="done_day")
    if done_day and done_day > today:
        raise RuleError("This day lies in the future.", field="done_day")
    if measure.kind.brings_tonnes and done_tonnes is None:
        raise RuleError("Enter the tonnes that the measure brought.", field="done_tonnes")
    before = {"done_day": measure.done_day, "done_tonnes": measure.done_tonnes}
    measure.done_day = done_day
    measure.done_tonnes = done_tonnes if measure.kind.brings_tonnes else None
    plan.touch(now=now)
    after = {"done_day": measure.done_day, "done_tonnes": measure.done_tonnes}
    details = {"plan": [plan.number, plan.number], "measure": [measure.kind, measure.kind], **_changes(before, after)}
    what = N_("Measure of the relief plan done") if done_day else N_("Noted what a measure brought so far")
    tell(case, what, by=by, now=now, details=details)


def _check_decider(plan: Plan, actor: Actor) -> None:
    if Role.LEADER not in actor.roles:
        raise NotAllowed("This step is for a leader.")
    if actor.is_one_of(frozenset({plan.author_id})):
        raise NotAllowed("You wrote this plan yourself: another leader must decide on it.")


def _check(case: Case, plan: Plan) -> list[str]:
    """Refuse measures that do not add up, or that the rules of the case's years do not leave open.

    Return the versions of the rule sets by which they were checked.
    """
    rows = [(measure.kind, measure.tonnes) for measure in plan.measures]
    check_measures(rows, case.short)
    years = relief_of(case)
    in_force = [one.in_force for one in years if one.in_force]
    if len(in_force) < len(years):
        return []
    for fault in measure_faults(rows, [one.openings for one in years]):
        measure = MeasureKind(fault.field or "").label
        raise RuleError("“%(measure)s”: %(why)s", field="measures", measure=measure, why=fault)
    return sorted({one.mark for one in in_force})


def _must_be(plan: Plan, state: PlanState) -> None:
    if plan.state is not state:
        raise RuleError("The plan has moved on meanwhile: reload the page to see where it stands.")


def _turn(plan: Plan, state: PlanState, *, now: datetime) -> None:
    plan.state = state
    plan.touch(now=now)


def _rows(measures: Iterable[Mapping[str, Any]]) -> list[Measure]:
    return [Measure(position=position, **values) for position, values in enumerate(measures)]


def _words(plan: Plan) -> dict[str, str]:
    lines = [
        f"{row.kind.value} {row.tonnes} {row.amount or ''} {row.responsible} {row.due_day}" for row in plan.measures
    ]
    return {"summary": plan.summary, "measures": "\n".join(lines)}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}

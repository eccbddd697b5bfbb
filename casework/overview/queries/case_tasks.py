"""Tasks that cases give: to their officer, to leaders, to the city officer of the region."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case, Extension, FollowUp, Measure, Penalty, Plan, PlanState, Visit
from casework.db import db
from casework.overview.queries.task import MOST, Task, Viewer
from casework.registry.models import Enterprise
from casework.rules.roles import Role
from casework.rules.words import N_
from casework.rules.workflow import State
from casework.users.queries import within_reach

OFFICERS_VERBS = {
    State.LISTED: N_("Start assistance"),
    State.ASSISTING: N_("Agree a relief plan"),
    State.RELIEF: N_("Follow the relief plan"),
    State.URGED: N_("Follow the reply to the letter"),
    State.SUPERVISED: N_("Follow the supervision"),
    State.REFERRED: N_("Follow the penalty"),
}


def worked_on_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Open cases of this officer that do not rest."""
    return sa.and_(Case.officer_id == viewer.acts_for.id, Case.state.in_(OFFICERS_VERBS), ~Case.paused)


def in_region_of(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Open cases of a city officer's region."""
    return sa.and_(within_reach(Case.region_id, viewer.acts_for), Case.state.in_(OFFICERS_VERBS))


def officers_cases(viewer: Viewer) -> list[Task]:
    """Cases of this officer, each with what comes next in its state."""
    return [
        _case_task(viewer, OFFICERS_VERBS[row.state], row.id, row.name, row.next_due)
        for row in db.session.execute(_cases(Case.id, Case.state, Case.next_due).where(worked_on_by(viewer)))
    ]


def unassigned_cases(viewer: Viewer) -> list[Task]:
    """Open cases that nobody works on."""
    nobodys = sa.and_(Case.officer_id.is_(None), Case.state.in_(OFFICERS_VERBS))
    return [
        _case_task(viewer, N_("Assign an officer"), row.id, row.name, row.next_due)
        for row in db.session.execute(_cases(Case.id, Case.state, Case.next_due).where(nobodys))
    ]


def regions_cases(viewer: Viewer) -> list[Task]:
    """Cases of a city officer's region."""
    return [
        _case_task(viewer, N_("Report progress"), row.id, row.name, row.next_due)
        for row in db.session.execute(_cases(Case.id, Case.state, Case.next_due).where(in_region_of(viewer)))
    ]


def settled_cases(viewer: Viewer) -> list[Task]:
    """Cases that wait for a leader's confirmation."""
    return [
        _case_task(viewer, N_("Confirm and strike off"), row.id, row.name, None)
        for row in db.session.execute(_cases(Case.id, Case.next_due).where(Case.state == State.SETTLED))
    ]


def plans_to_approve(viewer: Viewer) -> list[Task]:
    """Relief plans that wait for a leader who did not write them."""
    stmt = _hanging(Plan, Plan.case_id, Plan.written_at.label("at")).where(
        Plan.state == PlanState.SUBMITTED, Plan.author_id.not_in({viewer.account.id, viewer.acts_for.id})
    )
    return _tasks(viewer, N_("Approve the relief plan"), stmt)


def extensions_to_decide(viewer: Viewer) -> list[Task]:
    """Extensions that were asked for and not yet answered."""
    stmt = _hanging(Extension, Extension.case_id, Case.working_deadline.label("due"))
    return _tasks(viewer, N_("Decide the extension"), stmt.where(Extension.granted.is_(None)))


def penalties_to_accept(viewer: Viewer) -> list[Task]:
    """Penalty records that the cities entered."""
    stmt = _hanging(Penalty, Penalty.case_id, Penalty.recorded_at.label("at"))
    return _tasks(viewer, N_("Accept the penalty record"), stmt.where(Penalty.accepted_by_id.is_(None)))


def penalties_to_conclude(viewer: Viewer) -> list[Task]:
    """Referred cases whose penalty record was accepted by somebody else than this leader."""
    accepted = sa.exists().where(Penalty.case_id == Case.id, Penalty.accepted_by_id.is_not(None))
    stmt = _cases(Case.id, Case.next_due).where(Case.state == State.REFERRED, accepted)
    return [
        _case_task(viewer, N_("Conclude after the penalty"), row.id, row.name, None) for row in db.session.execute(stmt)
    ]


def measures_due(viewer: Viewer) -> list[Task]:
    """Measures of approved plans that are not done, of this officer's cases."""
    stmt = (
        _hanging(Measure, Plan.case_id, Measure.due_day.label("due"))
        .where(Plan.state == PlanState.APPROVED, Measure.done_day.is_(None))
        .where(Case.officer_id == viewer.acts_for.id, Case.state == State.RELIEF)
    )
    return _tasks(viewer, N_("See that the measure is done"), stmt)


def follow_ups_due(viewer: Viewer) -> list[Task]:
    """What was promised at visits and is not done, of this officer's cases."""
    stmt = (
        _hanging(FollowUp, Visit.case_id, FollowUp.due_day.label("due"), FollowUp.text.label("note"))
        .where(FollowUp.done_day.is_(None), Case.officer_id == viewer.acts_for.id, Case.state != State.CLOSED)
    )  # fmt: skip
    return _tasks(viewer, N_("See to what the visit left open"), stmt)


SOURCES: tuple[tuple[frozenset[Role], Callable[[Viewer], list[Task]]], ...] = (
    (frozenset({Role.OFFICER}), officers_cases),
    (frozenset({Role.OFFICER}), unassigned_cases),
    (frozenset({Role.OFFICER}), penalties_to_accept),
    (frozenset({Role.OFFICER}), measures_due),
    (frozenset({Role.OFFICER}), follow_ups_due),
    (frozenset({Role.LEADER}), settled_cases),
    (frozenset({Role.LEADER}), plans_to_approve),
    (frozenset({Role.LEADER}), extensions_to_decide),
    (frozenset({Role.LEADER}), penalties_to_conclude),
    (frozenset({Role.CITY}), regions_cases),
)


def _cases(*columns: Any) -> sa.Select[Any]:
    named = sa.select(*columns, Enterprise.name).select_from(Case)
    return named.join(Enterprise, Enterprise.id == Case.enterprise_id).order_by(Case.next_due, Case.id).limit(MOST)


def _hanging(row: Any, case_id: Any, *columns: Any) -> sa.Select[Any]:
    """Select rows that hang on a case, with the case's id and the unit's name."""
    stmt = sa.select(case_id.label("case_id"), Enterprise.name, *columns).select_from(row)
    if row is Measure:
        stmt = stmt.join(Plan, Plan.id == Measure.plan_id)
    if row is FollowUp:
        stmt = stmt.join(Visit, Visit.id == FollowUp.visit_id)
    stmt = stmt.join(Case, Case.id == case_id).join(Enterprise, Enterprise.id == Case.enterprise_id)
    return stmt.order_by(row.id).limit(MOST)


def _tasks(viewer: Viewer, verb: str, stmt: sa.Select[Any]) -> list[Task]:
    return [
        _case_task(viewer, verb, row["case_id"], row["name"], row.get("due"), row.get("note", ""))
        for row in db.session.execute(stmt).mappings()
    ]


def _case_task(viewer: Viewer, verb: str, case_id: int, unit: str, due: date | None, note: str = "") -> Task:
    return Task(verb, unit, "cases.case_page", {"case_id": case_id}, due, note, viewer.on_behalf_of)

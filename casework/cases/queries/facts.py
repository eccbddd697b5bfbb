"""What the rules are told about a case, gathered from the records in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from casework.cases.models import (
    Case,
    CaseEvent,
    CaseLetter,
    Extension,
    Measure,
    Penalty,
    Plan,
    PlanState,
    ReplyVerdict,
)
from casework.cases.queries.deadlines import extension_ceiling
from casework.db import db, read_rows
from casework.letters.models import Letter, Recipient
from casework.registry.models import ComplianceYear, Obligation, Surrender
from casework.rules.compliance import Surrendered, completed_on_time
from casework.rules.deadlines import has_passed
from casework.rules.facts import CaseFacts
from casework.rules.letters import LetterKind, LetterState
from casework.rules.penalties import regime_on
from casework.rules.steps import STEPS, Where
from casework.rules.workflow import State, Step, moves_that_stand
from casework.settings.queries import setting

MOVING_STEPS = [step for step, rule in STEPS.items() if rule.target is not Where.SAME]
IN_FORCE_ONCE = (LetterState.REGISTERED, LetterState.REPEALED)

# Which recipient of a letter answers for a case that it names.
ANSWERS = sa.and_(Recipient.letter_id == CaseLetter.letter_id, Recipient.region_id == CaseLetter.region_id)
# Whose reply is asked for again: it was not accepted for a case that is still open.
ASKED_AGAIN = sa.exists().where(
    ReplyVerdict.recipient_id == Recipient.id, ~ReplyVerdict.accepted,
    Case.id == ReplyVerdict.case_id, Case.state != State.CLOSED,
)  # fmt: skip

# Made once: making a statement costs as much as running it.
_CASE: sa.BindParameter[int] = sa.bindparam("case_id")
_MOVES = (
    sa.select(
        CaseEvent.step, CaseEvent.from_state, CaseEvent.letter_id, Letter.state,
        CaseEvent.actor_id, CaseEvent.on_behalf_of_id,
    )
    .outerjoin(Letter, Letter.id == CaseEvent.letter_id)
    .where(CaseEvent.case_id == _CASE, CaseEvent.step.in_(MOVING_STEPS))
    .order_by(CaseEvent.seq)
)  # fmt: skip
_OBLIGATIONS = (
    sa.select(Obligation.id, Obligation.due, Obligation.short, Surrender.day, Surrender.tonnes)
    .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
    .outerjoin(Surrender, Surrender.obligation_id == Obligation.id)
    .where(Obligation.enterprise_id == sa.bindparam("unit_id"), ComplianceYear.cycle_id == sa.bindparam("cycle_id"))
)
_LETTERS = (
    sa.select(Letter.kind, Letter.state, Recipient.reply_due, Recipient.replied_day, ReplyVerdict.accepted)
    .join(CaseLetter, CaseLetter.letter_id == Letter.id)
    .outerjoin(Recipient, ANSWERS)
    .outerjoin(
        ReplyVerdict, sa.and_(ReplyVerdict.recipient_id == Recipient.id, ReplyVerdict.case_id == CaseLetter.case_id)
    )
    .where(CaseLetter.case_id == _CASE, Letter.state.in_(IN_FORCE_ONCE))
)
_PLANS = (
    sa.select(Plan.state, sa.func.coalesce(sa.func.sum(Measure.tonnes), 0))
    .outerjoin(Measure, Measure.plan_id == Plan.id)
    .where(Plan.case_id == _CASE, Plan.state.in_((PlanState.APPROVED, PlanState.FAILED)))
    .group_by(Plan.id, Plan.state, Plan.number)
    .order_by(Plan.number)
)
_PENALTIES = sa.select(Penalty.recorded_by_id, Penalty.accepted_by_id).where(Penalty.case_id == _CASE)
_EXTENSION_ASKED = sa.select(sa.exists().where(Extension.case_id == _CASE, Extension.granted.is_(None)))


def facts_of(case: Case, *, today: date, now: datetime, **asked: Any) -> CaseFacts:
    """Return the facts of a case; `asked` is what the step's own form or letter brings."""
    db.session.flush()
    facts: dict[str, Any] = {
        "state": case.state,
        "region_path": case.region.path,
        "today": today,
        "paused": case.paused,
        "has_officer": case.officer_id is not None,
        "deadline_passed": has_passed(case.cycle.deadline, now),
        "working_deadline": case.working_deadline,
        "extension_ceiling": extension_ceiling(case, setting("extension_days_most")),
        "extension_asked": _extension_asked(case.id),
    }
    facts |= _of_history(case.id) | _of_obligations(case) | _of_letters(case.id, today) | _of_penalties(case.id, today)
    facts |= _of_plans(case.id, facts["short"])
    return CaseFacts(**facts | asked)


@dataclass(frozen=True)
class Move:
    """A step of the history that changed the state."""

    step: Step
    source: State
    letter_id: int | None
    letter_state: LetterState | None
    actors: frozenset[int]


def moves_of(case_id: int) -> list[Move]:
    """Return the moves of a case that stand, that is were not undone later, oldest first."""
    moves = [
        Move(step, source, letter_id, letter_state, frozenset({actor} if behalf is None else {actor, behalf}))
        for step, source, letter_id, letter_state, actor, behalf in read_rows(_MOVES, {"case_id": case_id})
        if step is not None and source is not None
    ]
    return [moves[at] for at in moves_that_stand([(move.step, move.source) for move in moves])]


def _of_history(case_id: int) -> dict[str, Any]:
    moves = moves_of(case_id)
    last = moves[-1] if moves else None
    return {
        "state_before": last.source if last else None,
        "causing_letter_voided": last is not None and last.letter_state is LetterState.VOIDED,
        "settled_by": last.actors if last and last.step is Step.SETTLE else frozenset(),
    }


def _of_obligations(case: Case) -> dict[str, Any]:
    asked = {"unit_id": case.enterprise_id, "cycle_id": case.cycle_id}
    due: dict[int, int] = {}
    short: dict[int, int] = {}
    surrendered: dict[int, list[Surrendered]] = {}
    for id_, owed, missing, day, tonnes in read_rows(_OBLIGATIONS, asked):
        due[id_], short[id_] = owed, missing
        surrendered.setdefault(id_, []).extend([] if day is None else [Surrendered(day, tonnes)])
    return {
        "short": sum(short.values()),
        "completed_on_time": all(completed_on_time(surrendered[id_], due[id_], case.cycle.deadline) for id_ in due),
    }


def _of_letters(case_id: int, today: date) -> dict[str, Any]:
    rows = read_rows(_LETTERS, {"case_id": case_id}).all()
    urges = [row for row in rows if row.kind is LetterKind.WORK_SUPERVISION]
    awaited = [row for row in rows if row.state is LetterState.REGISTERED and row.reply_due and not row.replied_day]
    return {
        "urge_came_before": bool(urges),
        "urge_reply_overdue": any(row in urges and row.reply_due < today for row in awaited),
        "urge_reply_refused": any(row.accepted is False for row in urges),
        "awaiting_reply": bool(awaited),
    }


def _of_plans(case_id: int, short: int) -> dict[str, Any]:
    plans = read_rows(_PLANS, {"case_id": case_id}).all()
    return {
        "approved_plan_covers": any(state is PlanState.APPROVED and tonnes >= short for state, tonnes in plans),
        "plan_failed": bool(plans) and plans[-1][0] is PlanState.FAILED,
    }


def _of_penalties(case_id: int, today: date) -> dict[str, Any]:
    rows = read_rows(_PENALTIES, {"case_id": case_id}).all()
    regime = regime_on(today)
    return {
        "penalty_complete": bool(rows),  # the table takes no incomplete record
        "penalty_accepted": any(row.accepted_by_id is not None for row in rows),
        "penalty_recorded_by": frozenset(row.recorded_by_id for row in rows),
        "may_cut_allocation": regime is None or regime.cuts_allocation,
    }


def _extension_asked(case_id: int) -> bool:
    return bool(read_rows(_EXTENSION_ASKED, {"case_id": case_id}).scalar())

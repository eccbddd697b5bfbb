"""The history of a case as the page tells it, and what each obligation shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.cases.models import Case, CaseEvent
from casework.db import db, read_rows
from casework.registry.models import ComplianceYear, Obligation
from casework.rules.words import N_
from casework.rules.workflow import State, Step
from casework.users.models import Account

LISTED = N_("Put on the problem list")
_CASE: sa.BindParameter[int] = sa.bindparam(
    "case_id"
)  # the statements are made once: making one costs as much as running it
_ACTOR, _ABSENT = aliased(Account), aliased(Account)
_EVENTS = (
    sa.select(
        CaseEvent.at,
        _ACTOR.name,
        _ABSENT.name,
        CaseEvent.step,
        CaseEvent.from_state,
        CaseEvent.to_state,
        CaseEvent.reason,
        CaseEvent.details,
    )
    .join(_ACTOR, _ACTOR.id == CaseEvent.actor_id)
    .outerjoin(_ABSENT, _ABSENT.id == CaseEvent.on_behalf_of_id)
    .order_by(CaseEvent.seq.desc())
)
_HISTORY = _EVENTS.where(CaseEvent.case_id == _CASE)
_FIGURES = (
    sa.select(ComplianceYear.label, Obligation.due, Obligation.surrendered, Obligation.short)
    .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
    .where(ComplianceYear.cycle_id == sa.bindparam("cycle_id"), Obligation.enterprise_id == sa.bindparam("unit_id"))
    .order_by(ComplianceYear.label)
)


@dataclass(frozen=True)
class Happening:
    """One line of the history, in plain values; `words` is the English msgid of what happened."""

    at: datetime
    who: str
    on_behalf_of: str
    words: str
    from_state: State | None
    to_state: State
    why: str
    changes: list[tuple[str, Any, Any]]

    @property
    def moved(self) -> bool:
        """Tell whether the state changed."""
        return self.from_state is not self.to_state


def history_of(case_id: int) -> list[Happening]:
    """Return the history, the newest first."""
    return [_happening(*event) for event in read_rows(_HISTORY, {"case_id": case_id})]


def last_lines(case_ids: Sequence[int], most: int) -> dict[int, list[Happening]]:
    """Return for each case its newest lines of history, the newest first, in one query."""
    place = sa.func.row_number().over(partition_by=CaseEvent.case_id, order_by=CaseEvent.seq.desc())
    newest = sa.select(CaseEvent.id, place.label("place")).where(CaseEvent.case_id.in_(case_ids)).subquery()
    stmt = _EVENTS.add_columns(CaseEvent.case_id).join(newest, newest.c.id == CaseEvent.id)
    found: dict[int, list[Happening]] = {case_id: [] for case_id in case_ids}
    for *event, case_id in db.session.execute(stmt.where(newest.c.place <= most)):
        found[case_id].append(_happening(*event))
    return found


def _happening(
    at: datetime,
    who: str,
    on_behalf_of: str | None,
    step: Step | None,
    from_state: State | None,
    to_state: State,
    why: str,
    details: dict[str, Any] | None,
) -> Happening:
    told = details or {}
    return Happening(
        at=at,
        who=who,
        on_behalf_of=on_behalf_of or "",
        words=step.label if step else told.get("what", LISTED),
        from_state=from_state,
        to_state=to_state,
        why=why,
        changes=[(name, change[0], change[-1]) for name, change in told.items() if isinstance(change, list)],
    )


def states_passed(history: list[Happening]) -> set[State]:
    """Return every state the case has been in."""
    return {one.to_state for one in history}


def figures_of(case: Case) -> list[tuple[str, int, int, int]]:
    """Return year, due, surrendered and short of each obligation of the case."""
    asked = {"cycle_id": case.cycle_id, "unit_id": case.enterprise_id}
    return [(row.label, row.due, row.surrendered, row.short) for row in read_rows(_FIGURES, asked)]

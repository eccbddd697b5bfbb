"""The history of a case as the page tells it, and what each obligation shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.cases.models import Case, CaseEvent
from casework.db import db
from casework.registry.models import ComplianceYear, Obligation
from casework.rules.words import N_
from casework.rules.workflow import State

LISTED = N_("Put on the problem list")


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
    stmt = (
        sa.select(CaseEvent)
        .where(CaseEvent.case_id == case_id)
        .options(joinedload(CaseEvent.actor), joinedload(CaseEvent.on_behalf_of))
        .order_by(CaseEvent.seq.desc())
    )
    return [_happening(event) for event in db.session.scalars(stmt).unique()]


def last_lines(case_ids: Sequence[int], most: int) -> dict[int, list[Happening]]:
    """Return for each case its newest lines of history, the newest first, in one query."""
    place = sa.func.row_number().over(partition_by=CaseEvent.case_id, order_by=CaseEvent.seq.desc())
    newest = sa.select(CaseEvent.id, place.label("place")).where(CaseEvent.case_id.in_(case_ids)).subquery()
    stmt = (
        sa.select(CaseEvent)
        .join(newest, newest.c.id == CaseEvent.id)
        .where(newest.c.place <= most)
        .options(joinedload(CaseEvent.actor), joinedload(CaseEvent.on_behalf_of))
        .order_by(CaseEvent.seq.desc())
    )
    found: dict[int, list[Happening]] = {case_id: [] for case_id in case_ids}
    for event in db.session.scalars(stmt).unique():
        found[event.case_id].append(_happening(event))
    return found


def _happening(event: CaseEvent) -> Happening:
    told = (event.details or {}).get("what", LISTED)
    details = {name: change for name, change in (event.details or {}).items() if isinstance(change, list)}
    return Happening(
        at=event.at,
        who=event.actor.name,
        on_behalf_of=event.on_behalf_of.name if event.on_behalf_of else "",
        words=event.step.label if event.step else told,
        from_state=event.from_state,
        to_state=event.to_state,
        why=event.reason,
        changes=[(name, change[0], change[-1]) for name, change in details.items()],
    )


def states_passed(history: list[Happening]) -> set[State]:
    """Return every state the case has been in."""
    return {one.to_state for one in history}


def figures_of(case: Case) -> list[tuple[str, int, int, int]]:
    """Return year, due, surrendered and short of each obligation of the case."""
    stmt = (
        sa.select(ComplianceYear.label, Obligation.due, Obligation.surrendered, Obligation.short)
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.cycle_id == case.cycle_id, Obligation.enterprise_id == case.enterprise_id)
        .order_by(ComplianceYear.label)
    )
    return [(row.label, row.due, row.surrendered, row.short) for row in db.session.execute(stmt)]

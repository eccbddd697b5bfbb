"""The relief plans that were approved for some cases, as a letter tells of them."""

from collections.abc import Sequence
from itertools import groupby

import sqlalchemy as sa

from casework.cases.models import Case, Measure, Plan, PlanState
from casework.db import read_rows
from casework.rules.deadlines import day_of
from casework.rules.letter_drafts import unit_names
from casework.rules.letter_facts import UnitRow
from casework.rules.letters import LetterKind
from casework.rules.plan_words import PlannedMeasure, PlanRow

_TELLING = {LetterKind.WORK_SUPERVISION, LetterKind.SUPERVISION}
_STOOD = (PlanState.APPROVED, PlanState.FAILED)
_IDS: sa.BindParameter[int] = sa.bindparam("case_ids", expanding=True)
_LAST = (
    sa.select(sa.func.max(Plan.number))
    .where(Plan.case_id == Case.id, Plan.state.in_(_STOOD))
    .correlate(Case)
    .scalar_subquery()
)
_PLANS = (
    sa.select(
        Case.id, Plan.number, Plan.state, Plan.decided_at,
        Measure.kind, Measure.tonnes, Measure.due_day, Measure.done_day, Measure.done_tonnes,
    )
    .join(Plan, sa.and_(Plan.case_id == Case.id, Plan.number == _LAST))
    .join(Measure, Measure.plan_id == Plan.id)
    .where(Case.id.in_(_IDS), Plan.decided_at.is_not(None))
    .order_by(Case.id, Measure.position)
)  # fmt: skip


def plans_told(kind: LetterKind, cases: Sequence[Case], units: Sequence[UnitRow]) -> tuple[PlanRow, ...]:
    """Return the plan approved last of each case whose unit a letter names; nothing where its kind tells of none."""
    if kind not in _TELLING:
        return ()
    named = {case.id: case.enterprise.name for case in cases if case.enterprise.name in unit_names(units)}
    rows = read_rows(_PLANS, {"case_ids": list(named)}) if named else ()
    found = []
    for case_id, some in groupby(rows, key=lambda row: row.id):
        measures = list(some)
        first = measures[0]
        found.append(
            PlanRow(
                unit=named[case_id], number=first.number, approved=day_of(first.decided_at),
                measures=tuple(
                    PlannedMeasure(row.kind, row.tonnes, row.due_day, row.done_day, row.done_tonnes)
                    for row in measures
                ),
                failed=first.state is PlanState.FAILED,
            )
        )  # fmt: skip
    return tuple(found)

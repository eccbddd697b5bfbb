"""What the unit of a case owes, year by year, with the records behind it, in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case
from casework.db import read_rows
from casework.registry.models import ComplianceYear, Obligation, ObligationCorrection, Surrender
from casework.rules.compliance import Completion
from casework.rules.deadlines import last_day
from casework.rules.figures import Figure, Record
from casework.rules.unit_facts import UnitFacts
from casework.rules.words import N_

_LAST_CORRECTION = (
    sa.select(ObligationCorrection.id)
    .where(ObligationCorrection.obligation_id == Obligation.id)
    .order_by(ObligationCorrection.from_day.desc(), ObligationCorrection.id.desc())
    .limit(1)
    .correlate(Obligation)
    .scalar_subquery()
)
_YEARS = (
    sa.select(
        ComplianceYear.label, Obligation.verified, Obligation.allocation, Obligation.due,
        ObligationCorrection.from_day, ObligationCorrection.import_id.label("owed_import"),
        Surrender.day, Surrender.tonnes, Surrender.import_id.label("filled_import"),
    )
    .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
    .outerjoin(ObligationCorrection, ObligationCorrection.id == _LAST_CORRECTION)
    .outerjoin(Surrender, Surrender.obligation_id == Obligation.id)
    .where(ComplianceYear.cycle_id == sa.bindparam("cycle_id"), Obligation.enterprise_id == sa.bindparam("unit_id"))
    .order_by(ComplianceYear.label, Surrender.day, Surrender.id)
)  # fmt: skip


@dataclass(frozen=True)
class YearOwed:
    """One compliance year of a case: the unit's figures, and whether it was completed."""

    year: str
    facts: UnitFacts
    completion: Figure[Completion]


def owed_by(case: Case) -> list[YearOwed]:
    """Return what the unit owes for each year of the case's cycle, as the records of today say."""
    rows = read_rows(_YEARS, {"cycle_id": case.cycle_id, "unit_id": case.enterprise_id})
    found = []
    for year, some in groupby(rows, key=lambda row: row.label):
        facts = _facts(case, list(some))
        found.append(YearOwed(year, facts, facts.completion(case.cycle.deadline)))
    return found


def _facts(case: Case, rows: Sequence[Any]) -> UnitFacts:
    first = rows[0]
    filled = tuple(
        Record(N_("Surrender"), row.day, row.filled_import, row.tonnes, by_hand=row.filled_import is None)
        for row in rows
        if row.day is not None
    )
    owed = () if first.from_day is None else (_quantities(first),)
    return UnitFacts(
        verified=first.verified, allocation=first.allocation, due=first.due,
        surrendered=sum(row.tonnes or 0 for row in filled), sector=case.enterprise.sector.value,
        owed_by=owed, filled_by=filled, due_day=last_day(case.cycle.deadline),
    )  # fmt: skip


def _quantities(row: Any) -> Record:
    what, by_hand = N_("Quantities of the obligation"), row.owed_import is None
    return Record(what, row.from_day, row.owed_import, by_hand=by_hand)

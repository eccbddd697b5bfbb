"""The registers as of a day: what held on it as the records tell now, whether it was known that day or entered later.

A surrender counts from its day; quantities hold from the day of their correction, the first ones from the beginning;
a unit counts in the region it belongs to now. Two readings of this one rule: obligation by obligation (`owed_on`) and
counted by year and region for every day of a cycle at once (`registry.course`); a test holds both to
`rules.compliance`.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.registry.models import ComplianceYear, Cycle, Obligation, ObligationCorrection, Surrender
from casework.rules.deadlines import last_day


def whole(sum_: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """A sum of tonnes as the whole number it is: PostgreSQL adds up to a decimal."""
    return sa.cast(sum_, sa.BigInteger)


def owed_on(cycle: Cycle, day: date, *, units: sa.Select[Any] | None = None, name: str = "owed") -> sa.CTE:
    """Each obligation of a cycle as of a day: obligation_id, enterprise_id, year_id, due, surrendered, in_time.

    `units` keeps it to these enterprises. It is read once, else what was due would be looked up wherever it is named.
    """
    end = last_day(cycle.deadline)
    of_units = sa.true() if units is None else Obligation.enterprise_id.in_(units)
    paid = (
        sa.select(
            Surrender.obligation_id,
            whole(sa.func.sum(Surrender.tonnes)).label("tonnes"),
            whole(sa.func.sum(sa.case((Surrender.day <= end, Surrender.tonnes), else_=0))).label("in_time"),
        )
        .join(Obligation, Obligation.id == Surrender.obligation_id)
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.cycle_id == cycle.id, Surrender.day <= day, of_units)
        .group_by(Surrender.obligation_id)
        .subquery("paid")
    )
    return (
        sa.select(
            Obligation.id.label("obligation_id"), Obligation.enterprise_id, Obligation.year_id,
            _due_on(day).label("due"),
            sa.func.coalesce(paid.c.tonnes, 0).label("surrendered"),
            sa.func.coalesce(paid.c.in_time, 0).label("in_time"),
        )
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .outerjoin(paid, paid.c.obligation_id == Obligation.id)
        .where(ComplianceYear.cycle_id == cycle.id, of_units)
        .cte(name)
        .prefix_with("MATERIALIZED")
    )  # fmt: skip


def _due_on(day: date) -> sa.ColumnElement[int]:
    """What was due as of a day: the last quantities that held by then, else the first that were ever entered."""
    row = ObligationCorrection
    of_it = sa.select(row.due).where(row.obligation_id == Obligation.id).correlate(Obligation).limit(1)
    held = of_it.where(row.from_day <= day).order_by(row.from_day.desc(), row.id.desc())
    first = of_it.order_by(row.from_day, row.id)
    return sa.func.coalesce(held.scalar_subquery(), first.scalar_subquery(), Obligation.due)

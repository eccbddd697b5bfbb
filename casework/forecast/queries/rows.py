"""The rows that forecasts of a cycle rest on, each kind in one statement, however many units there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case, CaseCause, Measure, Plan, PlanState
from casework.db import read_rows
from casework.registry.models import ComplianceYear, Cycle, Enterprise, Obligation, ObligationCorrection, Surrender
from casework.rounds.models import Report
from casework.rules.deadlines import end_of_day
from casework.rules.rounds import ReportState
from casework.users.models import Account, Region
from casework.users.queries import within_reach

_WAS_APPROVED = (PlanState.APPROVED, PlanState.REPLACED, PlanState.FAILED)


@dataclass(frozen=True)
class Scope:
    """Which units are read: those of the reader's region, of them only `units` where that is given."""

    reader: Account | None
    units: sa.Select[Any] | None = None

    def of(self, column: Any) -> sa.ColumnElement[bool]:
        """Return the condition on a column that holds ids of enterprises."""
        wanted = [] if self.units is None else [column.in_(self.units)]
        if self.reader is not None and self.reader.region.parent_id is not None:
            wanted.append(column.in_(sa.select(Enterprise.id).where(within_reach(Enterprise.region_id, self.reader))))
        return sa.and_(sa.true(), *wanted)


def owed(cycles: Sequence[Cycle], scope: Scope) -> Sequence[Any]:
    """Return the obligations of some cycles with their units, in the order of regions and names."""
    stmt = (
        sa.select(
            Obligation.id, Obligation.enterprise_id, Obligation.due, Obligation.verified, Obligation.allocation,
            ComplianceYear.cycle_id, ComplianceYear.label.label("year"), Enterprise.name, Enterprise.code,
            Enterprise.sector, Enterprise.region_id, Region.name.label("region"),
        )
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .join(Region, Region.id == Enterprise.region_id)
        .where(ComplianceYear.cycle_id.in_([cycle.id for cycle in cycles]), scope.of(Obligation.enterprise_id))
        .order_by(Region.position, Region.code, Enterprise.name, Enterprise.id, ComplianceYear.label)
    )  # fmt: skip
    return read_rows(stmt).all()


def _in_cycles(column: Any, cycles: Sequence[Cycle], scope: Scope) -> sa.ColumnElement[bool]:
    there = (
        sa.select(Obligation.id)
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.cycle_id.in_([cycle.id for cycle in cycles]), scope.of(Obligation.enterprise_id))
    )
    return sa.and_(sa.true(), column.in_(there))


def surrenders(cycles: Sequence[Cycle], scope: Scope) -> Sequence[Any]:
    """Return (obligation_id, day, tonnes), corrections counted in."""
    stmt = (
        sa.select(Surrender.obligation_id, Surrender.day, sa.func.sum(Surrender.tonnes).label("tonnes"))
        .where(_in_cycles(Surrender.obligation_id, cycles, scope))
        .group_by(Surrender.obligation_id, Surrender.day)
        .order_by(Surrender.day)
    )
    return read_rows(stmt).all()


def corrections(cycles: Sequence[Cycle], scope: Scope) -> Sequence[Any]:
    """Return (obligation_id, from_day, due) of obligations whose due was ever corrected, in their order."""
    moved = (
        sa.select(ObligationCorrection.obligation_id)
        .join(Obligation, Obligation.id == ObligationCorrection.obligation_id)
        .where(ObligationCorrection.due != Obligation.due, _in_cycles(Obligation.id, cycles, scope))
    )
    stmt = (
        sa.select(ObligationCorrection.obligation_id, ObligationCorrection.from_day, ObligationCorrection.due)
        .where(ObligationCorrection.obligation_id.in_(moved))
        .order_by(ObligationCorrection.from_day, ObligationCorrection.id)
    )
    return read_rows(stmt).all()


def cases(cycle: Cycle, scope: Scope) -> Sequence[Any]:
    """Return a row for each cause of each case of the cycle, or one without a cause, in the order of listing."""
    stmt = (
        sa.select(Case.id, Case.enterprise_id, Case.listed_at, Case.closed_at, CaseCause.cause)
        .outerjoin(CaseCause, CaseCause.case_id == Case.id)
        .where(Case.cycle_id == cycle.id, scope.of(Case.enterprise_id))
        .order_by(Case.listed_at, Case.id)
    )
    return read_rows(stmt).all()


def plans(cycle: Cycle, scope: Scope) -> Sequence[Any]:
    """Return a row for each measure of each plan that was ever approved, in the order of plans."""
    stmt = (
        sa.select(
            Plan.case_id, Plan.number, Plan.state, Plan.decided_at, Plan.changed_at,
            Measure.kind, Measure.due_day, Measure.done_day, Measure.tonnes, Measure.done_tonnes,
        )
        .join(Case, Case.id == Plan.case_id)
        .outerjoin(Measure, Measure.plan_id == Plan.id)
        .where(Case.cycle_id == cycle.id, Plan.state.in_(_WAS_APPROVED), scope.of(Case.enterprise_id))
        .order_by(Plan.case_id, Plan.number)
    )  # fmt: skip
    return read_rows(stmt).all()


def last_reports(cycle: Cycle, days: Sequence[date], scope: Scope) -> Sequence[Any]:
    """Return (day, case_id, submitted_at, submitted): the newest round's report of each case as of each day.

    A report that was handed in anew after a day says nothing about that day: what it said then is not kept.
    """
    parts = [_last_reports(cycle, number, day, scope) for number, day in enumerate(days)]
    return read_rows(sa.union_all(*parts)).all() if parts else ()


def _last_reports(cycle: Cycle, number: int, day: date, scope: Scope) -> sa.Select[Any]:
    moment = end_of_day(day)
    sent_back = sa.and_(
        Report.state == ReportState.RETURNED, sa.func.coalesce(Report.reviewed_at, Report.changed_at) < moment
    )
    newest = (
        sa.select(sa.func.max(Report.id))
        .join(Case, Case.id == Report.case_id)
        .where(Case.cycle_id == cycle.id, Report.submitted_at < moment, ~sent_back, scope.of(Case.enterprise_id))
        .group_by(Report.case_id)
    )
    columns: list[Any] = [sa.literal(number).label("number"), Report.case_id, Report.submitted_at, Report.submitted]
    return sa.select(*columns).where(Report.id.in_(newest))

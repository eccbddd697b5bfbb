"""The registers as of a day: what held on it as the records tell now, whether it was known that day or entered later.

A surrender counts from its day; quantities hold from the day of their correction, the first ones from the beginning;
a unit counts in the region it belongs to now. Two readings of this one rule: obligation by obligation (`owed_on`) and
counted by year and region for every day of a cycle at once (`course_of`); a test holds both to `rules.compliance`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.db import read_rows
from casework.registry.models import ComplianceYear, Cycle, Enterprise, Obligation, ObligationCorrection, Surrender
from casework.rules.compliance import CompletionFigures
from casework.rules.deadlines import last_day
from casework.users.models import Account
from casework.users.queries import within_reach

Place = tuple[int, int]  # compliance year and region, by their ids


@dataclass(frozen=True)
class Change:
    """By how much the counts of a year and region change with a day."""

    day: date
    place: Place
    on_time: int
    late: int
    tonnes_due: int
    tonnes_surrendered: int


@dataclass(frozen=True)
class Course:
    """How a cycle was completed from its first day on: where each year and region began, and every change since."""

    cycle_id: int
    last_day: date
    beginning: Mapping[Place, CompletionFigures]
    changes: tuple[Change, ...]  # in the order of days

    def on(self, day: date) -> dict[Place, CompletionFigures]:
        """The figures of each year and region when that day ends."""
        found = {place: _Tally(figures) for place, figures in self.beginning.items()}
        for change in self.changes:
            if change.day > day:
                break
            found[change.place].take(change)
        return {place: tally.figures() for place, tally in found.items()}

    def along(self, days: Iterable[date]) -> dict[date, CompletionFigures]:
        """The figures of the whole cycle when each of these days ends."""
        tally, at, found = _Tally(*self.beginning.values()), 0, {}
        for day in sorted(days):
            while at < len(self.changes) and self.changes[at].day <= day:
                tally.take(self.changes[at])
                at += 1
            found[day] = tally.figures()
        return found


class _Tally:
    """Counts that changes are added to."""

    def __init__(self, *parts: CompletionFigures) -> None:
        self.units = sum(one.units_due for one in parts)
        self.on_time = sum(one.units_on_time for one in parts)
        self.late = sum(one.units_late for one in parts)
        self.due = sum(one.tonnes_due for one in parts)
        self.surrendered = sum(one.tonnes_surrendered for one in parts)

    def take(self, change: Change) -> None:
        self.on_time += change.on_time
        self.late += change.late
        self.due += change.tonnes_due
        self.surrendered += change.tonnes_surrendered

    def figures(self) -> CompletionFigures:
        return CompletionFigures(
            units_due=self.units,
            units_on_time=self.on_time,
            units_late=self.late,
            tonnes_due=self.due,
            tonnes_surrendered=self.surrendered,
            tonnes_short=self.due - self.surrendered,
        )


def course_of(reader: Account | None, cycle: Cycle) -> Course:
    """Read the course of a cycle in two statements; no reader is the program itself, which sees all."""
    end = last_day(cycle.deadline)
    corrected = _corrections_that_changed(cycle.id).cte("corrected")
    sums = (
        sa.select(corrected.c.obligation_id, sa.func.sum(corrected.c.due).label("due"))
        .group_by(corrected.c.obligation_id)
        .cte("sums")
    )
    begun = {
        (row.year_id, row.region_id): CompletionFigures(
            units_due=int(row.units), units_on_time=int(row.nothing_due), units_late=0,
            tonnes_due=int(row.due), tonnes_surrendered=0, tonnes_short=int(row.due),
        )
        for row in read_rows(_beginning(reader, cycle.id, sums))
    }  # fmt: skip
    changes = tuple(
        Change(row.day, (row.year_id, row.region_id), *(int(row[at]) for at in range(3, 7)))
        for row in read_rows(_changes(reader, cycle.id, end, corrected, sums))
    )
    return Course(cycle.id, end, begun, changes)


def _corrections_that_changed(cycle_id: int) -> sa.Select[Any]:
    """(obligation_id, day, due): by how much what is due changed, and when; most obligations have no such row."""
    entered, sibling = aliased(ObligationCorrection), aliased(ObligationCorrection)
    moved = (
        sa.select(sibling.obligation_id)
        .join(Obligation, Obligation.id == sibling.obligation_id)
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.cycle_id == cycle_id, sibling.due != Obligation.due)
    )
    before = sa.func.lag(entered.due).over(partition_by=entered.obligation_id, order_by=(entered.from_day, entered.id))
    rows = (
        sa.select(entered.obligation_id, entered.from_day.label("day"), (entered.due - before).label("due"))
        .where(entered.obligation_id.in_(moved))
        .subquery()
    )
    return sa.select(rows).where(rows.c.due != 0)  # the first row has nothing before it


def _beginning(reader: Account | None, cycle_id: int, sums: sa.CTE) -> Any:
    due = Obligation.due - sa.func.coalesce(sums.c.due, 0)
    stmt = (
        sa.select(
            Obligation.year_id,
            Enterprise.region_id,
            sa.func.count().label("units"),
            sa.func.sum(due).label("due"),
            sa.func.sum(sa.case((due <= 0, 1), else_=0)).label("nothing_due"),
        )
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .outerjoin(sums, sums.c.obligation_id == Obligation.id)
        .where(ComplianceYear.cycle_id == cycle_id)
        .group_by(Obligation.year_id, Enterprise.region_id)
    )
    return stmt if reader is None else stmt.where(within_reach(Enterprise.region_id, reader))


def _changes(reader: Account | None, cycle_id: int, end: date, corrected: sa.CTE, sums: sa.CTE) -> Any:
    """Counts before and after each row, added up by day; rows of one day cancel out whatever their order."""
    made = (
        sa.select(Surrender.obligation_id, Surrender.day, Surrender.tonnes, sa.literal(0).label("due"))
        .join(Obligation, Obligation.id == Surrender.obligation_id)
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.cycle_id == cycle_id)
    )
    rows = sa.union_all(
        made, sa.select(corrected.c.obligation_id, corrected.c.day, sa.literal(0), corrected.c.due)
    ).subquery("happened")
    in_time = sa.case((rows.c.day <= end, rows.c.tonnes), else_=0)
    window: dict[str, Any] = {
        "partition_by": rows.c.obligation_id, "order_by": (rows.c.day, rows.c.tonnes, rows.c.due), "rows": (None, 0),
    }  # fmt: skip
    after = (
        sa.select(
            rows.c.obligation_id, rows.c.day, rows.c.tonnes, rows.c.due, in_time.label("in_time"),
            sa.func.sum(rows.c.tonnes).over(**window).label("tonnes_after"),
            sa.func.sum(in_time).over(**window).label("in_time_after"),
            sa.func.sum(rows.c.due).over(**window).label("due_after"),
        ).subquery("after")
    )  # fmt: skip
    due = Obligation.due - sa.func.coalesce(sums.c.due, 0) + after.c.due_after
    then = _counts(after.c.tonnes_after, after.c.in_time_after, due)
    before = _counts(after.c.tonnes_after - after.c.tonnes, after.c.in_time_after - after.c.in_time, due - after.c.due)
    on_time, late, surrendered = (sa.func.sum(one - other) for one, other in zip(then, before, strict=True))
    stmt = (
        sa.select(
            Obligation.year_id, Enterprise.region_id, after.c.day, on_time, late, sa.func.sum(after.c.due), surrendered
        )
        .join(after, after.c.obligation_id == Obligation.id)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .outerjoin(sums, sums.c.obligation_id == Obligation.id)
        .group_by(Obligation.year_id, Enterprise.region_id, after.c.day)
        .order_by(after.c.day)
    )
    return stmt if reader is None else stmt.where(within_reach(Enterprise.region_id, reader))


def _counts(tonnes: Any, in_time: Any, due: Any) -> tuple[Any, Any, Any]:
    """Completed on time, completed late, tonnes that count: the rule of `rules.compliance.completion` in SQL."""
    full, by_then = tonnes >= due, in_time >= due
    on_time = sa.case((sa.and_(full, by_then), 1), else_=0)
    late = sa.case((sa.and_(full, sa.not_(by_then)), 1), else_=0)
    return on_time, late, sa.case((tonnes < due, tonnes), else_=due)


def owed_on(cycle: Cycle, day: date, *, units: sa.Select[Any] | None = None) -> sa.Subquery:
    """Each obligation of a cycle as of a day: obligation_id, enterprise_id, year_id, due, surrendered, in_time.

    `units` keeps it to these enterprises.
    """
    end = last_day(cycle.deadline)
    of_units = sa.true() if units is None else Obligation.enterprise_id.in_(units)
    paid = (
        sa.select(
            Surrender.obligation_id,
            sa.func.sum(Surrender.tonnes).label("tonnes"),
            sa.func.sum(sa.case((Surrender.day <= end, Surrender.tonnes), else_=0)).label("in_time"),
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
        .subquery("owed")
    )  # fmt: skip


def _due_on(day: date) -> sa.ColumnElement[int]:
    """What was due as of a day: the last quantities that held by then, else the first that were ever entered."""
    row = ObligationCorrection
    of_it = sa.select(row.due).where(row.obligation_id == Obligation.id).correlate(Obligation).limit(1)
    held = of_it.where(row.from_day <= day).order_by(row.from_day.desc(), row.id.desc())
    first = of_it.order_by(row.from_day, row.id)
    return sa.func.coalesce(held.scalar_subquery(), first.scalar_subquery(), Obligation.due)

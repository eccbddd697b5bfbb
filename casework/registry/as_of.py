"""The registers as of a day: what held on it as the records tell now, whether it was known that day or entered later.

A surrender counts from its day; quantities hold from the day of their correction, the first ones from the beginning;
a unit counts in the region it belongs to now. Two readings of this one rule: obligation by obligation (`owed_on`) and
counted by year and region for every day of a cycle at once (`course_of`); a test holds both to `rules.compliance`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    """Read the course of a cycle; no reader is the program itself, which sees all.

    Nearly every obligation owes the same throughout and surrenders it bit by bit, so that it is full from its last
    surrender on: these are counted in sets. The odd ones are taken out of the sets and followed day by day.
    """
    end = last_day(cycle.deadline)
    sums = _Sums(end)
    for row in read_rows(_full_by_day(reader, cycle.id)):
        sums.begin((row.year_id, row.region_id), int(row.units), int(row.due), int(row.nothing_due))
        if row.full is not None:
            sums.completed((row.year_id, row.region_id), row.full, int(row.units))
    taken_back = False
    for row in read_rows(_made_by_day(reader, cycle.id)):
        sums.change((row.year_id, row.region_id), row.day)[_SURRENDERED] += int(row.tonnes)
        taken_back |= bool(row.taken_back)
    odd = read_rows(_odd(reader, cycle.id, taken_back=taken_back)).all()
    for start in range(0, len(odd), _TOGETHER):
        _follow(odd[start : start + _TOGETHER], sums)
    return sums.course(cycle.id)


_TOGETHER = 5_000
_ON_TIME, _LATE, _DUE, _SURRENDERED = range(4)


class _Sums:
    """Where each year and region begins, and what changes on which day, while they are added up."""

    def __init__(self, end: date) -> None:
        self.end = end
        self.beginnings: dict[Place, list[int]] = {}
        self.changes: dict[tuple[date, Place], list[int]] = {}

    def begin(self, place: Place, units: int, due: int, nothing_due: int) -> None:
        kept = self.beginnings.setdefault(place, [0, 0, 0])
        for at, number in enumerate((units, due, nothing_due)):
            kept[at] += number

    def change(self, place: Place, day: date) -> list[int]:
        return self.changes.setdefault((day, place), [0, 0, 0, 0])

    def completed(self, place: Place, day: date, units: int) -> None:
        self.change(place, day)[_ON_TIME if day <= self.end else _LATE] += units

    def course(self, cycle_id: int) -> Course:
        beginning = {
            place: CompletionFigures(
                units_due=units, units_on_time=nothing_due, units_late=0,
                tonnes_due=due, tonnes_surrendered=0, tonnes_short=due,
            )
            for place, (units, due, nothing_due) in self.beginnings.items()
        }  # fmt: skip
        ordered = sorted(self.changes.items(), key=lambda one: one[0])
        changes = tuple(Change(day, place, *counts) for (day, place), counts in ordered if any(counts))
        return Course(cycle_id, self.end, beginning, changes)


def _seen(stmt: Any, reader: Account | None, cycle_id: int) -> Any:
    stmt = stmt.join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
    stmt = stmt.join(Enterprise, Enterprise.id == Obligation.enterprise_id).where(ComplianceYear.cycle_id == cycle_id)
    return stmt if reader is None else stmt.where(within_reach(Enterprise.region_id, reader))


def _full_by_day(reader: Account | None, cycle_id: int) -> Any:
    """Obligations by year, region and the day of the surrender that filled them, if they are full."""
    full = sa.case(
        (sa.and_(Obligation.due > 0, Obligation.surrendered >= Obligation.due), Obligation.last_surrender_day)
    )
    stmt = sa.select(
        Obligation.year_id, Enterprise.region_id, full.label("full"), sa.func.count().label("units"),
        sa.func.sum(Obligation.due).label("due"),
        sa.func.sum(sa.case((Obligation.due <= 0, 1), else_=0)).label("nothing_due"),
    ).select_from(Obligation)  # fmt: skip
    return _seen(stmt, reader, cycle_id).group_by(Obligation.year_id, Enterprise.region_id, full)


def _made_by_day(reader: Account | None, cycle_id: int) -> Any:
    stmt = sa.select(
        Obligation.year_id, Enterprise.region_id, Surrender.day, sa.func.sum(Surrender.tonnes).label("tonnes"),
        sa.func.max(sa.case((Surrender.tonnes < 0, 1), else_=0)).label("taken_back"),
    ).select_from(Obligation).join(Surrender, Surrender.obligation_id == Obligation.id)  # fmt: skip
    return _seen(stmt, reader, cycle_id).group_by(Obligation.year_id, Enterprise.region_id, Surrender.day)


def _odd(reader: Account | None, cycle_id: int, *, taken_back: bool) -> Any:
    """Obligations that surrendered more than is due, took something back, or once owed another quantity."""
    sibling, of_cycle = aliased(Obligation), ComplianceYear.cycle_id == cycle_id

    def of_rows(model: Any, condition: Any) -> Any:
        stmt = sa.select(model.obligation_id).join(sibling, sibling.id == model.obligation_id)
        return stmt.join(ComplianceYear, ComplianceYear.id == sibling.year_id).where(of_cycle, condition)

    kinds = [
        Obligation.surrendered > Obligation.due,
        Obligation.id.in_(of_rows(ObligationCorrection, ObligationCorrection.due != sibling.due)),
    ]
    if taken_back:
        kinds.append(Obligation.id.in_(of_rows(Surrender, Surrender.tonnes < 0)))
    stmt = sa.select(
        Obligation.id, Obligation.year_id, Enterprise.region_id, Obligation.due, Obligation.surrendered,
        Obligation.last_surrender_day,
    ).select_from(Obligation)  # fmt: skip
    return _seen(stmt, reader, cycle_id).where(sa.or_(*kinds))


def _follow(odd: Sequence[Any], sums: _Sums) -> None:
    """Take these obligations out of the sets and add what their rows of each day really did."""
    ids = [row.id for row in odd]
    dues: dict[int, list[tuple[date, int]]] = defaultdict(list)
    made: dict[int, list[tuple[date, int]]] = defaultdict(list)
    entered, surrender = ObligationCorrection, Surrender
    of_dues = sa.select(entered.obligation_id, entered.from_day, entered.due).where(entered.obligation_id.in_(ids))
    for id_, day, due in read_rows(of_dues.order_by(entered.from_day, entered.id)):
        dues[id_].append((day, due))
    of_made = sa.select(surrender.obligation_id, surrender.day, surrender.tonnes)
    for id_, day, tonnes in read_rows(of_made.where(surrender.obligation_id.in_(ids))):
        made[id_].append((day, tonnes))
    for row in odd:
        place = (row.year_id, row.region_id)
        if row.due > 0 and row.surrendered >= row.due and row.last_surrender_day:
            sums.completed(place, row.last_surrender_day, -1)
        for day, tonnes in made[row.id]:
            sums.change(place, day)[_SURRENDERED] -= tonnes
        first = dues[row.id][0][1] if dues[row.id] else row.due
        sums.begin(place, 0, first - row.due, int(first <= 0) - int(row.due <= 0))
        _day_by_day(sums, place, first, dues[row.id], made[row.id])


def _day_by_day(
    sums: _Sums, place: Place, due: int, dues: Sequence[tuple[date, int]], made: Sequence[tuple[date, int]]
) -> None:
    before = _counts(0, 0, due)
    held = dict(dues)  # the last of a day holds
    for day in sorted({*held, *(one for one, _tonnes in made)}):
        due = held.get(day, due)
        tonnes = sum(quantity for one, quantity in made if one <= day)
        in_time = sum(quantity for one, quantity in made if one <= min(day, sums.end))
        after = _counts(tonnes, in_time, due)
        change = sums.change(place, day)
        for at in range(4):
            change[at] += after[at] - before[at]
        before = after


def _counts(tonnes: int, in_time: int, due: int) -> tuple[int, int, int, int]:
    """Completed on time, completed late, due, what counts as surrendered: as `rules.compliance.completion` judges."""
    on_time = tonnes >= due and in_time >= due
    return int(on_time), int(tonnes >= due and not on_time), due, min(tonnes, due)


def whole(sum_: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """A sum of tonnes as the whole number it is: PostgreSQL adds up to a decimal."""
    return sa.cast(sum_, sa.BigInteger)


def owed_on(cycle: Cycle, day: date, *, units: sa.Select[Any] | None = None) -> sa.Subquery:
    """Each obligation of a cycle as of a day: obligation_id, enterprise_id, year_id, due, surrendered, in_time.

    `units` keeps it to these enterprises.
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
        .subquery("owed")
    )  # fmt: skip


def _due_on(day: date) -> sa.ColumnElement[int]:
    """What was due as of a day: the last quantities that held by then, else the first that were ever entered."""
    row = ObligationCorrection
    of_it = sa.select(row.due).where(row.obligation_id == Obligation.id).correlate(Obligation).limit(1)
    held = of_it.where(row.from_day <= day).order_by(row.from_day.desc(), row.id.desc())
    first = of_it.order_by(row.from_day, row.id)
    return sa.func.coalesce(held.scalar_subquery(), first.scalar_subquery(), Obligation.due)

"""The courses of cycles: how far they were completed on every day, counted by year and region (`as_of` has the rule).

Nearly every obligation owes the same throughout and surrenders it bit by bit, so that it is full from its last
surrender on: these are counted in sets, each row read once for however many cycles. The odd ones are taken out of the
sets and followed day by day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

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
    """Read the course of a cycle; no reader is the program itself, which sees all."""
    return courses_of(reader, [cycle])[cycle.id]


def courses_of(reader: Account | None, cycles: Iterable[Cycle]) -> dict[int, Course]:
    """Read the courses of some cycles, by their ids."""
    sums = {cycle.id: _Sums(last_day(cycle.deadline)) for cycle in cycles}
    of_cycles = sa.select(ComplianceYear.id, ComplianceYear.cycle_id).where(ComplianceYear.cycle_id.in_(sums))
    by_year = {year_id: sums[cycle_id] for year_id, cycle_id in read_rows(of_cycles)}
    seen, overfull = _Seen(reader, tuple(by_year)), False
    for row in read_rows(_full_by_day(seen)):
        place, of_cycle = (row.year_id, row.region_id), by_year[row.year_id]
        of_cycle.begin(place, int(row.units), int(row.due), int(row.nothing_due))
        if row.full is not None:
            of_cycle.completed(place, row.full, int(row.units))
        overfull |= bool(row.overfull)
    for row in read_rows(_made_by_day(seen)):
        by_year[row.year_id].change((row.year_id, row.region_id), row.day)[_SURRENDERED] += int(row.tonnes)
    odd = read_rows(_odd(seen, overfull=overfull)).all()
    for start in range(0, len(odd), _TOGETHER):
        _follow(odd[start : start + _TOGETHER], by_year)
    return {cycle_id: some.course(cycle_id) for cycle_id, some in sums.items()}


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


@dataclass(frozen=True)
class _Seen:
    """The obligations of some years, as far as a reader sees them."""

    reader: Account | None
    year_ids: tuple[int, ...]

    def narrow(self, stmt: Any) -> Any:
        stmt = stmt.join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        stmt = stmt.where(Obligation.year_id.in_(self.year_ids))
        return stmt if self.reader is None else stmt.where(within_reach(Enterprise.region_id, self.reader))


def _full_by_day(seen: _Seen) -> Any:
    """Obligations by year, region and the day of the surrender that filled them, if they are full."""
    full = sa.case(
        (sa.and_(Obligation.due > 0, Obligation.surrendered >= Obligation.due), Obligation.last_surrender_day)
    )
    stmt = sa.select(
        Obligation.year_id, Enterprise.region_id, full.label("full"), sa.func.count().label("units"),
        sa.func.sum(Obligation.due).label("due"),
        sa.func.sum(sa.case((Obligation.due <= 0, 1), else_=0)).label("nothing_due"),
        sa.func.max(sa.case((Obligation.surrendered > Obligation.due, 1), else_=0)).label("overfull"),
    ).select_from(Obligation)  # fmt: skip
    return seen.narrow(stmt).group_by(full, Obligation.year_id, Enterprise.region_id)


def _made_by_day(seen: _Seen) -> Any:
    stmt = sa.select(
        Obligation.year_id, Enterprise.region_id, Surrender.day, sa.func.sum(Surrender.tonnes).label("tonnes")
    ).select_from(Obligation).join(Surrender, Surrender.obligation_id == Obligation.id)  # fmt: skip
    return seen.narrow(stmt).group_by(Surrender.day, Obligation.year_id, Enterprise.region_id)


_TAKEN_BACK = Surrender.tonnes < sa.literal_column("0")  # in the words of its index


def _odd(seen: _Seen, *, overfull: bool) -> Any:
    """Obligations that once owed another quantity, took something back, or (if any is) are more than full."""
    of_years = sa.select(Obligation.id).where(Obligation.year_id.in_(seen.year_ids))
    entered = ObligationCorrection
    kinds = [
        of_years.join(entered, entered.obligation_id == Obligation.id).where(entered.due != Obligation.due),
        of_years.where(Obligation.id.in_(sa.select(Surrender.obligation_id).where(_TAKEN_BACK))),
    ]
    if overfull:
        kinds.append(of_years.where(Obligation.surrendered > Obligation.due))
    odd = sa.union(*kinds).cte("odd")
    stmt = sa.select(
        Obligation.id, Obligation.year_id, Enterprise.region_id, Obligation.due, Obligation.surrendered,
        Obligation.last_surrender_day,
    ).select_from(odd).join(Obligation, Obligation.id == odd.c.id)  # fmt: skip
    return seen.narrow(stmt)


def _follow(odd: Sequence[Any], by_year: Mapping[int, _Sums]) -> None:
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
        place, sums = (row.year_id, row.region_id), by_year[row.year_id]
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
    before, tonnes, in_time = _counts(0, 0, due), 0, 0
    held = dict(dues)  # the last of a day holds
    on_day: dict[date, int] = defaultdict(int)
    for day, quantity in made:
        on_day[day] += quantity
    for day in sorted({*held, *on_day}):
        due = held.get(day, due)
        tonnes += on_day[day]
        in_time += on_day[day] if day <= sums.end else 0
        after = _counts(tonnes, in_time, due)
        change = sums.change(place, day)
        for at in range(4):
            change[at] += after[at] - before[at]
        before = after


def _counts(tonnes: int, in_time: int, due: int) -> tuple[int, int, int, int]:
    """Completed on time, completed late, due, what counts as surrendered: as `rules.compliance.completion` judges."""
    on_time = tonnes >= due and in_time >= due
    return int(on_time), int(tonnes >= due and not on_time), due, min(tonnes, due)

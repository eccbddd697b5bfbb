"""Completion and trades counted over the registers: the one source of the dashboard and of `flask figures`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework.db import db, read_rows
from casework.registry.course import courses_of
from casework.registry.models import ComplianceYear, Cycle, Enterprise, Obligation, Surrender, Trade
from casework.rules.compliance import CompletionFigures, average_price
from casework.rules.deadlines import last_day
from casework.users.models import Account, Region
from casework.users.queries import within_reach


class Part(NamedTuple):
    """The counts of one compliance year in one region."""

    cycle_id: int
    year_id: int
    year: str
    region_id: int
    figures: CompletionFigures


@dataclass(frozen=True)
class YearFigures:
    """Completion of one compliance year."""

    cycle_id: int
    year_id: int
    year: str
    figures: CompletionFigures


@dataclass(frozen=True)
class RegionFigures:
    """Completion of one region over the years of a cycle; a unit's years are counted one by one."""

    region_id: int
    region: str
    figures: CompletionFigures


@dataclass(frozen=True)
class TradeFigures:
    """Trades of one cycle."""

    cycle_id: int
    cycle: str
    enterprises: int
    trades: int
    tonnes: int
    yuan: Decimal

    @property
    def yuan_per_tonne(self) -> Decimal | None:
        """Average price to the fen."""
        return average_price(self.yuan, self.tonnes)


def completion_by_year(
    reader: Account | None, *, cycle_id: int | None = None, day: date | None = None
) -> list[YearFigures]:
    """Completion of each year that has obligations, oldest first: now, or as of a day (`registry.as_of` has the rule).

    No reader is the program itself, which sees all.
    """
    return by_year(counted(reader, cycle_id=cycle_id, day=day))


def completion_by_region(
    reader: Account | None, *, cycle_id: int, year_id: int | None = None, day: date | None = None
) -> list[RegionFigures]:
    """Completion of each region, in the order of regions, over a cycle or one year of it: now, or as of a day."""
    parts = counted(reader, cycle_id=cycle_id, day=day)
    return by_region(part for part in parts if year_id is None or part.year_id == year_id)


def by_year(parts: Iterable[Part]) -> list[YearFigures]:
    """Add up the counts of each year, oldest first."""
    groups: dict[tuple[str, int, int], list[CompletionFigures]] = defaultdict(list)
    for part in parts:
        groups[part.year, part.year_id, part.cycle_id].append(part.figures)
    return [YearFigures(cycle, year_id, year, added(some)) for (year, year_id, cycle), some in sorted(groups.items())]


def by_region(parts: Iterable[Part]) -> list[RegionFigures]:
    """Add up the counts of each region, in the order of regions."""
    groups: dict[int, list[CompletionFigures]] = defaultdict(list)
    for part in parts:
        groups[part.region_id].append(part.figures)
    return regions_in_order(groups)


def regions_in_order(groups: Mapping[int, Iterable[CompletionFigures]]) -> list[RegionFigures]:
    """The figures of each region added up, under its name and in the order of regions."""
    regions = db.session.execute(
        sa.select(Region.id, Region.name).where(Region.id.in_(groups)).order_by(Region.position, Region.code)
    )
    return [RegionFigures(row.id, row.name, added(groups[row.id])) for row in regions]


def trades_by_cycle(reader: Account | None, *, cycle_id: int | None = None) -> list[TradeFigures]:
    """Trades of each cycle that has any, oldest first."""
    stmt = (
        sa.select(
            Cycle.id,
            Cycle.label,
            sa.func.count(sa.distinct(Trade.enterprise_id)).label("enterprises"),
            sa.func.count(Trade.id).label("trades"),
            sa.func.sum(Trade.tonnes).label("tonnes"),
            sa.type_coerce(sa.func.sum(Trade.amount), Trade.amount.type).label("yuan"),
        )
        .join(Trade, Trade.cycle_id == Cycle.id)
        .group_by(Cycle.id, Cycle.label)
        .order_by(Cycle.label)
    )
    if reader is not None:
        stmt = stmt.join(Enterprise).where(within_reach(Enterprise.region_id, reader))
    if cycle_id is not None:
        stmt = stmt.where(Cycle.id == cycle_id)
    return [
        TradeFigures(row.id, row.label, row.enterprises, row.trades, int(row.tonnes), row.yuan)
        for row in db.session.execute(stmt)
    ]


def progress_since(reader: Account | None, *, cycle_id: int, day: date) -> dict[int, tuple[int, int]]:
    """Units completed and tonnes surrendered after a day, by region; a unit's years are counted one by one."""
    after = sa.case((Surrender.day > day, Surrender.tonnes), else_=0)
    moved = (
        sa.select(Surrender.obligation_id, sa.func.sum(after).label("tonnes"))
        .join(Obligation, Obligation.id == Surrender.obligation_id)
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.cycle_id == cycle_id)
        .group_by(Surrender.obligation_id)
        .having(sa.func.sum(after) != 0)
        .subquery()
    )
    now_full = sa.and_(
        Obligation.surrendered >= Obligation.due, Obligation.surrendered - moved.c.tonnes < Obligation.due
    )
    stmt = (
        sa.select(Enterprise.region_id, sa.func.sum(sa.case((now_full, 1), else_=0)), sa.func.sum(moved.c.tonnes))
        .join(moved, moved.c.obligation_id == Obligation.id)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .group_by(Enterprise.region_id)
    )
    if reader is not None:
        stmt = stmt.where(within_reach(Enterprise.region_id, reader))
    return {id_: (int(units), int(tonnes)) for id_, units, tonnes in read_rows(stmt.select_from(Obligation))}


def added(parts: Iterable[CompletionFigures]) -> CompletionFigures:
    """Several figures as one."""
    rows = tuple(parts)
    return CompletionFigures(
        units_due=sum(row.units_due for row in rows),
        units_on_time=sum(row.units_on_time for row in rows),
        units_late=sum(row.units_late for row in rows),
        tonnes_due=sum(row.tonnes_due for row in rows),
        tonnes_surrendered=sum(row.tonnes_surrendered for row in rows),
        tonnes_short=sum(row.tonnes_short for row in rows),
    )


def counted(reader: Account | None, *, cycle_id: int | None = None, day: date | None = None) -> list[Part]:
    """Counts by year and region: as they stand, or out of the courses (a test holds both to `rules.compliance`)."""
    asked = sa.select(Cycle).where(sa.true() if cycle_id is None else Cycle.id == cycle_id)
    cycles = {cycle.id: cycle for cycle in db.session.scalars(asked)}
    if not cycles:
        return []
    if day is None:
        rows = read_rows(_count_now(reader, cycles.values()))
        return [Part(row.cycle_id, row.year_id, row.year, row.region_id, _figures(row)) for row in rows]
    labels = dict(iter(read_rows(sa.select(ComplianceYear.id, ComplianceYear.label))))
    return [
        Part(id_, year_id, labels[year_id], region_id, figures)
        for id_, course in courses_of(reader, cycles.values()).items()
        for (year_id, region_id), figures in course.on(day).items()
    ]


def _count_now(reader: Account | None, cycles: Iterable[Cycle]) -> Any:
    """Count each obligation once; the surrenders are looked up only of those that went on after the deadline."""
    end = sa.case(*((ComplianceYear.cycle_id == cycle.id, last_day(cycle.deadline)) for cycle in cycles))
    afterwards = (
        sa.select(sa.func.coalesce(sa.func.sum(Surrender.tonnes), 0))
        .where(Surrender.obligation_id == Obligation.id, Surrender.day > end)
        .correlate(Obligation, ComplianceYear)
        .scalar_subquery()
    )
    surrendered, due, total = Obligation.surrendered, Obligation.due, sa.func.sum
    in_time = sa.case((Obligation.last_surrender_day <= end, surrendered), else_=surrendered - afterwards)
    place = (ComplianceYear.cycle_id, ComplianceYear.id, ComplianceYear.label, Enterprise.region_id)
    stmt = (
        sa.select(
            ComplianceYear.cycle_id,
            ComplianceYear.id.label("year_id"),
            ComplianceYear.label.label("year"),
            Enterprise.region_id,
            sa.func.count().label("units"),
            total(sa.case((surrendered < due, 0), else_=1)).label("full"),
            total(sa.case((surrendered < due, 0), (in_time < due, 0), else_=1)).label("on_time"),
            total(due).label("due"),
            total(sa.case((surrendered < due, surrendered), else_=due)).label("surrendered"),
            total(Obligation.short).label("short"),
        )
        .select_from(Obligation)
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .where(ComplianceYear.cycle_id.in_([cycle.id for cycle in cycles]))
        .group_by(*place)
    )
    return stmt if reader is None else stmt.where(within_reach(Enterprise.region_id, reader))


def _figures(row: Any) -> CompletionFigures:
    return CompletionFigures(
        units_due=int(row.units),
        units_on_time=int(row.on_time),
        units_late=int(row.full) - int(row.on_time),
        tonnes_due=int(row.due),
        tonnes_surrendered=int(row.surrendered),
        tonnes_short=int(row.short),
    )

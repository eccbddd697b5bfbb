"""Reading the registers; what a person sees is bound by the reader's region."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from casework.db import db
from casework.files.models import StoredFile
from casework.registry.models import (
    ComplianceYear,
    Cycle,
    Enterprise,
    ImportBatch,
    Obligation,
    ObligationCorrection,
    Surrender,
    Trade,
)
from casework.registry.tables.values import RegionWords, plain
from casework.rules.errors import NotFound
from casework.users.models import Account, Region
from casework.users.queries import within_reach

Item = TypeVar("Item")


_CYCLES = sa.select(Cycle).order_by(Cycle.deadline.desc(), Cycle.id.desc())


def all_cycles() -> list[Cycle]:
    """Every cycle, the latest deadline first."""
    return list(db.session.scalars(_CYCLES))


def cycles_in_full() -> list[Cycle]:
    """Every cycle with its years and milestones, the latest deadline first."""
    return list(db.session.scalars(_CYCLES.options(selectinload(Cycle.years), selectinload(Cycle.milestones))))


def cycle_by_id(cycle_id: int) -> Cycle:
    """A cycle, or the answer that there is none."""
    cycle = db.session.get(Cycle, cycle_id)
    if cycle is None:
        raise NotFound("There is no such cycle.")
    return cycle


def cycle_by_label(label: str) -> Cycle:
    """The cycle that is called so, as 2021-2022."""
    cycle = db.session.scalar(sa.select(Cycle).where(Cycle.label == label))
    if cycle is None:
        raise NotFound("There is no cycle %(label)s: the administrator sets it up first.", label=label)
    return cycle


def cycle_before(cycle: Cycle) -> Cycle | None:
    """The cycle whose deadline came last before this one's."""
    stmt = sa.select(Cycle).where(Cycle.deadline < cycle.deadline).order_by(Cycle.deadline.desc()).limit(1)
    return db.session.scalars(stmt).one_or_none()


def current_of(cycles: Sequence[Cycle], now: datetime, *, label: str | None = None) -> Cycle | None:
    """Of cycles with the latest deadline first, the one called so, else the one that comes next, else the last."""
    named = [cycle for cycle in cycles if cycle.label == label]
    ahead = [cycle for cycle in cycles if cycle.deadline > now]
    return next(iter(named or ahead[-1:] or cycles), None)


def current_cycle(now: datetime) -> Cycle | None:
    """The cycle whose deadline comes next; after the last deadline the last cycle."""
    return current_of(all_cycles(), now)


def all_years() -> list[ComplianceYear]:
    """Every compliance year, the latest first."""
    stmt = sa.select(ComplianceYear).options(joinedload(ComplianceYear.cycle))
    return list(db.session.scalars(stmt.order_by(ComplianceYear.label.desc())))


def year_by_id(year_id: int) -> ComplianceYear:
    """A compliance year, or the answer that there is none."""
    year = db.session.get(ComplianceYear, year_id)
    if year is None:
        raise NotFound("There is no such compliance year.")
    return year


def year_by_label(label: str) -> ComplianceYear:
    """The compliance year that is called so, as 2021 or 2019-2020."""
    year = db.session.scalar(sa.select(ComplianceYear).where(ComplianceYear.label == label))
    if year is None:
        raise NotFound("There is no compliance year %(label)s: the administrator sets its cycle up first.", label=label)
    return year


def enterprise_by_id(enterprise_id: int, reader: Account) -> Enterprise:
    """An enterprise within the reader's region, or the answer that there is none."""
    stmt = sa.select(Enterprise).where(Enterprise.id == enterprise_id, within_reach(Enterprise.region_id, reader))
    enterprise = db.session.scalar(stmt)
    if enterprise is None:
        raise NotFound("There is no such enterprise, or it belongs to another region.")
    return enterprise


def obligation_by_id(obligation_id: int, reader: Account) -> Obligation:
    """An obligation of an enterprise within the reader's region."""
    stmt = (
        sa.select(Obligation)
        .join(Obligation.enterprise)
        .options(contains_eager(Obligation.enterprise))
        .where(Obligation.id == obligation_id, within_reach(Enterprise.region_id, reader))
    )
    obligation = db.session.scalar(stmt)
    if obligation is None:
        raise NotFound("There is no such obligation, or it belongs to another region.")
    return obligation


def obligations_of(enterprise_ids: Iterable[int], *, cycle_id: int | None = None) -> list[Obligation]:
    """Obligations of enterprises, latest year first; the caller has found the enterprises within reach."""
    stmt = sa.select(Obligation).join(Obligation.year).options(contains_eager(Obligation.year))
    stmt = stmt.where(Obligation.enterprise_id.in_(list(enterprise_ids)))
    if cycle_id is not None:
        stmt = stmt.where(ComplianceYear.cycle_id == cycle_id)
    return list(db.session.scalars(stmt.order_by(ComplianceYear.label.desc(), Obligation.id)))


def surrenders_of(obligation_ids: Iterable[int]) -> dict[int, list[Surrender]]:
    """Surrender rows by obligation, latest first."""
    stmt = sa.select(Surrender).where(Surrender.obligation_id.in_(list(obligation_ids)))
    found: dict[int, list[Surrender]] = defaultdict(list)
    for row in db.session.scalars(stmt.order_by(Surrender.day.desc(), Surrender.id.desc())):
        found[row.obligation_id].append(row)
    return found


def corrections_of(obligation_ids: Iterable[int]) -> dict[int, list[ObligationCorrection]]:
    """Dated quantities by obligation, latest first."""
    stmt = sa.select(ObligationCorrection).where(ObligationCorrection.obligation_id.in_(list(obligation_ids)))
    found: dict[int, list[ObligationCorrection]] = defaultdict(list)
    for row in db.session.scalars(stmt.order_by(ObligationCorrection.from_day.desc(), ObligationCorrection.id.desc())):
        found[row.obligation_id].append(row)
    return found


def tonnes_by_day(obligation_ids: Sequence[int]) -> dict[int, dict[date, int]]:
    """Tonnes surrendered by obligation and day, corrections counted in."""
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for some in in_parts(obligation_ids):
        stmt = (
            sa.select(Surrender.obligation_id, Surrender.day, sa.func.sum(Surrender.tonnes))
            .where(Surrender.obligation_id.in_(some))
            .group_by(Surrender.obligation_id, Surrender.day)
        )
        for obligation_id, day, tonnes in db.session.execute(stmt):
            found[obligation_id][day] = int(tonnes)
    return found


def trades_of(enterprise_id: int) -> list[Trade]:
    """Trades of an enterprise, latest first; the caller has found the enterprise within reach."""
    stmt = sa.select(Trade).where(Trade.enterprise_id == enterprise_id).order_by(Trade.day.desc(), Trade.id.desc())
    return list(db.session.scalars(stmt))


def enterprises_by_code(codes: Sequence[str]) -> dict[str, Enterprise]:
    """The enterprises with these credit codes, whoever may see them: a code is taken only once."""
    stmts = (sa.select(Enterprise).where(Enterprise.code.in_(some)) for some in in_parts(codes))
    return {enterprise.code: enterprise for stmt in stmts for enterprise in db.session.scalars(stmt)}


def obligations_by_enterprise(year_id: int, enterprise_ids: Sequence[int]) -> dict[int, Obligation]:
    """The obligations of a year by enterprise."""
    return {
        obligation.enterprise_id: obligation
        for some in in_parts(enterprise_ids)
        for obligation in db.session.scalars(
            sa.select(Obligation).where(Obligation.year_id == year_id, Obligation.enterprise_id.in_(some))
        )
    }


def region_words(regions: Iterable[Region]) -> RegionWords:
    """The words by which tables call these regions; the root itself has no units."""
    below = [region for region in regions if region.parent_id is not None]
    keys = {plain(word): region.code for region in below for word in (*region.aliases, region.code, region.name)}
    return RegionWords(keys, tuple(region.name for region in below))


def import_by_id(batch_id: int) -> ImportBatch:
    """An import, or the answer that there is none."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound("There is no such import.")
    return batch


def in_parts(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    """The items in parts that a database takes as parameters."""
    for start in range(0, len(items), 500):
        yield items[start : start + 500]


def import_batches() -> sa.Select[Any]:
    """All imports with what a list of them shows."""
    return sa.select(ImportBatch).options(joinedload(ImportBatch.year), joinedload(ImportBatch.cycle))


def file_names(batches: Iterable[ImportBatch]) -> dict[int, str]:
    """The names of the workbooks of imports, by the id of their file; their bytes are not read."""
    ids = {batch.file_id for batch in batches}
    stmt = sa.select(StoredFile.id, StoredFile.name).where(StoredFile.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(stmt)}

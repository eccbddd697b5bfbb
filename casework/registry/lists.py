"""The lists of the registers: what the URL filters by, and the selects behind pages and exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager
from werkzeug.datastructures import MultiDict

from casework.db import db
from casework.registry.models import ComplianceYear, Direction, Enterprise, Obligation, Sector, Trade
from casework.registry.search import matches
from casework.users.models import Account, Region
from casework.users.queries import within_reach
from casework.web.lists import Listing, Order, list_page

STANDINGS = ("short", "nothing", "complete")

ENTERPRISE_ORDER = Order(
    {"name": Enterprise.name, "code": Enterprise.code, "region": Enterprise.region_id, "sector": Enterprise.sector},
    default="code",
    tie=Enterprise.id,
)
OBLIGATION_ORDER = Order(
    {
        "name": Enterprise.name,
        "region": Enterprise.region_id,
        "verified": Obligation.verified,
        "allocation": Obligation.allocation,
        "due": Obligation.due,
        "surrendered": Obligation.surrendered,
        "short": Obligation.short,
        "day": Obligation.last_surrender_day,
    },
    default="-short",
    tie=Obligation.id,
)
TRADE_ORDER = Order(
    {
        "day": Trade.day,
        "name": Enterprise.name,
        "direction": Trade.direction,
        "tonnes": Trade.tonnes,
        "amount": Trade.amount,
    },
    default="-day",
    tie=Trade.id,
)


@dataclass(frozen=True)
class Filter:
    """What a list of the registers may be narrowed to; names that are not known are left out."""

    words: str = ""
    region_id: int | None = None
    sector: Sector | None = None
    year_id: int | None = None
    cycle_id: int | None = None
    standing: str | None = None
    direction: Direction | None = None


def read_filter(args: MultiDict[str, str]) -> Filter:
    """The filter that the URL names."""
    sector, direction, standing = args.get("sector"), args.get("direction"), args.get("standing")
    return Filter(
        words=args.get("q", "").strip()[:60],
        region_id=_number(args.get("region")),
        sector=Sector(sector) if sector in set(Sector) else None,
        year_id=_number(args.get("year")),
        cycle_id=_number(args.get("cycle")),
        standing=standing if standing in STANDINGS else None,
        direction=Direction(direction) if direction in set(Direction) else None,
    )


def enterprises(asked: Filter, reader: Account) -> sa.Select[Any]:
    """Enterprises within reach."""
    stmt = sa.select(Enterprise).where(*_units(asked, reader))
    return stmt if asked.sector is None else stmt.where(Enterprise.sector == asked.sector)


def obligations(asked: Filter, reader: Account) -> sa.Select[Any]:
    """Obligations of one compliance year within reach."""
    stmt = (
        sa.select(Obligation)
        .join(Obligation.enterprise)
        .options(contains_eager(Obligation.enterprise))
        .where(Obligation.year_id == asked.year_id, *_units(asked, reader))
    )
    conditions = {
        "short": Obligation.short > 0,
        "nothing": sa.and_(Obligation.surrendered == 0, Obligation.due > 0),
        "complete": Obligation.short == 0,
    }
    return stmt if asked.standing is None else stmt.where(conditions[asked.standing])


def trades(asked: Filter, reader: Account) -> sa.Select[Any]:
    """Trades within reach."""
    stmt = (
        sa.select(Trade).join(Trade.enterprise).options(contains_eager(Trade.enterprise)).where(*_units(asked, reader))
    )
    if asked.cycle_id is not None:
        stmt = stmt.where(Trade.cycle_id == asked.cycle_id)
    return stmt if asked.direction is None else stmt.where(Trade.direction == asked.direction)


def listed(stmt: sa.Select[Any], order: Order, args: MultiDict[str, str]) -> Listing:
    """One page of a list."""
    total = db.session.execute(stmt.with_only_columns(sa.func.count(), maintain_column_froms=True)).scalar_one()
    return list_page(stmt, order, args, total=total)


@dataclass(frozen=True)
class Standing:
    """What an enterprise owes over the years of a cycle."""

    due: int
    surrendered: int
    short: int


def standings(enterprise_ids: Sequence[int], cycle_id: int) -> dict[int, Standing]:
    """Due, surrendered and short in a cycle by enterprise."""
    stmt = (
        sa.select(
            Obligation.enterprise_id,
            sa.func.sum(Obligation.due),
            sa.func.sum(Obligation.surrendered),
            sa.func.sum(Obligation.short),
        )
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.cycle_id == cycle_id, Obligation.enterprise_id.in_(enterprise_ids))
        .group_by(Obligation.enterprise_id)
    )
    return {row[0]: Standing(int(row[1]), int(row[2]), int(row[3])) for row in db.session.execute(stmt)}


def regions_to_choose(reader: Account) -> list[Region]:
    """The regions directly below the reader's own, by which lists are narrowed."""
    stmt = sa.select(Region).where(Region.parent_id == reader.region_id).order_by(Region.position, Region.code)
    return list(db.session.scalars(stmt))


def _units(asked: Filter, reader: Account) -> list[sa.ColumnElement[bool]]:
    conditions = [within_reach(Enterprise.region_id, reader)]
    if asked.words:
        conditions.append(matches(asked.words))
    if asked.region_id is not None:
        path = sa.select(Region.path).where(Region.id == asked.region_id).scalar_subquery()
        below = sa.select(Region.id).where(Region.path.startswith(path))
        conditions.append(Enterprise.region_id.in_(below))
    return conditions


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None

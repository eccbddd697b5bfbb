"""The price table, read."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from casework.db import db, read_rows
from casework.registry.models import MarketPrice
from casework.rules.prices import PriceDay

_COLUMNS = (MarketPrice.day, MarketPrice.close, MarketPrice.tonnes, MarketPrice.amount)


def prices_between(first: date, last: date) -> dict[date, PriceDay]:
    """Return the prices of some days."""
    stmt = sa.select(*_COLUMNS).where(MarketPrice.day.between(first, last))
    return {row.day: PriceDay(*row) for row in read_rows(stmt)}


def prices_up_to(day: date, days_back: int) -> dict[date, PriceDay]:
    """Return the prices of the days up to this one, and the last one before them if there is none among them."""
    latest = sa.select(sa.func.max(MarketPrice.day)).where(MarketPrice.day <= day).scalar_subquery()
    since = date.fromordinal(day.toordinal() - days_back)
    stmt = sa.select(*_COLUMNS).where(
        MarketPrice.day <= day, sa.or_(MarketPrice.day >= since, MarketPrice.day == latest)
    )
    return {row.day: PriceDay(*row) for row in read_rows(stmt)}


@dataclass(frozen=True)
class PricesVersion:
    """The version of the whole table: it grows with every day that comes or changes."""

    version: int


def prices_version() -> PricesVersion:
    """Return the version that the one form of all prices is opened on."""
    total = sa.select(sa.func.coalesce(sa.func.sum(MarketPrice.version), 0))
    return PricesVersion(int(db.session.execute(total).scalar_one()))

"""Taking prices over into the table, day by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from casework.audit.actions import record
from casework.db import db
from casework.registry.models import MarketPrice
from casework.registry.prices import prices_between
from casework.rules.errors import RuleError, Stale
from casework.rules.prices import PriceDay
from casework.rules.words import N_
from casework.users.models import Account

CHANGED_MEANWHILE = N_("Somebody else changed the prices a moment ago: load the page again to see how they stand now.")


@dataclass(frozen=True)
class PriceChange:
    """A day whose price comes or changes; `before` is None for a new day."""

    before: PriceDay | None
    after: PriceDay


def price_changes(days: Mapping[date, PriceDay]) -> list[PriceChange]:
    """Return what taking these days over would change, in their order."""
    known = prices_between(min(days), max(days))
    changes = (PriceChange(known.get(day), days[day]) for day in sorted(days))
    return [change for change in changes if change.before != change.after]


def take_over_prices(days: Mapping[date, PriceDay], *, by: Account, now: datetime, today: date) -> int:
    """Write these days into the table, and return how many came or changed."""
    if late := next((day for day in sorted(days) if day > today), None):
        raise RuleError(N_("%(day)s lies in the future: there is no price of it yet."), field="text", day=str(late))
    changes = price_changes(days)
    if not changes:
        raise RuleError(N_("The table holds these prices already: nothing would change."), field="text")
    for change in changes:
        _write(change.after, by=by, now=now)
    try:
        db.session.flush()
    except IntegrityError:
        raise Stale(CHANGED_MEANWHILE) from None
    before = {str(one.after.day): one.before.close if one.before else None for one in changes}
    after = {str(one.after.day): one.after.close for one in changes}
    record("prices taken over", "prices", f"{min(after)}/{max(after)}", by=by, now=now, before=before, after=after)
    return len(changes)


def _write(one: PriceDay, *, by: Account, now: datetime) -> None:
    row = db.session.get(MarketPrice, one.day) or MarketPrice(day=one.day)
    row.close, row.tonnes, row.amount, row.recorded_by_id = one.close, one.tonnes, one.amount, by.id
    row.touch(now=now)
    db.session.add(row)  # when it is whole: looking `by` up again would write half a row

"""Who reads, as parameters of statements that are made once: making one costs as much as running it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from casework.db import Moment
from casework.users.models import Account, Delegation, Region

ME: sa.BindParameter[int] = sa.bindparam("me", type_=sa.Integer)
PATH: sa.BindParameter[str] = sa.bindparam("path", type_=sa.String)
NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=Moment)
TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date)

_STOOD_IN_FOR = (
    sa.select(Account.id, Account.name)
    .join(Delegation, Delegation.absent_id == Account.id)
    .where(Delegation.delegate_id == ME, Delegation.begins_at <= NOW, Delegation.ends_at > NOW)
)
# The reader, without a name, and the colleagues for whom the reader stands in now.
PEOPLE = sa.union(sa.select(Account.id, sa.literal("").label("name")).where(Account.id == ME), _STOOD_IN_FOR).cte(
    "people"
)


def name_of(account_id: InstrumentedAttribute[Any]) -> sa.ScalarSelect[str]:
    """Return the name of the absent colleague whose account this is; for the reader's own it is empty."""
    return sa.select(PEOPLE.c.name).where(PEOPLE.c.id == account_id).scalar_subquery()


# The reader's region and what hangs below it.
REGIONS = sa.select(Region.id).where(sa.func.substr(Region.path, 1, sa.func.length(PATH)) == PATH)


def read_by(reader: Account, *, now: datetime, today: date) -> dict[str, Any]:
    """Return the parameters for this reader at this moment."""
    return {"me": reader.id, "path": reader.region.path, "now": now, "today": today}

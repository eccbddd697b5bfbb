"""Who reads, as parameters of statements that are made once: making one costs as much as running it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from casework.db import Moment
from casework.users.models import Account, Delegation, Region, Scope

ME: sa.BindParameter[int] = sa.bindparam("me", type_=sa.Integer)
PATH: sa.BindParameter[str] = sa.bindparam("path", type_=sa.String)
NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=Moment)
TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date)


def holds_now(scope: Scope) -> sa.ColumnElement[bool]:
    """Return the condition that a delegation holds at this moment, for cases or for letters."""
    return sa.and_(Delegation.begins_at <= NOW, Delegation.ends_at > NOW, Delegation.scope.in_((Scope.ALL, scope)))


def _people(scope: Scope) -> sa.CTE:
    me = sa.select(Account.id, sa.literal("").label("name")).where(Account.id == ME)
    stood_in_for = (
        sa.select(Account.id, Account.name)
        .join(Delegation, Delegation.absent_id == Account.id)
        .where(Delegation.delegate_id == ME, holds_now(scope))
    )
    return sa.union(me, stood_in_for).cte(f"people_of_{scope.value}")


# The reader, without a name, and the colleagues for whose cases, or letters, the reader stands in now.
PEOPLE = {scope: _people(scope) for scope in (Scope.CASES, Scope.LETTERS)}


def of_people(account_id: sa.ColumnElement[Any] | InstrumentedAttribute[Any], scope: Scope) -> sa.ColumnElement[bool]:
    """Return the condition that this account is the reader's, or that of one stood in for."""
    return account_id.in_(sa.select(PEOPLE[scope].c.id))


def name_of(account_id: sa.ColumnElement[Any] | InstrumentedAttribute[Any], scope: Scope) -> sa.ScalarSelect[str]:
    """Return the name of the absent colleague whose account this is; for the reader's own it is empty."""
    people = PEOPLE[scope]
    return sa.select(people.c.name).where(people.c.id == account_id).scalar_subquery()


# The reader's region and what hangs below it.
REGIONS = sa.select(Region.id).where(sa.func.substr(Region.path, 1, sa.func.length(PATH)) == PATH)


def read_by(reader: Account, *, now: datetime, today: date) -> dict[str, Any]:
    """Return the parameters for this reader at this moment."""
    return {"me": reader.id, "path": reader.region.path, "now": now, "today": today}

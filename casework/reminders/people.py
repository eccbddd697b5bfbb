"""Who is told: from whose deadline it is to accounts, as selects of (key, account_id) that rows are joined to.

A key is an officer's account, or a region. A delegate is told what the absent colleague is told.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.rules.roles import Role
from casework.users.models import Account, AccountRole, Delegation, Region, Scope
from casework.users.reader import holds_now

Pairs = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]
_Here = aliased(Region)  # where the account sits: it sees this region and what hangs below
_Other = aliased(Account)


def _with_delegates(pairs: Pairs, scope: Scope) -> Pairs:
    """Add to each pair the one who stands in now."""
    told = pairs.subquery()
    holds = sa.and_(Delegation.absent_id == told.c.account_id, holds_now(scope))
    delegates = sa.select(told.c.key, Delegation.delegate_id.label("account_id")).join(Delegation, holds)
    return sa.union(sa.select(told.c.key, told.c.account_id), delegates)


def _holding(role: Role) -> sa.ColumnElement[bool]:
    return sa.exists().where(AccountRole.account_id == Account.id, AccountRole.role == role)


def _of_region(condition: sa.ColumnElement[bool]) -> Pairs:
    """Select region and account for the accounts whose region it is, or lies above it."""
    below = sa.func.substr(Region.path, 1, sa.func.length(_Here.path)) == _Here.path
    stmt = sa.select(Region.id.label("key"), Account.id.label("account_id")).join(_Here, below)
    return stmt.join(Account, Account.region_id == _Here.id).where(condition)


# A head is reminded from the beginning only where nobody else in the bureau would be.
_ALONE = ~sa.exists().where(
    _Other.region_id == Account.region_id, _Other.id != Account.id, _Other.active, ~_Other.head,
    sa.exists().where(AccountRole.account_id == _Other.id, AccountRole.role == Role.CITY),
)  # fmt: skip

_SELF = sa.select(Account.id.label("key"), Account.id.label("account_id"))
OFFICERS = {scope: _with_delegates(_SELF, scope) for scope in (Scope.CASES, Scope.LETTERS)}
OFFICERS_HEADS = (
    sa.select(Account.id.label("key"), _Other.id.label("account_id"))
    .join(_Other, sa.and_(_Other.region_id == Account.region_id, _Other.id != Account.id))
    .where(_Other.head)
)
_CITY = _of_region(sa.and_(_holding(Role.CITY), sa.or_(~Account.head, _ALONE)))
CITY_OFFICERS = {scope: _with_delegates(_CITY, scope) for scope in (Scope.CASES, Scope.LETTERS)}
CITY_HEADS = _of_region(sa.and_(Account.head, _Here.parent_id.is_not(None)))
LEADERS = _with_delegates(_of_region(_holding(Role.LEADER)), Scope.CASES)

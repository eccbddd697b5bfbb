"""The list of accounts: what the URL filters by, and the select behind page and export."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from casework.rules.roles import Role
from casework.users.models import Account, AccountRole, Region
from casework.users.queries import IN_FULL
from casework.web.lists import Order

ORDER = Order(
    {"username": Account.username, "name": Account.name, "region": Account.region_id, "since": Account.created_at},
    default="username",
    tie=Account.id,
)


@dataclass(frozen=True)
class AccountFilter:
    """What the list may be narrowed to; unknown values are left out."""

    words: str
    role: Role | None
    region_id: int | None
    active: bool | None


def read_filter(args: MultiDict[str, str]) -> AccountFilter:
    """Return the filter that the URL names."""
    role, region = args.get("role", ""), args.get("region", "")
    return AccountFilter(
        words=args.get("q", "").strip()[:60],
        role=Role(role) if role in set(Role) else None,
        region_id=int(region) if region.isdecimal() and len(region) < 9 else None,
        active={"active": True, "disabled": False}.get(args.get("standing", "")),
    )


def accounts(asked: AccountFilter) -> sa.Select[Any]:
    """Return the accounts that fit."""
    stmt = sa.select(Account).options(*IN_FULL)
    if asked.words:
        parts = [column.contains(asked.words, autoescape=True) for column in (Account.username, Account.name)]
        stmt = stmt.where(sa.or_(*parts))
    if asked.role is not None:
        stmt = stmt.where(Account.id.in_(sa.select(AccountRole.account_id).where(AccountRole.role == asked.role)))
    if asked.region_id is not None:
        path = sa.select(Region.path).where(Region.id == asked.region_id).scalar_subquery()
        stmt = stmt.where(Account.region_id.in_(sa.select(Region.id).where(Region.path.like(path + "%"))))
    if asked.active is not None:
        stmt = stmt.where(Account.active == asked.active)
    return stmt

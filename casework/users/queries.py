"""Reading accounts and regions, and the one scope that bounds what a reader sees."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from casework.db import db, read_rows
from casework.rules.errors import NotAllowed, NotFound
from casework.rules.facts import Actor
from casework.rules.roles import WORKING_ROLES, Role
from casework.rules.words import N_
from casework.users.models import Account, AccountRole, Delegation, Region, Scope


def within_reach(column: InstrumentedAttribute[int], reader: Account) -> sa.ColumnElement[bool]:
    """Return the condition that keeps rows to the reader's region and what hangs below it."""
    if reader.region.parent_id is None:
        return sa.true()
    below = sa.select(Region.id).where(Region.path.startswith(reader.region.path, autoescape=True))
    return column.in_(below)


def regions_seen_by(reader: Account) -> list[Region]:
    """Return the regions a reader may see, in their order."""
    stmt = sa.select(Region).where(within_reach(Region.id, reader)).order_by(Region.position, Region.code)
    return list(db.session.scalars(stmt))


class RegionName(NamedTuple):
    """A region where only its name is shown, to choose from."""

    id: int
    name: str
    parent_id: int | None


def region_names(reader: Account) -> list[RegionName]:
    """Return the regions a reader may see, in their order, for a list to choose from."""
    stmt = sa.select(Region.id, Region.name, Region.parent_id).where(within_reach(Region.id, reader))
    return [RegionName(*row) for row in read_rows(stmt.order_by(Region.position, Region.code))]


def all_regions() -> list[Region]:
    """Return the whole tree, parents before children."""
    return list(db.session.scalars(sa.select(Region).order_by(Region.path)))


IN_FULL = (joinedload(Account.region, innerjoin=True), joinedload(Account.role_rows))  # whoever acts, not just a name


_BY_ID = sa.select(Account).options(*IN_FULL).where(Account.id == sa.bindparam("account_id"))
_PEOPLE = (
    sa.select(Account.id, Account.name)
    .join(AccountRole, AccountRole.account_id == Account.id)
    .where(AccountRole.role == sa.bindparam("role"), Account.active)
    .order_by(Account.name)
)
_ABSENT = (
    sa.select(Account)
    .options(*IN_FULL)
    .join(Delegation, Delegation.absent_id == Account.id)
    .where(Delegation.delegate_id == sa.bindparam("delegate_id"))
    .where(Delegation.begins_at <= sa.bindparam("now"), sa.bindparam("now") < Delegation.ends_at)
    .where(Delegation.scope.in_((Scope.ALL, sa.bindparam("scope", type_=Delegation.scope.type))))
)


def account_signed_in(account_id: int) -> Account | None:
    """Return the account that a session names, as long as it is active."""
    account = db.session.scalars(_BY_ID, {"account_id": account_id}).unique().one_or_none()
    return account if account is not None and account.active else None


def account_by_id(account_id: int) -> Account:
    """Return an account, or say that there is none."""
    account = db.session.get(Account, account_id, options=IN_FULL)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def account_by_name(username: str) -> Account | None:
    """Return the account that signs in under this name."""
    stmt = sa.select(Account).options(*IN_FULL).where(Account.username == username)
    return db.session.scalars(stmt).unique().one_or_none()


def active_administrators() -> list[int]:
    """Return the ids of those who can keep accounts."""
    stmt = sa.select(Account.id).join(AccountRole, AccountRole.account_id == Account.id)
    return list(db.session.scalars(stmt.where(AccountRole.role == Role.ADMINISTRATOR, Account.active)))


def region_by_id(region_id: int) -> Region:
    """Return a region, or say that there is none."""
    region = db.session.get(Region, region_id)
    if region is None:
        raise NotFound("There is no such region.")
    return region


def region_by_code(code: str) -> Region | None:
    """Return the region of this code."""
    return db.session.scalars(sa.select(Region).where(Region.code == code)).one_or_none()


def accounts_with(role: Role, *, region: Region | None = None) -> list[Account]:
    """Return the active accounts that hold a role, by name."""
    stmt = sa.select(Account).options(*IN_FULL).join(AccountRole, AccountRole.account_id == Account.id)
    stmt = stmt.where(AccountRole.role == role, Account.active).order_by(Account.name)
    if region is not None:
        stmt = stmt.where(Account.region_id == region.id)
    return list(db.session.scalars(stmt).unique())


class Person(NamedTuple):
    """An account where only its name is shown, to choose from or to read."""

    id: int
    name: str


def people_with(role: Role) -> list[Person]:
    """Return the active accounts that hold a role, by name, for a list to choose from."""
    return [Person(*row) for row in read_rows(_PEOPLE, {"role": role})]


def actor_of(account: Account, *, on_behalf_of: Account | None = None) -> Actor:
    """Return the account as the rules see it; a delegate acts with the absent one's roles."""
    roles = account.roles if on_behalf_of is None else account.roles | on_behalf_of.roles
    return Actor(
        account_id=account.id,
        roles=roles,
        region_path=account.region.path,
        on_behalf_of=None if on_behalf_of is None else on_behalf_of.id,
    )


def actor_standing_in(by: Account, on_behalf_of: Account | None, *, scope: Scope, now: datetime) -> Actor:
    """Return who acts as the rules see it; nobody acts for a colleague for whom he does not stand in now."""
    if on_behalf_of is not None and on_behalf_of not in absent_colleagues(by, scope=scope, now=now):
        raise NotAllowed(N_("You do not stand in for this colleague now."))
    return actor_of(by, on_behalf_of=on_behalf_of)


def absent_colleagues(delegate: Account, *, scope: Scope, now: datetime) -> list[Account]:
    """Return the accounts for whom this one stands in at this moment, for cases or for letters."""
    return list(db.session.scalars(_ABSENT, {"delegate_id": delegate.id, "now": now, "scope": scope}).unique())


def delegations_in(begins: datetime, ends: datetime) -> list[Delegation]:
    """Return the delegations that hold at some moment between two."""
    stmt = sa.select(Delegation).where(
        Delegation.begins_at < ends, Delegation.ends_at > begins, Delegation.ends_at > Delegation.begins_at
    )
    return list(db.session.scalars(stmt))


def delegations_of(account: Account) -> list[Delegation]:
    """Return the delegations an account gave or held, the newest first."""
    stmt = (
        sa.select(Delegation)
        .where(sa.or_(Delegation.absent_id == account.id, Delegation.delegate_id == account.id))
        .options(joinedload(Delegation.absent), joinedload(Delegation.delegate))
        .order_by(Delegation.begins_at.desc(), Delegation.id.desc())
    )
    return list(db.session.scalars(stmt).unique())


def delegation_by_id(delegation_id: int, reader: Account) -> Delegation:
    """Return a delegation that the reader gave or holds."""
    row = db.session.get(Delegation, delegation_id)
    if row is None or reader.id not in {row.absent_id, row.delegate_id}:
        raise NotFound("There is no such delegation.")
    return row


def possible_delegates(absent: Account) -> list[Account]:
    """Return the colleagues of the same office, for the same region."""
    if not absent.roles <= WORKING_ROLES:
        return []
    stmt = sa.select(Account).options(*IN_FULL).where(Account.active, Account.id != absent.id).order_by(Account.name)
    return [
        colleague
        for colleague in db.session.scalars(stmt).unique()
        if absent.roles <= colleague.roles and absent.region.path.startswith(colleague.region.path)
    ]


def names_of(account_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the names of accounts by id; rows that no account made were made by the program."""
    wanted = {one for one in account_ids if one is not None}
    stmt = sa.select(Account.id, Account.name).where(Account.id.in_(wanted))
    return {row.id: row.name for row in db.session.execute(stmt)}

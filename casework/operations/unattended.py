"""Whose tasks nobody does: people who are disabled, away or unseen, and offices that nobody holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.audit.models import AuditRow
from casework.cases.models import Case
from casework.db import read_rows
from casework.letters.models import Letter
from casework.operations.actions.handover import ON_ITS_WAY
from casework.rules.letters import LetterState
from casework.rules.roles import Role
from casework.rules.states import State
from casework.rules.words import N_
from casework.users.models import Account, AccountRole, Delegation, Region, Scope

UNSEEN = timedelta(days=7)
_Delegate = aliased(Account)


@dataclass(frozen=True)
class Owner:
    """Somebody with open tasks who does not see to them; `why` is an English msgid, `since` when last seen."""

    id: int
    name: str
    region: str
    why: str
    delegate: str
    since: datetime | None
    cases: int
    drafts: int


@dataclass(frozen=True)
class Gap:
    """An office that no active account holds although something waits for it."""

    role: Role
    region: str
    waiting: int


def _count(stmt: sa.Select[Any]) -> sa.ScalarSelect[int]:
    return stmt.with_only_columns(sa.func.count()).scalar_subquery()


_CASES = _count(sa.select(Case).where(Case.officer_id == Account.id, Case.state != State.CLOSED))
_DRAFTS = _count(sa.select(Letter).where(Letter.drafter_id == Account.id, Letter.state.in_(ON_ITS_WAY)))
_SEEN = (
    sa.select(sa.func.max(AuditRow.at))
    .where(AuditRow.object_kind == "account", AuditRow.object_id == sa.cast(Account.id, sa.String))
    .where(AuditRow.action == "sign in", AuditRow.outcome == "done")
    .scalar_subquery()
)


def owners_away(*, now: datetime) -> list[Owner]:
    """Return who has something open and is disabled, or unseen for a week, without a delegate who could see to it."""
    covers = sa.or_(
        Delegation.scope == Scope.ALL,
        sa.and_(Delegation.scope == Scope.CASES, _DRAFTS == 0),
        sa.and_(Delegation.scope == Scope.LETTERS, _CASES == 0),
    )
    holds = sa.and_(Delegation.absent_id == Account.id, Delegation.begins_at <= now, Delegation.ends_at > now, covers)
    stmt = (
        sa.select(
            Account.id, Account.name, Region.name.label("region"), Account.active, Account.created_at,
            _Delegate.name.label("delegate"), _Delegate.active.label("delegate_active"),
            _SEEN.label("seen"), _CASES.label("cases"), _DRAFTS.label("drafts"),
        )
        .join(Region, Region.id == Account.region_id)
        .outerjoin(Delegation, holds)
        .outerjoin(_Delegate, _Delegate.id == Delegation.delegate_id)
        .where(sa.or_(_CASES > 0, _DRAFTS > 0))
        .order_by(Account.active, Account.name, Account.id)
    )  # fmt: skip
    found: dict[int, Owner] = {}
    for row in read_rows(stmt):
        if (why := _why(row, now)) and row.id not in found:
            found[row.id] = Owner(
                row.id, row.name, row.region, why, row.delegate or "", row.seen, row.cases, row.drafts
            )  # fmt: skip
    return list(found.values())


def _why(row: sa.Row[Any], now: datetime) -> str | None:
    if not row.active:
        return N_("The account is disabled")
    if row.delegate is not None:
        return None if row.delegate_active else N_("The delegate's account is disabled")
    return N_("Not signed in for a week, and no delegate") if (row.seen or row.created_at) < now - UNSEEN else None


def gaps() -> list[Gap]:
    """Return the offices for which something waits and which no active account holds."""
    return [*_regions_without_officer(), *_letters_without(Role.REVIEWER, LetterState.IN_REVIEW),
            *_letters_without(Role.LEADER, LetterState.TO_SIGN)]  # fmt: skip


def _holds(role: Role) -> sa.Exists:
    return sa.exists().where(AccountRole.account_id == Account.id, AccountRole.role == role)


def _regions_without_officer() -> list[Gap]:
    here = aliased(Region)
    covered = (
        sa.select(sa.literal(1))
        .select_from(Account)
        .join(here, here.id == Account.region_id)
        .where(Account.active, _holds(Role.CITY))
        .where(sa.func.substr(Region.path, 1, sa.func.length(here.path)) == here.path)
    )
    stmt = (
        sa.select(Region.name, sa.func.count(Case.id))
        .join(Case, Case.region_id == Region.id)
        .where(Case.state != State.CLOSED, ~covered.exists())
        .group_by(Region.id, Region.name)
        .order_by(Region.name)
    )
    return [Gap(Role.CITY, name, number) for name, number in read_rows(stmt)]


def _letters_without(role: Role, state: LetterState) -> list[Gap]:
    somebody = sa.exists().where(Account.active, AccountRole.account_id == Account.id, AccountRole.role == role)
    number = read_rows(sa.select(sa.func.count()).where(Letter.state == state, ~somebody)).scalar_one()
    return [Gap(role, "", number)] if number else []

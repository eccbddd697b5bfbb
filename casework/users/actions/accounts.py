"""What the administrator does with accounts: create, change, disable, reset."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.audit.actions import Who, record
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.roles import Role, roles_fit_together
from casework.users.actions.signing_in import set_password
from casework.users.models import Account, AccountRole, Region
from casework.users.passwords import drawn_password
from casework.users.queries import account_by_name, active_administrators
from casework.users.sessions import forget_sessions_of

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    """What an account says of its person."""

    name: str
    roles: frozenset[Role]
    region: Region
    email: str = ""
    phone: str = ""
    head: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as the trail keeps it."""
        return {
            "name": self.name,
            "roles": sorted(self.roles),
            "region": self.region.code,
            "email": self.email,
            "phone": self.phone,
            "head": self.head,
        }


def create_account(
    username: str, facts: AccountFacts, *, by: Who, now: datetime, password: str | None = None
) -> tuple[Account, str]:
    """Create an account whose password must be changed at the first sign-in; return both."""
    if not _USERNAME.fullmatch(username):
        raise RuleError("Use 2 to 40 small letters, digits, dots, hyphens or underscores.", field="username")
    if account_by_name(username) is not None:
        raise RuleError("There is an account of this name already.", field="username")
    check_offices(facts.roles, facts.region)
    account = Account(username=username, created_at=now, old_passwords=[], password_hash="", password_set_at=now)
    account.name, account.email, account.phone = facts.name, facts.email, facts.phone
    account.region, account.active, account.totp_last_step, account.head = facts.region, True, 0, facts.head
    account.role_rows = [AccountRole(role=role) for role in sorted(facts.roles)]
    password = password or drawn_password()
    set_password(account, password, now=now, must_change=True)
    db.session.add(account)
    db.session.flush()
    record("create account", "account", account.id, by=by, now=now, after={"username": username} | facts.plain())
    return account, password


def change_account(account: Account, facts: AccountFacts, *, by: Who, now: datetime) -> None:
    """Change what an account says, its offices and its region."""
    check_offices(facts.roles, facts.region)
    if Role.ADMINISTRATOR in account.roles - facts.roles:
        _keep_one_administrator(account)
    before = facts_of(account).plain()
    account.name, account.email, account.phone = facts.name, facts.email, facts.phone
    account.region, account.head = facts.region, facts.head
    kept = [row for row in account.role_rows if row.role in facts.roles]
    account.role_rows = kept + [AccountRole(role=role) for role in sorted(facts.roles - account.roles)]
    account.touch(now=now)
    if before["roles"] != sorted(facts.roles):
        forget_sessions_of(account.id)
    record("change account", "account", account.id, by=by, now=now, before=before, after=facts.plain())


def disable_account(account: Account, *, by: Who, now: datetime) -> None:
    """Let nobody sign in with this account any more; what it did stays under its name."""
    if account.id == by.audit_id:
        raise RuleError("You cannot disable the account you are working with.")
    if Role.ADMINISTRATOR in account.roles:
        _keep_one_administrator(account)
    account.active = False
    account.touch(now=now)
    forget_sessions_of(account.id)
    record("disable account", "account", account.id, by=by, now=now)


def enable_account(account: Account, *, by: Who, now: datetime) -> None:
    """Let the account sign in again."""
    account.active = True
    account.touch(now=now)
    record("enable account", "account", account.id, by=by, now=now)


def reset_password(account: Account, *, by: Who, now: datetime) -> str:
    """Draw a password that must be changed at the next sign-in, end all sessions, and return it."""
    password = drawn_password()
    set_password(account, password, now=now, must_change=True)
    forget_sessions_of(account.id)
    record("reset password", "account", account.id, by=by, now=now)
    return password


def reset_second_factor(account: Account, *, by: Who, now: datetime) -> None:
    """Forget the second factor of somebody who lost the phone; it is set up anew after the next sign-in."""
    if account.totp_secret is None:
        raise RuleError("This account has no second factor.")
    account.totp_secret, account.totp_last_step = None, 0
    account.touch(now=now)
    forget_sessions_of(account.id)
    record("reset second factor", "account", account.id, by=by, now=now)


def facts_of(account: Account) -> AccountFacts:
    """Return what the account says now."""
    return AccountFacts(
        name=account.name, roles=account.roles, region=account.region, email=account.email, phone=account.phone,
        head=account.head,
    )  # fmt: skip


def check_offices(roles: Iterable[Role], region: Region) -> None:
    """Refuse offices that exclude one another, and a city officer without a city."""
    held = frozenset(roles)
    if not held:
        raise RuleError("Choose a role.", field="roles")
    if not roles_fit_together(held):
        raise RuleError(
            "An account holds one role; only a reviewer may also be an officer. Administrator, auditor and "
            "the working roles are never held by one account.",
            field="roles",
        )
    if Role.CITY in held and region.parent_id is None:
        raise RuleError("A city officer belongs to a city or base, not to the whole province.", field="region_id")


def _keep_one_administrator(account: Account) -> None:
    if active_administrators() == [account.id]:
        raise RuleError("This is the last administrator. Make another one first.")

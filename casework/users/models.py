"""Accounts, the regions that bound what they see, their sessions and stand-ins."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Json, Model, Moment, Versioned, choice
from casework.rules.roles import SECOND_FACTOR_ROLES, Permission, Role, permissions_of
from casework.rules.words import N_
from casework.settings.queries import setting


class RegionKind(StrEnum):
    """What a region is; a base has a committee that counts as a government."""

    PROVINCE = "province"
    CITY = "city"
    BASE = "base"
    COUNTY = "county"

    @property
    def label(self) -> str:
        """English msgid."""
        return _REGION_KINDS[self]


_REGION_KINDS = {
    RegionKind.PROVINCE: N_("Province"),
    RegionKind.CITY: N_("City"),
    RegionKind.BASE: N_("Base"),
    RegionKind.COUNTY: N_("County"),
}


class Region(Versioned, Model):
    """A node of the region tree; `path` is the codes from the root, as /640000/640100/."""

    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    kind: Mapped[RegionKind] = mapped_column(choice(RegionKind))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    path: Mapped[str] = mapped_column(sa.String(200), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    aliases: Mapped[list[str]] = mapped_column(Json, default=list)  # what tables call it besides its name
    government: Mapped[str] = mapped_column(sa.String(80), default="")  # addressee of letters
    bureau: Mapped[str] = mapped_column(sa.String(80), default="")


class Account(Versioned, Model):
    """A person's account; never deleted, only disabled."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str] = mapped_column(sa.String(120), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    active: Mapped[bool] = mapped_column(default=True)
    head: Mapped[bool] = mapped_column(default=False)  # of the bureau or division: is told what is overdue
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    password_set_at: Mapped[datetime] = mapped_column(Moment)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    old_passwords: Mapped[list[str]] = mapped_column(Json, default=list)  # hashes, newest first
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    totp_last_step: Mapped[int] = mapped_column(default=0)  # each code is usable once
    language: Mapped[str] = mapped_column(sa.String(12), default="zh_Hans_CN")
    created_at: Mapped[datetime] = mapped_column(Moment)

    region: Mapped[Region] = relationship()
    role_rows: Mapped[list["AccountRole"]] = relationship(cascade="all, delete-orphan")

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """What Flask-Login asks."""
        return self.active

    def get_id(self) -> str:
        """What Flask-Login keeps in the session."""
        return str(self.id)

    @property
    def roles(self) -> frozenset[Role]:
        """The offices this account holds."""
        return frozenset(row.role for row in self.role_rows)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What views may let this account do."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """Tell whether the account's roles hold this permission."""
        return permission in self.permissions

    @property
    def must_do_first(self) -> str | None:
        """Endpoint of what this account must do before anything else, or None."""
        if self.must_change_password:
            return "users.password"
        if self.totp_secret is None and self.roles & SECOND_FACTOR_ROLES and setting("second_factor_required"):
            return "users.second_factor_enrol"
        return None

    @property
    def audit_id(self) -> int | None:
        """Id noted in the trail."""
        return self.id

    @property
    def audit_name(self) -> str:
        """Name noted in the trail."""
        return f"{self.name} ({self.username})"

    @property
    def audit_roles(self) -> str:
        """Roles noted in the trail."""
        return ",".join(sorted(self.roles))


class AccountRole(Model):
    """One office of an account."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role), primary_key=True)


class SignIn(Model):
    """A session on the server; the cookie holds a random token, the row only its hash."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    data: Mapped[Any] = mapped_column(Json, nullable=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(64), default="")
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Attempt(Model):
    """A failed try (a password, a code of a letter), counted per account or address over all processes."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class Scope(StrEnum):
    """What a delegate stands in for; `label` is the English msgid."""

    ALL = "all"
    CASES = "cases"
    LETTERS = "letters"

    @property
    def label(self) -> str:
        """English msgid."""
        return _SCOPES[self]

    def meets(self, other: "Scope") -> bool:
        """Tell whether there is something that both speak of."""
        return self is other or Scope.ALL in {self, other}


_SCOPES = {Scope.ALL: N_("Cases and letters"), Scope.CASES: N_("Cases only"), Scope.LETTERS: N_("Letters only")}


class Delegation(Versioned, Model):
    """For a stated time one account stands in for another of the same office, for standing tasks and new ones."""

    __tablename__ = "delegation"

    id: Mapped[int] = mapped_column(primary_key=True)
    absent_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    scope: Mapped[Scope] = mapped_column(choice(Scope), default=Scope.ALL)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")

    absent: Mapped[Account] = relationship(foreign_keys=[absent_id])
    delegate: Mapped[Account] = relationship(foreign_keys=[delegate_id])

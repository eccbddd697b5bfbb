"""Enterprises: entered and changed, and the pieces by which their names are searched."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.db import db
from casework.registry.actions.followers import tell_followers
from casework.registry.models import Enterprise, NamePiece, Sector
from casework.registry.search import pieces_of
from casework.registry.tables.values import NotUnderstood, credit_code
from casework.registry.tables.values import name as unit_name
from casework.rules.errors import RuleError
from casework.users.models import Region

FIELDS = ("name", "region_id", "sector", "contact", "phone", "struck_off_day")


def enter_enterprise(
    *, code: str, name: str, region: Region, sector: Sector, contact: str = "", phone: str = "", by: Who, now: datetime
) -> Enterprise:
    """Enter an enterprise under its credit code."""
    code = checked_code(code)
    if db.session.scalar(sa.select(Enterprise.id).where(Enterprise.code == code)):
        raise RuleError("An enterprise with this credit code is in the register already.", field="code")
    enterprise = Enterprise(
        code=code, name=checked_name(name), region=region, sector=sector, contact=contact, phone=phone
    )
    db.session.add(enterprise)
    write_pieces([enterprise])
    record("enterprise entered", "enterprise", enterprise.id, by=by, now=now, after=as_facts(enterprise))
    return enterprise


def change_enterprise(
    enterprise: Enterprise,
    *,
    name: str,
    region: Region,
    sector: Sector,
    contact: str,
    phone: str,
    struck_off_day: date | None,
    by: Who,
    now: datetime,
) -> Enterprise:
    """Change what the register says about an enterprise; its code stays."""
    before = as_facts(enterprise)
    rename(enterprise, checked_name(name))
    moved, enterprise.region = enterprise.region_id != region.id, region
    enterprise.sector = sector
    enterprise.contact, enterprise.phone = contact, phone
    enterprise.struck_off_day = struck_off_day
    enterprise.touch(now=now)
    db.session.flush()
    record("enterprise changed", "enterprise", enterprise.id, by=by, now=now, before=before, after=as_facts(enterprise))
    if moved:
        tell_followers([enterprise.id], now=now)
    return enterprise


def rename(enterprise: Enterprise, name: str) -> None:
    """Give the enterprise another name and its search pieces with it."""
    if enterprise.name == name:
        return
    enterprise.name = name
    db.session.execute(sa.delete(NamePiece).where(NamePiece.enterprise_id == enterprise.id))
    write_pieces([enterprise])


def write_pieces(enterprises: Iterable[Enterprise]) -> None:
    """Write the two-character pieces under which these enterprises are found."""
    db.session.flush()
    rows = [
        {"piece": piece, "enterprise_id": enterprise.id}
        for enterprise in enterprises
        for piece in pieces_of(enterprise.name, enterprise.code)
    ]
    if rows:
        db.session.execute(sa.insert(NamePiece), rows)


def checked_code(text: str) -> str:
    """A credit code in capitals; refused with a sentence where it cannot be one."""
    try:
        return credit_code(text)
    except NotUnderstood as answer:
        raise RuleError(
            "Enter a unified social credit code of 18 characters; its last character must fit.", field="code"
        ) from answer


def checked_name(text: str) -> str:
    """A unit's name without needless spaces."""
    try:
        return unit_name(text)
    except NotUnderstood as answer:
        raise RuleError("Enter the unit's full name, at most 120 characters.", field="name") from answer


def as_facts(enterprise: Enterprise) -> dict[str, object]:
    """What the trail keeps of an enterprise."""
    return {"code": enterprise.code, **{field: getattr(enterprise, field) for field in FIELDS}}

"""Keeping the tree of regions."""

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.db import db
from casework.rules.errors import RuleError
from casework.users.models import Region, RegionKind

_CODE = re.compile(r"[A-Z0-9]{2,12}")


@dataclass(frozen=True, kw_only=True)
class RegionFacts:
    """What is known of a region besides its code and place in the tree."""

    name: str
    kind: RegionKind
    position: int = 0
    aliases: list[str] = field(default_factory=list)
    government: str = ""
    bureau: str = ""


def create_region(code: str, facts: RegionFacts, parent: Region | None, *, by: Who, now: datetime) -> Region:
    """Hang a new region below its parent; only the first one has none."""
    if not _CODE.fullmatch(code):
        raise RuleError("Use 2 to 12 capital letters and digits, such as 640100.", field="code")
    if parent is None and db.session.scalar(sa.select(sa.func.count()).select_from(Region)):
        raise RuleError("There is one root only: choose the region above.", field="parent_id")
    if db.session.scalar(sa.select(Region.id).where(Region.code == code)):
        raise RuleError("There is a region of this code already.", field="code")
    path = f"{parent.path if parent else '/'}{code}/"
    if len(path) > 200:
        raise RuleError("The tree is too deep here.", field="parent_id")
    _check_name(facts.name, None)
    region = Region(code=code, path=path, parent_id=parent.id if parent else None, **asdict(facts))
    db.session.add(region)
    db.session.flush()
    record("create region", "region", region.id, by=by, now=now, after={"code": code, "path": path} | asdict(facts))
    return region


def change_region(region: Region, facts: RegionFacts, parent: Region | None, *, by: Who, now: datetime) -> None:
    """Change a region and where it hangs; the paths of all that hang below it follow."""
    _check_name(facts.name, region.id)
    before = {name: getattr(region, name) for name in asdict(facts)} | {"path": region.path}
    for name, value in asdict(facts).items():
        setattr(region, name, value)
    if (parent.id if parent else None) != region.parent_id:
        _move(region, parent)
    region.touch(now=now)
    after = asdict(facts) | {"path": region.path}
    record("change region", "region", region.id, by=by, now=now, before=before, after=after)


def _move(region: Region, parent: Region | None) -> None:
    if region.parent_id is None or parent is None:
        raise RuleError("The root of the tree stays where it is.", field="parent_id")
    if parent.path.startswith(region.path):
        raise RuleError("A region cannot hang below itself.", field="parent_id")
    old, new = region.path, f"{parent.path}{region.code}/"
    below = db.session.scalars(sa.select(Region).where(Region.path.startswith(old, autoescape=True)))
    for node in below.all():
        node.path = new + node.path.removeprefix(old)
    region.parent_id = parent.id


def _check_name(name: str, own_id: int | None) -> None:
    if db.session.scalar(sa.select(Region.id).where(Region.name == name, Region.id != (own_id or 0))):
        raise RuleError("There is a region of this name already.", field="name")

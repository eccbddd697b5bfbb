"""To whom a letter goes: the offices of regions, or an enterprise; and what they are called in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from posixpath import commonpath

import sqlalchemy as sa

from casework.db import db
from casework.letters.beginning import Place
from casework.letters.models import Letter, Recipient
from casework.registry.models import Enterprise
from casework.rules.addressees import Office, addressee_line
from casework.rules.letters import AddresseeKind
from casework.users.models import Account, Region
from casework.users.queries import within_reach


@dataclass(frozen=True)
class Addressees:
    """Whom a letter is for; an enterprise stands with its region."""

    kind: AddresseeKind
    regions: tuple[Region, ...]
    enterprise: Enterprise | None = None


def office_of(region: Region) -> Office:
    """The offices of a region as the rules see them."""
    return Office(region.name, region.government, region.bureau)


def line_of(regions: Sequence[Region], kind: AddresseeKind) -> str:
    """The addressees in one line; every region beside them counts for whether all of a sort are meant."""
    parents = {region.parent_id for region in regions}
    beside = db.session.scalars(sa.select(Region).where(Region.parent_id.in_(parents)).order_by(Region.position))
    every = [office_of(one) for one in beside] if len(regions) > 1 else []
    return addressee_line(map(office_of, regions), every, kind)


def place_of(regions: Sequence[Region]) -> Place:
    """The offices of these regions, each kind in one line."""
    government, bureau = (line_of(regions, kind) for kind in (AddresseeKind.GOVERNMENT, AddresseeKind.BUREAU))
    return Place(government=government, bureau=bureau, several=len(regions) > 1)


def region_over(regions: Sequence[Region]) -> Region:
    """The one region, or the nearest that lies over all of them."""
    if len(regions) == 1:
        return regions[0]
    path = commonpath([region.path for region in regions])
    return db.session.scalars(sa.select(Region).where(Region.path == f"{path}/")).one()


def regions_to_choose(reader: Account, more: Iterable[Region] = ()) -> list[Region]:
    """The regions that a letter may go to: those right below the reader's, and those that it speaks of already."""
    known = {region.id for region in more}
    stmt = sa.select(Region).where(sa.or_(Region.parent_id == reader.region_id, Region.id.in_(known)))
    return list(db.session.scalars(stmt.where(within_reach(Region.id, reader)).order_by(Region.position, Region.code)))


def regions_among(reader: Account, ids: Iterable[int]) -> tuple[Region, ...]:
    """Of these regions those that the reader may write to, in their order."""
    stmt = sa.select(Region).where(Region.id.in_(set(ids)), within_reach(Region.id, reader))
    return tuple(db.session.scalars(stmt.order_by(Region.position, Region.code)))


def regions_of(letter: Letter) -> list[Region]:
    """The regions of those who get the letter."""
    return list(dict.fromkeys(one.region for one in letter.recipients))


def recipients_for(whom: Addressees) -> list[Recipient]:
    """A row for each who gets the letter."""
    if whom.enterprise is not None:
        region_id = whom.enterprise.region_id
        return [Recipient(region_id=region_id, enterprise_id=whom.enterprise.id, name=whom.enterprise.name)]
    return [Recipient(region=region, name=office_of(region).name(whom.kind)) for region in whom.regions]


def readdressed(letter: Letter, kind: AddresseeKind, regions: Sequence[Region], typed: str) -> str:
    """The line of addressees as typed; where it was the program's own, it follows what was chosen."""
    if kind is AddresseeKind.ENTERPRISE or not regions:
        return typed
    ours = line_of(regions_of(letter), letter.addressee_kind)
    return line_of(regions, kind) if typed.strip() in {"", ours} else typed

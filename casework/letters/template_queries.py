"""Reading letter templates: the department's own, with every version there ever was."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from casework.db import db
from casework.letters.models import Letter
from casework.letters.queries import is_department
from casework.letters.template_models import LetterTemplate, LetterTemplateEvent, LetterTemplateVersion
from casework.rules.errors import NotFound, RuleError
from casework.rules.letters import KINDS, AddresseeKind, LetterKind
from casework.rules.versions import OPEN_STATES, VersionState
from casework.rules.words import N_
from casework.users.models import Account
from casework.versions.queries import fresh_version

_PEOPLE = (joinedload(LetterTemplateEvent.actor), joinedload(LetterTemplateEvent.on_behalf_of))
NO_TEMPLATE = N_("There is no such letter template.")


@dataclass(frozen=True)
class TemplatePlace:
    """A kind of letter to a kind of addressee, with its template where one was begun."""

    kind: LetterKind
    addressee_kind: AddresseeKind
    versions: tuple[LetterTemplateVersion, ...] = ()

    @property
    def in_force(self) -> LetterTemplateVersion | None:
        """The version from which letters are made now."""
        return next((one for one in self.versions if one.state is VersionState.APPROVED), None)

    @property
    def on_its_way(self) -> LetterTemplateVersion | None:
        """The version that is written at, or waits for approval."""
        return next((one for one in self.versions if one.state in OPEN_STATES), None)


def pairs() -> list[tuple[LetterKind, AddresseeKind]]:
    """Every kind of letter with each kind of addressee that it may go to."""
    return [(kind, whom) for kind in LetterKind for whom in AddresseeKind if whom in KINDS[kind].addressees]


def template_places(reader: Account) -> list[TemplatePlace]:
    """All places of the department's templates, each with its versions, oldest first."""
    if not is_department(reader):
        return []
    stmt = sa.select(LetterTemplateVersion).options(selectinload(LetterTemplateVersion.events).options(*_PEOPLE))
    found: dict[tuple[LetterKind, AddresseeKind], list[LetterTemplateVersion]] = {}
    for version in db.session.scalars(stmt.order_by(LetterTemplateVersion.number)).unique():
        found.setdefault((version.template.kind, version.template.addressee_kind), []).append(version)
    return [TemplatePlace(*pair, tuple(found.get(pair, ()))) for pair in pairs()]


def template_place(reader: Account, kind: str, whom: str) -> TemplatePlace:
    """One place by the names in its address, or the answer that there is none."""
    for place in template_places(reader):
        if (place.kind.value, place.addressee_kind.value) == (kind, whom):
            return place
    raise NotFound(NO_TEMPLATE)


def template_version(reader: Account, version_id: int) -> LetterTemplateVersion:
    """One version with its way so far, or the answer that there is none."""
    stmt = (
        sa.select(LetterTemplateVersion)
        .where(LetterTemplateVersion.id == version_id)
        .options(
            joinedload(LetterTemplateVersion.template),
            selectinload(LetterTemplateVersion.events).options(*_PEOPLE),
        )
    )
    version = db.session.scalars(stmt).unique().one_or_none() if is_department(reader) else None
    if version is None:
        raise NotFound(NO_TEMPLATE)
    return version


def version_to_change(reader: Account, version_id: int) -> LetterTemplateVersion:
    """The same with its template's row locked, so that what is in force and what waits holds until the commit."""
    template_id = template_version(reader, version_id).template_id
    lock = sa.select(LetterTemplate.id).where(LetterTemplate.id == template_id).with_for_update()
    db.session.execute(lock)
    return fresh_version(LetterTemplateVersion, version_id)


def version_in_force(kind: LetterKind, whom: AddresseeKind) -> LetterTemplateVersion:
    """The approved version for a kind of letter and of addressee; RuleError where none was approved yet."""
    stmt = (
        sa.select(LetterTemplateVersion)
        .join(LetterTemplateVersion.template)
        .where(LetterTemplate.kind == kind, LetterTemplate.addressee_kind == whom)
        .where(LetterTemplateVersion.state == VersionState.APPROVED)
    )
    version = db.session.scalars(stmt).unique().one_or_none()
    if version is None:
        message = N_("There is no approved template for this letter yet (%(kind)s, %(whom)s): have one approved first.")
        raise RuleError(message, kind=kind.label, whom=whom.label)
    return version


def letters_made_from(version_ids: Iterable[int]) -> dict[int, int]:
    """How many letters were made from each of these versions."""
    stmt = sa.select(Letter.template_version_id, sa.func.count()).where(Letter.template_version_id.in_(version_ids))
    return {int(one): int(many) for one, many in db.session.execute(stmt.group_by(Letter.template_version_id))}

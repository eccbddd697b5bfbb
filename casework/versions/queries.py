"""Reading versions: who wrote at one, the latest of a thing, and the one in force."""

from typing import TypeVar

import sqlalchemy as sa

from casework.db import db
from casework.rules.versions import VersionStanding, VersionState, VersionStep
from casework.versions.models import KeptVersion

V = TypeVar("V", bound=KeptVersion)


def standing_of_version(version: KeptVersion) -> VersionStanding:
    """Return what the rules need to know: whoever wrote at the version is an editor of it."""
    event = version.EVENT
    stmt = sa.select(event.actor_id).where(event.version_id == version.id, event.step == VersionStep.EDIT)
    return VersionStanding(version.state, frozenset(db.session.scalars(stmt)))


def latest_version(model: type[V], parent_id: int) -> V | None:
    """Return the newest version of a thing, whatever became of it."""
    stmt = sa.select(model).where(getattr(model, model.PARENT) == parent_id)
    return db.session.scalars(stmt.order_by(model.number.desc()).limit(1)).unique().first()


def in_force_beside(version: V) -> V | None:
    """Return the version in force of the same thing, the one that this version would replace."""
    model = type(version)
    same = getattr(model, model.PARENT) == getattr(version, model.PARENT)
    return db.session.scalars(sa.select(model).where(same, model.state == VersionState.APPROVED)).unique().one_or_none()


def fresh_version(model: type[V], version_id: int) -> V:
    """Return a version as it is now that its thing is locked."""
    fresh = sa.select(model).where(model.id == version_id)
    return db.session.scalars(fresh.execution_options(populate_existing=True)).unique().one()

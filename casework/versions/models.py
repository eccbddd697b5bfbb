"""What every table of versions and of their way has in common; the features above make tables of it."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from casework.db import Json, Moment, Versioned, choice
from casework.rules.versions import VersionState, VersionStep
from casework.users.models import Account, Scope


class VersionEvent:
    """One step on a version's way, with who, when and why; the versions that came with the program have none."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int]  # of the table's own versions
    step: Mapped[VersionStep] = mapped_column(choice(VersionStep))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    @declared_attr
    def actor(cls) -> Mapped[Account]:  # noqa: N805
        """Whoever took the step."""
        return relationship(foreign_keys=f"{cls.__name__}.actor_id")  # type: ignore[attr-defined]

    @declared_attr
    def on_behalf_of(cls) -> Mapped[Account | None]:  # noqa: N805
        """Whom the actor stood in for."""
        return relationship(foreign_keys=f"{cls.__name__}.on_behalf_of_id")  # type: ignore[attr-defined]


class KeptVersion(Versioned):
    """One version of a thing; it stays as it was submitted, none is ever lost."""

    EVENT: ClassVar[type[VersionEvent]]
    PARENT: ClassVar[str]  # the column that names the thing
    SCOPE: ClassVar[Scope]  # in which a colleague may stand in
    CALLED: ClassVar[tuple[str, str]]  # in the trail: as a deed is told, and the kind of the object

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column()
    state: Mapped[VersionState] = mapped_column(choice(VersionState), default=VersionState.DRAFT)
    content: Mapped[Any] = mapped_column(Json)


def kept_one_by_one(table: str, parent: str) -> tuple[sa.UniqueConstraint | sa.Index, ...]:
    """Return what the database refuses by itself: a number twice, two versions in force or on their way."""

    def one(name: str, states: str) -> sa.Index:
        where = sa.text(states)
        return sa.Index(f"uq_{table}_{name}", parent, unique=True, sqlite_where=where, postgresql_where=where)

    return (
        sa.UniqueConstraint(parent, "number"),
        one("approved", "state = 'approved'"),
        one("open", "state IN ('draft', 'submitted')"),
    )

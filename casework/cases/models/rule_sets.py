"""Rule sets: what the rules of relief of some compliance years say, in versions with their way to approval."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Json, Model, Moment, Versioned, choice
from casework.rules.rule_sets import RuleSet, stored_rule_set
from casework.rules.versions import VersionState, VersionStep
from casework.users.models import Account


class KeptRuleSet(Model):
    """A rule set by its code; what it says stands in versions, none is ever lost."""

    __tablename__ = "rule_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)


class RuleSetVersion(Versioned, Model):
    """One version of a rule set; it stays as it was submitted, and plans that it let pass name it."""

    __tablename__ = "rule_set_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_set.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[VersionState] = mapped_column(choice(VersionState), default=VersionState.DRAFT)
    content: Mapped[Any] = mapped_column(Json)  # a RuleSet of rules/rule_sets.py

    rule_set: Mapped[KeptRuleSet] = relationship(lazy="joined", innerjoin=True)
    events: Mapped[list["RuleSetEvent"]] = relationship(order_by="RuleSetEvent.id")

    __table_args__ = (
        sa.UniqueConstraint("rule_set_id", "number"),
        sa.Index(
            "uq_rule_set_version_approved", "rule_set_id", unique=True,
            sqlite_where=sa.text("state = 'approved'"), postgresql_where=sa.text("state = 'approved'"),
        ),
        sa.Index(
            "uq_rule_set_version_open", "rule_set_id", unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted')"),
        ),
    )  # fmt: skip

    @property
    def rules(self) -> RuleSet:
        """What the version says."""
        return stored_rule_set(self.content)


class RuleSetEvent(Model):
    """One step on a version's way, with who, when and why; the versions that came with the program have none."""

    __tablename__ = "rule_set_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_set_version.id"), index=True)
    step: Mapped[VersionStep] = mapped_column(choice(VersionStep))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    actor: Mapped[Account] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[Account | None] = relationship(foreign_keys=[on_behalf_of_id])

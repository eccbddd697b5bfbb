"""Rule sets: what the rules of relief of some compliance years say, in versions with their way to approval."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Model
from casework.rules.rule_sets import RuleSet, stored_rule_set
from casework.users.models import Scope
from casework.versions.models import KeptVersion, VersionEvent, kept_one_by_one


class KeptRuleSet(Model):
    """A rule set by its code; what it says stands in versions, none is ever lost."""

    __tablename__ = "rule_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)


class RuleSetEvent(VersionEvent, Model):
    """One step on the way of a version of a rule set."""

    __tablename__ = "rule_set_event"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_set_version.id"), index=True)


class RuleSetVersion(KeptVersion, Model):
    """One version of a rule set; plans that it let pass name it. Its content is a RuleSet of rules/rule_sets.py."""

    __tablename__ = "rule_set_version"
    EVENT = RuleSetEvent
    PARENT = "rule_set_id"
    SCOPE = Scope.CASES
    CALLED = ("rules", "rule set")

    rule_set_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_set.id"))

    rule_set: Mapped[KeptRuleSet] = relationship(lazy="joined", innerjoin=True)
    events: Mapped[list[RuleSetEvent]] = relationship(order_by=RuleSetEvent.id)

    __table_args__ = kept_one_by_one("rule_set_version", "rule_set_id")

    @property
    def rules(self) -> RuleSet:
        """What the version says."""
        return stored_rule_set(self.content)

"""What letters are made from: templates in versions, with their way to approval."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Model, choice
from casework.rules.letters import AddresseeKind, LetterKind
from casework.users.models import Scope
from casework.versions.models import KeptVersion, VersionEvent, kept_one_by_one


class LetterTemplate(Model):
    """What letters of a kind to a kind of addressee are made from; its text stands in versions, none is ever lost."""

    __tablename__ = "letter_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind))
    addressee_kind: Mapped[AddresseeKind] = mapped_column(choice(AddresseeKind))

    versions: Mapped[list["LetterTemplateVersion"]] = relationship(
        back_populates="template", order_by="LetterTemplateVersion.number"
    )

    __table_args__ = (sa.UniqueConstraint("kind", "addressee_kind"),)


class LetterTemplateEvent(VersionEvent, Model):
    """One step on the way of a version of a template."""

    __tablename__ = "letter_template_event"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("letter_template_version.id"), index=True)


class LetterTemplateVersion(KeptVersion, Model):
    """One version of a template; letters made from it keep to it. Its content is a TemplateText of the rules."""

    __tablename__ = "letter_template_version"
    EVENT = LetterTemplateEvent
    PARENT = "template_id"
    SCOPE = Scope.LETTERS
    CALLED = ("template", "letter template")

    template_id: Mapped[int] = mapped_column(sa.ForeignKey("letter_template.id"))

    template: Mapped[LetterTemplate] = relationship(back_populates="versions", lazy="joined", innerjoin=True)
    events: Mapped[list[LetterTemplateEvent]] = relationship(order_by=LetterTemplateEvent.id)

    __table_args__ = kept_one_by_one("letter_template_version", "template_id")

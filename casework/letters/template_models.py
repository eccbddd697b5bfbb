"""What letters are made from: templates in versions, with their way to approval."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Json, Model, Moment, Versioned, choice
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.versions import VersionState, VersionStep
from casework.users.models import Account


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


class LetterTemplateVersion(Versioned, Model):
    """One version of a template; its text stays as it was submitted, and letters made from it keep to it."""

    __tablename__ = "letter_template_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("letter_template.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[VersionState] = mapped_column(choice(VersionState), default=VersionState.DRAFT)
    content: Mapped[Any] = mapped_column(Json)  # a TemplateText of rules/letter_templates.py

    template: Mapped[LetterTemplate] = relationship(back_populates="versions", lazy="joined", innerjoin=True)
    events: Mapped[list["LetterTemplateEvent"]] = relationship(order_by="LetterTemplateEvent.id")

    __table_args__ = (
        sa.UniqueConstraint("template_id", "number"),
        sa.Index(
            "uq_letter_template_version_approved", "template_id", unique=True,
            sqlite_where=sa.text("state = 'approved'"), postgresql_where=sa.text("state = 'approved'"),
        ),
        sa.Index(
            "uq_letter_template_version_open", "template_id", unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted')"),
        ),
    )  # fmt: skip


class LetterTemplateEvent(Model):
    """One step on a version's way, with who, when and why; the versions that came with the program have none."""

    __tablename__ = "letter_template_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("letter_template_version.id"), index=True)
    step: Mapped[VersionStep] = mapped_column(choice(VersionStep))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    actor: Mapped[Account] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[Account | None] = relationship(foreign_keys=[on_behalf_of_id])

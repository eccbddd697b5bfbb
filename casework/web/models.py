"""What pages keep: used form tokens and what is typed but not yet sent."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Json, Model, Moment


class FormToken(Model):
    """A form that took effect, and the page that showed its result; a second post ends here."""

    __tablename__ = "form_token"

    token: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    url: Mapped[str] = mapped_column(sa.String(500))
    used_at: Mapped[datetime] = mapped_column(Moment, index=True)


class TypedText(Model):
    """What a person has typed into a long form so far; gone once the form took effect."""

    __tablename__ = "typed_text"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    form: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    fields: Mapped[Any] = mapped_column(Json, nullable=True)
    typed_at: Mapped[datetime] = mapped_column(Moment)

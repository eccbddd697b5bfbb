"""Notices: what the program tells one person, once."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Json, Model, Moment, choice
from casework.rules.words import N_


class Topic(StrEnum):
    """What a notice is about; each person chooses by topic what comes by e-mail. `label` is the English msgid."""

    DEADLINES = "deadlines"
    WORK = "work"
    STANDING_IN = "standing_in"

    @property
    def label(self) -> str:
        """English msgid."""
        return _TOPICS[self]


_TOPICS = {
    Topic.DEADLINES: N_("Deadlines that come near or have passed"),
    Topic.WORK: N_("Work that comes to me or comes back to me"),
    Topic.STANDING_IN: N_("Standing in for colleagues"),
}


class Notice(Model):
    """One thing that one person is told; the key keeps it from being told twice."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(sa.String(160))
    thing: Mapped[str] = mapped_column(sa.String(60), default="")  # what it is about, however often it is told
    topic: Mapped[Topic] = mapped_column(choice(Topic))
    what: Mapped[str] = mapped_column(sa.String(120))  # English msgid
    stage: Mapped[str] = mapped_column(sa.String(120), default="")  # English msgid: how far a deadline has come
    subject: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    due: Mapped[date | None] = mapped_column(sa.Date)
    endpoint: Mapped[str] = mapped_column(sa.String(60))
    target: Mapped[Any] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"), index=True)  # what took it along

    __table_args__ = (
        sa.Index("uq_notice_account_key", "account_id", "key", unique=True),
        sa.Index("ix_notice_account_made", "account_id", "id"),
        sa.Index("ix_notice_account_thing", "account_id", "thing", "id"),
        sa.Index(
            "ix_notice_unread", "account_id", "id",
            sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL"),
        ),
        sa.Index(
            "ix_notice_to_mail", "made_at", "account_id",
            sqlite_where=sa.text("read_at IS NULL AND mail_id IS NULL"),
            postgresql_where=sa.text("read_at IS NULL AND mail_id IS NULL"),
        ),
    )  # fmt: skip

"""What leaves by e-mail, and what each person wants of it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Model, Moment, Versioned, choice
from casework.jobs.models import Job
from casework.notices.models import Topic
from casework.rules.words import N_
from casework.users.models import Account

DEFAULT_HOUR = 9


class Way(StrEnum):
    """How notices of a topic come by e-mail; `label` is the English msgid."""

    NEVER = "never"
    DAILY = "daily"
    AT_ONCE = "at_once"

    @property
    def label(self) -> str:
        """English msgid."""
        return _WAYS[self]


_WAYS = {
    Way.NEVER: N_("Not by e-mail"),
    Way.DAILY: N_("Once a day, together"),
    Way.AT_ONCE: N_("At once, within office hours"),
}


class MailWish(Versioned, Model):
    """What a person wants by e-mail; whoever has said nothing gets everything once a day."""

    __tablename__ = "mail_wish"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    deadlines: Mapped[Way] = mapped_column(choice(Way), default=Way.DAILY)
    work: Mapped[Way] = mapped_column(choice(Way), default=Way.DAILY)
    standing_in: Mapped[Way] = mapped_column(choice(Way), default=Way.DAILY)
    hour: Mapped[int] = mapped_column(default=DEFAULT_HOUR)  # from which the day's mail is sent

    def way_of(self, topic: Topic) -> Way:
        """Return how notices of a topic come."""
        way: Way = getattr(self, topic.value)
        return way


class Mail(Model):
    """One mail of the outbox; the job beside it sends it, tries again and at last gives up."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(120))
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), index=True)

    account: Mapped[Account] = relationship()
    job: Mapped[Job] = relationship()

    __table_args__ = (sa.Index("uq_mail_key", "key", unique=True),)

"""Reading wishes, the outbox, and what is to be mailed."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from casework.db import db
from casework.jobs.models import Job, JobState
from casework.mail.models import DEFAULT_HOUR, Mail, MailWish, Way
from casework.notices.models import Notice, Topic
from casework.rules.errors import NotFound
from casework.users.models import Account

LATEST = timedelta(days=30)  # what is older and unread is mailed no more: the first mail must not bring a year


def wish_of(account_id: int) -> MailWish:
    """Return what a person wants; one who has said nothing gets everything once a day."""
    return db.session.get(MailWish, account_id) or MailWish(
        account_id=account_id, deadlines=Way.DAILY, work=Way.DAILY, standing_in=Way.DAILY, hour=DEFAULT_HOUR, version=1
    )


_way_wanted: sa.ColumnElement[Way] = sa.case(
    *((Notice.topic == topic, sa.func.coalesce(getattr(MailWish, topic.value), Way.DAILY)) for topic in Topic)
)
_TO_MAIL = (
    sa.select(Notice)
    .join(Account, Account.id == Notice.account_id)
    .outerjoin(MailWish, MailWish.account_id == Notice.account_id)
    .where(Notice.read_at.is_(None), Notice.mail_id.is_(None), Account.active, Account.email != "")
)


def _leaving(way: Way, *, now: datetime) -> sa.Select[Any]:
    """Select the notices that are to leave in this way: unread, not mailed."""
    return _TO_MAIL.where(_way_wanted == way, Notice.made_at > now - LATEST)


def notices_to_mail(account_id: int, way: Way, *, now: datetime) -> list[Notice]:
    """Return what one person's next mail of this way takes along."""
    stmt = _leaving(way, now=now).where(Notice.account_id == account_id)
    return list(db.session.scalars(stmt.order_by(Notice.id)))


def people_at_once(*, now: datetime) -> list[int]:
    """Return who is to be written to at once."""
    return list(db.session.scalars(_people(_leaving(Way.AT_ONCE, now=now))))


def people_with_digest_due(*, now: datetime, today: date, hour: int) -> list[int]:
    """Return whose hour has come and who has not had the digest of this day."""
    key = sa.literal("digest ").concat(sa.cast(Notice.account_id, sa.String)).concat(f" {today.isoformat()}")
    stmt = _leaving(Way.DAILY, now=now).where(
        sa.func.coalesce(MailWish.hour, DEFAULT_HOUR) <= hour, ~sa.exists().where(Mail.key == key)
    )
    return list(db.session.scalars(_people(stmt)))


def _people(stmt: sa.Select[Any]) -> sa.Select[Any]:
    return stmt.with_only_columns(Notice.account_id).distinct().order_by(Notice.account_id)


def digest_key(account_id: int, day: date) -> str:
    """Name the one digest of a person and day."""
    return f"digest {account_id} {day.isoformat()}"


STANDINGS = {
    "waiting": sa.and_(Mail.sent_at.is_(None), Job.state != JobState.DEAD, Job.error.is_(None)),
    "again": sa.and_(Mail.sent_at.is_(None), Job.state != JobState.DEAD, Job.error.is_not(None)),
    "failed": sa.and_(Mail.sent_at.is_(None), Job.state == JobState.DEAD),
    "sent": Mail.sent_at.is_not(None),
}


def outbox(standing: str | None) -> sa.Select[Any]:
    """Select the mails of one standing, or all, with person and job."""
    stmt = sa.select(Mail).join(Mail.job).join(Mail.account)
    stmt = stmt.options(contains_eager(Mail.job), contains_eager(Mail.account))
    return stmt.where(STANDINGS[standing]) if standing in STANDINGS else stmt


def standing_of(mail: Mail) -> str:
    """Say where a mail stands."""
    if mail.sent_at is not None:
        return "sent"
    if mail.job.state == JobState.DEAD:
        return "failed"
    return "again" if mail.job.error else "waiting"


def mail_by_id(mail_id: int) -> Mail:
    """Return a mail, or say that there is none."""
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise NotFound("There is no such mail.")
    return mail


def any_failed() -> bool:
    """Tell whether a mail was given up."""
    return bool(db.session.scalar(sa.select(sa.exists(outbox("failed").with_only_columns(Mail.id)))))


def failed_mails() -> list[Mail]:
    """Return every mail that was given up."""
    return list(db.session.scalars(outbox("failed").order_by(Mail.id)).unique())

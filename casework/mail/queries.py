"""Reading wishes, the outbox, and what is to be mailed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from casework.db import db
from casework.jobs.models import Job, JobState
from casework.mail.models import DEFAULT_HOUR, Mail, MailWish, Way
from casework.notices.models import Notice, Topic
from casework.registry.queries import in_parts
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


def to_mail(way: Way, *, now: datetime, hour: int | None = None) -> Iterator[tuple[int, list[Notice]]]:
    """Yield account and notices that are to leave in this way now: unread, not mailed, and the hour has come."""
    stmt = _TO_MAIL.where(_way_wanted == way, Notice.made_at > now - LATEST)
    if hour is not None:
        stmt = stmt.where(sa.func.coalesce(MailWish.hour, DEFAULT_HOUR) <= hour)
    found = db.session.scalars(stmt.order_by(Notice.account_id, Notice.id))
    for account_id, notices in groupby(found, key=lambda one: one.account_id):
        yield account_id, list(notices)


def digest_key(account_id: int, day: date) -> str:
    """Name the one digest of a person and day."""
    return f"digest {account_id} {day.isoformat()}"


def with_digest(account_ids: list[int], day: date) -> set[int]:
    """Return who of these has had the digest of this day."""
    keys = [digest_key(one, day) for one in account_ids]
    found = (db.session.scalars(sa.select(Mail.account_id).where(Mail.key.in_(some))) for some in in_parts(keys))
    return {account_id for some in found for account_id in some}


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


def failed_mails() -> list[Mail]:
    """Return every mail that was given up."""
    return list(db.session.scalars(outbox("failed").order_by(Mail.id)).unique())

"""Writing mails from notices, noting that one was sent, and what a person wants."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework.audit.actions import Who, record
from casework.db import db
from casework.jobs.actions import enqueue, hold_given_up, revive
from casework.mail.letterbox import written
from casework.mail.models import DEFAULT_HOUR, Mail, MailWish, Way
from casework.mail.queries import digest_key, to_mail, with_digest
from casework.notices.models import Notice, Topic
from casework.registry.queries import in_parts
from casework.rules.deadlines import SHANGHAI
from casework.rules.errors import RuleError
from casework.settings.queries import reminder_rules
from casework.users.models import Account

SEND = "mail"


def write_digests(*, now: datetime, today: date) -> int:
    """Write the one mail of the day for whom the hour has come; return how many were written."""
    digests = dict(to_mail(Way.DAILY, now=now, hour=_hour_reached(now)))
    had = with_digest(list(digests), today)
    for account_id, notices in digests.items():
        if account_id not in had:
            _write(account_id, notices, digest_key(account_id, today), now=now)
    return len(digests.keys() - had)


def write_at_once(*, now: datetime) -> int:
    """Write what is wanted at once, one mail for each person; return how many were written."""
    wanted = list(to_mail(Way.AT_ONCE, now=now))
    for account_id, notices in wanted:
        _write(account_id, notices, f"notice {notices[-1].id}", now=now)
    return len(wanted)


def _hour_reached(now: datetime) -> int:
    """Return the hour of the day; in the last office hour every person's hour has come, however it was chosen."""
    hour = now.astimezone(SHANGHAI).hour
    return 24 if hour >= reminder_rules().closes.hour - 1 else hour


def _write(account_id: int, notices: Sequence[Notice], key: str, *, now: datetime) -> None:
    """Write one mail and the job that sends it; the notices know which mail took them."""
    account = db.session.get_one(Account, account_id)
    subject, text = written(account, notices)
    job = enqueue(SEND, None, by=None, now=now)
    mail = Mail(key=key, account_id=account_id, address=account.email, subject=subject, text=text, made_at=now)
    mail.job_id = job.id
    db.session.add(mail)
    db.session.flush()
    job.payload = {"mail": mail.id}
    for some in in_parts([notice.id for notice in notices]):
        db.session.execute(sa.update(Notice).where(Notice.id.in_(some)).values(mail_id=mail.id))


def note_sent(mail: Mail, *, now: datetime) -> None:
    """Note that the server took the mail."""
    mail.sent_at = now


def send_again(mail: Mail, *, by: Who, now: datetime) -> None:
    """Let a mail that was given up be tried again, to the address that the person has now."""
    if not hold_given_up(mail.job) or mail.sent_at is not None:
        raise RuleError("Only a mail that was given up can be sent again.")
    before = {"address": mail.address, "error": (mail.job.error or "")[:200]}
    mail.address = mail.account.email or mail.address
    revive(mail.job, now=now)
    record("send mail again", "mail", mail.id, by=by, now=now, before=before, after={"address": mail.address})


def kept_wish(account_id: int) -> MailWish:
    """Return the row of a person's wishes, with what holds for everybody where there is none yet."""
    fresh = {topic.value: Way.DAILY for topic in Topic} | {"hour": DEFAULT_HOUR, "version": 1}
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(MailWish).values(account_id=account_id, **fresh).on_conflict_do_nothing())
    return db.session.get_one(MailWish, account_id)


def change_wish(wish: MailWish, *, ways: dict[str, Way], hour: int, by: Account, now: datetime) -> None:
    """Change what a person wants by e-mail, and from which hour of the day."""
    before = {"hour": wish.hour} | {name: getattr(wish, name) for name in ways}
    for name, way in ways.items():
        setattr(wish, name, way)
    wish.hour = hour
    wish.touch(now=now)
    record("change mail", "account", wish.account_id, by=by, now=now, before=before, after=ways | {"hour": hour})

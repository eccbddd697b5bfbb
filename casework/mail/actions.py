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
from casework.mail.queries import digest_key, notices_to_mail
from casework.notices.models import Notice, Topic
from casework.registry.queries import in_parts
from casework.rules.deadlines import SHANGHAI
from casework.rules.errors import RuleError
from casework.settings.queries import reminder_rules
from casework.users.models import Account

SEND = "mail"


def write_digest(account_id: int, *, now: datetime, today: date) -> bool:
    """Write one person's mail of the day, and tell whether this did it; of two workers one finds it written."""
    account, key = _hold(account_id), digest_key(account_id, today)
    notices = notices_to_mail(account_id, Way.DAILY, now=now)
    if not notices or db.session.scalar(sa.select(sa.exists().where(Mail.key == key))):
        return False
    _write(account, notices, key, now=now)
    return True


def write_at_once(account_id: int, *, now: datetime) -> bool:
    """Write what one person wants at once as one mail, and tell whether this did it."""
    account = _hold(account_id)
    notices = notices_to_mail(account_id, Way.AT_ONCE, now=now)
    if notices:
        _write(account, notices, f"notice {notices[-1].id}", now=now)
    return bool(notices)


def _hold(account_id: int) -> Account:
    """Lock an account, so that nobody else writes to it until the commit."""
    stmt = sa.select(Account).where(Account.id == account_id).with_for_update(of=Account, key_share=True)
    return db.session.scalars(stmt.execution_options(populate_existing=True)).unique().one()


def hour_reached(now: datetime) -> int:
    """Return the hour of the day; in the last office hour every person's hour has come, however it was chosen."""
    hour = now.astimezone(SHANGHAI).hour
    return 24 if hour >= reminder_rules().closes.hour - 1 else hour


def _write(account: Account, notices: Sequence[Notice], key: str, *, now: datetime) -> None:
    """Write one mail and the job that sends it; the notices know which mail took them."""
    subject, text = written(account, notices)
    job = enqueue(SEND, None, by=None, now=now)
    mail = Mail(key=key, account_id=account.id, address=account.email, subject=subject, text=text, made_at=now)
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

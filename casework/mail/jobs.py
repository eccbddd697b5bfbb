"""Background work of mail: writing what is due, sending what was written."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from flask import current_app

from casework.audit.actions import commit, roll_back
from casework.db import db
from casework.jobs.actions import handles, keep_lease
from casework.jobs.models import Job
from casework.mail.actions import SEND, note_sent, write_at_once
from casework.mail.models import Mail
from casework.mail.queries import people_at_once
from casework.mail.smtp import NotTaken, deliver
from casework.registry.calendar import working_calendar
from casework.rules.reminding import in_office_hours
from casework.settings.queries import reminder_rules
from casework.web import clock

log = structlog.get_logger()


@handles("mails", every=timedelta(minutes=1))
def write(job: Job) -> Any:
    """Write what is wanted at once, in office hours, where there is a server to send it."""
    now = clock.now()
    if not may_leave(now):
        return None
    return {"mails": to_each(job, people_at_once(now=now), partial(write_at_once, now=now))}


def to_each(job: Job, account_ids: Sequence[int], deed: Callable[[int], bool]) -> int:
    """Write to each person in a transaction of its own, and return to how many; one that fails holds up no other.

    Whoever starts anew after a crash writes to those who are left.
    """
    written, failed, job_id = 0, [], job.id
    for number, account_id in enumerate(account_ids, 1):
        try:
            written += deed(account_id)
        except Exception as error:  # whatever it was, people must see it at the job
            log.exception("mail not written", account=account_id)
            roll_back()
            failed.append(f"account {account_id}: {type(error).__name__}: {error}")
        keep_lease(db.session.get_one(Job, job_id), done=number, total=len(account_ids), now=clock.now())
        commit()
    if failed:
        raise RuntimeError("; ".join(failed))
    return written


def may_leave(now: datetime) -> bool:
    """Tell whether mail leaves now: there is a server, and the office is open."""
    server = current_app.config["SETTINGS"].mail
    return server is not None and in_office_hours(now, working_calendar(), reminder_rules())


@handles(SEND)
def send(job: Job) -> None:
    """Send a mail; leaves at once if that was done. Nobody waits for the database meanwhile."""
    mail = db.session.get_one(Mail, job.payload["mail"])
    if mail.sent_at is not None:
        return
    server = current_app.config["SETTINGS"].mail
    if server is None:
        raise NotTaken("No mail server is set: see CASEWORK_SMTP_URL.")
    mail_id = mail.id
    db.session.expunge(mail)
    roll_back()
    deliver(mail, server)
    note_sent(db.session.get_one(Mail, mail_id), now=clock.now())

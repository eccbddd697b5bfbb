"""Background work of mail: writing what is due, sending what was written."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from casework.audit.actions import roll_back
from casework.db import db
from casework.jobs.actions import handles
from casework.jobs.models import Job
from casework.mail.actions import SEND, note_sent, write_at_once
from casework.mail.models import Mail
from casework.mail.smtp import NotTaken, deliver
from casework.registry.calendar import working_calendar
from casework.rules.reminding import in_office_hours
from casework.settings.queries import reminder_rules
from casework.web import clock


@handles("mails", every=timedelta(minutes=1))
def write(_job: Job) -> Any:
    """Write what is wanted at once, in office hours, where there is a server to send it."""
    now = clock.now()
    if not may_leave(now):
        return None
    return {"mails": write_at_once(now=now)}


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

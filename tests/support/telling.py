"""Notices and mails for tests, and a real mail server."""

import socket
from contextlib import contextmanager
from dataclasses import replace

from aiosmtpd.controller import Controller

from casework.db import db
from casework.jobs.actions import enqueue
from casework.jobs.models import JobState
from casework.mail.models import Mail
from casework.notices.actions import Told
from casework.notices.models import Topic
from config import MailServer
from support.cast import NOW


def a_telling(key="case 1", **changes):
    """Something to tell."""
    facts = {"key": key, "topic": Topic.WORK, "what": "Assign an officer", "subject": "盛源热力", "note": "调离"}
    return Told(**facts | {"endpoint": "cases.case_page", "target": {"case_id": 1}} | changes)


def a_mail(person, *, state=JobState.WAITING, key="digest", **changes):
    """A mail of the outbox, with its job in a state."""
    job = enqueue("mail", None, by=None, now=NOW)
    job.state = state
    job.error = "550 no such user" if state is JobState.DEAD else None
    job.ended_at = NOW if state in {JobState.DEAD, JobState.DONE} else None
    facts = {"address": "alice@example.cn", "subject": "1条提醒", "text": "1. …\n", "made_at": NOW} | changes
    mail = Mail(key=key, account_id=person.id, job_id=job.id, **facts)
    db.session.add(mail)
    db.session.flush()
    job.payload = {"mail": mail.id}
    return mail


class Postbox:
    """What the server took; `refusals` are answers it gives first."""

    def __init__(self):
        self.taken, self.refusals = [], []

    async def handle_DATA(self, _server, _session, envelope):  # the name aiosmtpd looks for
        """Take a mail, or refuse it as the test wants."""
        if self.refusals:
            return self.refusals.pop(0)
        self.taken.append(envelope)
        return "250 OK"


@contextmanager
def mail_server(**more):
    """Yield a postbox and the address of a server on a free port, stopped at the end."""
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield box, MailServer("127.0.0.1", port, "casework@example.cn")
    finally:
        controller.stop()


def with_mail(app, monkeypatch, server):
    """Configure the program for this server."""
    address = "https://casework.example"
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail=server, address=address))

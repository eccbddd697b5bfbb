"""I8: no job is lost or stuck; M1: no mail is lost between the outbox and its job."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from casework.db import db
from casework.jobs.models import Job, JobState
from casework.mail.models import Mail
from casework.operations.invariants.fault import Fault
from casework.rules.words import N_

PATIENCE = timedelta(minutes=10)  # a worker that lives takes a due job within seconds


def no_job_is_stuck(now: datetime) -> Iterator[Fault]:
    """I8: a due job is done, running under a valid lease, waiting for its retry, or dead and shown to people.

    What recurs may wait: in a copy brought back it is due since the copy was made.
    """
    late = now - PATIENCE
    sentences = {
        N_("has waited for a worker for more than ten minutes"): sa.and_(
            Job.state == JobState.WAITING, Job.due_at < late, Job.key.is_(None)
        ),
        N_("runs under a lease that ended long ago"): sa.and_(
            Job.state == JobState.RUNNING, sa.or_(Job.lease_until.is_(None), Job.lease_until < late)
        ),
        N_("has ended without a moment of its end"): sa.and_(
            Job.state.in_([JobState.DONE, JobState.DEAD]), Job.ended_at.is_(None)
        ),
    }
    for sentence, condition in sentences.items():
        for job_id in db.session.scalars(sa.select(Job.id).where(condition).order_by(Job.id)):
            yield Fault(f"job {job_id}", sentence)


def mails_are_sent_by_their_job(_now: datetime) -> Iterator[Fault]:
    """M1: a mail was sent if and only if its job is done."""
    unlike = sa.or_(
        sa.and_(Mail.sent_at.is_(None), Job.state == JobState.DONE),
        sa.and_(Mail.sent_at.is_not(None), Job.state != JobState.DONE),
    )
    for mail_id in db.session.scalars(sa.select(Mail.id).join(Mail.job).where(unlike).order_by(Mail.id)):
        yield Fault(f"mail {mail_id}", N_("does not stand as its job does"))

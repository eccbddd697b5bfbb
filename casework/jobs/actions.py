"""Putting work into the queue, claiming it, and saying how it went."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from casework.audit.actions import Who
from casework.db import db
from casework.jobs.models import Job, JobState

LEASE = timedelta(minutes=2)
ATTEMPTS_MOST = 5
Handler = Callable[[Job], Any]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register what does the work of a kind; it must leave at once if the work is already done."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def enqueue(kind: str, payload: Any, *, by: Who | None, now: datetime, due_at: datetime | None = None) -> Job:
    """Write a job in the transaction that needs it."""
    job = Job(
        kind=kind, payload=payload, due_at=due_at or now, created_at=now, created_by_id=by.audit_id if by else None
    )
    db.session.add(job)
    db.session.flush()
    return job


def claim(owner: str, *, now: datetime) -> Job | None:
    """Take the next job that is due, or whose worker's lease ran out; the caller commits."""
    ready = sa.or_(
        sa.and_(Job.state == JobState.WAITING, Job.due_at <= now),
        sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )
    stmt = sa.select(Job).where(ready).order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True)
    job = db.session.scalars(stmt).one_or_none()
    if job is not None:
        job.state = JobState.RUNNING
        job.attempts += 1
        job.lease_owner, job.lease_until = owner, now + LEASE
    return job


def keep_lease(job: Job, *, done: int, total: int, now: datetime) -> None:
    """Say how far the work is, and hold on to it; the caller commits."""
    job.progress_done, job.progress_total = done, total
    job.lease_until = now + LEASE


def succeed(job: Job, result: Any, *, now: datetime) -> None:
    """Note that the work is done, in the transaction that did it."""
    job.state, job.result, job.error = JobState.DONE, result, None
    job.lease_owner = job.lease_until = None
    job.ended_at = now


def fail(job: Job, error: str, *, now: datetime) -> None:
    """Note a failure: again after a while, or dead and shown to people."""
    job.error = error[:4000]
    job.lease_owner = job.lease_until = None
    if job.attempts >= ATTEMPTS_MOST:
        job.state, job.ended_at = JobState.DEAD, now
    else:
        job.state, job.due_at = JobState.WAITING, now + timedelta(seconds=5 * 4**job.attempts)


def revive(job: Job, *, now: datetime) -> None:
    """Let a dead job be tried again."""
    job.state, job.attempts, job.due_at, job.ended_at = JobState.WAITING, 0, now, None

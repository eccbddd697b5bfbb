"""Putting work into the queue, claiming it, and saying how it went.

Time-driven work recurs: it asks `due <= now and not done`, so that whatever an outage left undone is done once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework.audit.actions import Who
from casework.db import db
from casework.jobs.models import Job, JobState

LEASE = timedelta(minutes=2)
ATTEMPTS_MOST = 5
Handler = Callable[[Job], Any]
HANDLERS: dict[str, Handler] = {}
RECURRING: dict[str, timedelta] = {}
_ABANDONED = "The worker ended in the midst of it, each time it was tried."


def handles(kind: str, *, every: timedelta | None = None) -> Callable[[Handler], Handler]:
    """Register what does the work of a kind; it must leave at once if the work is already done.

    With `every` the work recurs: the worker asks for it again so long after the last time.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        if every is not None:
            RECURRING[kind] = every
        return handler

    return register


def recurs(job: Job) -> bool:
    """Tell whether this is the one row of work that recurs."""
    return job.key is not None and job.key in RECURRING


def keep_recurring(*, now: datetime) -> None:
    """Put what recurs into the queue where it is not there yet; however many workers start at once, one row each."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    for kind in RECURRING:
        row = {"kind": kind, "key": kind, "due_at": now, "created_at": now, "state": JobState.WAITING}
        counts = dict.fromkeys(("attempts", "progress_done", "progress_total"), 0)
        db.session.execute(insert(Job).values(row | counts).on_conflict_do_nothing())


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
    while (job := db.session.scalars(stmt).one_or_none()) is not None:
        if job.attempts < ATTEMPTS_MOST:
            job.state = JobState.RUNNING
            job.attempts += 1
            job.lease_owner, job.lease_until = owner, now + LEASE
            return job
        fail(job, _ABANDONED, now=now)  # else what kills its worker would go on killing workers
        db.session.flush()
    return None


def held(job_id: int, owner: str) -> Job | None:
    """Return the job locked, if this worker still holds its lease; else another took over and its outcome counts."""
    job = db.session.get_one(Job, job_id, with_for_update=True, populate_existing=True)  # not as it was read before
    return job if job.state == JobState.RUNNING and job.lease_owner == owner else None


def keep_lease(job: Job, *, done: int, total: int, now: datetime) -> None:
    """Say how far the work is, and hold on to it; the caller commits."""
    job.progress_done, job.progress_total = done, total
    job.lease_until = now + LEASE


def succeed(job: Job, result: Any, *, now: datetime) -> None:
    """Note that the work is done, in the transaction that did it."""
    job.state, job.result, job.error = JobState.DONE, result, None
    job.lease_owner = job.lease_until = None
    job.ended_at = now
    if recurs(job):
        _wait_for_next_time(job, now)


def fail(job: Job, error: str, *, now: datetime) -> None:
    """Note a failure: again after a while, at the next time at latest if it recurs, or dead and shown to people."""
    job.error = error[:4000]
    job.lease_owner = job.lease_until = None
    if job.attempts >= ATTEMPTS_MOST and recurs(job):
        _wait_for_next_time(job, now)
    elif job.attempts >= ATTEMPTS_MOST:
        job.state, job.ended_at = JobState.DEAD, now
    else:
        pause = timedelta(seconds=5 * 4**job.attempts)
        job.state, job.due_at = JobState.WAITING, now + (min(pause, RECURRING[job.kind]) if recurs(job) else pause)


def hold_given_up(job: Job) -> bool:
    """Lock a job, and tell whether it is dead still: another may have let it be tried again meanwhile."""
    db.session.refresh(job, with_for_update=True)
    return job.state == JobState.DEAD


def revive(job: Job, *, now: datetime) -> None:
    """Let a dead job be tried again; the caller holds it."""
    job.state, job.attempts, job.due_at, job.ended_at = JobState.WAITING, 0, now, None


def _wait_for_next_time(job: Job, now: datetime) -> None:
    job.state, job.attempts, job.due_at = JobState.WAITING, 0, now + RECURRING[job.kind]
    job.progress_done = job.progress_total = 0

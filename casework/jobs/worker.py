"""The worker: claims one job after the other and does it."""

import os
import signal
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
import structlog

from casework.audit.actions import commit, roll_back
from casework.db import db
from casework.jobs import actions
from casework.jobs.models import Job
from casework.web import clock

log = structlog.get_logger()
PAUSE_SECONDS = 1.0


def run_one(owner: str, *, now: datetime) -> bool:
    """Do one job if one is ready, and tell whether there was one."""
    job = actions.claim(owner, now=now)
    if job is None:
        roll_back()
        return False
    job_id, kind = job.id, job.kind
    commit()
    try:
        result = actions.HANDLERS[kind](job)
        _end(job_id, owner, lambda job: actions.succeed(job, result, now=clock.now()))
    except Exception as error:  # whatever it was, people must see it at the job
        log.exception("job failed", job=job_id, kind=kind)
        roll_back()
        cause = f"{type(error).__name__}: {error}"
        _end(job_id, owner, lambda job: actions.fail(job, cause, now=clock.now()))
    finally:
        db.session.remove()
    return True


def _end(job_id: int, owner: str, how: Callable[[Job], None]) -> None:
    """Commit the work and how it went together; undo both if another worker took over meanwhile."""
    job = actions.held(job_id, owner)
    if job is None:
        roll_back()
        return
    how(job)
    commit()


def run_until_stopped() -> None:
    """Work until SIGTERM or SIGINT; the job at hand is finished first."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"  # a worker started anew is another one
    log.info("worker started", owner=owner)
    actions.keep_recurring(now=clock.now())
    commit()
    while not stopped.is_set():
        try:
            found = run_one(owner, now=clock.now())
        except sa.exc.DBAPIError as failure:  # the database is away for a while; the lease sees to the job at hand
            log.error("database not reached", cause=str(failure.orig).strip())
            db.session.remove()
            found = False
        if not found:
            stopped.wait(PAUSE_SECONDS)


def run_all(*, most: int = 1000) -> int:
    """Do everything that is ready, and return how many jobs that were; for commands and tests."""
    for count in range(most):
        if not run_one("command", now=clock.now()):
            return count
    raise RuntimeError(f"more than {most} jobs in a row: one of them makes new ones without end")

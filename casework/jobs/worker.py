"""The worker: claims one job after the other and does it."""

import os
import signal
import socket
import threading
from datetime import datetime

import structlog

from casework.audit.actions import commit, roll_back
from casework.db import db
from casework.jobs import actions
from casework.jobs.models import Job, JobState
from casework.web import clock

log = structlog.get_logger()
PAUSE_SECONDS = 1.0


def run_one(owner: str, *, now: datetime) -> bool:
    """Do one job if one is ready, and tell whether there was one."""
    job = actions.claim(owner, now=now)
    if job is None:
        roll_back()
        return False
    job_id = job.id
    commit()
    try:
        result = actions.HANDLERS[job.kind](job)
        job = db.session.get_one(Job, job_id)
        if job.state == JobState.RUNNING and job.lease_owner == owner:
            actions.succeed(job, result, now=clock.now())
            commit()
        else:
            roll_back()  # another worker took over meanwhile: its result counts
    except Exception as error:  # whatever it was, people must see it at the job
        log.exception("job failed", job=job_id, kind=job.kind)
        roll_back()
        actions.fail(db.session.get_one(Job, job_id), f"{type(error).__name__}: {error}", now=clock.now())
        commit()
    finally:
        db.session.remove()
    return True


def run_until_stopped() -> None:
    """Work until SIGTERM or SIGINT; the job at hand is finished first."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    owner = f"{socket.gethostname()}:{os.getpid()}"
    log.info("worker started", owner=owner)
    while not stopped.is_set():
        if not run_one(owner, now=clock.now()):
            stopped.wait(PAUSE_SECONDS)


def run_all(*, most: int = 1000) -> int:
    """Do everything that is ready, and return how many jobs that were; for commands and tests."""
    for count in range(most):
        if not run_one("command", now=clock.now()):
            return count
    raise RuntimeError(f"more than {most} jobs in a row: one of them makes new ones without end")

"""What administrator and auditor do to keep the program trustworthy."""

from datetime import datetime

from casework.audit.actions import Who, record
from casework.jobs.actions import hold_given_up, revive
from casework.jobs.models import Job
from casework.rules.errors import RuleError


def try_again(job: Job, *, by: Who, now: datetime) -> None:
    """Let work that was given up be tried again."""
    if not hold_given_up(job):
        raise RuleError("Only work that was given up can be tried again.")
    before = {"error": (job.error or "")[:200]}
    revive(job, now=now)
    record("retry job", "job", job.id, by=by, now=now, before=before)


def note_verification(rows: int, faults: int, *, by: Who, now: datetime) -> None:
    """Note that the trail was verified, and with which result."""
    record("verify trail", "trail", rows, by=by, now=now, after={"rows": rows, "faults": faults})

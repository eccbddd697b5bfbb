"""Taking packages: who took which is noted; a large one is prepared in the background and kept until the next."""

from datetime import datetime
from typing import IO

from casework.archive.dossier import Dossier
from casework.archive.queries import PACKAGE_JOB, latest_job, payload
from casework.audit.actions import Who, record
from casework.db import db
from casework.files.actions import store
from casework.files.models import StoredFile
from casework.jobs.actions import enqueue
from casework.jobs.models import Job, JobState
from casework.rules.errors import RuleError
from casework.rules.words import N_

AT_ONCE = 32 * 1024 * 1024  # bytes of papers that a page writes while one waits
IN_BACKGROUND = 256 * 1024 * 1024
ZIP = "application/zip"
TOO_LARGE = N_(
    "The package holds more than %(most)s MB: the operator makes it with the command archive case or letter."
)


def note_taken(dossier: Dossier, sha256: str, *, by: Who, now: datetime) -> None:
    """Note that somebody took a package."""
    after = {"name": dossier.name, "files": len(dossier.papers), "sha256": sha256}
    record("archive taken", dossier.kind, dossier.id, by=by, now=now, after=after)


def order_package(dossier: Dossier, *, by: Who, now: datetime) -> Job:
    """Let the worker prepare a large package; one that is under way is enough."""
    if dossier.size > IN_BACKGROUND:
        raise RuleError(TOO_LARGE, most=IN_BACKGROUND // 1024 // 1024)
    job = latest_job(dossier.kind, dossier.id)
    if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
        return job
    return enqueue(PACKAGE_JOB, payload(dossier.kind, dossier.id), by=by, now=now)


def keep_package(
    dossier: Dossier, file: IO[bytes], *, replaced: StoredFile | None, by: Who, now: datetime
) -> StoredFile:
    """Keep a prepared package in place of the one before it."""
    if replaced is not None:
        db.session.delete(replaced)
    return store(file.read(), dossier.name, ZIP, by=by, now=now)

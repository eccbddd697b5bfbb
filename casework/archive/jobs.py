"""Background work of the archive: writing a large package."""

from typing import Any

import sqlalchemy as sa
from flask import current_app

from casework.archive.actions import keep_package
from casework.archive.dossier import dossier_of, written
from casework.archive.queries import PACKAGE_JOB, row_for
from casework.db import db
from casework.files.models import StoredFile
from casework.jobs.actions import handles
from casework.jobs.models import Job
from casework.users.queries import account_by_id
from casework.web import clock


@handles(PACKAGE_JOB)
def prepare_package(job: Job) -> Any:
    """Write the package as the records are now, and keep it in place of the last one."""
    if job.created_by_id is None:
        raise ValueError("a package in the background was asked for by an account")
    reader = account_by_id(job.created_by_id)
    dossier = dossier_of(row_for(reader, job.payload["kind"], job.payload["id"]))
    file, sha256 = written(dossier, fonts=current_app.config["SETTINGS"].fonts)
    with file:
        kept = keep_package(dossier, file, replaced=_last(job), by=reader, now=clock.now())
    return {"file": kept.id, "digest": dossier.digest, "sha256": sha256}


def _last(job: Job) -> StoredFile | None:
    """The package that an earlier job of the same letter or case left."""
    stmt = sa.select(Job).where(Job.kind == PACKAGE_JOB, Job.payload == job.payload, Job.id < job.id)
    for earlier in db.session.scalars(stmt.order_by(Job.id.desc())):
        if isinstance(earlier.result, dict) and (file := db.session.get(StoredFile, earlier.result["file"])):
            return file
    return None

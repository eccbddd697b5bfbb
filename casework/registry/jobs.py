"""Background work of the registers: the dry run of an import and its taking over."""

from datetime import datetime
from typing import Any

from casework.audit.actions import commit, roll_back
from casework.db import db
from casework.files.models import StoredFile
from casework.jobs.actions import handles, keep_lease
from casework.jobs.models import Job
from casework.registry.actions import imports
from casework.registry.checks import Check, Table, check_surrenders, check_trades, open_table
from casework.registry.models import ImportBatch, ImportState
from casework.registry.queries import import_by_id
from casework.registry.tables.words import Kind
from casework.rules.deadlines import day_of
from casework.rules.errors import RuleError
from casework.rules.words import N_
from casework.users.models import Account
from casework.users.queries import account_by_id
from casework.web import clock

CHANGED_MEANWHILE = N_("The register changed after the check; look at the outcome again and confirm it.")
_STAGES = 3  # read, compared, kept


@handles(imports.CHECK_JOB)
def check_import(job: Job) -> Any:
    """Do the dry run and keep its outcome; leaves at once if that was done."""
    batch = import_by_id(job.payload["import"])
    if batch.state is not ImportState.CHECKING:
        return None
    try:
        table, batch = _opened(job, batch)
        check = check_of(batch, table, now=clock.now())
    except RuleError as refusal:
        roll_back()
        imports.note_failure(import_by_id(job.payload["import"]), refusal, now=clock.now())
        return None
    imports.note_outcome(batch, check, now=clock.now())
    return {key: check.outcome[key] for key in ("new", "changed", "unchanged", "held_back")}


@handles(imports.TAKE_OVER_JOB)
def take_over_import(job: Job) -> Any:
    """Take over what the person saw and confirmed; if the register changed since, show the new outcome instead."""
    batch = import_by_id(job.payload["import"])
    if batch.state is not ImportState.TAKING_OVER:
        return None
    table, batch = _opened(job, batch)
    now = clock.now()
    check = check_of(batch, table, now=now)
    if check.digest != job.payload["digest"]:
        imports.note_outcome(batch, check, now=now)
        return {"refused": CHANGED_MEANWHILE}
    imports.take_over(batch, check, by=_uploader(batch), now=now)
    return {key: check.outcome[key] for key in ("new", "changed", "unchanged", "held_back")}


def check_of(batch: ImportBatch, table: Table, *, now: datetime) -> Check:
    """The check of an import's workbook against the register as it is now."""
    reader, today = _uploader(batch), day_of(now)
    if batch.year is not None:
        return check_surrenders(table, batch.year, reader=reader, today=today)
    if batch.cycle is None:
        raise ValueError("an import is for a year or a cycle")
    return check_trades(table, batch.cycle, reader=reader, today=today)


def _opened(job: Job, batch: ImportBatch) -> tuple[Table, ImportBatch]:
    """The workbook read while no transaction is open, so that nobody waits for a large file."""
    job_id, batch_id, kind, chosen = job.id, batch.id, Kind(batch.kind), batch.mapping
    file = db.session.get_one(StoredFile, batch.file_id)
    content, name = file.content, file.name
    roll_back()
    table = open_table(kind, content, name, chosen)
    keep_lease(db.session.get_one(Job, job_id), done=1, total=_STAGES, now=clock.now())
    commit()
    return table, import_by_id(batch_id)


def _uploader(batch: ImportBatch) -> Account:
    if batch.uploaded_by_id is None:
        raise ValueError("an import in the background was uploaded by an account")
    return account_by_id(batch.uploaded_by_id)

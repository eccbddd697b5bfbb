"""Finding what may be put into a package, and packages that were prepared in the background."""

from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.cases.models import Case
from casework.cases.queries.one_case import case_for
from casework.db import db
from casework.files.models import StoredFile
from casework.jobs.models import Job
from casework.letters.models import Letter
from casework.letters.queries import is_department, letter_for
from casework.rules.errors import NotFound
from casework.rules.letters import parse_document_number
from casework.rules.words import N_
from casework.users.models import Account

Row = TypeVar("Row", Letter, Case)
PACKAGE_JOB = "archive package"
NOT_IN_FULL = N_("There is no such archive package, or it is the department's own.")
KINDS = ("letter", "case")


def row_for(reader: Account, kind: str, row_id: int) -> Letter | Case:
    """The letter or case, for whoever may see it in full: its way and opinions are the department's own."""
    if kind not in KINDS or not is_department(reader):
        raise NotFound(NOT_IN_FULL)
    return letter_for(reader, row_id) if kind == "letter" else case_for(reader, row_id)


def letter_numbered(number: str) -> Letter:
    """The letter that bears this document number, for an operator at the command line."""
    prefix, year, n = parse_document_number(number)
    stmt = sa.select(Letter).where(Letter.prefix == prefix, Letter.year == year, Letter.number == n)
    return _found(db.session.scalars(stmt).unique().one_or_none())


def case_by_id(case_id: int) -> Case:
    """A case, for an operator at the command line."""
    stmt = sa.select(Case).where(Case.id == case_id).options(joinedload(Case.causes))
    return _found(db.session.scalars(stmt).unique().one_or_none())


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound(NOT_IN_FULL)
    return row


def latest_job(kind: str, row_id: int) -> Job | None:
    """The work in the background that prepared, or prepares, the package of a letter or case."""
    stmt = sa.select(Job).where(Job.kind == PACKAGE_JOB, Job.payload == payload(kind, row_id))
    return db.session.scalars(stmt.order_by(Job.id.desc()).limit(1)).one_or_none()


def payload(kind: str, row_id: int) -> dict[str, object]:
    """What such a job is told."""
    return {"kind": kind, "id": row_id}


def prepared_file(job: Job | None, digest: str) -> StoredFile | None:
    """The package that a job prepared, as long as the records are still the same."""
    result = job.result if job is not None else None
    if not isinstance(result, dict) or result.get("digest") != digest:
        return None
    return db.session.get(StoredFile, result["file"])

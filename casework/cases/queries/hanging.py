"""What hangs on a case, from visits to files, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload, undefer

from casework.cases.models import (
    Application,
    Case,
    CaseFile,
    Extension,
    FollowUp,
    Measure,
    Note,
    Pause,
    Penalty,
    Plan,
    Visit,
)
from casework.db import db, read_rows
from casework.files.models import StoredFile
from casework.rules.errors import NotFound
from casework.users.models import Account

Found = TypeVar("Found")


@dataclass(frozen=True)
class FileRow:
    """A file of a case with what a list shows of it."""

    id: int
    belongs_to: str
    belongs_id: int | None
    title: str
    name: str
    size: int
    stored_at: datetime
    stored_by: str


@dataclass(frozen=True)
class Hanging:
    """Everything that hangs on a case, the newest first."""

    visits: Sequence[Visit]
    plans: Sequence[Plan]
    applications: Sequence[Application]
    penalties: Sequence[Penalty]
    notes: Sequence[Note]
    files: Sequence[FileRow]

    def files_of(self, belongs_to: str, belongs_id: int) -> list[FileRow]:
        """Return the files of one visit, note, application or penalty."""
        return [row for row in self.files if (row.belongs_to, row.belongs_id) == (belongs_to, belongs_id)]


# Made once: making a statement costs as much as running it.
_CASE: sa.BindParameter[int] = sa.bindparam("case_id")
_NAMED = (Account.name, Account.version)  # who did it: no more of an account is shown
_VISITS = (
    sa.select(Visit)
    .options(selectinload(Visit.follow_ups), joinedload(Visit.recorded_by).load_only(*_NAMED))
    .where(Visit.case_id == _CASE)
    .order_by(Visit.day.desc(), Visit.id.desc())
)
_PLANS = (
    sa.select(Plan)
    .options(
        selectinload(Plan.measures),
        joinedload(Plan.author).load_only(*_NAMED),
        joinedload(Plan.decided_by).load_only(*_NAMED),
    )
    .where(Plan.case_id == _CASE)
    .order_by(Plan.number.desc())
)
_APPLICATIONS = (
    sa.select(Application)
    .options(joinedload(Application.recorded_by).load_only(*_NAMED))
    .where(Application.case_id == _CASE)
    .order_by(Application.sent_day.desc(), Application.id.desc())
)
_PENALTIES = (
    sa.select(Penalty)
    .options(joinedload(Penalty.recorded_by).load_only(*_NAMED), joinedload(Penalty.accepted_by).load_only(*_NAMED))
    .where(Penalty.case_id == _CASE)
    .order_by(Penalty.id.desc())
)
_NOTES = (
    sa.select(Note)
    .options(joinedload(Note.written_by).load_only(*_NAMED))
    .where(Note.case_id == _CASE)
    .order_by(Note.day.desc(), Note.id.desc())
)
_FILES = (
    sa.select(
        CaseFile.id,
        CaseFile.belongs_to,
        CaseFile.belongs_id,
        CaseFile.title,
        StoredFile.name,
        StoredFile.size,
        StoredFile.stored_at,
        sa.func.coalesce(Account.name, ""),
    )
    .join(StoredFile, StoredFile.id == CaseFile.file_id)
    .outerjoin(Account, Account.id == StoredFile.stored_by_id)
    .where(CaseFile.case_id == _CASE)
    .order_by(CaseFile.id.desc())
)


_KINDS = (Visit, Plan, Application, Penalty, Note, CaseFile)
_ANY = sa.select(*(sa.exists().where(kind.case_id == _CASE) for kind in _KINDS))


def everything_on(case: Case) -> Hanging:
    """Return what the case page shows below its head; most cases have few of these kinds, so that is asked first."""
    visits, plans, applications, penalties, notes, files = read_rows(_ANY, {"case_id": case.id}).one()
    return Hanging(
        visits=_rows(_VISITS, case) if visits else (),
        plans=_rows(_PLANS, case) if plans else (),
        applications=_rows(_APPLICATIONS, case) if applications else (),
        penalties=_rows(_PENALTIES, case) if penalties else (),
        notes=_rows(_NOTES, case) if notes else (),
        files=files_on(case) if files else (),
    )


def _rows(stmt: sa.Select[Found], case: Case) -> Sequence[Found]:
    return db.session.scalars(stmt, {"case_id": case.id}).unique().all()


def files_on(case: Case) -> list[FileRow]:
    """Return the files of a case, the newest first, without their bytes."""
    return [FileRow(*row) for row in read_rows(_FILES, {"case_id": case.id})]


def open_pause(case: Case) -> Pause | None:
    """Return the pause in which the case rests, if it does."""
    stmt = sa.select(Pause).where(Pause.case_id == case.id, Pause.until_day.is_(None))
    return db.session.scalars(stmt).one_or_none()


def asked_extension(case: Case) -> Extension:
    """Return the request that waits for its answer."""
    stmt = sa.select(Extension).options(joinedload(Extension.asked_by))
    stmt = stmt.where(Extension.case_id == case.id, Extension.granted.is_(None))
    return _one(stmt, NotFound("Nobody has asked for an extension."))


def extensions_of(case: Case) -> Sequence[Extension]:
    """Return every request for an extension with who asked and who answered, the oldest first."""
    people = (joinedload(Extension.asked_by), joinedload(Extension.decided_by))
    stmt = sa.select(Extension).options(*people).where(Extension.case_id == case.id)
    return db.session.scalars(stmt.order_by(Extension.id)).all()


def pauses_of(case: Case) -> Sequence[Pause]:
    """Return the times in which the case rested, the oldest first."""
    return db.session.scalars(sa.select(Pause).where(Pause.case_id == case.id).order_by(Pause.id)).all()


def visit_of(case: Case, visit_id: int) -> Visit:
    """Return a visit of this case."""
    stmt = sa.select(Visit).options(selectinload(Visit.follow_ups), joinedload(Visit.recorded_by))
    return _one(stmt.where(Visit.id == visit_id, Visit.case_id == case.id), NotFound("There is no such visit."))


def follow_up_of(case: Case, follow_up_id: int) -> tuple[Visit, FollowUp]:
    """Return something that was to follow a visit of this case, with the visit."""
    stmt = sa.select(Visit, FollowUp).join(FollowUp, FollowUp.visit_id == Visit.id)
    row = db.session.execute(stmt.where(FollowUp.id == follow_up_id, Visit.case_id == case.id)).one_or_none()
    if row is None:
        raise NotFound("There is no such visit.")
    return row[0], row[1]


def plan_of(case: Case, plan_id: int) -> Plan:
    """Return a version of this case's plan with its measures."""
    found = next((plan for plan in _rows(_PLANS, case) if plan.id == plan_id), None)
    if found is None:
        raise NotFound("There is no such relief plan.")
    return found


def latest_plan(case: Case) -> Plan | None:
    """Return the newest version of this case's plan."""
    return next(iter(_rows(_PLANS, case)), None)


def measure_of(case: Case, measure_id: int) -> tuple[Plan, Measure]:
    """Return a measure of one of this case's plans, with the plan."""
    stmt = sa.select(Plan, Measure).join(Measure, Measure.plan_id == Plan.id)
    row = db.session.execute(stmt.where(Measure.id == measure_id, Plan.case_id == case.id)).unique().one_or_none()
    if row is None:
        raise NotFound("There is no such relief plan.")
    return row[0], row[1]


def application_of(case: Case, application_id: int) -> Application:
    """Return an application of this case."""
    stmt = sa.select(Application).where(Application.id == application_id, Application.case_id == case.id)
    return _one(stmt, NotFound("There is no such application."))


def penalty_of(case: Case, penalty_id: int) -> Penalty:
    """Return a penalty record of this case."""
    stmt = sa.select(Penalty).options(joinedload(Penalty.recorded_by), joinedload(Penalty.accepted_by))
    stmt = stmt.where(Penalty.id == penalty_id, Penalty.case_id == case.id)
    return _one(stmt, NotFound("There is no such penalty record."))


def file_of(case: Case, case_file_id: int) -> StoredFile:
    """Return a file of this case with its bytes."""
    stmt = sa.select(StoredFile).join(CaseFile, CaseFile.file_id == StoredFile.id).options(undefer(StoredFile.content))
    stmt = stmt.where(CaseFile.id == case_file_id, CaseFile.case_id == case.id)
    return _one(stmt, NotFound("There is no such file."))


def _one(stmt: sa.Select[Found], missing: NotFound) -> Found:
    found = db.session.scalars(stmt).unique().one_or_none()
    if found is None:
        raise missing
    return found

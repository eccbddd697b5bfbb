"""One report with everything that hangs on it, and what a case shows of its reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.cases.models import Case
from casework.db import db
from casework.files.models import StoredFile
from casework.rounds.models import Correction, RecordProposal, Report, ReportFile, Round
from casework.rounds.queries.facts import FormOfUnit, forms_of, values_of
from casework.rounds.queries.proposals import proposals_of
from casework.rules.errors import NotFound
from casework.rules.report_forms import Field, Value
from casework.rules.reports import Problem, check
from casework.rules.rounds import GIVEN
from casework.users.models import Account
from casework.users.queries import within_reach


@dataclass(frozen=True)
class Line:
    """One field of a report: what is reported now and what was last time."""

    field: Field
    value: Value | None
    last: Value | None
    problems: Sequence[Problem]
    worse: bool
    contradicts: bool


@dataclass(frozen=True)
class WholeReport:
    """What the page of a report shows below its head."""

    form: FormOfUnit
    lines: Sequence[Line]
    files: Sequence[ReportFile]
    corrections: Sequence[Correction]
    proposals: Sequence[RecordProposal]

    @property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names."""
        return {line.field.name: line.field for line in self.lines}


def whole_report(report: Report, *, today: date) -> WholeReport:
    """Gather a report with its files, corrections and proposals."""
    form = forms_of([report], today=today)[report.id]
    return WholeReport(form, _lines(report, form), files_of(report), corrections_of(report), proposals_of(report))


def _lines(report: Report, form: FormOfUnit) -> list[Line]:
    """Put what is reported beside what was reported last, with what the checks say."""
    values = values_of(form.fields, report.submitted)
    problems = check(values, form.facts) if values else []
    stands = report.state in GIVEN
    worse, contradicts = set(report.worse.split(",")), set(report.contradicts.split(","))
    return [
        Line(
            one, values.get(one.name), form.facts.last.get(one.name),
            [problem for problem in problems if problem.name == one.name],
            stands and one.name in worse, stands and one.name in contradicts,
        )
        for one in form.fields
    ]  # fmt: skip


def files_of(report: Report) -> Sequence[ReportFile]:
    """Return the files that came with a report."""
    stmt = sa.select(ReportFile).options(joinedload(ReportFile.file, innerjoin=True))
    return db.session.scalars(stmt.where(ReportFile.report_id == report.id).order_by(ReportFile.id)).all()


def report_file(report: Report, file_id: int) -> StoredFile:
    """Return a file of this report, or say that there is none."""
    stmt = sa.select(StoredFile).join(ReportFile, ReportFile.file_id == StoredFile.id)
    file = db.session.scalars(stmt.where(ReportFile.report_id == report.id, ReportFile.id == file_id)).one_or_none()
    if file is None:
        raise NotFound("There is no such file.")
    return file


def corrections_of(report: Report) -> Sequence[Correction]:
    """Return the corrections of a report, the newest first."""
    stmt = sa.select(Correction).options(joinedload(Correction.corrected_by))
    stmt = stmt.where(Correction.report_id == report.id).order_by(Correction.id.desc())
    return db.session.scalars(stmt).unique().all()


@dataclass(frozen=True)
class OnCase:
    """What a case shows of its reports: the newest that was given."""

    report: Report
    lines: Sequence[Line]


def reports_on_case(case: Case, reader: Account, *, today: date) -> OnCase | None:
    """Return what the page of a case shows of its reports; None where none was given."""
    newest = (
        sa.select(Report)
        .options(joinedload(Report.round, innerjoin=True).joinedload(Round.cycle), joinedload(Report.submitted_by))
        .where(Report.case_id == case.id, Report.first_submitted_at.is_not(None))
        .where(within_reach(Report.region_id, reader))
        .order_by(Report.id.desc())
        .limit(1)
    )
    report = db.session.scalars(newest).unique().one_or_none()
    if report is None:
        return None
    return OnCase(report, _lines(report, forms_of([report], today=today)[report.id]))

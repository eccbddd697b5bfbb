"""What a city types into its list of units, from several windows, on the road: kept field by field, nothing lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from casework.audit.actions import record
from casework.db import db
from casework.files.actions import store_upload
from casework.rounds.actions.reporting import recall_report, typed_now, with_forms, write
from casework.rounds.models import Report, ReportFile
from casework.rounds.queries.facts import FormOfUnit
from casework.rules.errors import NotFound, RuleError
from casework.rules.reports import Reading, following, read_report
from casework.rules.rounds import ReportState
from casework.users.models import Account
from casework.web.fields import FILES_MOST, Upload


@dataclass(frozen=True)
class Typing:
    """What was typed into fields of one report, and what stood in them on the page before."""

    typed: Mapping[str, str]
    base: Mapping[str, str]


@dataclass(frozen=True)
class Kept:
    """What became of a typing: how the report reads now, or what stands by now in fields that others changed too."""

    reading: Reading
    form: FormOfUnit
    followed: Mapping[str, str] = field(default_factory=dict)
    contested: Mapping[str, str] = field(default_factory=dict)


def keep_typing(
    report: Report, typing: Typing, *, follows: bool = False, by: Account, now: datetime, today: date
) -> Kept:
    """Keep what was typed, unless another window changed one of the same fields meanwhile: then nothing is kept.

    With `follows`, what is still to buy follows the other tonnes.
    """
    ((_report, form),) = with_forms([report], by=by, now=now, today=today)
    standing = typed_now(report, form)
    contested = {
        name: standing.get(name, "")
        for name, text in typing.typed.items()
        if standing.get(name, "") not in {text, typing.base.get(name, "")}
    }
    if contested:
        return Kept(read_report(form.fields, standing, form.facts), form, contested=contested)
    followed = following(form.fields, standing, typing.typed, form.facts) if follows else {}
    typed = {**standing, **typing.typed, **followed}
    if report.typed and typed == standing:
        return Kept(read_report(form.fields, standing, form.facts), form)
    return Kept(write(report, form, typed, by=by, now=now), form, followed)


def start_over(reports: Sequence[Report], *, by: Account, now: datetime, today: date) -> None:
    """Take "no change" back: these units are to be reported again, as if nothing was typed."""
    for report, _form in with_forms(reports, by=by, now=now, today=today):
        if not report.no_change:
            continue
        report.typed = report.values = None
        report.no_change = report.complete = False
        report.touch(now=now)


def recall_reports(reports: Sequence[Report], *, by: Account, now: datetime) -> list[Report]:
    """Take back every submitted one of these reports that was not accepted yet."""
    given = sorted((one for one in reports if one.state is ReportState.SUBMITTED), key=lambda one: one.id)
    for report in given:
        recall_report(report, by=by, now=now)
    return given


def attach_files(report: Report, uploads: Iterable[Upload], *, by: Account, now: datetime, today: date) -> None:
    """Keep files with a report that the city still has in hand."""
    with_forms([report], by=by, now=now, today=today)
    held = db.session.scalar(sa.select(sa.func.count()).where(ReportFile.report_id == report.id)) or 0
    for number, upload in enumerate(uploads, held + 1):
        if number > FILES_MOST:
            raise RuleError("Attach at most %(most)s files to a report.", most=FILES_MOST)
        stored = store_upload(upload.content, upload.name, by=by, now=now)
        db.session.add(ReportFile(report_id=report.id, file_id=stored.id))
        record("file attached", "report", report.id, by=by, now=now, after={"file": stored.name})
    report.touch(now=now)


def detach_file(report: Report, file_id: int, *, by: Account, now: datetime, today: date) -> None:
    """Take away a file that was not submitted yet; the trail keeps its name and its hash."""
    with_forms([report], by=by, now=now, today=today)
    row = db.session.scalars(
        sa.select(ReportFile).where(ReportFile.report_id == report.id, ReportFile.id == file_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such file.")
    file = row.file
    if report.submitted_at and file.stored_at <= report.submitted_at:
        raise RuleError("This file was submitted already: it stays with the report.")
    db.session.delete(row)
    db.session.flush()
    db.session.delete(file)
    gone = {"file": file.name, "sha256": file.sha256}
    record("file taken away", "report", report.id, by=by, now=now, before=gone)
    report.touch(now=now)

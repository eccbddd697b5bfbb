"""What a city does: saving what is typed, "no change", submitting, taking back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from casework.audit.actions import record
from casework.db import CHANGED_MEANWHILE, canonical, db
from casework.registry.queries import in_parts
from casework.rounds.actions.proposing import Given, hold_cases, propose, withdraw_proposals
from casework.rounds.actions.tally import count_regions
from casework.rounds.models import Report, Round
from casework.rounds.queries.facts import FormOfUnit, forms_of
from casework.rules.errors import NotAllowed, RuleError, Stale
from casework.rules.report_forms import Risk
from casework.rules.reports import (
    Reading,
    Values,
    changes,
    contradicts,
    only_texts,
    prefilled,
    read_report,
    worsened,
)
from casework.rules.roles import Role
from casework.rules.rounds import WITH_CITY, ReportState, RoundState
from casework.rules.words import N_
from casework.users.models import Account

NO_LAST = N_("Nothing was reported of this unit before: fill in the form.")
OVER = N_("The time to report is over. What is handed in now is a correction, with its reason.")


@dataclass(frozen=True)
class Outcome:
    """What became of many reports: those that were done, and those at which something must be put right first."""

    done: Sequence[Report]
    left: Sequence[Report]


def check_reporter(report: Report, *, by: Account) -> None:
    """Refuse whoever is not of the report's region."""
    if Role.CITY not in by.roles or not report.region.path.startswith(by.region.path):
        raise NotAllowed("Only the region that is asked reports here.")


def save_report(report: Report, typed: Mapping[str, str], *, by: Account, now: datetime, today: date) -> Reading:
    """Keep what is typed so far, as it is typed, whether it can be submitted or not; what is not sent stays.

    It is no record yet: the trail notes what is submitted.
    """
    ((_report, form),) = with_forms([report], by=by, now=now, today=today)
    return write(report, form, {**typed_now(report, form), **typed}, by=by, now=now)


def mark_unchanged(report: Report, *, by: Account, now: datetime, today: date) -> Reading:
    """Report the same as last time; where the records know more by now, that."""
    ((_report, form),) = with_forms([report], by=by, now=now, today=today)
    if not form.facts.last:
        raise RuleError(NO_LAST)
    return _same_as_last(report, form, by=by, now=now)


def mark_all_unchanged(reports: Sequence[Report], *, by: Account, now: datetime, today: date) -> Outcome:
    """Report the same as last time for every unit in which nothing is typed yet."""
    done: list[Report] = []
    left: list[Report] = []
    for report, form in with_forms(reports, by=by, now=now, today=today):
        same = not report.typed and bool(form.facts.last)
        fits = same and _same_as_last(report, form, by=by, now=now).can_be_submitted
        (done if fits else left).append(report)
    return Outcome(done, left)


def _same_as_last(report: Report, form: FormOfUnit, *, by: Account, now: datetime) -> Reading:
    reading = write(report, form, prefilled(form.fields, form.facts), by=by, now=now)
    report.no_change = True
    return reading


def submit_reports(reports: Sequence[Report], *, by: Account, now: datetime, today: date) -> Outcome:
    """Hand the complete ones of these reports in for review; the others wait until they are put right."""
    done: list[Report] = []
    left: list[Report] = []
    held = with_forms(reports, by=by, now=now, today=today)
    hold_cases(reports)
    given: list[Given] = []
    for report, form in held:
        reading = read_report(form.fields, report.typed or {}, form.facts)
        if not report.typed or not reading.can_be_submitted:
            left.append(report)
            continue
        write(report, form, report.typed, by=by, now=now, saved=False)
        given.append(give(report, form, reading, by=by, now=now))
        done.append(report)
        record("report submitted", "report", report.id, by=by, now=now, after=_as_facts(report))
    propose(given, now=now)
    count_regions(done, now=now)
    return Outcome(done, left)


def recall_report(report: Report, *, by: Account, now: datetime) -> None:
    """Take a submitted report back to change it, as long as it was not accepted and the round is open."""
    _round_open(report.round_id, now=now)
    check_reporter(report, by=by)
    report.hold()
    if report.state is not ReportState.SUBMITTED:
        raise RuleError("Only a submitted report that was not reviewed yet can be taken back.")
    report.state, report.return_reason = ReportState.RETURNED, ""
    report.reviewed_by_id = report.reviewed_at = None
    report.touch(now=now)
    withdraw_proposals([report], now=now)
    count_regions([report], now=now)
    record("report taken back", "report", report.id, by=by, now=now)


def typed_now(report: Report, form: FormOfUnit) -> dict[str, str]:
    """Return what stands in the fields: what was typed, before anything was what they are prefilled with."""
    return dict(report.typed) if report.typed else prefilled(form.fields, form.facts)


def write(
    report: Report, form: FormOfUnit, typed: Mapping[str, str], *, by: Account, now: datetime, saved: bool = True
) -> Reading:
    """Write what was typed and what could be read of it."""
    typed = only_texts(form.fields, typed)
    reading = read_report(form.fields, typed, form.facts)
    values = reading.values
    report.typed, report.values = typed, plain(values)
    report.complete = reading.can_be_submitted
    if saved:
        report.no_change = False
        report.saved_by_id, report.saved_at = by.id, now
    report.touch(now=now)
    return reading


def give(report: Report, form: FormOfUnit, reading: Reading, *, by: Account, now: datetime) -> Given:
    """Let a report be submitted, with the figures that the department sorts and counts by.

    The caller holds the case, proposes what the records lack and counts the region anew.
    """
    values = reading.values
    report.state, report.submitted = ReportState.SUBMITTED, report.values
    report.surrendered, report.to_buy = _tonnes(values, "surrendered"), _tonnes(values, "to_buy")
    report.risk = Risk(str(values["risk"])) if values.get("risk") else None
    report.worse = ",".join(worsened(values, form.facts.last))
    report.contradicts = ",".join(contradicts(values, form.facts))
    report.changed = bool(changes(form.fields, values, form.facts.last))
    report.submitted_by_id, report.submitted_at = by.id, now
    report.first_submitted_at = report.first_submitted_at or now
    return report, values, form.facts


def plain(values: Values) -> dict[str, Any]:
    """Return values as they are kept: plain JSON, without what is empty."""
    kept: dict[str, Any] = json.loads(canonical({name: value for name, value in values.items() if value is not None}))
    return kept


def _tonnes(values: Values, name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) else None


def _round_open(round_id: int, *, now: datetime) -> Round:
    """Return the round, which cannot be frozen before the commit, or refuse because its time is over.

    Shared with whoever else reports; KEY SHARE would not keep the freeze (NO KEY UPDATE) waiting.
    """
    stmt = sa.select(Round).where(Round.id == round_id).with_for_update(of=Round, read=True)
    round_ = db.session.scalars(stmt.execution_options(populate_existing=True)).one()
    if round_.state is not RoundState.OPEN or round_.due_at <= now:
        raise RuleError(OVER)
    return round_


def _hold(reports: Sequence[Report]) -> None:
    """Lock these reports in the order of their ids, and refuse if one was changed since it was read."""
    db.session.flush()
    seen = {report.id: report.version for report in reports}
    for part in in_parts(sorted(seen)):
        stmt = sa.select(Report.id, Report.version).where(Report.id.in_(part)).order_by(Report.id)
        held = db.session.execute(stmt.with_for_update(of=Report, key_share=True)).all()
        if any(version != seen[id_] for id_, version in held):
            raise Stale(CHANGED_MEANWHILE)


def with_forms(
    reports: Sequence[Report], *, by: Account, now: datetime, today: date
) -> list[tuple[Report, FormOfUnit]]:
    """Lock these reports in the order of their ids, and return them with fields and facts."""
    for round_id in sorted({report.round_id for report in reports}):
        _round_open(round_id, now=now)
    ordered = sorted(reports, key=lambda report: report.id)
    for report in ordered:
        check_reporter(report, by=by)
    _hold(ordered)
    if any(report.state not in WITH_CITY for report in ordered):
        raise RuleError("This report was submitted already: take it back to change it.")
    forms = forms_of(ordered, today=today)
    return [(report, forms[report.id]) for report in ordered]


def _as_facts(report: Report) -> dict[str, Any]:
    return {"round": report.round_id, "case": report.case_id, "no_change": report.no_change, **(report.values or {})}

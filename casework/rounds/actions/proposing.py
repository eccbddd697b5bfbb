"""What a report proposes to change in the records: written with it, and taken over only when an officer says so."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.audit.actions import record
from casework.cases.actions.plans import finish_measure
from casework.cases.actions.steps import tell
from casework.cases.models import Case
from casework.cases.queries.hanging import measure_of
from casework.db import db
from casework.registry.actions.obligations import add_surrender
from casework.registry.queries import in_parts, obligations_of
from casework.rounds.models import ProposalState, RecordProposal, Report
from casework.rules.deadlines import day_of
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.reports import RecordKind, UnitFacts, Values, proposed
from casework.rules.roles import Role
from casework.rules.rounds import GIVEN
from casework.rules.words import N_
from casework.users.models import Account

_KEPT_AS = "依据{label}年度第{number}期调度填报"  # stands as the reason of the surrender, in the office's language


_CHANGE = ("case_id", "kind", "target_id", "before", "after")
Given = tuple[Report, Values, UnitFacts]


def propose(given: Sequence[Given], *, now: datetime) -> None:
    """Write what these reports would change; it takes the place of what earlier reports of their cases proposed.

    What an officer declined is not proposed again while it stays the same. A report that was handed in late, or put
    right, after a later round was reported proposes nothing: the later one speaks of the records. The caller holds
    the cases.
    """
    for part in in_parts(given):
        overtaken = _overtaken([report.id for report, _values, _facts in part])
        speaking = [one for one in part if one[0].id not in overtaken]
        of_cases = RecordProposal.case_id.in_([report.case_id for report, _values, _facts in speaking])
        _replace(of_cases, now=now)
        declined = _declined(of_cases)
        for report, values, facts in speaking:
            for one in proposed(values, facts):
                change = (report.case_id, one.kind, one.measure_id or 0, one.before, one.after)
                if change not in declined:
                    named = dict(zip(_CHANGE, change, strict=True))
                    db.session.add(RecordProposal(report_id=report.id, proposed_at=now, **named))
        db.session.flush()


def _declined(of_cases: sa.ColumnElement[bool]) -> set[tuple[Any, ...]]:
    """Return the changes of these cases that an officer declined."""
    columns = [getattr(RecordProposal, name) for name in _CHANGE]
    stmt = sa.select(*columns).where(of_cases, RecordProposal.state == ProposalState.DECLINED)
    return {tuple(row) for row in db.session.execute(stmt)}


def hold_cases(reports: Iterable[Report]) -> None:
    """Lock the cases of these reports until the commit: of two rounds of a case one proposes after the other."""
    for part in in_parts(sorted({report.case_id for report in reports})):
        stmt = sa.select(Case.id).where(Case.id.in_(part)).order_by(Case.id)
        db.session.execute(stmt.with_for_update(of=Case, key_share=True))


def _overtaken(report_ids: Sequence[int]) -> set[int]:
    """Return those of these reports whose case was reported in a later round."""
    later = aliased(Report)
    overtaken = sa.exists().where(later.case_id == Report.case_id, later.id > Report.id, later.state.in_(GIVEN))
    return set(db.session.scalars(sa.select(Report.id).where(Report.id.in_(report_ids), overtaken)))


def withdraw_proposals(reports: Sequence[Report], *, now: datetime) -> None:
    """Take back what these reports proposed, because they do not stand any more."""
    hold_cases(reports)
    _replace(RecordProposal.report_id.in_([report.id for report in reports]), now=now)


def _replace(condition: sa.ColumnElement[bool], *, now: datetime) -> None:
    stmt = sa.select(RecordProposal).where(condition, RecordProposal.state == ProposalState.OPEN)
    for row in db.session.scalars(stmt):
        row.state = ProposalState.REPLACED
        row.touch(now=now)
    db.session.flush()


def accept_proposal(proposal: RecordProposal, *, by: Account, now: datetime, today: date) -> None:
    """Take a proposal over into the records, with the report as evidence.

    The caller has locked the case; the records change through their own actions.
    """
    _hold_open(proposal, by=by)
    case, report = proposal.case, proposal.report
    day = min(day_of(report.submitted_at or now), today)
    if proposal.kind is RecordKind.SURRENDERED:
        before: int | None = _surrender(proposal, report, case, day, by=by, now=now)
    else:
        before = proposal.before
        _plan, measure = measure_of(case, proposal.target_id)
        finish_measure(case, _plan, measure, done_day=day, done_tonnes=proposal.after, by=by, now=now, today=today)
    _decide(proposal, ProposalState.ACCEPTED, "", by=by, now=now)
    details = {"report": [None, report.round.number], proposal.kind.value: [before, proposal.after]}
    tell(case, N_("Taken over from a report"), by=by, now=now, details=details)


def decline_proposal(proposal: RecordProposal, reason: str, *, by: Account, now: datetime) -> None:
    """Leave the records as they are, with a reason."""
    _hold_open(proposal, by=by)
    if not reason.strip():
        raise RuleError("Say why the records stay as they are.", field="reason")
    _decide(proposal, ProposalState.DECLINED, reason.strip(), by=by, now=now)
    details = {"report": [None, proposal.report.round.number], proposal.kind.value: [proposal.before, proposal.after]}
    tell(proposal.case, N_("Not taken over from a report"), by=by, now=now, details=details, reason=reason)


def _hold_open(proposal: RecordProposal, *, by: Account) -> None:
    if Role.OFFICER not in by.roles:
        raise NotAllowed("This step is for an officer of the department.")
    proposal.hold()
    if proposal.state is not ProposalState.OPEN:
        raise RuleError("This proposal was decided already, or a later report took its place.")


def _surrender(proposal: RecordProposal, report: Report, case: Case, day: date, *, by: Account, now: datetime) -> int:
    """Record the tonnes that the register lacks, the oldest year first; return what it knew before."""
    owed = sorted(obligations_of([case.enterprise_id], cycle_id=case.cycle_id), key=lambda row: row.year.label)
    for obligation in owed:
        obligation.hold()
    known = sum(obligation.surrendered for obligation in owed)
    missing = (proposal.after or 0) - known
    if not owed or missing <= 0:
        raise RuleError("The records show at least as much by now: decline this proposal.")
    reason = _KEPT_AS.format(label=case.cycle.label, number=report.round.number)
    for obligation in owed:
        tonnes = missing if obligation is owed[-1] else min(missing, obligation.short)
        if tonnes:
            add_surrender(obligation, day, tonnes, reason=reason, by=by, now=now)
            missing -= tonnes
    return known


def _decide(proposal: RecordProposal, state: ProposalState, reason: str, *, by: Account, now: datetime) -> None:
    proposal.state, proposal.reason = state, reason
    proposal.decided_by_id, proposal.decided_at = by.id, now
    proposal.touch(now=now)
    after = {"case": proposal.case_id, "report": proposal.report_id, "kind": proposal.kind, "to": proposal.after}
    record(
        f"proposal {state.value}", "report", proposal.report_id, by=by, now=now,
        before={"from": proposal.before}, after=after | {"reason": reason},
    )  # fmt: skip

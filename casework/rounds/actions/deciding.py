"""Deciding what reports and imports propose: taken over as proposed, with other figures, or left as it is."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from casework.audit.actions import record
from casework.cases.actions.plans import finish_measure
from casework.cases.actions.steps import tell
from casework.cases.models import Case, Measure
from casework.cases.queries.hanging import measure_of
from casework.registry.actions.obligations import add_surrender
from casework.registry.queries import obligations_of
from casework.rounds.actions.proposing import replace
from casework.rounds.models import ProposalState, RecordProposal
from casework.rounds.queries.actuals import actuals_of
from casework.rules.deadlines import day_of
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.reports import RecordKind
from casework.rules.roles import Role
from casework.rules.words import N_
from casework.users.models import Account

_KEPT_AS = "依据{label}年度第{number}期调度填报"  # stands as the reason of the surrender, in the office's language


@dataclass(frozen=True)
class Noted:
    """What is noted of a measure: tonnes, and the day on which it was done; no day while it is under way."""

    tonnes: int | None
    day: date | None


def to_note(proposal: RecordProposal, measure: Measure, *, now: datetime, today: date) -> Noted:
    """Return what a proposal would note of its measure; what a register shows is done once nothing of it is missing."""
    if proposal.report is None:
        full = (proposal.after or 0) >= measure.tonnes
        return Noted(proposal.after, proposal.day if full else None)
    return Noted(proposal.after, min(day_of(proposal.report.submitted_at or now), today))


def accept_proposal(
    proposal: RecordProposal, *, corrected: Noted | None = None, by: Account, now: datetime, today: date
) -> None:
    """Take a proposal over into the records, with its source as evidence; of a measure with other figures if need be.

    The caller has locked the case; the records change through their own actions.
    """
    _hold_open(proposal, by=by)
    case, after = proposal.case, proposal.after
    if proposal.kind is RecordKind.SURRENDERED:
        before: int | None = _surrender(proposal, case, by=by, now=now, today=today)
    else:
        before, after = proposal.before, _note(proposal, case, corrected, by=by, now=now, today=today)
    _decide(proposal, ProposalState.ACCEPTED, "", taken=after, by=by, now=now)
    what = N_("Taken over from a report") if proposal.report else N_("Taken over from an import")
    tell(case, what, by=by, now=now, details={**_source(proposal), proposal.kind.value: [before, after]})


def decline_proposal(proposal: RecordProposal, reason: str, *, by: Account, now: datetime) -> None:
    """Leave the records as they are, with a reason."""
    _hold_open(proposal, by=by)
    if not reason.strip():
        raise RuleError("Say why the records stay as they are.", field="reason")
    _decide(proposal, ProposalState.DECLINED, reason.strip(), taken=None, by=by, now=now)
    what = N_("Not taken over from a report") if proposal.report else N_("Not taken over from an import")
    details = {**_source(proposal), proposal.kind.value: [proposal.before, proposal.after]}
    tell(proposal.case, what, by=by, now=now, details=details, reason=reason)


def _source(proposal: RecordProposal) -> dict[str, list[int | None]]:
    return (
        {"report": [None, proposal.report.round.number]} if proposal.report else {"import": [None, proposal.import_id]}
    )


def _hold_open(proposal: RecordProposal, *, by: Account) -> None:
    if Role.OFFICER not in by.roles:
        raise NotAllowed("This step is for an officer of the department.")
    proposal.hold()
    if proposal.state is not ProposalState.OPEN:
        raise RuleError("This proposal was decided already, or what came later took its place.")


def _note(
    proposal: RecordProposal, case: Case, corrected: Noted | None, *, by: Account, now: datetime, today: date
) -> int | None:
    """Note what a measure brought, unless it was noted otherwise meanwhile; what others proposed of it ends."""
    plan, measure = measure_of(case, proposal.target_id)
    if measure.done_day is not None or measure.done_tonnes != proposal.before:
        raise RuleError("The measure was noted otherwise by now: decline this proposal.")
    noted = corrected or to_note(proposal, measure, now=now, today=today)
    if corrected is None and proposal.report is None and not _is_still_shown(proposal):
        raise RuleError("The records show less by now: decline this proposal, or take over other figures.")
    finish_measure(case, plan, measure, done_day=noted.day, done_tonnes=noted.tonnes, by=by, now=now, today=today)
    same = (RecordProposal.case_id == case.id, RecordProposal.kind == proposal.kind)
    others = (RecordProposal.target_id == proposal.target_id, RecordProposal.id != proposal.id)
    replace(sa.and_(*same, *others), now=now)
    return noted.tonnes


def _is_still_shown(proposal: RecordProposal) -> bool:
    """Tell whether the registers show as much as an import proposed: a later correction by hand may have lowered it."""
    shown = {one.measure_id: one.tonnes for one in actuals_of([proposal.case_id]).get(proposal.case_id, ())}
    return shown.get(proposal.target_id, 0) >= (proposal.after or 0)


def _surrender(proposal: RecordProposal, case: Case, *, by: Account, now: datetime, today: date) -> int:
    """Record the tonnes that the register lacks, the oldest year first; return what it knew before."""
    if proposal.report is None:
        raise ValueError("an import writes surrenders itself")
    owed = sorted(obligations_of([case.enterprise_id], cycle_id=case.cycle_id), key=lambda row: row.year.label)
    for obligation in owed:
        obligation.hold()
    known = sum(obligation.surrendered for obligation in owed)
    missing = (proposal.after or 0) - known
    if not owed or missing <= 0:
        raise RuleError("The records show at least as much by now: decline this proposal.")
    day = min(day_of(proposal.report.submitted_at or now), today)
    reason = _KEPT_AS.format(label=case.cycle.label, number=proposal.report.round.number)
    for obligation in owed:
        tonnes = missing if obligation is owed[-1] else min(missing, obligation.short)
        if tonnes:
            add_surrender(obligation, day, tonnes, reason=reason, by=by, now=now)
            missing -= tonnes
    return known


def _decide(
    proposal: RecordProposal, state: ProposalState, reason: str, *, taken: int | None, by: Account, now: datetime
) -> None:
    proposal.state, proposal.reason = state, reason
    proposal.decided_by_id, proposal.decided_at = by.id, now
    proposal.touch(now=now)
    kind, source = ("report", proposal.report_id) if proposal.report_id else ("import", proposal.import_id)
    after = {"case": proposal.case_id, kind: source, "kind": proposal.kind, "to": proposal.after}
    record(
        f"proposal {state.value}", kind, source, by=by, now=now,
        before={"from": proposal.before}, after=after | {"taken": taken, "reason": reason},
    )  # fmt: skip

"""What the department does with a submitted report: accept it, or send it back with a reason."""

from datetime import datetime

from casework.audit.actions import record
from casework.notices.actions import Told, tell
from casework.notices.models import Topic
from casework.rounds.actions.proposing import withdraw_proposals
from casework.rounds.actions.tally import count_regions
from casework.rounds.models import Report
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.roles import Role
from casework.rules.rounds import ReportState
from casework.rules.words import N_
from casework.users.models import Account


def accept_report(report: Report, *, by: Account, now: datetime) -> None:
    """Accept a submitted report."""
    _hold_submitted(report, by=by)
    _turn(report, ReportState.ACCEPTED, "", by=by, now=now)
    record("report accepted", "report", report.id, by=by, now=now, after={"round": report.round_id})


def return_report(report: Report, reason: str, *, by: Account, now: datetime) -> None:
    """Send a report back to the city, which says what to put right; what it proposed falls away."""
    if not reason.strip():
        raise RuleError("Say what must be put right: the city reads it.", field="reason")
    _hold_submitted(report, by=by)
    _turn(report, ReportState.RETURNED, reason.strip(), by=by, now=now)
    withdraw_proposals([report], now=now)
    record("report returned", "report", report.id, by=by, now=now, after={"reason": reason.strip()})
    told = Told(
        key=f"report {report.id} back {now.isoformat()}", topic=Topic.WORK, what=N_("A report came back"),
        subject=report.case.enterprise.name, note=reason.strip(), endpoint="rounds.report_page",
        target={"report_id": report.id},
    )  # fmt: skip
    tell([report.submitted_by_id], told, by=by.id, now=now)


def _hold_submitted(report: Report, *, by: Account) -> None:
    if Role.OFFICER not in by.roles:
        raise NotAllowed("This step is for an officer of the department.")
    report.hold()
    if report.state is not ReportState.SUBMITTED:
        raise RuleError("Only a submitted report is reviewed: this one is not, or not any more.")


def _turn(report: Report, state: ReportState, reason: str, *, by: Account, now: datetime) -> None:
    report.state, report.return_reason = state, reason
    report.reviewed_by_id, report.reviewed_at = by.id, now
    report.touch(now=now)
    count_regions([report], now=now)

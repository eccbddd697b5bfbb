"""What a report proposes to change in the records: written with it, and taken over only when an officer says so.

What imports propose for a plan's measures stands beside it, see from_imports.py; a source replaces only its own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.cases.models import Case
from casework.db import db
from casework.registry.queries import in_parts
from casework.rounds.models import ProposalState, RecordProposal, Report
from casework.rules.reports import UnitFacts, Values, proposed
from casework.rules.rounds import GIVEN

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
        of_reports = sa.and_(of_cases, RecordProposal.report_id.is_not(None))
        replace(of_reports, now=now)
        declined = declined_of(of_reports)
        for report, values, facts in speaking:
            for one in proposed(values, facts):
                change = (report.case_id, one.kind, one.measure_id or 0, one.before, one.after)
                if change not in declined:
                    named = dict(zip(_CHANGE, change, strict=True))
                    db.session.add(RecordProposal(report_id=report.id, proposed_at=now, **named))
        db.session.flush()


def declined_of(condition: sa.ColumnElement[bool]) -> set[tuple[Any, ...]]:
    """Return the changes that an officer declined, each as case, kind, target, before and after."""
    columns = [getattr(RecordProposal, name) for name in _CHANGE]
    stmt = sa.select(*columns).where(condition, RecordProposal.state == ProposalState.DECLINED)
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
    replace(RecordProposal.report_id.in_([report.id for report in reports]), now=now)


def replace(condition: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Let these proposals end, as far as they are open, because of what came later; the caller holds their cases."""
    for row in open_proposals(condition):
        end_proposal(row, now=now)
    db.session.flush()


def open_proposals(condition: sa.ColumnElement[bool]) -> Sequence[RecordProposal]:
    """Return the proposals that wait for a decision, the oldest first."""
    stmt = sa.select(RecordProposal).where(condition, RecordProposal.state == ProposalState.OPEN)
    return db.session.scalars(stmt.order_by(RecordProposal.id)).all()


def end_proposal(proposal: RecordProposal, *, now: datetime) -> None:
    """Let a proposal end because of what came later."""
    proposal.state = ProposalState.REPLACED
    proposal.touch(now=now)

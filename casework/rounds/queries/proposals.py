"""What reports and imports propose for the records: of one report, of a case, and one of them to decide on."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from casework.cases.models import Case, Measure, Plan, PlanState
from casework.db import db, read_rows
from casework.registry.models import Enterprise
from casework.rounds.models import ProposalState, RecordProposal, Report
from casework.rules.errors import NotFound
from casework.users.models import Account
from casework.users.queries import within_reach

_SOURCES = (joinedload(RecordProposal.report).joinedload(Report.round), joinedload(RecordProposal.batch))
_IN_FORCE = (
    sa.exists()
    .where(Measure.id == RecordProposal.target_id, Measure.plan_id == Plan.id, Plan.state == PlanState.APPROVED)
    .correlate(RecordProposal)
)
# To decide: a measure whose plan was replaced or failed meanwhile can be noted no more.
TO_DECIDE = sa.and_(
    RecordProposal.state == ProposalState.OPEN, sa.or_(RecordProposal.target_id == 0, _IN_FORCE)
)  # fmt: skip

_ANY_OPEN = (
    sa.select(RecordProposal.id)
    .where(RecordProposal.case_id == sa.bindparam("case_id"), RecordProposal.state == ProposalState.OPEN)
    .limit(1)
)


def proposals_of(report: Report) -> Sequence[RecordProposal]:
    """Return what a report proposed, open or decided."""
    stmt = sa.select(RecordProposal).options(joinedload(RecordProposal.decided_by), joinedload(RecordProposal.measure))
    stmt = stmt.where(RecordProposal.report_id == report.id, RecordProposal.state != ProposalState.REPLACED)
    return db.session.scalars(stmt.order_by(RecordProposal.id)).unique().all()


def proposals_to_decide(case: Case) -> Sequence[RecordProposal]:
    """Return what waits for a decision on a case, with its sources; of most cases nothing does, which costs little."""
    if not read_rows(_ANY_OPEN, {"case_id": case.id}).first():
        return ()
    stmt = sa.select(RecordProposal).options(joinedload(RecordProposal.measure), *_SOURCES)
    stmt = stmt.where(RecordProposal.case_id == case.id, TO_DECIDE)
    return db.session.scalars(stmt.order_by(RecordProposal.id)).unique().all()


def proposal_for(reader: Account, proposal_id: int) -> RecordProposal:
    """Return a proposal about a case within the reader's region, or say that there is none."""
    stmt = (
        sa.select(RecordProposal)
        .join(RecordProposal.case)
        .join(Case.enterprise)
        .options(
            contains_eager(RecordProposal.case).contains_eager(Case.enterprise).lazyload(Enterprise.region),
            joinedload(RecordProposal.measure),
            *_SOURCES,
        )
        .where(RecordProposal.id == proposal_id, within_reach(Case.region_id, reader))
    )
    proposal = db.session.scalars(stmt).unique().one_or_none()
    if proposal is None:
        raise NotFound("There is no such proposal, or it belongs to another region.")
    return proposal

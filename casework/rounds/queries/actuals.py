"""What the registers say of the measures of plans in force, in a fixed number of queries for each five hundred."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from casework.cases.models import Case, Plan, PlanState
from casework.db import db
from casework.registry.models import ComplianceYear, Direction, Obligation, Surrender, Trade
from casework.rounds.queries.facts import measures_in_force
from casework.rules.actuals import Actual, Dated, actuals
from casework.rules.deadlines import day_of

_IN_FORCE = (Plan.case_id.in_(sa.bindparam("case_ids", expanding=True)), Plan.state == PlanState.APPROVED)
# What the records came to know since the plan was approved: it was made for what was short by them.
_SURRENDERED = (
    sa.select(Plan.case_id, Surrender.day, sa.func.sum(Surrender.tonnes))
    .join(Case, Case.id == Plan.case_id)
    .join(ComplianceYear, ComplianceYear.cycle_id == Case.cycle_id)
    .join(Obligation, sa.and_(Obligation.year_id == ComplianceYear.id, Obligation.enterprise_id == Case.enterprise_id))
    .join(Surrender, sa.and_(Surrender.obligation_id == Obligation.id, Surrender.recorded_at > Plan.decided_at))
    .where(*_IN_FORCE)
    .group_by(Plan.case_id, Surrender.day)
)
_BOUGHT = (
    sa.select(Plan.case_id, Trade.day, Trade.tonnes, Plan.decided_at)
    .join(Case, Case.id == Plan.case_id)
    .join(Trade, sa.and_(Trade.enterprise_id == Case.enterprise_id, Trade.cycle_id == Case.cycle_id))
    .where(*_IN_FORCE, Trade.direction == Direction.BUY)
)


def actuals_of(case_ids: Sequence[int]) -> dict[int, list[Actual]]:
    """Return, by case, the measures of its plan behind which the registers show more than was noted."""
    surrendered: dict[int, list[Dated]] = defaultdict(list)
    bought: dict[int, list[Dated]] = defaultdict(list)
    for case_id, day, tonnes in db.session.execute(_SURRENDERED, {"case_ids": case_ids}):
        surrendered[case_id].append((day, int(tonnes)))
    for case_id, day, tonnes, approved_at in db.session.execute(_BOUGHT, {"case_ids": case_ids}):
        if approved_at and day >= day_of(approved_at):
            bought[case_id].append((day, tonnes))
    return {
        case_id: actuals(measures, surrendered[case_id], bought[case_id])
        for case_id, measures in measures_in_force(case_ids).items()
    }

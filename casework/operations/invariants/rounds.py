"""R1: what stands in the tallies of a round follows from its reports."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from casework.db import db
from casework.operations.invariants.fault import Fault
from casework.rounds.actions.tally import COUNTED
from casework.rounds.models import Report, Round, RoundRegion
from casework.rules.words import N_


def tallies_count_the_reports(_now: datetime) -> Iterator[Fault]:
    """R1: a region's tally is what its reports in the round come to."""
    columns = [column.label(name) for name, column in COUNTED.items()]
    counted = (
        sa.select(Report.round_id, Report.region_id, sa.func.count().label("units"), *columns)
        .join(Round, Round.id == Report.round_id)
        .group_by(Report.round_id, Report.region_id)
        .subquery()
    )
    same = sa.and_(counted.c.round_id == RoundRegion.round_id, counted.c.region_id == RoundRegion.region_id)
    names = ("units", *COUNTED)
    wrong = sa.or_(*(sa.func.coalesce(counted.c[name], 0) != getattr(RoundRegion, name) for name in names))
    stmt = sa.select(RoundRegion.round_id, RoundRegion.region_id).join(counted, same, isouter=True).where(wrong)
    for round_id, region_id in db.session.execute(stmt.order_by(RoundRegion.round_id, RoundRegion.region_id)):
        yield Fault(f"round {round_id}, region {region_id}", N_("its tally does not follow from its reports"))

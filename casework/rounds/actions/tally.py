"""The tally of each region's part in a round, kept by whoever changes a report, so that no page counts them all."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from casework.db import db
from casework.rounds.models import Report, Round, RoundRegion
from casework.rules.report_forms import Risk
from casework.rules.rounds import GIVEN, ReportState

_GIVEN = Report.state.in_(GIVEN)


def _number(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)


def _sum(column: Any) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((_GIVEN, column), else_=0)), 0)


COUNTED: dict[str, sa.ColumnElement[int]] = {
    "given": _number(_GIVEN),
    "accepted": _number(Report.state == ReportState.ACCEPTED),
    "returned": _number(Report.state == ReportState.RETURNED),
    "late": _number(Report.first_submitted_at >= Round.due_at),
    "changed": _number(_GIVEN, Report.changed.is_(True)),
    "worse": _number(_GIVEN, Report.worse != ""),
    "contradicting": _number(_GIVEN, Report.contradicts != ""),
    "at_risk": _number(_GIVEN, Report.risk == Risk.HIGH),
    "surrendered": _sum(Report.surrendered),
    "to_buy": _sum(Report.to_buy),
}


def count_regions(reports: Iterable[Report], *, now: datetime) -> None:
    """Write the tallies of the regions of these reports anew; each stays locked, so that none is counted past another.

    A region is complete from the moment at which nothing is missing any more, until something comes back.
    """
    db.session.flush()
    for round_id, region_id in sorted({(report.round_id, report.region_id) for report in reports}):
        stmt = sa.select(RoundRegion).where(RoundRegion.round_id == round_id, RoundRegion.region_id == region_id)
        stmt = stmt.with_for_update(of=RoundRegion).execution_options(populate_existing=True)
        place = db.session.scalars(stmt).one()
        counted = (
            sa.select(*(column.label(name) for name, column in COUNTED.items()))
            .join(Round, Round.id == Report.round_id)
            .where(Report.round_id == round_id, Report.region_id == region_id)
        )
        row = db.session.execute(counted).one()
        for name in COUNTED:
            setattr(place, name, int(getattr(row, name)))
        place.complete_at = None if place.given < place.units else place.complete_at or now
    db.session.flush()

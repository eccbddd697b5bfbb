"""R1 and R2: tallies of a round follow from its reports, and proposals rest on what they name."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from casework.cases.models import Case, Measure, Plan
from casework.db import db
from casework.operations.invariants.fault import Fault
from casework.registry.models import ImportBatch, ImportState, Obligation, Surrender, Trade
from casework.rounds.actions.tally import COUNTED
from casework.rounds.models import RecordProposal, Report, Round, RoundRegion
from casework.rules.reports import RecordKind
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


def proposals_rest_on_what_they_name(_now: datetime) -> Iterator[Fault]:
    """R2: a proposal speaks of its own case's measure; one of an import, of what that import brought to the unit."""
    stmt = sa.select(RecordProposal.id).where(_of_another_case()).order_by(RecordProposal.id)
    for id_ in db.session.scalars(stmt):
        yield Fault(f"proposal {id_}", N_("is about a measure that its case does not have"))
    stmt = (
        sa.select(RecordProposal.id)
        .join(Case, Case.id == RecordProposal.case_id)
        .join(ImportBatch, ImportBatch.id == RecordProposal.import_id)
        .where(sa.or_(ImportBatch.state != ImportState.TAKEN_OVER, ~_brought_something()))
    )
    for id_ in db.session.scalars(stmt.order_by(RecordProposal.id)):
        yield Fault(f"proposal {id_}", N_("names an import that brought nothing to the unit"))


def _of_another_case() -> sa.ColumnElement[bool]:
    own = sa.exists().where(
        Measure.id == RecordProposal.target_id, Measure.plan_id == Plan.id, Plan.case_id == RecordProposal.case_id
    )
    of_measure = RecordProposal.kind == RecordKind.MEASURE_DONE
    return sa.or_(sa.and_(of_measure, ~own), sa.and_(RecordProposal.import_id.is_not(None), ~of_measure))


def _brought_something() -> sa.ColumnElement[bool]:
    surrendered = sa.exists().where(
        Surrender.import_id == RecordProposal.import_id,
        Surrender.obligation_id == Obligation.id,
        Obligation.enterprise_id == Case.enterprise_id,
    )
    traded = sa.exists().where(
        Trade.import_id == RecordProposal.import_id, Trade.enterprise_id == Case.enterprise_id
    )  # fmt: skip
    return sa.or_(surrendered, traded)

"""Finding rounds, schedules and reports for a reader."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from casework.cases.models import Case
from casework.db import db
from casework.registry.models import Enterprise
from casework.rounds.models import Report, Round, RoundRegion, Schedule
from casework.rules.errors import NotFound
from casework.rules.rounds import RoundState
from casework.users.models import Account
from casework.users.queries import within_reach


def _seen(reader: Account) -> sa.ColumnElement[bool]:
    """The department sees every round, a city those in which it has units."""
    if reader.region.parent_id is None:
        return sa.true()
    return sa.exists().where(RoundRegion.round_id == Round.id, within_reach(RoundRegion.region_id, reader))


def rounds_seen(reader: Account) -> sa.Select[Round]:
    """Select the rounds a reader may see, with their cycles."""
    return sa.select(Round).options(joinedload(Round.cycle, innerjoin=True)).where(_seen(reader))


def round_for(reader: Account, round_id: int) -> Round:
    """Return a round in which the reader sees units, or say that there is none."""
    round_ = db.session.scalars(rounds_seen(reader).where(Round.id == round_id)).one_or_none()
    if round_ is None:
        raise NotFound("There is no such round, or it does not ask your region.")
    return round_


def open_rounds(reader: Account) -> Sequence[Round]:
    """Return the rounds that are being reported, the soonest due first."""
    stmt = rounds_seen(reader).where(Round.state == RoundState.OPEN).order_by(Round.due_at, Round.id)
    return db.session.scalars(stmt).all()


def schedule_by_id(schedule_id: int) -> Schedule:
    """Return a schedule, or say that there is none."""
    schedule = db.session.get(Schedule, schedule_id)
    if schedule is None:
        raise NotFound("There is no such schedule.")
    return schedule


def all_schedules() -> Sequence[Schedule]:
    """Return every schedule, the newest first."""
    stmt = sa.select(Schedule).options(joinedload(Schedule.cycle, innerjoin=True), joinedload(Schedule.set_up_by))
    return db.session.scalars(stmt.order_by(Schedule.id.desc())).unique().all()


def reports_seen(reader: Account) -> sa.Select[Report]:
    """Select the reports of the reader's region with their case and unit."""
    return (
        sa.select(Report)
        .join(Report.case)
        .join(Case.enterprise)
        .options(
            contains_eager(Report.case).contains_eager(Case.enterprise).lazyload(Enterprise.region),
            joinedload(Report.region, innerjoin=True),
        )
        .where(within_reach(Report.region_id, reader))
    )


def report_for(reader: Account, report_id: int) -> Report:
    """Return a report of the reader's region, or say that there is none."""
    report = db.session.scalars(reports_seen(reader).where(Report.id == report_id)).one_or_none()
    if report is None:
        raise NotFound("There is no such report, or it belongs to another region.")
    return report


def reports_of(round_: Round, reader: Account, report_ids: Iterable[int] | None = None) -> Sequence[Report]:
    """Return the reports of a round within the reader's region, by region and unit; only those named if any are."""
    stmt = reports_seen(reader).where(Report.round_id == round_.id)
    if report_ids is not None:
        stmt = stmt.where(Report.id.in_(list(report_ids)))
    return db.session.scalars(stmt.order_by(Report.region_id, Enterprise.name, Report.id)).all()


def regions_of(round_: Round, reader: Account) -> Sequence[RoundRegion]:
    """Return the regions that a round asks, within the reader's own."""
    stmt = sa.select(RoundRegion).options(joinedload(RoundRegion.region, innerjoin=True))
    stmt = stmt.where(RoundRegion.round_id == round_.id, within_reach(RoundRegion.region_id, reader))
    return db.session.scalars(stmt.order_by(RoundRegion.region_id)).all()


def active_schedules() -> list[int]:
    """Return the schedules that make rounds."""
    return list(db.session.scalars(sa.select(Schedule.id).where(Schedule.active).order_by(Schedule.id)))

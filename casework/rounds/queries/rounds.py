"""Finding rounds, schedules and reports for a reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload
from werkzeug.datastructures import MultiDict

from casework.cases.models import Case
from casework.db import db
from casework.letters.models import Letter
from casework.letters.queries import letters_within_reach
from casework.registry.models import Enterprise
from casework.rounds.models import Report, Round, RoundBulletin, RoundRegion
from casework.rules.errors import NotFound
from casework.rules.rounds import RoundState
from casework.users.models import Account
from casework.users.queries import within_reach
from casework.web.lists import PER_PAGE, Listing, Order, Ordering, count, list_page


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


def bulletins_from(round_: Round, reader: Account) -> Sequence[Letter]:
    """Return the bulletins that were made from a round, as far as the reader may see them."""
    stmt = sa.select(Letter).join(RoundBulletin, RoundBulletin.letter_id == Letter.id)
    stmt = stmt.where(RoundBulletin.round_id == round_.id, letters_within_reach(reader))
    return db.session.scalars(stmt.order_by(Letter.id)).unique().all()


def round_behind(letter: Letter, reader: Account) -> Round | None:
    """Return the round that a bulletin was made from or a notice asks for, if the reader sees it."""
    made = sa.select(RoundBulletin.round_id).where(RoundBulletin.letter_id == letter.id)
    stmt = rounds_seen(reader).where(sa.or_(Round.letter_id == letter.id, Round.id.in_(made)))
    return db.session.scalars(stmt.limit(1)).one_or_none()


def open_rounds(reader: Account) -> Sequence[Round]:
    """Return the rounds that are being reported, the soonest due first."""
    stmt = rounds_seen(reader).where(Round.state == RoundState.OPEN).order_by(Round.due_at, Round.id)
    return db.session.scalars(stmt).all()


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


def last_round(cycle_id: int) -> Round | None:
    """Return the newest round of a cycle."""
    stmt = sa.select(Round).where(Round.cycle_id == cycle_id).order_by(Round.number.desc()).limit(1)
    return db.session.scalars(stmt).one_or_none()


@dataclass(frozen=True)
class RoundRow:
    """A line of the list of rounds, counted over the reader's regions."""

    round: Round
    units: int = 0
    given: int = 0
    accepted: int = 0
    late: int = 0


_ORDER = Order({"due": Round.due_at}, default="-due", tie=Round.id)
_COUNTED = (RoundRegion.units, RoundRegion.given, RoundRegion.accepted, RoundRegion.late)


def round_list_page(reader: Account, args: MultiDict[str, str], *, whole: bool = False) -> Listing:
    """Return one page of the rounds a reader may see, or all of them."""
    stmt = sa.select(Round.id).where(_seen(reader))

    def read(ids: sa.Select[Any], _ordering: Ordering) -> list[RoundRow]:
        page = list(db.session.scalars(ids))
        rounds = {one.id: one for one in db.session.scalars(rounds_seen(reader).where(Round.id.in_(page)))}
        sums = (
            sa.select(RoundRegion.round_id, *(sa.func.sum(column) for column in _COUNTED))
            .where(RoundRegion.round_id.in_(page), within_reach(RoundRegion.region_id, reader))
            .group_by(RoundRegion.round_id)
        )
        counted = {id_: [int(one) for one in numbers] for id_, *numbers in db.session.execute(sums)}
        return [RoundRow(rounds[id_], *counted.get(id_, ())) for id_ in page]

    total = count(stmt)
    return list_page(stmt, _ORDER, args, total=total, per_page=max(total, 1) if whole else PER_PAGE, read=read)

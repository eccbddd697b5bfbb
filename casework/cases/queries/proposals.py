"""Units that the records propose for the problem list of a cycle, with the reasons."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.cases.models import Case
from casework.db import db, read_rows
from casework.registry.models import ComplianceYear, Cycle, Enterprise, Obligation, Surrender
from casework.registry.queries import cycle_before
from casework.registry.search import matches
from casework.rules.compliance import ListingFacts, ListingReason, reasons_for_listing
from casework.rules.deadlines import day_of, has_passed, last_day
from casework.rules.states import Outcome, State
from casework.users.models import Account, Region
from casework.users.queries import within_reach

COUNTED_MOST = 500  # with more units short than this the list only says that there are some
SHOWN_MOST = 200
# Which of some units of a cycle are not expected to complete, as of a day: forecasts stand above cases and tell it.
Foresee = Callable[[Cycle, Sequence[int], date], Collection[int]]


def nothing_foreseen(_cycle: Cycle, _units: Sequence[int], _day: date) -> Collection[int]:
    """Foresee nothing: nobody was asked."""
    return ()


@dataclass(frozen=True)
class Proposal:
    """A unit that belongs on the list, and why."""

    enterprise_id: int
    name: str
    code: str
    region: str
    due: int
    surrendered: int
    short: int
    reasons: Sequence[ListingReason]


def how_many_proposed(
    cycle: Cycle, reader: Account, *, now: datetime, foresee: Foresee = nothing_foreseen
) -> int | None:
    """Return how many units meet the criteria, or None where so many are short that no page should count them.

    Once a milestone has passed every unit that is short meets them, so that forecasts need not be asked.
    """
    if read_rows(_SOME_SHORT, {"cycle_id": cycle.id}).scalar_one() > COUNTED_MOST:
        return None
    needed = nothing_foreseen if _milestone_passed(cycle, now) else foresee
    return len(proposals(cycle, reader, now=now, foresee=needed, most=COUNTED_MOST))


def proposals(
    cycle: Cycle,
    reader: Account,
    *,
    now: datetime,
    foresee: Foresee = nothing_foreseen,
    most: int = SHOWN_MOST,
) -> list[Proposal]:
    """Return the units that belong on the list and are not yet, the largest shortfall first.

    Forecasts are asked of the largest shortfalls only: as many as a page counts.
    """
    milestone_passed, owed_before = _milestone_passed(cycle, now), _owed_before(cycle)
    foreseen = () if foresee is nothing_foreseen else foresee(cycle, _largest(cycle, reader), day_of(now))
    stmt = _candidates(cycle, reader, owed_before).limit(most)
    if not milestone_passed:  # being short is no news yet, so nobody else can be proposed
        stmt = stmt.where(sa.or_(owed_before, Enterprise.id.in_(sorted(foreseen))))
    rows = db.session.execute(stmt)
    found = [_proposal(row, milestone_passed=milestone_passed, foreseen=row.id in foreseen) for row in rows]
    return [proposal for proposal in found if proposal.reasons]


def _milestone_passed(cycle: Cycle, now: datetime) -> bool:
    return has_passed(cycle.deadline, now) or any(one.day < day_of(now) for one in cycle.milestones)


def _largest(cycle: Cycle, reader: Account) -> list[int]:
    stmt = _candidates(cycle, reader, sa.false()).limit(COUNTED_MOST)
    return [row.id for row in db.session.execute(stmt)]


def _proposal(row: Any, *, milestone_passed: bool, foreseen: bool) -> Proposal:
    facts = ListingFacts(
        surrendered=int(row.surrendered),
        short=int(row.short),
        milestone_passed=milestone_passed,
        short_last_cycle=bool(row.owed_before),
        foreseen=foreseen,
    )
    return Proposal(
        row.id, row.name, row.code, row.region, int(row.due), facts.surrendered, facts.short, reasons_for_listing(facts)
    )


def _short_in(cycle_id: Any) -> tuple[sa.ColumnElement[bool], ...]:
    years = sa.select(ComplianceYear.id).where(ComplianceYear.cycle_id == cycle_id)
    return (Obligation.year_id.in_(years), Obligation.short > 0)


# Every page of the list asks this, so it is made once.
_SOME_SHORT = sa.select(sa.func.count()).select_from(
    sa.select(Obligation.id).where(*_short_in(sa.bindparam("cycle_id"))).limit(COUNTED_MOST + 1).subquery()
)


def _candidates(cycle: Cycle, reader: Account, owed_before: sa.ColumnElement[bool]) -> Any:
    years = sa.select(ComplianceYear.id).where(ComplianceYear.cycle_id == cycle.id)
    short = sa.func.sum(Obligation.short).label("short")
    return (
        sa.select(
            Enterprise.id,
            Enterprise.name,
            Enterprise.code,
            Region.name.label("region"),
            sa.func.sum(Obligation.due).label("due"),
            sa.func.sum(Obligation.surrendered).label("surrendered"),
            short,
            owed_before.label("owed_before"),
        )
        .join(Obligation, Obligation.enterprise_id == Enterprise.id)
        .join(Region, Region.id == Enterprise.region_id)
        .where(Obligation.year_id.in_(years), within_reach(Enterprise.region_id, reader))
        .where(Enterprise.id.in_(sa.select(Obligation.enterprise_id).where(*_short_in(cycle.id))))
        .where(Enterprise.struck_off_day.is_(None), ~_was_dealt_with(cycle))
        .group_by(Enterprise.id, Enterprise.name, Enterprise.code, Region.name)
        .order_by(short.desc(), Enterprise.id)
    )


def _was_dealt_with(cycle: Cycle) -> sa.ColumnElement[bool]:
    """Whether the unit is on the list, or a leader ended its case in this cycle although something is still short."""
    ended = Case.outcome.in_((Outcome.WITHDRAWN, Outcome.UNIT_STRUCK_OFF, Outcome.AFTER_PENALTY))
    return sa.exists().where(
        Case.enterprise_id == Enterprise.id, Case.cycle_id == cycle.id, sa.or_(Case.state != State.CLOSED, ended)
    )


def _owed_before(cycle: Cycle) -> sa.ColumnElement[bool]:
    """Whether something was owed when the deadline of the cycle before passed."""
    before = cycle_before(cycle)
    if before is None:
        return sa.false()
    earlier = aliased(Obligation)
    in_time = (
        sa.select(sa.func.coalesce(sa.func.sum(Surrender.tonnes), 0))
        .where(Surrender.obligation_id == earlier.id, Surrender.day <= last_day(before.deadline))
        .correlate(earlier)
        .scalar_subquery()
    )
    years = sa.select(ComplianceYear.id).where(ComplianceYear.cycle_id == before.id)
    return sa.exists().where(
        earlier.enterprise_id == Enterprise.id, earlier.year_id.in_(years), earlier.due > in_time
    )  # fmt: skip


def listable(cycle: Cycle, reader: Account, words: str, *, most: int = 20) -> list[Enterprise]:
    """Return units that hold the words and have no open case in the cycle, for listing by hand."""
    is_open = sa.exists().where(
        Case.enterprise_id == Enterprise.id, Case.cycle_id == cycle.id, Case.state != State.CLOSED
    )
    stmt = sa.select(Enterprise).where(matches(words), within_reach(Enterprise.region_id, reader), ~is_open)
    return list(db.session.scalars(stmt.order_by(Enterprise.name).limit(most)))

"""How long cases stay in each state, what steps were followed by, and who has how much to do; as of a day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case, CaseEvent
from casework.cases.queries.as_of import MOVED, is_open, states_on
from casework.db import read_rows
from casework.overview.queries.glance_cases import short_on, since_of
from casework.registry.models import Cycle
from casework.rules.compliance import percent
from casework.rules.deadlines import day_of, end_of_day
from casework.rules.leading import Age, Spread, Stay, Then, followed_by, spread_of
from casework.rules.workflow import OPEN_STATES, State, Step
from casework.users.models import Account, Region
from casework.users.queries import within_reach

WATCHED = (Step.START_ASSISTANCE, Step.AGREE_PLAN, Step.URGE, Step.SUPERVISE, Step.REFER)
History = list[Stay]


@dataclass(frozen=True)
class TimeLine:
    """Stays in one state: those that ended, and those that go on."""

    state: State
    ended: Spread | None
    lasting: Spread | None


@dataclass(frozen=True)
class FollowLine:
    """The cases that took a step, and how many of them something followed."""

    step: Step
    cases: int
    then: dict[Then, int]

    def rate(self, then: Then) -> Decimal | None:
        """Percent of the cases that this followed."""
        return percent(self.then[then], self.cases)


@dataclass(frozen=True)
class LoadLine:
    """Open cases in one person's or one region's hands."""

    id: int | None
    name: str | None
    cases: int
    short: int
    still: int  # cases that stand in their state for over 30 days


@dataclass(frozen=True)
class Effort:
    """Everything the page shows."""

    times: Sequence[TimeLine]
    follows: Sequence[FollowLine]
    officers: Sequence[LoadLine]
    regions: Sequence[LoadLine]


def effort(cycle: Cycle, *, day: date, reader: Account) -> Effort:
    """Read the page of a cycle as of a day."""
    known = histories(cycle.id, day=day, reader=reader)
    return Effort(
        times=[_time(state, known, day) for state in OPEN_STATES],
        follows=[_follow(step, known) for step in WATCHED],
        officers=_load(cycle, Case.officer_id, Account, day=day, reader=reader),
        regions=_load(cycle, Case.region_id, Region, day=day, reader=reader),
    )


def histories(cycle_id: int, *, day: date, reader: Account) -> list[History]:
    """The stays of each case of a cycle up to a day, oldest first."""
    stmt = (
        sa.select(CaseEvent.case_id, CaseEvent.step, CaseEvent.to_state, CaseEvent.at)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle_id, within_reach(Case.region_id, reader), CaseEvent.at < end_of_day(day), MOVED)
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    found: dict[int, History] = defaultdict(list)
    for case_id, step, state, at in read_rows(stmt):
        stays, came = found[case_id], day_of(at)
        if stays:
            stays[-1] = replace(stays[-1], left=came)
        stays.append(Stay(case_id, step, state, came))
    return list(found.values())


def _time(state: State, known: Sequence[History], day: date) -> TimeLine:
    stays = [stay for history in known for stay in history if stay.state is state]
    ended = [stay.days(day) for stay in stays if stay.left is not None]
    lasting = [stay.days(day) for stay in stays if stay.left is None]
    return TimeLine(state, spread_of(ended), spread_of(lasting))


def _follow(step: Step, known: Sequence[History]) -> FollowLine:
    cases, then = followed_by(step, known)
    return FollowLine(step, len(cases), {one: len(ids) for one, ids in then.items()})


def _load(cycle: Cycle, owner: Any, named: Any, *, day: date, reader: Account) -> list[LoadLine]:
    standing, short = states_on(cycle.id, day, reader), short_on(cycle, day)
    still = sa.or_(*(since_of(age, day, standing.c.since) for age in (Age.QUARTER, Age.LONGER)))
    tonnes = sa.func.sum(sa.func.coalesce(short.c.short, 0))
    stmt = (
        sa.select(owner, named.name, sa.func.count(), tonnes, sa.func.sum(sa.case((still, 1), else_=0)))
        .select_from(Case)
        .join(standing, standing.c.case_id == Case.id)
        .outerjoin(short, short.c.enterprise_id == Case.enterprise_id)
        .outerjoin(named, named.id == owner)
        .where(is_open(standing))
        .group_by(owner, named.name)
        .order_by(sa.func.count().desc(), owner)
    )
    return [LoadLine(row[0], row[1], int(row[2]), int(row[3]), int(row[4])) for row in read_rows(stmt)]

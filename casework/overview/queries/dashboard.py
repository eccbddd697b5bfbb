"""Where a cycle stands: completion, milestone, shortfall, cases by state, regions, trades, the ten that matter."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.cases.models import Case, CaseTally
from casework.db import db, read_rows
from casework.registry.course import Course, course_of
from casework.registry.figures import (
    RegionFigures,
    TradeFigures,
    YearFigures,
    added,
    by_region,
    by_year,
    counted,
    trades_by_cycle,
)
from casework.registry.models import Cycle
from casework.rules.compliance import CompletionFigures
from casework.rules.deadlines import last_day
from casework.rules.workflow import State
from casework.users.models import Account
from casework.users.queries import within_reach

TEN = 10


@dataclass(frozen=True)
class MilestoneStanding:
    """A milestone of the cycle beside what was reached."""

    day: date
    wanted: Decimal  # percent of units
    reached: Decimal | None  # by its day, or so far
    ahead: bool = False

    @property
    def met(self) -> bool:
        """Tell whether it is reached."""
        return self.reached is not None and self.reached >= self.wanted


@dataclass(frozen=True)
class Dashboard:
    """Everything the overview of a cycle shows."""

    cycle: Cycle
    last_day: date
    figures: CompletionFigures
    years: list[YearFigures]
    all_years: list[YearFigures]
    regions: list[RegionFigures]
    trades: TradeFigures | None
    milestones: list[MilestoneStanding]
    by_state: dict[State, int]
    ten: list[Case]

    @property
    def open_cases(self) -> int:
        """Cases that are not closed."""
        return sum(number for state, number in self.by_state.items() if state is not State.CLOSED)


def dashboard(cycle: Cycle, *, day: date, reader: Account) -> Dashboard:
    """Read the overview of a cycle as far as the reader sees it."""
    parts = counted(reader)
    everything = by_year(parts)
    years = [year for year in everything if year.cycle_id == cycle.id]
    figures = added(year.figures for year in years)
    trades = trades_by_cycle(reader, cycle_id=cycle.id)
    return Dashboard(
        cycle=cycle,
        last_day=last_day(cycle.deadline),
        figures=figures,
        years=years,
        all_years=everything,
        regions=by_region(part for part in parts if part.cycle_id == cycle.id),
        trades=trades[0] if trades else None,
        milestones=milestones_of(cycle, course_of(reader, cycle), day),
        by_state=cases_by_state(cycle.id, reader=reader),
        ten=_ten_that_matter(cycle.id, reader=reader),
    )


def milestones_of(cycle: Cycle, course: Course, day: date) -> list[MilestoneStanding]:
    """Hold each milestone against what was reached by its day; of one that is ahead as of a day, so far."""
    reached = course.along(min(one.day, day) for one in cycle.milestones)
    return [
        MilestoneStanding(
            one.day, Decimal(one.share) / 100, reached[min(one.day, day)].rate_by_units, ahead=one.day > day
        )
        for one in cycle.milestones
    ]


def cases_by_state(cycle_id: int, *, reader: Account) -> dict[State, int]:
    """Count the cases of a cycle in each state, out of the tally."""
    stmt = (
        sa.select(CaseTally.state, sa.func.sum(CaseTally.cases))
        .where(CaseTally.cycle_id == cycle_id, within_reach(CaseTally.region_id, reader))
        .group_by(CaseTally.state)
    )
    found: dict[Any, int] = {state: int(number) for state, number in db.session.execute(stmt)}
    return {state: found.get(state, 0) for state in State}


def _ten_that_matter(cycle_id: int, *, reader: Account) -> list[Case]:
    stmt = (
        sa.select(Case)
        .options(joinedload(Case.enterprise, innerjoin=True), joinedload(Case.region, innerjoin=True))
        .where(Case.cycle_id == cycle_id, Case.state != State.CLOSED, Case.short > 0)
        .where(within_reach(Case.region_id, reader))
        .order_by(Case.short.desc(), Case.id)
        .limit(TEN)
    )
    return list(db.session.scalars(stmt))


_NEXT_DEADLINE = (
    sa.select(Cycle.label, Cycle.deadline).where(Cycle.deadline > sa.bindparam("now")).order_by(Cycle.deadline).limit(1)
)


def next_deadline(now: datetime) -> tuple[str, date] | None:
    """Return label and last day of the cycle whose deadline comes next, None when none is ahead."""
    row = read_rows(_NEXT_DEADLINE, {"now": now}).one_or_none()
    return None if row is None else (row.label, last_day(row.deadline))

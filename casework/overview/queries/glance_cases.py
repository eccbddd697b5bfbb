"""The problem list of a cycle as of a day: states, how long cases stand in them, causes, the ten that matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case, CaseCause, CaseEvent, CaseLetter
from casework.cases.queries.as_of import ASKED, MOVED, answered_by, is_open, out_on, states_on
from casework.cases.queries.facts import ANSWERS
from casework.db import read_rows
from casework.letters.models import Letter, Recipient
from casework.registry.as_of import owed_on, whole
from casework.registry.models import Cycle, Enterprise
from casework.rules.causes import Cause
from casework.rules.deadlines import day_of, end_of_day
from casework.rules.leading import RECENT, Age, MatterFacts, Why, why_it_matters
from casework.rules.workflow import OPEN_STATES, State
from casework.users.models import Account, Region
from casework.users.queries import within_reach

TEN = 10


@dataclass(frozen=True)
class StateLine:
    """The cases of one state: how many, for how long, how many came and went lately."""

    state: State
    cases: int
    ages: dict[Age, int]
    came: int
    went: int

    @property
    def open(self) -> bool:
        """Whether work goes on in this state."""
        return self.state in OPEN_STATES


@dataclass(frozen=True)
class CauseLine:
    """Open cases with one cause and what they are short of; a case with two causes is counted in both."""

    cause: Cause
    cases: int
    short: int


@dataclass(frozen=True)
class Mattering:
    """One of the cases that are short of most."""

    case_id: int
    name: str
    region: str
    state: State
    short: int
    share: Decimal | None
    whys: Sequence[Why]


def since_of(age: Age, day: date, since: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """The condition that a case came into its state so many days before the day."""
    fewest, most = age.days
    newest = since < end_of_day(day - timedelta(days=fewest))
    return newest if most is None else sa.and_(newest, since >= end_of_day(day - timedelta(days=most + 1)))


def lately(day: date) -> sa.ColumnElement[bool]:
    """The condition on steps that they were taken in the RECENT days up to this one, and led to another state."""
    start = end_of_day(day - timedelta(days=RECENT))
    return sa.and_(CaseEvent.at >= start, CaseEvent.at < end_of_day(day), MOVED)


def by_state(cycle_id: int, *, day: date, reader: Account) -> list[StateLine]:
    """Count the cases of each state."""
    standing = states_on(cycle_id, day, reader)
    ages = [sa.func.sum(sa.case((since_of(age, day, standing.c.since), 1), else_=0)) for age in Age]
    stmt = sa.select(standing.c.state, sa.func.count(), *ages).group_by(standing.c.state)
    found = {row[0]: row for row in read_rows(stmt)}
    came, went = (_moves(column, cycle_id, day, reader) for column in (CaseEvent.to_state, CaseEvent.from_state))
    return [
        StateLine(
            state,
            int(found[state][1]) if state in found else 0,
            {age: int(found[state][at]) if state in found else 0 for at, age in enumerate(Age, 2)},
            came.get(state, 0),
            went.get(state, 0),
        )
        for state in State
    ]


def _moves(column: Any, cycle_id: int, day: date, reader: Account) -> dict[State, int]:
    stmt = (
        sa.select(column, sa.func.count(sa.distinct(CaseEvent.case_id)))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle_id, within_reach(Case.region_id, reader), lately(day))
        .group_by(column)
    )
    return {state: int(cases) for state, cases in read_rows(stmt)}


def short_on(cycle: Cycle, day: date) -> sa.Subquery:
    """What each unit with a case was short of over the years of the cycle: enterprise_id, short, surrendered."""
    owed = owed_on(cycle, day, units=sa.select(Case.enterprise_id).where(Case.cycle_id == cycle.id))
    missing = sa.case((owed.c.due > owed.c.surrendered, owed.c.due - owed.c.surrendered), else_=0)
    return (
        sa.select(
            owed.c.enterprise_id,
            whole(sa.func.sum(missing)).label("short"),
            whole(sa.func.sum(owed.c.surrendered)).label("surrendered"),
        )
        .group_by(owed.c.enterprise_id)
        .subquery("short")
    )


def by_cause(cycle: Cycle, *, day: date, reader: Account) -> list[CauseLine]:
    """Count open cases by cause, the most tonnes first."""
    standing, short = states_on(cycle.id, day, reader), short_on(cycle, day)
    stmt = (
        sa.select(CaseCause.cause, sa.func.count(), sa.func.sum(sa.func.coalesce(short.c.short, 0)))
        .join(standing, standing.c.case_id == CaseCause.case_id)
        .join(Case, Case.id == CaseCause.case_id)
        .outerjoin(short, short.c.enterprise_id == Case.enterprise_id)
        .where(is_open(standing))
        .group_by(CaseCause.cause)
    )
    lines = [CauseLine(cause, int(cases), int(tonnes)) for cause, cases, tonnes in read_rows(stmt)]
    return sorted(lines, key=lambda line: (-line.short, line.cause))


def ten_that_matter(cycle: Cycle, short_of_all: int, *, day: date, reader: Account) -> list[Mattering]:
    """The open cases that were short of most, and why each matters."""
    standing, short = states_on(cycle.id, day, reader), short_on(cycle, day)
    stmt = (
        sa.select(
            Case.id, Enterprise.name, Region.name.label("region"), standing.c.state, standing.c.since,
            short.c.short, short.c.surrendered,
        )
        .join(standing, standing.c.case_id == Case.id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(Region, Region.id == Case.region_id)
        .join(short, short.c.enterprise_id == Case.enterprise_id)
        .where(is_open(standing), short.c.short > 0)
        .order_by(short.c.short.desc(), Case.id)
        .limit(TEN)
    )  # fmt: skip
    rows = read_rows(stmt).all()
    overdue = _reply_overdue(cycle.id, day, [row.id for row in rows])
    return [_mattering(row, short_of_all, day, row.id in overdue) for row in rows]


def _mattering(row: Any, short_of_all: int, day: date, overdue: bool) -> Mattering:
    facts = MatterFacts(
        short=int(row.short),
        short_of_all=short_of_all,
        surrendered=int(row.surrendered),
        reply_overdue=overdue,
        days_in_state=(day - day_of(row.since)).days,
    )
    return Mattering(row.id, row.name, row.region, row.state, facts.short, facts.share, why_it_matters(facts))


def _reply_overdue(cycle_id: int, day: date, case_ids: Sequence[int]) -> set[int]:
    stmt = (
        sa.select(CaseLetter.case_id)
        .join(Letter, Letter.id == CaseLetter.letter_id)
        .join(Recipient, ANSWERS)
        .where(CaseLetter.case_id.in_(case_ids), out_on(cycle_id, day), ASKED)
        .where(Recipient.reply_due < day, sa.not_(answered_by(day)))
    )
    return {row.case_id for row in read_rows(stmt)}

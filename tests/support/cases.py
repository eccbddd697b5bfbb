"""Builders of cycles, units and cases for tests; the caller commits (`commit()` of casework.audit.actions)."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import sqlalchemy as sa

from casework.cases.actions.figures import refresh_figures
from casework.cases.actions.tally import count_in
from casework.cases.models import Case, CaseCause, CaseEvent
from casework.db import db
from casework.registry.actions.enterprises import write_pieces
from casework.registry.models import ComplianceYear, Cycle, Enterprise, Milestone, Obligation, Surrender
from casework.rules.causes import Cause
from casework.rules.workflow import Outcome, State, Step
from casework.users.models import Account, Region
from support.cast import NOW

TODAY = date(2026, 11, 22)
_numbers = count(1)

# How a case usually came to where it stands: the steps, each with the state it led to.
WAYS = {
    State.LISTED: [],
    State.ASSISTING: [(Step.START_ASSISTANCE, State.ASSISTING)],
    State.RELIEF: [(Step.START_ASSISTANCE, State.ASSISTING), (Step.AGREE_PLAN, State.RELIEF)],
    State.URGED: [(Step.START_ASSISTANCE, State.ASSISTING), (Step.URGE, State.URGED)],
    State.SUPERVISED: [(Step.URGE, State.URGED), (Step.SUPERVISE, State.SUPERVISED)],
    State.REFERRED: [(Step.START_ASSISTANCE, State.ASSISTING), (Step.REFER, State.REFERRED)],
    State.SETTLED: [(Step.START_ASSISTANCE, State.ASSISTING), (Step.SETTLE, State.SETTLED)],
    State.CLOSED: [(Step.SETTLE, State.SETTLED), (Step.STRIKE_OFF, State.CLOSED)],
}


def account(username: str) -> Account:
    """One of the cast."""
    return db.session.scalars(sa.select(Account).where(Account.username == username)).unique().one()


def region(code: str) -> Region:
    """A region of the stage by its code."""
    return db.session.scalars(sa.select(Region).where(Region.code == code)).one()


def a_cycle(label="2025", *, deadline=None, years=None, milestones=()) -> Cycle:
    """The cycle of this label, made on first use; its deadline is the end of 2026 unless told."""
    found = db.session.scalars(sa.select(Cycle).where(Cycle.label == label)).one_or_none()
    if found:
        return found
    cycle = Cycle(label=label, name=f"{label}年度履约", deadline=deadline or datetime(2026, 12, 31, 16, tzinfo=UTC))
    cycle.years = [ComplianceYear(label=year) for year in years or [label]]
    cycle.milestones = [Milestone(day=day, share=share) for day, share in milestones]
    db.session.add(cycle)
    db.session.flush()
    return cycle


def an_enterprise(name=None, *, region_code="640200", code=None) -> Enterprise:
    """A unit with a name of its own, found by search."""
    number = next(_numbers)
    enterprise = Enterprise(
        code=code or f"91640200MA{number:08d}",
        name=name or f"石嘴山惠能热电第{number}有限公司",
        region_id=region(region_code).id,
    )
    db.session.add(enterprise)
    write_pieces([enterprise])
    return enterprise


def an_obligation(enterprise, *, cycle=None, year=None, due=10_000, surrendered=0, on=date(2026, 11, 1)) -> Obligation:
    """What the unit owes for a year of the cycle (its first unless told), with one surrender row if any."""
    cycle = cycle or a_cycle()
    wanted = next(row for row in cycle.years if year in (None, row.label))
    obligation = Obligation(
        enterprise_id=enterprise.id,
        year_id=wanted.id,
        verified=due,
        allocation=due * 9 // 10,
        due=due,
        surrendered=surrendered,
        last_surrender_day=on if surrendered else None,
        short=max(due - surrendered, 0),
    )
    db.session.add(obligation)
    db.session.flush()
    if surrendered:
        db.session.add(Surrender(obligation_id=obligation.id, day=on, tonnes=surrendered, recorded_at=NOW))
        db.session.flush()
    return obligation


def a_case(
    state=State.LISTED,
    *,
    enterprise=None,
    region_code="640200",
    cycle=None,
    due=10_000,
    short=1_000,
    officer="alice",
    deadline=TODAY + timedelta(days=20),
    causes=(Cause.FINANCIAL,),
    outcome=Outcome.ON_TIME,
    paused=False,
) -> Case:
    """A case in a state, with a history that leads there; the unit and its obligation are made unless given."""
    cycle = cycle or a_cycle()
    if enterprise is None:
        enterprise = an_enterprise(region_code=region_code)
        an_obligation(enterprise, cycle=cycle, due=due, surrendered=due - short)
    case = Case(
        enterprise_id=enterprise.id,
        cycle_id=cycle.id,
        region_id=enterprise.region_id,
        state=state,
        outcome=outcome if state is State.CLOSED else None,
        closed_at=NOW if state is State.CLOSED else None,
        officer_id=account(officer).id if officer else None,
        working_deadline=deadline,
        paused=paused,
        listed_at=NOW - timedelta(days=30),
        listed_by_id=account("alice").id,
        listing_reason="缺口较大",
        causes=[CaseCause(cause=cause) for cause in causes],
    )
    db.session.add(case)
    db.session.flush()
    _history(case)
    refresh_figures(case)
    count_in(case.cycle_id, case.region_id, case.state)
    db.session.flush()
    return case


def _history(case):
    """Write the usual way to the case's state."""
    stands = State.LISTED
    moves = [(None, State.LISTED), *WAYS[case.state]]
    for seq, (step, target) in enumerate(moves, 1):
        who = "carol" if step in {Step.URGE, Step.SUPERVISE, Step.REFER, Step.STRIKE_OFF} else "alice"
        db.session.add(
            CaseEvent(
                case_id=case.id, seq=seq, step=step, from_state=stands if step else None, to_state=target,
                at=NOW - timedelta(days=30 - seq), actor_id=account(who).id,
                actor_role="leader" if who == "carol" else "officer", reason="",
            )
        )  # fmt: skip
        case.state_before = stands if step else None
        stands = target
    db.session.flush()

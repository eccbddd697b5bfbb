"""Schedules: set up, changed, stopped, and the rounds they make when it is time."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from casework.audit.actions import record
from casework.db import db
from casework.registry.models import Cycle
from casework.rounds.actions.opening import BY_SCHEDULE, RoundFacts, make_round
from casework.rounds.models import Round, Schedule
from casework.rounds.queries.schedules import facts_of, periods_ahead
from casework.rounds.units import UnitFilter, read_filter
from casework.rules.deadlines import WorkingCalendar
from casework.rules.rounds import Period, RoundState, check_schedule, due_moment, due_of, periods
from casework.users.models import Account

_COLUMNS = ("rhythm", "first_day", "last_day", "working_days", "note", "active")


def set_up_schedule(
    cycle: Cycle, values: dict[str, Any], units: UnitFilter, *, calendar: WorkingCalendar, by: Account, now: datetime
) -> Schedule:
    """Let rounds of a cycle be made by themselves; what lies behind today is not made."""
    schedule = Schedule(cycle=cycle, units=units.stored(), active=True, set_up_by_id=by.id, set_up_at=now, **values)
    check_schedule(facts_of(schedule))
    schedule.made_until = _last_behind(schedule, calendar, now=now)
    db.session.add(schedule)
    db.session.flush()
    record("schedule set up", "schedule", schedule.id, by=by, now=now, after=_as_facts(schedule))
    return schedule


def change_schedule(
    schedule: Schedule, values: dict[str, Any], units: UnitFilter, *, calendar: WorkingCalendar, by: Account,
    now: datetime,
) -> None:  # fmt: skip
    """Change a schedule from now on, stop it or let it go on; the rounds it made stay as they are."""
    schedule.hold()
    before = _as_facts(schedule)
    for name, value in values.items():
        setattr(schedule, name, value)
    schedule.units = units.stored()
    check_schedule(facts_of(schedule))
    behind = _last_behind(schedule, calendar, now=now)
    made = db.session.scalar(sa.select(sa.func.max(Round.period_first)).where(Round.schedule_id == schedule.id))
    schedule.made_until = max((day for day in (behind, made) if day), default=None)
    schedule.touch(now=now)
    record("schedule changed", "schedule", schedule.id, by=by, now=now, before=before, after=_as_facts(schedule))


def _last_behind(schedule: Schedule, calendar: WorkingCalendar, *, now: datetime) -> date | None:
    """Return the planned day of the last period that is over now: it is not made up for."""
    return max((one.first for one in periods(facts_of(schedule), calendar) if one.next_opens <= now), default=None)


def make_due_rounds(schedule_id: int, calendar: WorkingCalendar, *, now: datetime) -> list[Round]:
    """Make every round of a schedule whose moment has come, each once.

    The schedule's row stays locked, and its rounds are unique by their planned day. A round that could not be opened
    before the next one began is written down as missed, so that no gap goes unexplained.
    """
    stmt = sa.select(Schedule).where(Schedule.id == schedule_id).with_for_update(of=Schedule, key_share=True)
    schedule = db.session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()
    if schedule is None or not schedule.active:
        return []
    made = [
        _make(schedule, period, calendar, now=now)
        for period in periods_ahead(schedule, calendar)
        if period.opens <= now
    ]
    if made:
        schedule.made_until = made[-1].period_first
        schedule.touch(now=now)
    return made


def _make(schedule: Schedule, period: Period, calendar: WorkingCalendar, *, now: datetime) -> Round:
    due = due_of(period, schedule.working_days, calendar, now=now)
    state = RoundState.MISSED if due is None else RoundState.OPEN
    facts = RoundFacts(
        period_first=period.first,
        period_last=period.last,
        due_at=due or due_moment(period.opens, schedule.working_days, calendar),
        units=read_filter(schedule.units),
        note=schedule.note,
    )
    return make_round(
        schedule.cycle_id, facts, reader=schedule.set_up_by, by=BY_SCHEDULE, now=now, schedule_id=schedule.id,
        state=state,
    )  # fmt: skip


def _as_facts(schedule: Schedule) -> dict[str, Any]:
    return {name: getattr(schedule, name) for name in _COLUMNS} | {"cycle": schedule.cycle_id, "filter": schedule.units}

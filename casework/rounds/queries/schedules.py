"""Schedules, and the rounds that they are still to make."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from casework.db import db
from casework.rounds.models import Schedule
from casework.rules.deadlines import WorkingCalendar, last_day
from casework.rules.errors import NotFound
from casework.rules.rounds import Period, ScheduleFacts, periods
from casework.users.models import Account
from casework.users.queries import within_reach


def facts_of(schedule: Schedule) -> ScheduleFacts:
    """Return a schedule as the rules see it."""
    return ScheduleFacts(
        rhythm=schedule.rhythm, first_day=schedule.first_day, last_day=schedule.last_day,
        working_days=schedule.working_days, deadline_day=last_day(schedule.cycle.deadline),
    )  # fmt: skip


def periods_ahead(schedule: Schedule, calendar: WorkingCalendar) -> list[Period]:
    """Return the periods whose rounds were not made yet, the oldest first."""
    done = schedule.made_until or date.min
    return [period for period in periods(facts_of(schedule), calendar) if period.first > done]


def coming_rounds(schedule: Schedule, calendar: WorkingCalendar, most: int = 3) -> list[Period]:
    """Return the rounds that come next; none where the schedule is stopped."""
    return periods_ahead(schedule, calendar)[:most] if schedule.active else []


def _seen(reader: Account) -> sa.Select[Schedule]:
    """Select the schedules that were set up for the reader's region or below it, with who did."""
    stmt = sa.select(Schedule).join(Schedule.set_up_by).where(within_reach(Account.region_id, reader))
    return stmt.options(joinedload(Schedule.cycle, innerjoin=True), contains_eager(Schedule.set_up_by))


def schedule_for(reader: Account, schedule_id: int) -> Schedule:
    """Return a schedule of the reader's region, or say that there is none."""
    schedule = db.session.scalars(_seen(reader).where(Schedule.id == schedule_id)).unique().one_or_none()
    if schedule is None:
        raise NotFound("There is no such schedule.")
    return schedule


def schedules_of(reader: Account) -> Sequence[Schedule]:
    """Return the schedules of the reader's region, the newest first."""
    return db.session.scalars(_seen(reader).order_by(Schedule.id.desc())).unique().all()


def active_schedules() -> list[int]:
    """Return the schedules that make rounds."""
    return list(db.session.scalars(sa.select(Schedule.id).where(Schedule.active).order_by(Schedule.id)))

"""Schedules make each round once: on time, after an outage, with several workers at once."""

from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from support.cases import a_case, a_cycle, account, region
from support.cast import NOW

from casework.audit.actions import begin_writing, commit
from casework.db import db
from casework.registry.calendar import working_calendar
from casework.rounds import jobs
from casework.rounds.actions.schedules import change_schedule, make_due_rounds, set_up_schedule
from casework.rounds.models import Round, Schedule
from casework.rounds.queries.schedules import schedule_for, schedules_of
from casework.rounds.units import UnitFilter
from casework.rules.errors import NotFound, RuleError
from casework.rules.rounds import Rhythm, RoundState

MONDAY = date(2026, 11, 23)
VALUES = {
    "rhythm": Rhythm.WEEKLY,
    "first_day": MONDAY,
    "last_day": date(2026, 12, 31),
    "working_days": 3,
    "note": "请如实填报",
}


def a_schedule(**changes):
    schedule = set_up_schedule(
        a_cycle(), VALUES | changes, UnitFilter(), calendar=working_calendar(), by=account("alice"), now=NOW
    )
    commit()
    return schedule


def test_a_schedule_is_seen_and_changed_by_the_department_that_set_it_up_alone(session):
    schedule = a_schedule()
    elsewhere = account("amir")
    elsewhere.region = region("640100")
    session.flush()
    assert schedules_of(account("alice")) == [schedule]
    assert schedules_of(elsewhere) == []
    with pytest.raises(NotFound):
        schedule_for(elsewhere, schedule.id)


def run(monkeypatch, at):
    monkeypatch.setattr(jobs.clock, "now", lambda: at)
    done = jobs.keep_rounds(None)
    commit()
    return done


def standing(session):
    stmt = sa.select(Round.period_first, Round.state).order_by(Round.period_first, Round.id)
    return [(row.period_first, row.state) for row in session.execute(stmt)]


def test_a_week_in_fast_motion_opens_and_freezes_each_round_once(session, monkeypatch):
    a_case()
    a_schedule()
    for hours in range(0, 24 * 21, 6):
        run(monkeypatch, NOW + timedelta(hours=hours))
    assert standing(session) == [
        (date(2026, 11, 23), RoundState.FROZEN),
        (date(2026, 11, 30), RoundState.FROZEN),
        (date(2026, 12, 7), RoundState.FROZEN),
    ]
    assert session.scalars(sa.select(Round.note).distinct()).all() == ["请如实填报"]
    frozen = session.scalars(sa.select(Round)).first()
    assert frozen.due_at - timedelta(hours=6) < frozen.due_at <= frozen.frozen_at < frozen.due_at + timedelta(hours=6)


def test_after_an_outage_what_was_missed_is_written_down_and_what_is_on_is_opened(session, monkeypatch):
    a_case()
    a_schedule()
    back = NOW + timedelta(days=17)  # Wednesday 2026-12-09
    assert [run(monkeypatch, back)["opened"] for _ in range(2)] == [3, 0]
    assert standing(session) == [
        (date(2026, 11, 23), RoundState.MISSED),
        (date(2026, 11, 30), RoundState.MISSED),
        (date(2026, 12, 7), RoundState.OPEN),
    ]
    open_one = session.scalars(sa.select(Round).where(Round.state == RoundState.OPEN)).one()
    assert open_one.due_at > back + timedelta(days=3)  # the full time to report


def test_a_schedule_does_not_make_up_for_what_lay_behind_when_it_was_set_up(session, monkeypatch):
    a_case()
    a_schedule(first_day=date(2026, 9, 7))
    run(monkeypatch, NOW)
    assert [day for day, _state in standing(session)] == [date(2026, 11, 16)]


def test_a_stopped_schedule_makes_nothing_and_goes_on_without_making_up(session, monkeypatch):
    a_case()
    schedule = a_schedule()
    change = partial(change_schedule, schedule, units=UnitFilter(), calendar=working_calendar(), by=account("alice"))
    change(VALUES | {"active": False}, now=NOW)
    commit()
    run(monkeypatch, NOW + timedelta(days=9))
    assert standing(session) == []
    change(VALUES | {"active": True, "rhythm": Rhythm.FORTNIGHTLY}, now=NOW + timedelta(days=16))
    commit()
    run(monkeypatch, NOW + timedelta(days=16))
    assert standing(session) == [(date(2026, 12, 7), RoundState.OPEN)]


def test_a_schedule_that_cannot_make_a_round_is_refused(session):
    with pytest.raises(RuleError):
        a_schedule(last_day=date(2026, 1, 1))


def test_one_round_that_fails_holds_up_no_other_and_is_told(session, monkeypatch):
    a_case()
    one, other = a_schedule(), a_schedule()
    make = jobs.make_due_rounds

    def fail_for_one(schedule_id, *args, **kwargs):
        if schedule_id == one.id:
            raise OSError("no room")
        return make(schedule_id, *args, **kwargs)

    monkeypatch.setattr(jobs, "make_due_rounds", fail_for_one)
    with pytest.raises(RuntimeError, match="no room"):
        run(monkeypatch, NOW + timedelta(days=2))
    assert session.scalars(sa.select(Round.schedule_id)).all() == [other.id]


def _make(app, schedule_id, at, tell):
    with app.app_context():
        begin_writing()
        made = make_due_rounds(schedule_id, working_calendar(), now=at)
        commit()
        tell(str(len(made)))


def test_several_workers_at_once_make_each_round_once(app, crew):
    with app.app_context():
        a_case()
        schedule_id = a_schedule().id
    for _ in range(4):
        crew.fork(partial(_make, app, schedule_id, NOW + timedelta(days=9)))
    assert sorted(crew.all_done()) == ["0", "0", "0", "2"]
    with app.app_context():
        assert [day for day, _state in standing(db.session)] == [MONDAY, MONDAY + timedelta(days=7)]
        assert db.session.get(Schedule, schedule_id).made_until == MONDAY + timedelta(days=7)

"""The problem list and its letters as of a day."""

from datetime import date, timedelta

import sqlalchemy as sa
from support.cases import TODAY, a_case

from casework.cases.models import Case, CaseLetter
from casework.cases.queries.as_of import ASKED, answered_by, is_open, out_on, states_on
from casework.db import db
from casework.letters.models import Letter, Recipient, ReturnedReply
from casework.registry.models import Cycle
from casework.rules.letters import LetterState
from casework.rules.workflow import State
from casework.users.queries import account_by_name


def stood(cycle_id, day, reader=None):
    """The state of each case as of a day."""
    rows = db.session.execute(sa.select(states_on(cycle_id, day, reader)))
    return {row.case_id: row.state for row in rows}


def test_a_case_stands_where_its_last_step_by_then_led_it(session):
    case = a_case(State.RELIEF)  # listed 29 days ago, assisted 28, a plan agreed 27
    ways = [State.LISTED, State.ASSISTING, State.RELIEF]
    found = [stood(case.cycle_id, TODAY - timedelta(days=ago)).get(case.id) for ago in (30, 29, 28, 27, 0)]
    assert found == [None, *ways, State.RELIEF]


def test_a_closed_case_was_open_before(session):
    case = a_case(State.CLOSED)
    for day, expected in ((TODAY - timedelta(days=28), True), (TODAY, False)):
        standing = states_on(case.cycle_id, day, None)
        assert bool(db.session.scalar(sa.select(sa.func.count()).where(is_open(standing)))) is expected


def test_a_city_officer_sees_the_own_region_only(session):
    there, elsewhere = a_case(), a_case(region_code="640100")
    assert set(stood(there.cycle_id, TODAY, account_by_name("dora"))) == {there.id}
    assert set(stood(there.cycle_id, TODAY)) == {there.id, elsewhere.id}


def test_as_of_today_is_what_stands_now(new_demo):
    with new_demo.app_context():
        for cycle in db.session.scalars(sa.select(Cycle)):
            cases = db.session.execute(sa.select(Case.id, Case.state).where(Case.cycle_id == cycle.id))
            assert stood(cycle.id, TODAY) == {row.id: row.state for row in cases}


def asked_and_answered(cycle_id, day):
    """Of the letters out on a day: who was to reply, and who had."""
    rows = sa.select(Recipient.id).join(Letter).where(out_on(cycle_id, day), ASKED)
    return set(db.session.scalars(rows)), set(db.session.scalars(rows.where(answered_by(day))))


def test_letters_out_and_answered_today_are_those_that_stand_now(new_demo):
    with new_demo.app_context():
        seen = 0
        for cycle in db.session.scalars(sa.select(Cycle)):
            named = sa.select(CaseLetter.letter_id).join(Case).where(Case.cycle_id == cycle.id)
            rows = list(
                db.session.scalars(
                    sa.select(Recipient)
                    .join(Letter)
                    .where(
                        Letter.state == LetterState.REGISTERED, Letter.id.in_(named), Recipient.reply_due.is_not(None)
                    )
                )
            )
            answered = {row.id for row in rows if row.replied_day}
            assert asked_and_answered(cycle.id, TODAY) == ({row.id for row in rows}, answered)
            seen += len(answered)
        assert seen


def test_before_its_registration_a_letter_is_not_out_and_a_returned_reply_was_one(new_demo):
    with new_demo.app_context():
        row = db.session.scalars(sa.select(Recipient).where(Recipient.replied_day.is_not(None), ASKED)).first()
        cycle_id = db.session.scalar(
            sa.select(Case.cycle_id).join(CaseLetter).where(CaseLetter.letter_id == row.letter_id)
        )
        registered, replied = row.letter.registered_at.date(), row.replied_day
        assert row.id not in asked_and_answered(cycle_id, registered - timedelta(days=1))[0]
        assert row.id in asked_and_answered(cycle_id, registered)[0]
        assert row.id not in asked_and_answered(cycle_id, replied - timedelta(days=1))[1]
        row.returned.append(
            ReturnedReply(replied_day=registered, reply_recorded_by_id=row.reply_recorded_by_id or 1, why="")
        )
        row.replied_day = date(2026, 11, 22)
        db.session.flush()
        assert row.id in asked_and_answered(cycle_id, registered)[1]
        db.session.rollback()

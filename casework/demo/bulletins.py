"""Bulletins of the demonstration: one that went out to all regions, and the draft of the next."""

from datetime import date, timedelta

import sqlalchemy as sa

from casework.db import db
from casework.demo.registers import office_hours
from casework.demo.stage import Stage, Story
from casework.letters.actions.recipients import acknowledge, dispatch_all
from casework.letters.models import Letter
from casework.overview.actions import draft_bulletin
from casework.registry.models import Cycle
from casework.rounds.models import Round
from casework.rules.letters import AddresseeKind

RECEIVED = ("yinchuan", "shizuishan", "guyuan", "ningdong")  # the others have not acknowledged it yet


def bulletins(stage: Stage, cycle: Cycle, today: date) -> Story:
    """Tell of the bulletin on the first round, which most regions have received, and of the draft on the second."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    yield office_hours(ago(12), 10)
    letter = _drafted(stage, cycle, 1)
    stage.submit(letter)
    yield office_hours(ago(12), 15)
    stage.pass_on(letter)
    yield office_hours(ago(11), 10)
    stage.sign(letter)
    yield office_hours(ago(11), 14)
    stage.register(letter)
    dispatch_all(letter, day=stage.today, way="system", **stage.doing("officer"))
    yield office_hours(ago(10), 9)
    for username in RECEIVED:
        account = stage.people[username]
        (own,) = (one for one in letter.recipients if one.region_id == account.region_id)
        acknowledge(own, **stage.doing(username))
    yield office_hours(ago(1), 11)
    _drafted(stage, cycle, 2)


def _drafted(stage: Stage, cycle: Cycle, number: int) -> Letter:
    """Draft the bulletin on a round."""
    round_ = db.session.scalars(sa.select(Round).where(Round.cycle_id == cycle.id, Round.number == number)).one()
    return draft_bulletin(cycle, round_, AddresseeKind.BUREAU, calendar=stage.calendar, **stage.doing("officer"))

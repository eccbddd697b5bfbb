"""Builds the demonstration day by day, through the same actions that people use."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from flask import current_app

from casework.audit.actions import commit
from casework.db import db
from casework.demo import past, registers
from casework.demo.bulletins import bulletins
from casework.demo.live import Live
from casework.demo.people import set_up_people
from casework.demo.rounds import Reporting
from casework.demo.stage import Stage, play
from casework.letters import pdf
from casework.registry.calendar import working_calendar
from casework.registry.models import Cycle
from casework.settings.actions import change_setting
from config import FontChoice

Say = Callable[[str], None]
BEGINNING = date(2021, 2, 1)
LEFT_SHORT = 19  # place of the unit that the last cycle left short


def build(today: date, *, fonts: FontChoice, say: Say) -> None:
    """Build the whole demonstration as it stands on a day."""
    say("Accounts and regions")
    begun = registers.office_hours(BEGINNING)
    people = set_up_people(now=begun)
    change_setting("public_address", public_address(), by=people["admin"], now=begun)
    commit()
    render = partial(pdf.render, fonts=fonts)
    stage = Stage(people=people, calendar=working_calendar(), render=render, now=begun)
    say("The first two cycles, from the sample tables, and what followed")
    _past_cycles(stage)
    say("The last cycle and the live one")
    last = _last_cycle(stage, today)
    live = registers.cycle_ending(today.year, by=people["officer"])
    owed = registers.owe(live, stage.units, by=people["officer"])
    registers.market_prices(today, by=people["officer"])
    commit()
    say("Cases and letters up to today")
    story = past.left_from_last_cycle(stage, last, LEFT_SHORT, today)
    rounds = (Reporting(stage, live, today).story(), bulletins(stage, live, today))
    play([story, *Live(stage, live, owed, today).stories(), *rounds], stage)
    db.session.expire_all()


def public_address() -> str:
    """Return where the demonstration is served, which the QR codes of its letters lead to."""
    settings = current_app.config["SETTINGS"]
    return f"http://{settings.hosts[0]}:{settings.port}"


def _past_cycles(stage: Stage) -> None:
    officer = stage.people["officer"]
    first, second = registers.past_cycles(by=officer)
    commit()
    stage.units = registers.all_units()
    play(past.after_first_cycle(stage, first), stage)
    registers.second_cycles_tables(second, by=officer)
    commit()
    stage.units = registers.all_units()
    play([past.in_second_cycle(stage, second)], stage)


def _last_cycle(stage: Stage, today: date) -> Cycle:
    """Enter the cycle that ended last year: one unit fell short in it."""
    officer = stage.people["officer"]
    last = registers.cycle_ending(today.year - 1, by=officer)
    for place, obligation in registers.owe(last, stage.units, by=officer).items():
        day = date(today.year - 1, 12, 1) + timedelta(days=place % 30)
        registers.surrendered(obligation, 80 if place == LEFT_SHORT else 100, day, by=officer)
    commit()
    return last

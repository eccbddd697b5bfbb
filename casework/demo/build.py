"""Builds the demonstration day by day, through the same actions that people use."""

from collections.abc import Callable
from datetime import date

from casework.audit.actions import commit
from casework.demo.people import set_up_people
from casework.demo.registers import (
    all_units,
    live_cycle,
    live_obligations,
    office_hours,
    past_cycles,
    second_cycles_tables,
)

Say = Callable[[str], None]
BEGINNING = date(2021, 2, 1)


def build(today: date, *, say: Say) -> None:
    """Build the whole demonstration as it stands on a day."""
    say("Accounts and regions")
    people = set_up_people(now=office_hours(BEGINNING))
    commit()
    say("The first two cycles, from the sample tables")
    officer = people["officer"]
    _first, second = past_cycles(by=officer)
    commit()
    second_cycles_tables(second, by=officer)
    commit()
    say("The live cycle")
    live_obligations(live_cycle(today, by=officer), all_units(), today, by=officer)
    commit()

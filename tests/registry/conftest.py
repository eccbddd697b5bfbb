"""The cycles of the sample tables, and the tables themselves taken over."""

from datetime import date
from pathlib import Path

import pytest
from support.cast import NOW

from casework.audit.actions import Program, commit
from casework.registry.actions.cycles import CycleFacts, MilestoneFacts, enter_cycle
from casework.registry.actions.imports import receive, take_over
from casework.registry.checks import check_surrenders, check_trades, open_table
from casework.registry.queries import cycle_by_label, year_by_label
from casework.registry.tables.words import Kind

SAMPLES = Path(__file__).parents[2] / "casework" / "demo"
TESTER = Program("tester")
TODAY = date(2026, 11, 22)


def import_surrenders(name, year_label, data=None):
    """Take a table over as the command does, and return its outcome."""
    data, year = data or (SAMPLES / name).read_bytes(), year_by_label(year_label)
    check = check_surrenders(open_table(Kind.SURRENDER, data, name), year, reader=None, today=TODAY)
    batch = receive(Kind.SURRENDER, data, name, year=year, by=TESTER, now=NOW)
    take_over(batch, check, by=TESTER, now=NOW)
    commit()
    return check.outcome


def import_trades(name, cycle_label):
    """Take trades over as the command does, and return the outcome."""
    data, cycle = (SAMPLES / name).read_bytes(), cycle_by_label(cycle_label)
    check = check_trades(open_table(Kind.TRADES, data, name), cycle, reader=None, today=TODAY)
    batch = receive(Kind.TRADES, data, name, cycle=cycle, by=TESTER, now=NOW)
    take_over(batch, check, by=TESTER, now=NOW)
    commit()
    return check.outcome


def counts(outcome):
    """New, changed, unchanged, errors."""
    return outcome["new"], outcome["changed"], outcome["unchanged"], len(outcome["errors"])


def enter_cycles():
    """Enter the first two cycles."""
    first = CycleFacts(
        label="2019-2020", name="第一个履约周期", last_day=date(2021, 12, 31), years=["2019-2020"]
    )  # fmt: skip
    second = CycleFacts(
        label="2021-2022",
        name="第二个履约周期",
        last_day=date(2023, 12, 31),
        years=["2021", "2022"],
        milestones=[MilestoneFacts(date(2023, 11, 15), 9500)],
    )
    for facts in (first, second):
        enter_cycle(facts, by=TESTER, now=NOW)
    commit()


@pytest.fixture
def cycles(app):
    """The first two cycles, without a single enterprise."""
    with app.app_context():
        enter_cycles()


@pytest.fixture
def samples(app, once):
    """All four sample tables in the register."""

    def take_over_all():
        with app.app_context():
            enter_cycles()
            import_surrenders("surrender-2019-2020.xlsx", "2019-2020")
            import_surrenders("surrender-2021.xlsx", "2021")
            import_surrenders("surrender-2022.xlsx", "2022")
            import_trades("trades-2021-2022.xlsx", "2021-2022")

    once("samples", take_over_all)

"""Generated cases are legal in every row, so that what is measured on them is what real ones would show."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from stdnum.cn import uscc
from support.cases import a_cycle
from support.cast import NOW

from casework.audit.actions import commit
from casework.cases.actions.figures import refresh_figures
from casework.cases.models import Case, CaseLetter
from casework.cases.queries.facts import facts_of
from casework.db import db
from casework.demo.bulk.actions import enlarge
from casework.demo.bulk.names import invented
from casework.letters import pdf
from casework.letters.models import Letter
from casework.operations.invariants import faults
from casework.registry.models import Enterprise
from casework.registry.search import matches
from casework.rules.deadlines import end_of_day
from casework.rules.workflow import State
from casework.users.models import Account
from casework.users.queries import region_by_code
from config import FontChoice

pytestmark = pytest.mark.slow  # each generates cases

TODAY = date(2026, 11, 22)
FONTS = FontChoice(Path(__file__).resolve().parents[2] / "var" / "fonts")


@pytest.fixture
def enlarged(app, once):
    """Three hundred generated cases in a live cycle."""

    def generate():
        said = []
        with app.app_context():
            a_cycle("2025")
            db.session.execute(sa.update(Account).values(phone="0951-0000000"))  # letters name whom to ring up
            commit()
            enlarge(300, today=TODAY, render=partial(pdf.render, fonts=FONTS), say=said.append)
        return said

    said = once("enlarged", generate)
    with app.app_context():
        yield said


def test_generated_cases_violate_no_invariant(enlarged):
    assert list(faults(now=NOW)) == []
    assert enlarged[-1] == "300 of 300 generated cases"


def test_there_are_cases_in_every_state_and_few_letters(enlarged):
    states = dict(db.session.execute(sa.select(Case.state, sa.func.count()).group_by(Case.state)).all())
    assert set(states) == set(State)
    assert sum(states.values()) == 300
    letters = db.session.scalar(sa.select(sa.func.count()).select_from(Letter))
    named = db.session.scalar(sa.select(sa.func.count()).select_from(CaseLetter))
    assert letters == 18  # three for each of six regions
    assert named > 4 * letters


def test_the_stored_figures_are_those_the_program_would_write(enlarged):
    for case in db.session.scalars(sa.select(Case)):
        stored = (case.short, case.gap_rate, case.next_due)
        refresh_figures(case)
        assert (case.short, case.gap_rate, case.next_due) == stored, case.id


def test_what_came_before_fits_where_a_case_stands(enlarged):
    for case in db.session.scalars(sa.select(Case)):
        facts = facts_of(case, today=TODAY, now=end_of_day(TODAY))
        assert facts.state_before is case.state_before
        if case.state is State.RELIEF:
            assert facts.approved_plan_covers
        if case.state is State.SUPERVISED:
            assert facts.urge_came_before
            assert facts.urge_reply_overdue


def test_a_generated_unit_is_found_by_two_characters_of_its_name(enlarged):
    unit = db.session.scalars(sa.select(Enterprise).order_by(Enterprise.id.desc()).limit(1)).one()
    word = unit.name[2:4]
    assert unit.id in db.session.scalars(sa.select(Enterprise.id).where(matches(word))).all()


def test_names_and_codes_are_each_units_own(session):
    region = region_by_code("NDJD")
    units = [invented(number, region) for number in range(20_000)]
    assert len({unit.name for unit in units}) == len({unit.code for unit in units}) == len(units)
    assert all(uscc.is_valid(unit.code) for unit in units[:500])


def test_more_can_be_added_later(enlarged):
    enlarge(60, today=TODAY, render=partial(pdf.render, fonts=FONTS), say=str)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 360
    assert list(faults(now=NOW)) == []

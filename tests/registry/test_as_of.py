"""As of a past day: the published rates stand on their days, and the two readings in SQL count as the rules do."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry.conftest import TESTER, import_surrenders
from support.cases import a_cycle, an_enterprise
from support.cast import NOW

from casework.db import db
from casework.registry.actions.obligations import Quantities, add_surrender, correct_obligation, enter_obligation
from casework.registry.as_of import owed_on
from casework.registry.course import course_of, courses_of
from casework.registry.figures import added, completion_by_region, completion_by_year
from casework.registry.models import Obligation, ObligationCorrection, Surrender
from casework.registry.queries import all_cycles, cycle_by_label
from casework.rules.compliance import Surrendered, completion, completion_figures
from casework.rules.deadlines import last_day
from casework.users.queries import account_by_name

pytestmark = pytest.mark.usefixtures("session")
TODAY = date(2026, 11, 22)
RATES = {"2019-2020": "82.86", "2021": "94.74", "2022": "100.00"}


def rates_on(day):
    """The share of units completed on time as of a day, by year."""
    return {row.year: str(row.figures.rate_by_units) for row in completion_by_year(None, day=day)}


def test_the_published_rates_stand_from_the_deadline_on(samples):
    assert rates_on(date(2021, 12, 31))["2019-2020"] == RATES["2019-2020"]
    for day in (date(2023, 12, 31), date(2024, 7, 1), TODAY):
        assert rates_on(day) == RATES


def test_as_of_today_is_what_stands_now(samples):
    assert completion_by_year(None, day=TODAY) == completion_by_year(None)
    cycle = cycle_by_label("2021-2022").id
    assert completion_by_region(None, cycle_id=cycle, day=TODAY) == completion_by_region(None, cycle_id=cycle)


def test_before_the_first_surrender_everything_is_owed(samples):
    (year,) = completion_by_year(None, cycle_id=cycle_by_label("2019-2020").id, day=date(2020, 1, 1))
    assert (year.figures.units_due, year.figures.units_on_time) == (35, 0)
    assert year.figures.tonnes_short == year.figures.tonnes_due > 0


def test_a_later_import_and_a_late_surrender_leave_the_past_as_it_was(samples):
    before = completion_by_year(None, day=date(2023, 12, 31))
    import_surrenders("surrender-2022.xlsx", "2022")
    short = db.session.scalars(sa.select(Obligation).where(Obligation.short > 0)).first()
    add_surrender(short, TODAY, short.short, reason="", by=TESTER, now=NOW)
    assert completion_by_year(None, day=date(2023, 12, 31)) == before
    assert rates_on(TODAY) == RATES  # late is counted beside, never in


def test_a_corrected_quantity_holds_from_its_day_on(samples):
    obligation = db.session.scalars(sa.select(Obligation).where(Obligation.short == 0)).first()
    year = obligation.year.label
    more = Quantities(obligation.verified, obligation.allocation, obligation.due + 500)
    correct_obligation(obligation, more, reason="核查更正", by=TESTER, now=NOW)
    day_before = {row.year: row.figures.tonnes_due for row in completion_by_year(None, day=TODAY - timedelta(days=1))}
    today = {row.year: row.figures.tonnes_due for row in completion_by_year(None, day=TODAY)}
    assert today[year] == day_before[year] + 500


def test_a_city_officer_sees_the_past_of_the_own_region_only(samples):
    regions = completion_by_region(account_by_name("dora"), cycle_id=cycle_by_label("2021-2022").id, day=TODAY)
    assert [row.region for row in regions] == ["石嘴山市"]


END = date(2026, 12, 31)
days = st.dates(date(2026, 10, 1), date(2027, 2, 15))
rows = st.lists(st.tuples(days, st.integers(-300, 600)), max_size=5)
corrections = st.lists(st.tuples(days, st.integers(0, 800)), max_size=3)
units = st.lists(st.tuples(st.integers(0, 800), rows, corrections), min_size=1, max_size=4)


def written(cycle, units):
    """Write obligations as their actions would, on days of their own; quantities of a day may change twice."""
    kept = []
    for number, (due, made, corrected) in enumerate(units):
        unit = an_enterprise(region_code=("640100", "640200")[number % 2])
        db.session.flush()
        year = cycle.years[number % len(cycle.years)]
        began = datetime.combine(date(2026, 9, 30), time(3), UTC)
        obligation = enter_obligation(unit, year, Quantities(due, due, due), by=TESTER, now=began)
        for day, quantity in sorted(corrected):
            now = datetime.combine(day, time(3), UTC)
            if quantity != obligation.due:
                correct_obligation(obligation, Quantities(due, due, quantity), reason="更正", by=TESTER, now=now)
        for day, tonnes in made:
            if tonnes and obligation.surrendered + tonnes >= 0:
                add_surrender(
                    obligation, day, tonnes, reason="更正", by=TESTER, now=datetime.combine(END, time(3), UTC)
                    + timedelta(days=60),
                )  # fmt: skip
                kept.append((obligation.id, day, tonnes))
    db.session.flush()
    return kept


def told_by_the_rules(cycle, day):
    """The figures of a cycle as of a day, obligation by obligation, by the rules alone."""
    told, parts = [], db.session.scalars(sa.select(Obligation).where(Obligation.year.has(cycle_id=cycle.id)))
    for obligation in parts:
        made = db.session.scalars(sa.select(Surrender).where(Surrender.obligation_id == obligation.id))
        made = [Surrendered(one.day, one.tonnes) for one in made if one.day <= day]
        dated = list(
            db.session.scalars(
                sa.select(ObligationCorrection)
                .where(ObligationCorrection.obligation_id == obligation.id)
                .order_by(ObligationCorrection.from_day, ObligationCorrection.id)
            )
        )
        due = ([one.due for one in dated if one.from_day <= day] or [dated[0].due])[-1]
        told.append((due, sum(one.tonnes for one in made), completion(made, due, cycle.deadline)))
    return completion_figures(told)


def test_the_courses_of_several_cycles_read_at_once_are_those_read_one_by_one(samples):
    cycles = all_cycles()
    dora = account_by_name("dora")
    for reader in (None, dora):
        assert courses_of(reader, cycles) == {cycle.id: course_of(reader, cycle) for cycle in cycles}


@given(units=units, asked=st.lists(days, min_size=1, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_day_is_counted_as_the_rules_count(session, units, asked):
    cycle = a_cycle("2026", years=["2026a", "2026b"])
    try:
        written(cycle, units)
        course = course_of(None, cycle)
        for day in {*asked, END, END + timedelta(days=60)}:
            told = told_by_the_rules(cycle, day)
            assert added(course.on(day).values()) == course.along([day])[day] == told
            assert one_by_one(cycle, day) == told
        assert completion_by_year(None, day=END + timedelta(days=60)) == completion_by_year(None)
    finally:
        session.rollback()


def one_by_one(cycle, day):
    """The figures that the list of obligations as of a day adds up to."""
    owed = owed_on(cycle, day)
    told = []
    for row in db.session.execute(sa.select(owed)):
        end = last_day(cycle.deadline)
        made = [Surrendered(end, row.in_time), Surrendered(end + timedelta(days=1), row.surrendered - row.in_time)]
        told.append((row.due, row.surrendered, completion(made, row.due, cycle.deadline)))
    return completion_figures(told)

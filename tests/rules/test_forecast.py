"""The forecast: points for facts that add up to the score, fewer the more is surrendered, none once all of it is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import assert_explained

from casework.rules.causes import Cause
from casework.rules.compliance import Completion
from casework.rules.ending import (
    Assumed,
    completes,
    figures_of,
    forecast_until,
    milestone_ahead,
    milestone_passed,
    on_course,
    worst,
)
from casework.rules.forecast import Forecast, PlanFacts, ReportFacts, UnitFacts, Year, forecast
from casework.rules.forecast_weights import TABLES, Outlook, Sign, table_on
from casework.rules.report_forms import Risk

TABLE = TABLES[-1]
DEADLINE = date(2026, 12, 31)
days = st.dates(date(2026, 1, 1), DEADLINE)
years = st.lists(st.builds(Year, st.just("2026"), st.integers(0, 300), st.integers(0, 320)), min_size=1, max_size=2)
reports = st.builds(
    ReportFacts,
    day=days,
    surrendered=st.integers(0, 300),
    held=st.integers(0, 300),
    money=st.decimals(0, 30_000, places=2),
    risk=st.none() | st.sampled_from(Risk),
    expected_day=st.none() | st.dates(date(2026, 1, 1), date(2027, 3, 1)),
)
plans = st.builds(
    PlanFacts, number=st.integers(1, 3), approved=days, late=st.integers(0, 3), late_since=days,
    failed=st.none() | days,
)  # fmt: skip
units = st.builds(
    UnitFacts,
    day=days,
    deadline_day=st.just(DEADLINE),
    years=years.map(tuple),
    lately=st.integers(0, 300),
    last_surrender=st.none() | days,
    price=st.none() | st.decimals(1, 200, places=2),
    report=st.none() | reports,
    plan=st.none() | plans,
    listed=st.none() | days,
    causes=st.frozensets(st.sampled_from(Cause), max_size=3),
    last_cycle=st.none() | st.sampled_from(Completion),
    last_cycle_day=st.none() | days,
)


def unit(short=60, due=100, left=10, **known):
    day = DEADLINE - timedelta(days=left)
    return UnitFacts(day=day, deadline_day=DEADLINE, years=(Year("2026", due, due - short),), **known)


def points(facts):
    return {one.sign: one.points for one in forecast(facts, TABLE).reasons}


@given(units)
def test_the_reasons_add_up_to_the_score_and_each_gives_no_more_than_its_weight(facts):
    found = forecast(facts, TABLE)
    assert sum(one.points for one in found.reasons) == found.score
    assert_explained(*(one.reckoned for one in found.reasons))
    assert all(0 < one.points <= TABLE.weights[one.sign].most for one in found.reasons)
    assert len({one.sign for one in found.reasons}) == len(found.reasons)
    assert found.outlook is TABLE.outlook(found.score)
    assert 0 <= found.score <= 100


@given(units)
def test_every_reason_is_a_sentence_with_its_numbers_and_names_a_record(facts):
    for reason in forecast(facts, TABLE).reasons:
        assert reason.message % reason.params
        assert reason.record


@given(units, st.integers(0, 1), st.integers(1, 300))
def test_whoever_surrenders_more_stands_no_worse(facts, which, more):
    place = which % len(facts.years)
    paid = replace(facts.years[place], surrendered=facts.years[place].surrendered + more)
    after = replace(facts, years=(*facts.years[:place], paid, *facts.years[place + 1 :]), lately=facts.lately + more)
    assert forecast(after, TABLE).score <= forecast(facts, TABLE).score


@given(units)
def test_who_has_surrendered_everything_has_no_risk_and_who_has_not_has_some(facts):
    full = replace(facts, years=tuple(replace(year, surrendered=year.due) for year in facts.years))
    assert forecast(full, TABLE).score == 0
    assert forecast(full, TABLE).outlook is Outlook.ON_COURSE
    assert (forecast(facts, TABLE).score > 0) == (facts.short > 0)


@given(units, st.integers(1, 200))
def test_what_is_open_counts_no_less_as_the_deadline_comes_near(facts, passed):
    still = replace(facts, report=None)  # a day that the city expected may come and go meanwhile
    later = replace(still, day=min(still.day + timedelta(days=passed), DEADLINE))
    assert forecast(later, TABLE).score >= forecast(still, TABLE).score


@given(reports, st.integers(0, 100), st.integers(0, 100))
def test_what_was_surrendered_since_the_report_came_out_of_its_cover(report, short, held):
    known = replace(report, surrendered=100 - short, held=held, money=Decimal(0), risk=None)
    before, after = unit(short, report=known), unit(max(short - held, 0), report=known)
    if short:
        assert points(before).get(Sign.COVER, 0) >= points(after).get(Sign.COVER, 0)
        assert (Sign.COVER in points(before)) == (held < short)


@pytest.mark.parametrize(
    ("facts", "score", "outlook"),
    [
        (unit(short=0), 0, Outlook.ON_COURSE),
        (unit(short=100, left=90), 10, Outlook.ON_COURSE),
        (unit(short=100, left=30), 33, Outlook.WATCH),
        (unit(short=100, left=30, last_cycle=Completion.NOT_COMPLETED), 43, Outlook.AT_RISK),
        (unit(short=100, left=10), 50, Outlook.AT_RISK),
        (unit(short=100, left=0), 55, Outlook.FAILING),
        (unit(short=100, left=10, last_cycle=Completion.LATE), 56, Outlook.FAILING),
    ],
)
def test_a_unit_of_which_nobody_has_reported_is_judged_by_the_register(facts, score, outlook):
    found = forecast(facts, TABLE)
    assert (found.score, found.outlook) == (score, outlook)


def test_every_fact_of_a_case_gives_its_points():
    report = ReportFacts(
        day=date(2026, 12, 15), surrendered=40, held=10, money=Decimal("620.00"), risk=Risk.HIGH,
        expected_day=date(2027, 1, 5),
    )  # fmt: skip
    facts = unit(
        lately=12, price=Decimal("62.00"), report=report, listed=date(2026, 10, 1),
        plan=PlanFacts(number=1, approved=date(2026, 10, 20), late=2, late_since=date(2026, 12, 1)),
        causes=frozenset({Cause.FROZEN, Cause.FINANCIAL}), last_cycle=Completion.ON_TIME,
    )  # fmt: skip
    assert points(facts) == {
        Sign.LEFT: 22,  # 90 % of 15, and of 15 x 60 of 100, rounded up
        Sign.PACE: 8,  # 15 x 90 % x (60 - 12 x 10 / 60) of 100
        Sign.COVER: 4,  # 10 x 90 % x (60 - 10 - 10) of 100
        Sign.PLAN: 8, Sign.RISK: 8, Sign.EXPECTED: 5, Sign.CAUSE: 9,
    }  # fmt: skip


def test_a_plan_counts_by_how_it_stands():
    listed = date(2026, 10, 1)
    late = PlanFacts(number=1, approved=listed, late=1, late_since=listed)
    kept = PlanFacts(number=1, approved=listed)
    assert points(unit(listed=listed))[Sign.PLAN] == 4
    assert points(unit(listed=listed, plan=late))[Sign.PLAN] == 8
    assert points(unit(listed=listed, plan=replace(late, failed=listed)))[Sign.PLAN] == 12
    assert Sign.PLAN not in points(unit(listed=listed, plan=kept))
    assert Sign.PLAN not in points(unit())


def test_the_weights_add_up_to_a_hundred_and_each_says_why():
    for table in TABLES:
        assert set(table.weights) == set(Sign)
        assert sum(weight.most for weight in table.weights.values()) == 100
        assert all(weight.why for weight in table.weights.values())
        assert set(table.causes) == set(Cause)
        assert max(table.causes.values()) == table.weights[Sign.CAUSE].most
        assert max(table.plan_failed, table.plan_late, table.plan_missing) == table.weights[Sign.PLAN].most
        percents = [percent for _days, percent in table.closeness]
        assert percents == sorted(percents, reverse=True)
        assert percents[-1] >= table.far > 0
        assert 0 < table.short_at_all < table.weights[Sign.LEFT].most
        assert [least for _one, least in table.classes] == sorted((least for _, least in table.classes), reverse=True)


def test_the_table_in_force_is_the_last_one_that_has_begun():
    assert table_on(date(2020, 1, 1)) is TABLES[0]
    assert table_on(date(2030, 1, 1)) is TABLES[-1]


@given(st.lists(units, max_size=4), st.data())
def test_a_unit_solved_never_ends_a_cycle_worse_than_the_same_unit_lost(some, data):
    for facts in some:
        found = forecast(facts, TABLE)
        assumed = data.draw(st.none() | st.sampled_from(Assumed))
        solved, lost, this = (
            figures_of(facts.years, completing=completes(found, one)) for one in (Assumed.SOLVED, Assumed.LOST, assumed)
        )
        assert lost.units_on_time <= this.units_on_time <= solved.units_on_time == len(facts.years)
        assert lost.tonnes_surrendered == facts.surrendered
        assert solved.tonnes_surrendered == facts.due
        assert this.tonnes_short + this.tonnes_surrendered == this.tonnes_due == facts.due


def test_at_least_are_counted_those_on_course_and_whoever_is_to_be_watched_makes_the_range():
    facts = unit(short=0)
    for outlook, counted in zip(Outlook, ((True, True), (False, True), (False, False), (False, False)), strict=True):
        found = Forecast(50, (), outlook)
        assert (on_course(found), completes(found)) == counted
        assert on_course(found, Assumed.SOLVED)
        assert not on_course(found, Assumed.LOST)
        ahead = milestone_ahead(facts.day, Decimal(95), [(unit(short=100), found, None)])
        assert (ahead.met_at_least, ahead.met) == counted


def test_a_milestone_ahead_is_foreseen_as_if_it_were_the_deadline():
    late, full = unit(short=100, left=60), unit(short=0, left=60)
    said = [forecast_until(late.day, one, TABLE) for one in (late, full)]
    assert said[0].score == 55
    found = milestone_ahead(late.day, Decimal(95), [(late, said[0], None), (full, said[1], None)])
    assert (found.reached, found.met, found.past) == (Decimal("50.00"), False, False)
    assert milestone_ahead(late.day, Decimal(95), [(late, said[0], Assumed.SOLVED)]).met


def test_a_milestone_that_has_passed_counts_what_was_surrendered_by_its_day():
    found = milestone_passed(date(2026, 11, 30), Decimal(50), [unit(short=0), unit(short=1)])
    assert (found.reached, found.met, found.past) == (Decimal("50.00"), True, True)
    assert milestone_passed(date(2026, 11, 30), Decimal(50), []).met is False


def test_a_unit_is_judged_by_its_worst_year():
    assert worst([Completion.ON_TIME, Completion.LATE]) is Completion.LATE
    assert worst([Completion.NOT_COMPLETED, Completion.ON_TIME]) is Completion.NOT_COMPLETED
    assert worst([]) is None

"""What the records said as of a day: only what was dated or recorded by its end, each kind of row for itself."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from support.cases import a_case, a_cycle, account, an_enterprise, an_obligation
from support.cast import NOW
from support.hanging import BUY, a_plan
from support.rounds import a_round, saved, submitted, the_reports

from casework.cases.actions import plans
from casework.cases.models import PlanState
from casework.db import db
from casework.forecast.queries.history import read_history
from casework.forecast.queries.outlook import assuming, days_before, ending_on, foreseen_on, hindcasts, hindsight
from casework.registry.as_of import owed_on
from casework.registry.models import MarketPrice, Obligation, ObligationCorrection, Surrender
from casework.rounds.actions.freezing import correct_report
from casework.rules.causes import Cause
from casework.rules.compliance import Completion
from casework.rules.deadlines import end_of_day
from casework.rules.ending import Assumed
from casework.rules.forecast import PlanFacts, ReportFacts, Year
from casework.rules.forecast_weights import TABLES, Outlook
from casework.rules.report_forms import Risk
from casework.rules.workflow import State

TODAY = date(2026, 11, 22)
TABLE = TABLES[-1]


def facts_on(day, cycle=None, **kwargs):
    """The facts of the only unit of a cycle."""
    history = read_history(cycle or a_cycle(), table=TABLE, days=[day], reader=None, **kwargs)
    (unit,) = history.units
    return history.facts_on(unit, day)


def surrendered(obligation, day, tonnes):
    db.session.add(Surrender(obligation_id=obligation.id, day=day, tonnes=tonnes, recorded_at=NOW))
    db.session.flush()


def the_obligation():
    return db.session.scalars(sa.select(Obligation)).one()


def test_surrenders_count_from_their_day_and_for_the_pace_sixty_days(session):
    unit = an_enterprise()
    obligation = an_obligation(unit, due=1_000, surrendered=100, on=date(2026, 9, 1))
    surrendered(obligation, date(2026, 10, 1), 200)
    surrendered(obligation, TODAY, 300)
    found = facts_on(TODAY)
    assert found.years == (Year("2025", 1_000, 600),)
    assert (found.lately, found.last_surrender, found.days_left) == (500, TODAY, 39)
    before = facts_on(TODAY - timedelta(days=1))
    assert (before.surrendered, before.lately, before.last_surrender) == (300, 200, date(2026, 10, 1))
    assert facts_on(date(2026, 8, 31)).surrendered == 0


def test_what_is_due_is_what_was_known_last_and_before_anything_was_what_was_entered_first(session):
    obligation = an_obligation(an_enterprise(), due=900)
    for day, due in ((date(2026, 9, 1), 1_000), (date(2026, 11, 10), 900)):
        row = ObligationCorrection(
            obligation_id=obligation.id, from_day=day, verified=due, allocation=due, due=due, recorded_at=NOW
        )
        db.session.add(row)
    db.session.flush()
    surrendered(obligation, date(2026, 11, 9), 400)
    days = (date(2026, 8, 1), date(2026, 11, 9), date(2026, 11, 10), TODAY)
    assert [facts_on(day).due for day in days] == [1_000, 1_000, 900, 900]
    for day in days:  # the overview of a past day reads by the same rule
        (owed,) = db.session.execute(sa.select(owed_on(a_cycle(), day)))
        assert (Year("2025", owed.due, owed.surrendered),) == facts_on(day).years


def test_a_case_counts_from_its_listing_to_its_end(session):
    case = a_case(causes=(Cause.FROZEN, Cause.FINANCIAL))
    listed = (NOW - timedelta(days=30)).date()
    assert (facts_on(TODAY).listed, facts_on(TODAY).causes) == (listed, {Cause.FROZEN, Cause.FINANCIAL})
    assert facts_on(listed - timedelta(days=1)).listed is None
    case.state, case.outcome, case.closed_at = State.CLOSED, "withdrawn", NOW
    db.session.flush()
    assert facts_on(TODAY).causes == frozenset()
    assert facts_on(TODAY - timedelta(days=1)).listed == listed


def test_a_plan_counts_from_its_approval_with_what_was_late_and_fails_when_it_failed(session):
    case = a_case(State.ASSISTING)
    due = {"due_day": TODAY + timedelta(days=2)}
    plan = a_plan(case, state=PlanState.APPROVED, measures=[BUY | due])
    approved = PlanFacts(number=1, approved=TODAY)
    assert facts_on(TODAY - timedelta(days=1)).plan is None
    assert facts_on(TODAY + timedelta(days=2)).plan == approved
    late = PlanFacts(number=1, approved=TODAY, late=1, late_since=due["due_day"])
    assert facts_on(TODAY + timedelta(days=3)).plan == late
    later = NOW + timedelta(days=5)
    plans.fail_plan(case, plan, "银行拒贷", by=account("alice"), now=later)
    db.session.flush()
    assert facts_on(TODAY + timedelta(days=2)).plan == approved
    assert facts_on(TODAY + timedelta(days=5)).plan.failed == later.date()


@pytest.mark.parametrize(("tonnes", "late"), [(1_000, 0), (999, 1)])
def test_a_measure_that_brought_less_than_planned_is_not_kept(session, tonnes, late):
    case = a_case(State.ASSISTING)
    plan = a_plan(case, state=PlanState.APPROVED)
    plans.finish_measure(
        case, plan, plan.measures[0], done_day=TODAY, done_tonnes=tonnes, by=account("alice"), now=NOW, today=TODAY
    )
    db.session.flush()
    assert facts_on(BUY["due_day"] + timedelta(days=1)).plan.late == late


def test_a_report_counts_from_the_moment_it_was_handed_in_and_a_correction_from_its_own(session):
    a_case()
    (report,) = the_reports(a_round())
    saved(report, held="300", risk="middle")
    assert facts_on(TODAY).report is None
    submitted(report, held="300", to_buy="700", money="6200", risk="middle", expected_day="2026-12-20")
    said = ReportFacts(
        day=TODAY, surrendered=9_000, held=300, money=Decimal(6200), risk=Risk.MIDDLE, expected_day=date(2026, 12, 20)
    )
    assert facts_on(TODAY).report == said
    assert facts_on(TODAY - timedelta(days=1)).report is None
    later = NOW + timedelta(days=9)
    typed = {"held": "0", "to_buy": "1000", "risk": "high", "difficulties": "账户被冻结"}
    correct_report(report, typed, "补报", by=account("dora"), now=later, today=later.date())
    db.session.flush()
    assert facts_on(later.date()).report.risk is Risk.HIGH
    assert facts_on(TODAY).report is None  # what it said then was not kept, and what it says now was not known


def test_the_last_price_of_the_day_turns_money_into_tonnes(session):
    an_obligation(an_enterprise())
    for day, close in ((date(2026, 6, 1), "60.00"), (TODAY, "70.00")):
        db.session.add(MarketPrice(day=day, close=Decimal(close)))
    db.session.flush()
    assert facts_on(TODAY).price == Decimal("70.00")
    assert facts_on(TODAY - timedelta(days=1)).price == Decimal("60.00")
    assert facts_on(date(2026, 5, 1)).price is None


@pytest.mark.parametrize(
    ("paid", "day", "result"),
    [
        (1_000, date(2025, 12, 31), Completion.ON_TIME),
        (1_000, date(2026, 2, 1), Completion.LATE),
        (900, date(2025, 12, 31), Completion.NOT_COMPLETED),
    ],
)
def test_the_last_cycle_counts_as_it_had_ended_by_the_day(session, paid, day, result):
    unit, last = an_enterprise(), a_cycle("2024", deadline=end_of_day(date(2025, 12, 31)))
    an_obligation(unit, due=1_000)
    an_obligation(unit, cycle=last, due=1_000, surrendered=paid, on=day)
    assert facts_on(TODAY).last_cycle is result
    assert facts_on(date(2025, 12, 31)).last_cycle is None
    if result is Completion.LATE:
        assert facts_on(TODAY).last_cycle_day == day
        assert facts_on(date(2026, 1, 31)).last_cycle is Completion.NOT_COMPLETED


def test_nothing_that_comes_later_changes_what_was_said_of_a_day(session):
    case = a_case(State.ASSISTING, short=1_000)
    a_plan(case, state=PlanState.APPROVED)
    (report,) = the_reports(a_round())
    submitted(report)
    history = read_history(a_cycle(), table=TABLE, days=[TODAY], reader=None)
    said = [(one.facts, one.forecast) for one in foreseen_on(history, TODAY)]
    later = NOW + timedelta(days=4)
    surrendered(the_obligation(), later.date(), 700)
    plans.fail_plan(case, a_plan_of(case), "未获授信", by=account("alice"), now=later)
    second = a_round(now=later, due=later + timedelta(days=3), first=later.date())
    submitted(*the_reports(second), now=later, risk="high", difficulties="停产", surrendered="9700", to_buy="300")
    an_obligation(an_enterprise(), cycle=a_cycle("2026", deadline=later + timedelta(days=900)))
    history = read_history(a_cycle(), table=TABLE, days=[TODAY, later.date()], reader=None)
    assert [(one.facts, one.forecast) for one in foreseen_on(history, TODAY)] == said
    assert [(one.facts, one.forecast) for one in foreseen_on(history, later.date())] != said


def a_plan_of(case):
    from casework.cases.models import Plan

    return db.session.scalars(sa.select(Plan).where(Plan.case_id == case.id)).one()


def test_a_past_cycle_is_seen_from_ninety_sixty_thirty_and_ten_days_before(session):
    over = a_cycle("2023", deadline=end_of_day(date(2024, 12, 31)))
    an_obligation(an_enterprise(), cycle=over, due=100, surrendered=100, on=date(2024, 11, 25))
    an_obligation(an_enterprise(), cycle=over, due=100, surrendered=100, on=date(2025, 3, 1))
    an_obligation(an_enterprise(), cycle=over, due=100)
    days = days_before(date(2024, 12, 31))
    assert days == [date(2024, 10, 2), date(2024, 11, 1), date(2024, 12, 1), date(2024, 12, 21)]
    history = read_history(over, table=TABLE, days=days, reader=None)
    units = hindsight(history)
    assert sorted(one.result for one in units) == sorted(Completion)
    on_time, on_course, at_risk = Completion.ON_TIME, Outlook.ON_COURSE, Outlook.AT_RISK
    first, _second, third, last = hindcasts(over, units)
    assert first.counts[on_course, on_time] == 1
    assert third.counts[on_course, on_time] == 1
    assert last.counts[at_risk, Completion.LATE] == last.counts[at_risk, Completion.NOT_COMPLETED] == 1
    assert (last.days_before, last.warned, last.right, last.defaulted) == (10, 2, 2, 2)
    assert (first.warned, first.right, first.defaulted) == (0, 0, 2)


def test_the_end_adds_up_over_regions_and_assumptions_change_it(session):
    cycle = a_cycle(milestones=[(date(2026, 10, 31), 5_000), (date(2026, 12, 30), 9_500)])
    full, late, lost = (an_enterprise(region_code=code) for code in ("640100", "640200", "640200"))
    an_obligation(full, due=100, surrendered=100, on=date(2026, 10, 1))
    an_obligation(late, due=200, surrendered=150)
    an_obligation(lost, due=300)
    history = read_history(cycle, table=TABLE, days=[TODAY], reader=None)
    ending = assuming(
        ending_on(history, TODAY), {lost.id: Assumed.LOST, late.id: Assumed.SOLVED, full.id: Assumed.LOST}
    )
    assert [(one.end.units_on_time, one.end.tonnes_short, one.now.tonnes_short) for one in ending.regions] == [
        (1, 0, 0), (1, 300, 350),
    ]  # fmt: skip
    assert (ending.figures.units_due, ending.figures.units_on_time, ending.figures.tonnes_short) == (3, 2, 300)
    assert sum(ending.classes.values()) == 3
    passed, ahead = ending.milestones
    assert (passed.reached, passed.past) == (Decimal("33.33"), True)
    assert (ahead.reached, ahead.past) == (Decimal("66.67"), False)


def test_a_reader_of_a_region_sees_its_units_alone_and_a_choice_of_units_narrows_it(session):
    here, there = an_enterprise(region_code="640200"), an_enterprise(region_code="640100")
    for unit in (here, there):
        an_obligation(unit)
    read = {"table": TABLE, "days": [TODAY]}
    assert [one.id for one in read_history(a_cycle(), reader=account("dora"), **read).units] == [here.id]
    chosen = sa.select(sa.literal(there.id))
    assert [one.id for one in read_history(a_cycle(), reader=None, units=chosen, **read).units] == [there.id]
    assert read_history(a_cycle(), reader=account("dora"), units=chosen, **read).units == []


def test_a_history_takes_as_many_statements_for_many_units_as_for_one(session):
    def asked():
        seen = []
        event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        try:
            read_history(a_cycle(), table=TABLE, days=[TODAY, TODAY - timedelta(days=30)], reader=None)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    a_case()
    db.session.flush()
    few = asked()
    for _number in range(12):
        a_case()
    db.session.flush()
    assert asked() == few <= 9

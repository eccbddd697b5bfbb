"""Rule sets: nobody approves what he wrote, old versions stay, a year has one set, and cases follow."""

import time
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from support.cases import TODAY, a_case, account
from support.cast import NOW
from support.hanging import a_plan
from support.rule_sets import RULE_SETS

from casework.audit.actions import begin_writing, commit
from casework.cases.actions import plans, rule_sets
from casework.cases.models import CaseEvent, PlanState, RuleSetVersion
from casework.cases.queries.relief import relief_of
from casework.cases.queries.rule_sets import rules_in_force, version_to_change
from casework.db import db
from casework.operations.invariants import faults
from casework.overview.queries import tasks
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.rule_set_checks import rules_refusal, years_taken
from casework.rules.rule_sets import CarryOverRule, Ground, SourceStatus, as_stored, for_new_years, stored_rule_set
from casework.rules.versions import VersionState, VersionStep

OLD, MIDDLE, NEW = RULE_SETS


def step(version, name, who, reason=""):
    rule_sets.take_rule_set_step(version, VersionStep(name), by=account(who), now=NOW, reason=reason)


def begun(percent=15):
    version = rule_sets.begin_version(1, by=account("alice"), now=NOW)
    rules = replace(version.rules, cap=replace(version.rules.cap, percent=percent))
    rule_sets.save(version, rules, by=account("alice"), now=NOW)
    return version


def asked(name):
    return [task.verb for task in tasks.worklist_of(account(name), now=NOW, today=TODAY).tasks]


@given(
    rules=st.sampled_from(RULE_SETS), percent=st.integers(0, 100), factor=st.decimals(0, 9, places=2),
    day=st.dates(), grounds=st.frozensets(st.sampled_from(Ground)), sectors=st.none() | st.frozensets(st.text("ab")),
)  # fmt: skip
def test_what_is_stored_reads_back_as_it_was(rules, percent, factor, day, grounds, sectors):
    typed = replace(
        rules,
        cap=replace(rules.cap, percent=percent, sectors=sectors),
        compulsory=replace(rules.compulsory, grounds=grounds),
        carry_over=CarryOverRule(source="甲", base=percent, factor=factor, first_day=day, last_day=day),
    )
    assert stored_rule_set(as_stored(typed)) == typed


@pytest.mark.parametrize("factor", [1.5, "NaN", "much", None])
def test_a_stored_factor_that_is_no_number_is_refused_with_its_place(factor):
    value = as_stored(MIDDLE)
    value["carry_over"]["factor"] = factor
    with pytest.raises(RuleError) as refused:
        stored_rule_set(value)
    assert refused.value.field == "carry_over.factor"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"years": ()}, "years"),
        ({"years": ("26",)}, "years"),
        ({"years": ("2026", "2026")}, "years"),
        ({"plan": replace(OLD.plan, source=" ")}, "plan_source"),
        ({"cap": replace(OLD.cap, percent=101)}, "cap_percent"),
        ({"borrowing": replace(OLD.borrowing, from_year="x")}, "borrowing_from_year"),
        ({"compulsory": replace(OLD.compulsory, grounds=frozenset())}, "compulsory_grounds"),
    ],
)
def test_rules_that_cannot_be_are_refused_at_their_field(changes, field):
    assert rules_refusal(replace(OLD, **changes)).field == field
    assert rules_refusal(OLD) is None


def test_a_year_has_one_set_and_new_years_begin_unverified():
    new = for_new_years(NEW, ("2026", "2027"))
    assert (new.code, years_taken(new, RULE_SETS)) == ("2026-2027", None)
    assert {rule.status for rule in new.kept.values()} == {SourceStatus.UNVERIFIED}
    assert years_taken(replace(new, years=("2025",)), RULE_SETS).field == "years"


def test_the_sets_that_came_with_the_program_are_in_force(session):
    in_force = rules_in_force()
    assert [in_force[year].rules for year in ("2021", "2023", "2025")] == [OLD, MIDDLE, NEW]
    assert "2019-2020" not in in_force
    assert in_force["2024"].rules.carry_over.factor == Decimal("1.5")


def test_approving_replaces_the_version_in_force_and_cases_follow(session):
    case = a_case()
    version = begun()
    assert {one.rules.cap.percent for one in relief_of(case) if one.rules} <= {20}
    step(version, "submit", "alice")
    assert (asked("carol"), rules_in_force()["2021"].number) == (["Decide on the rule set"], 1)
    step(version, "approve", "carol")
    assert asked("carol") == []
    assert (rules_in_force()["2021"].number, rules_in_force()["2021"].rules.cap.percent) == (2, 15)
    states = sa.select(RuleSetVersion.state).where(RuleSetVersion.rule_set_id == 1).order_by(RuleSetVersion.number)
    assert list(db.session.scalars(states)) == [VersionState.REPLACED, VersionState.APPROVED]


def test_who_wrote_may_not_approve_and_a_returned_version_is_a_task_of_its_writer(session):
    version = begun()
    with pytest.raises(NotAllowed):
        step(version, "approve", "alice")
    step(version, "submit", "alice")
    step(version, "return", "carol", "出处不全")
    assert "Put the rule set right" in asked("alice")
    assert rule_sets.begin_version(1, by=account("alice"), now=NOW).number == 3
    assert "Put the rule set right" not in asked("alice")


def test_a_year_in_force_elsewhere_keeps_a_version_from_being_submitted(session):
    with pytest.raises(RuleError, match="A year has one set"):
        rule_sets.begin_set(("2025", "2026"), by=account("alice"), now=NOW)
    version = rule_sets.begin_set(("2026",), by=account("alice"), now=NOW)
    rule_sets.save(version, replace(version.rules, years=("2025", "2026")), by=account("alice"), now=NOW)
    with pytest.raises(RuleError, match="A year has one set"):
        step(version, "submit", "alice")


def _try_to_approve(app, version_id, who, tell):
    """Approve a version in a process of its own, as the page does, and tell what came of it."""
    with app.app_context():
        begin_writing()
        try:
            version = version_to_change(account(who), version_id)
            time.sleep(0.2)
            step(version, "approve", who)
            commit()
            tell("approved")
        except (RuleError, sa.exc.IntegrityError) as refusal:
            db.session.rollback()
            tell(str(refusal))


@pytest.mark.slow
def test_of_two_sets_for_one_year_approved_at_once_one_comes_into_force(app, crew):
    with app.app_context():
        new = rule_sets.begin_set(("2026",), by=account("alice"), now=NOW)
        wider = rule_sets.begin_version(3, by=account("alice"), now=NOW)
        rule_sets.save(wider, replace(wider.rules, years=("2025", "2026")), by=account("alice"), now=NOW)
        for version in (new, wider):
            step(version, "submit", "alice")
        ids = [new.id, wider.id]
        commit()
    for version_id, who in zip(ids, ("carol", "carl"), strict=True):
        crew.fork(partial(_try_to_approve, app, version_id, who))
    told = sorted(crew.all_done())
    assert (told.count("approved"), len(told)) == (1, 2)
    assert "A year has one set of rules" in next(one for one in told if one != "approved")
    with app.app_context():
        assert list(faults(["V1", "V2"], now=NOW)) == []


@pytest.mark.slow
def test_of_two_who_approve_a_version_at_once_one_does_and_the_other_is_told(app, crew):
    with app.app_context():
        version = begun()
        step(version, "submit", "alice")
        version_id = version.id
        commit()
    for who in ("carol", "carl"):
        crew.fork(partial(_try_to_approve, app, version_id, who))
    told = sorted(crew.all_done())
    assert told.count("approved") == 1
    assert "Reload the page" in next(one for one in told if one != "approved")


@pytest.mark.parametrize("statement", ["UPDATE rule_set_version SET content = '{}'", "DELETE FROM rule_set_version"])
def test_the_database_refuses_to_lose_a_version(session, statement):
    with pytest.raises(sa.exc.DBAPIError, match=r"stay|never deleted"):
        session.execute(sa.text(statement))


def test_an_approved_plan_keeps_by_which_version_it_was_checked(session):
    case = a_case()
    plan = a_plan(case, state=PlanState.SUBMITTED)
    plans.decide_plan(case, plan, approved=True, reason="", by=account("carol"), now=NOW)
    event = db.session.scalars(sa.select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    years = [one.in_force.mark for one in relief_of(case) if one.in_force]
    assert event.details.get("rule_sets") == [None, ", ".join(sorted(set(years)))]

"""What hangs on a case, at the level of actions: what is kept, what is refused, what the history says."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, a_cycle, account
from support.cast import NOW
from support.hanging import BUY, DECIDED, WHEN, a_penalty, a_plan, a_visit

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.cases.actions import extensions, notes, pauses, penalties, plans, visits
from casework.cases.actions.steps import take_step
from casework.cases.models import CaseEvent, Extension, Measure, Pause, PlanState, VisitKind
from casework.cases.queries.facts import facts_of
from casework.rules.deadlines import end_of_day
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.measures import MeasureKind
from casework.rules.penalties import PenaltyRecord
from casework.rules.workflow import State, Step
from casework.users.models import Delegation


def last_event(session):
    return session.scalars(sa.select(CaseEvent).order_by(CaseEvent.id.desc())).first()


def last_row(session):
    return session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc())).first()


# --- visits ----------------------------------------------------------------------------------------------------------


def test_a_visit_is_kept_with_its_people_and_what_is_to_follow(session):
    case = a_case()
    visit = a_visit(case)
    commit()
    assert (visit.people, visit.certificates) == ("安丽、艾米尔", "")
    assert [(one.text, one.done_day) for one in visit.follow_ups] == [("报送资金计划", None)]
    assert (last_event(session).step, last_row(session).action) == (Step.VISIT, "case visit")


@pytest.mark.parametrize(
    "officers", [[("安丽", "640001")], [("安丽", "640001"), ("艾米尔", "")], [("安", "1"), ("艾", "1")]]
)
def test_an_inspection_needs_two_officers_with_certificates_of_their_own(session, officers):
    with pytest.raises(RuleError, match="two officers"):
        a_visit(a_case(), kind=VisitKind.INSPECTION, officers=officers)


def test_an_inspection_by_two_officers_is_kept_with_those_first_who_showed_a_certificate(session):
    people = [("司机", ""), ("安丽", "640001"), ("艾米尔", "640002")]
    visit = a_visit(a_case(), kind=VisitKind.INSPECTION, officers=people)
    assert (visit.people, visit.certificates) == ("安丽、艾米尔、司机", "640001、640002")


def test_a_visit_cannot_lie_in_the_future_nor_ask_for_something_before_it(session):
    case = a_case()
    commit()
    with pytest.raises(RuleError, match="future"):
        a_visit(case, day=TODAY + timedelta(days=1))
    with pytest.raises(RuleError, match="before the visit"):
        a_visit(case, follow_ups=[("x", TODAY - timedelta(days=1))])


def test_a_city_officer_corrects_only_what_that_officer_recorded(session):
    case = a_case()
    visit = a_visit(case)
    values = {"kind": visit.kind, "day": visit.day, "officers": [("杜若", "")], "findings": "x"}
    values |= {"follow_ups": [], "uploads": []}
    with pytest.raises(NotAllowed, match="Only who recorded"):
        visits.correct_visit(case, visit, **values, by=account("dora"), **WHEN)


def test_a_corrected_visit_keeps_what_was_done_and_says_what_changed(session):
    case = a_case()
    visit = a_visit(case, follow_ups=[("a", TODAY), ("b", TODAY)])
    visits.finish_follow_up(case, visit, visit.follow_ups[0], TODAY, by=account("dora"), **WHEN)
    values = {"kind": visit.kind, "day": visit.day, "officers": [("安丽", "")], "findings": "已复产"}
    values |= {"follow_ups": [("c", TODAY)], "uploads": []}
    visits.correct_visit(case, visit, **values, by=account("amir"), **WHEN)
    commit()
    session.refresh(visit)
    assert sorted((one.text, one.done_day is not None) for one in visit.follow_ups) == [("a", True), ("c", False)]
    assert last_event(session).details["findings"] == ["机组停运", "已复产"]


def test_a_follow_up_is_done_once_and_not_before_the_visit(session):
    case = a_case()
    visit = a_visit(case)
    [promise] = visit.follow_ups
    with pytest.raises(RuleError, match="between the visit and today"):
        visits.finish_follow_up(case, visit, promise, TODAY - timedelta(days=1), by=account("alice"), **WHEN)
    visits.finish_follow_up(case, visit, promise, TODAY, by=account("alice"), **WHEN)
    with pytest.raises(RuleError, match="already"):
        visits.finish_follow_up(case, visit, promise, TODAY, by=account("alice"), **WHEN)


def test_nothing_is_added_to_a_closed_case(session):
    case = a_case(State.CLOSED)
    commit()
    with pytest.raises(RuleError):
        notes.write_note(case, TODAY, "x", [], by=account("alice"), **WHEN)
    with pytest.raises(RuleError):
        a_visit(case)
    with pytest.raises(RuleError):
        a_plan(case)


# --- relief plan -----------------------------------------------------------------------------------------------------


def test_a_plan_goes_from_its_draft_to_approval_and_lets_the_case_move(session):
    case = a_case(State.ASSISTING)
    plan = a_plan(case, state=PlanState.APPROVED)
    commit()
    assert (plan.state, plan.number, plan.decided_by_id) == (PlanState.APPROVED, 1, account("carol").id)
    told = [row.details["what"] for row in session.scalars(sa.select(CaseEvent)) if row.details]
    assert told == ["Relief plan drafted", "Relief plan submitted for approval", "Relief plan approved"]
    take_step(case, Step.AGREE_PLAN, by=account("alice"), **WHEN)
    assert case.state is State.RELIEF


def test_measures_that_do_not_fill_the_shortfall_are_not_submitted(session):
    with pytest.raises(RuleError, match="400 t are missing"):
        a_plan(a_case(), state=PlanState.SUBMITTED, measures=[BUY | {"tonnes": 600}])


def test_financing_brings_no_tonnes_itself(session):
    loan = BUY | {"kind": MeasureKind.FINANCING, "tonnes": 1000}
    with pytest.raises(RuleError, match="bring no tonnes"):
        a_plan(a_case(), state=PlanState.SUBMITTED, measures=[loan])
    without = a_plan(a_case(), state=PlanState.SUBMITTED, measures=[BUY, loan | {"tonnes": 0}])
    assert without.state is PlanState.SUBMITTED


def test_a_plan_is_never_decided_by_its_author_nor_on_the_authors_behalf(session):
    case = a_case()
    plan = a_plan(case, state=PlanState.SUBMITTED)
    plan.author_id = account("carol").id
    session.add(
        Delegation(
            absent_id=account("carol").id, delegate_id=account("carl").id, begins_at=NOW, ends_at=NOW + timedelta(1)
        )
    )
    commit()
    for deciding in ({"by": account("carol")}, {"by": account("carl"), "on_behalf_of": account("carol")}):
        with pytest.raises(NotAllowed, match="another leader"):
            plans.decide_plan(case, plan, approved=True, reason="", now=NOW, **deciding)
    plans.decide_plan(case, plan, approved=True, reason="", by=account("carl"), now=NOW)


def test_a_delegate_decides_on_behalf_and_the_record_says_so(session):
    case = a_case()
    plan = a_plan(case, state=PlanState.SUBMITTED)
    carol, carl = account("carol"), account("carl")
    with pytest.raises(NotAllowed, match="do not stand in"):
        plans.decide_plan(case, plan, approved=True, reason="", by=carl, on_behalf_of=carol, now=NOW)
    session.add(Delegation(absent_id=carol.id, delegate_id=carl.id, begins_at=NOW, ends_at=NOW + timedelta(1)))
    session.flush()
    plans.decide_plan(case, plan, approved=True, reason="", by=carl, on_behalf_of=carol, now=NOW)
    commit()
    assert (plan.decided_by_id, plan.decided_on_behalf_of_id) == (carl.id, carol.id)
    assert (last_event(session).on_behalf_of_id, last_row(session).on_behalf_of) == (carol.id, carol.audit_name)


def test_only_a_leader_decides(session):
    case = a_case()
    plan = a_plan(case, state=PlanState.SUBMITTED)
    with pytest.raises(NotAllowed, match="for a leader"):
        plans.decide_plan(case, plan, approved=True, reason="", by=account("amir"), now=NOW)


def test_a_return_needs_its_reason_and_a_new_version_follows(session):
    case = a_case()
    plan = a_plan(case, state=PlanState.SUBMITTED)
    commit()
    with pytest.raises(RuleError, match="Give a reason"):
        plans.decide_plan(case, plan, approved=False, reason=" ", by=account("carol"), now=NOW)
    plans.decide_plan(case, plan, approved=False, reason="资金来源不明", by=account("carol"), now=NOW)
    assert (plan.state, plan.reason) == (PlanState.RETURNED, "资金来源不明")
    assert a_plan(case).number == 2


def test_only_one_version_is_under_way(session):
    case = a_case()
    a_plan(case)
    with pytest.raises(RuleError, match="already"):
        a_plan(case)


def test_an_approved_version_replaces_the_one_before(session):
    case = a_case()
    first = a_plan(case, state=PlanState.APPROVED)
    a_plan(case, state=PlanState.APPROVED)
    assert first.state is PlanState.REPLACED


def test_a_plan_is_edited_only_as_a_draft_and_the_history_shows_both_texts(session):
    case = a_case()
    plan = a_plan(case)
    plans.edit_plan(case, plan, summary="新", measures=[BUY, BUY], by=account("amir"), now=NOW)
    commit()
    assert plan.author_id == account("amir").id
    assert last_event(session).details["summary"] == ["资金紧张，分期购买", "新"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Measure)) == 2
    plans.submit_plan(case, plan, by=account("amir"), now=NOW)
    with pytest.raises(RuleError, match="moved on"):
        plans.edit_plan(case, plan, summary="x", measures=[BUY], by=account("amir"), now=NOW)


def test_a_failed_plan_opens_the_way_to_supervision(session):
    case = a_case(State.RELIEF)
    plan = a_plan(case, state=PlanState.APPROVED)
    plans.fail_plan(case, plan, "贷款未获批", by=account("alice"), now=NOW)
    commit()
    assert facts_of(case, **WHEN).plan_failed
    assert not facts_of(case, **WHEN).approved_plan_covers


def test_a_measure_is_done_with_its_tonnes(session):
    case = a_case()
    plan = a_plan(case, state=PlanState.APPROVED)
    [measure] = plan.measures
    done = {"by": account("alice"), **WHEN}
    with pytest.raises(RuleError, match="tonnes"):
        plans.finish_measure(case, plan, measure, done_day=TODAY, done_tonnes=None, **done)
    plans.finish_measure(case, plan, measure, done_day=TODAY, done_tonnes=990, **done)
    assert (measure.done_day, measure.done_tonnes) == (TODAY, 990)


# --- penalty ---------------------------------------------------------------------------------------------------------


def test_a_penalty_is_entered_by_the_city_and_counts_once_an_officer_accepts_it(session):
    case = a_case(State.REFERRED, cycle=a_cycle("2024", deadline=end_of_day(date(2025, 12, 31))))
    penalty = a_penalty(case)
    assert penalty.regime == "regulation-2024"
    assert not facts_of(case, **WHEN).penalty_accepted
    with pytest.raises(NotAllowed):
        penalties.accept_penalty(case, penalty, by=account("dora"), **WHEN)
    penalties.accept_penalty(case, penalty, by=account("alice"), **WHEN)
    commit()
    assert facts_of(case, **WHEN).penalty_accepted
    assert facts_of(case, **WHEN).penalty_recorded_by == {account("dora").id}


def test_a_city_officer_of_another_region_is_refused(session):
    with pytest.raises(NotAllowed, match="another region"):
        a_penalty(a_case(State.REFERRED), by="dan")


def test_what_was_accepted_is_accepted_anew_after_a_change(session):
    case = a_case(State.REFERRED)
    penalty = a_penalty(case)
    penalties.accept_penalty(case, penalty, by=account("alice"), **WHEN)
    corrected = PenaltyRecord(**vars(DECIDED) | {"corrected_day": date(2026, 9, 1)})
    penalties.correct_penalty(case, penalty, corrected, [], by=account("dora"), **WHEN)
    commit()
    assert penalty.accepted_by_id is None
    assert last_event(session).details == {"corrected_day": [None, "2026-09-01"]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"decision_day": date(2026, 8, 15), "allocation_cut": 10}, "no longer cut"),
        ({"decision_day": date(2020, 1, 1), "order_day": date(2020, 1, 1)}, "No penalty regime"),
        ({"decision_day": TODAY + timedelta(1)}, "future"),
        ({"order_day": TODAY + timedelta(1)}, "future"),
        ({"order_day": date(2026, 8, 2)}, "before the order"),
        ({"corrected_day": date(2026, 6, 1)}, "check the day"),
        ({"amount": Decimal(0)}, "Enter the fine"),
    ],
)
def test_a_penalty_that_contradicts_itself_or_its_rules_is_refused(session, changes, sentence):
    with pytest.raises(RuleError, match=sentence):
        a_penalty(a_case(State.REFERRED), **changes)


@pytest.mark.parametrize(
    ("last_day", "decided", "regime"),
    [
        (date(2021, 12, 31), date(2022, 3, 1), "trial-measures-2021"),
        (date(2023, 12, 31), date(2024, 6, 1), "trial-measures-2021"),
        (date(2024, 12, 31), date(2025, 3, 1), "regulation-2024"),
        (date(2025, 12, 31), date(2026, 11, 20), "regulation-2024"),
        (date(2026, 12, 31), date(2026, 11, 20), "code-2026"),
    ],
)
def test_the_rules_are_those_of_the_deadline_however_late_the_decision(session, last_day, decided, regime):
    case = a_case(State.REFERRED, cycle=a_cycle("x", deadline=end_of_day(last_day)))
    assert a_penalty(case, order_day=decided, decision_day=decided).regime == regime


def test_a_decision_of_before_the_code_may_cut_an_allocation(session):
    assert a_penalty(a_case(State.REFERRED), allocation_cut=1000).allocation_cut == 1000


# --- extension and pause ---------------------------------------------------------------------------------------------


def an_extension(case, days=30, by="dora"):
    later = case.working_deadline + timedelta(days=days)
    return extensions.ask_extension(case, later, "设备检修", by=account(by), **WHEN)


def test_a_granted_extension_moves_the_working_deadline(session):
    case = a_case(State.ASSISTING)
    before = case.working_deadline
    request = an_extension(case)
    extensions.decide_extension(case, request, granted=True, reason="", by=account("carol"), **WHEN)
    commit()
    assert case.working_deadline == case.next_due == before + timedelta(days=30)
    assert last_event(session).details["working_deadline"] == [before.isoformat(), case.working_deadline.isoformat()]


def test_a_refused_extension_needs_a_reason_and_moves_nothing(session):
    case = a_case(State.ASSISTING)
    before = case.working_deadline
    request = an_extension(case)
    refuse = {"granted": False, "by": account("carol"), **WHEN}
    with pytest.raises(RuleError, match="Give a reason"):
        extensions.decide_extension(case, request, reason="", **refuse)
    extensions.decide_extension(case, request, reason="已延过一次", **refuse)
    assert (case.working_deadline, request.granted) == (before, False)
    with pytest.raises(RuleError, match="answer already"):
        extensions.decide_extension(case, request, reason="x", **refuse)


def test_an_extension_has_a_ceiling_and_comes_before_the_deadline(session):
    case = a_case(State.ASSISTING)
    commit()
    with pytest.raises(RuleError, match="goes beyond"):
        an_extension(case, days=61)
    late = a_case(State.ASSISTING, deadline=TODAY - timedelta(days=1))
    with pytest.raises(RuleError, match="still runs"):
        an_extension(late)


def test_one_request_at_a_time(session):
    case = a_case(State.ASSISTING)
    an_extension(case)
    with pytest.raises(RuleError, match="already"):
        an_extension(case)
    assert session.scalar(sa.select(sa.func.count()).select_from(Extension)) == 1


def test_a_pause_moves_the_deadline_by_the_working_days_it_took(session):
    case = a_case(State.ASSISTING, deadline=date(2026, 12, 11))
    pauses.pause_case(case, "法院冻结", date(2026, 12, 10), by=account("alice"), **WHEN)
    commit()
    assert (case.paused, case.next_due) == (True, None)
    later = {"now": NOW + timedelta(days=8), "today": TODAY + timedelta(days=8)}
    pauses.resume_case(case, "已解冻", by=account("alice"), **later)
    commit()
    assert not case.paused
    # rested Sunday 2026-11-22 to Sunday 2026-11-29: five working days
    assert case.working_deadline == case.next_due == date(2026, 12, 18)
    assert last_event(session).details["working_deadline"] == ["2026-12-11", "2026-12-18"]
    assert session.scalars(sa.select(Pause)).one().until_day == TODAY + timedelta(days=8)


def test_an_extension_granted_in_a_pause_counts_what_was_rested_before_it(session):
    case = a_case(State.ASSISTING, deadline=date(2026, 12, 11))
    request = an_extension(case, days=7)
    pauses.pause_case(case, "法院冻结", date(2026, 12, 10), by=account("alice"), **WHEN)
    granted = {"now": NOW + timedelta(days=2), "today": TODAY + timedelta(days=2)}
    extensions.decide_extension(case, request, granted=True, reason="", by=account("carol"), **granted)
    later = {"now": NOW + timedelta(days=8), "today": TODAY + timedelta(days=8)}
    pauses.resume_case(case, "", by=account("alice"), **later)
    # rested after the granting on Tuesday 2026-11-24: Wednesday to Friday
    assert case.working_deadline == date(2026, 12, 23)


def test_a_pause_ends_with_the_settlement_too(session):
    case = a_case(State.ASSISTING, short=0, deadline=date(2026, 12, 11))
    pauses.pause_case(case, "x", date(2026, 12, 10), by=account("alice"), **WHEN)
    later = {"now": NOW + timedelta(days=8), "today": TODAY + timedelta(days=8)}
    take_step(case, Step.SETTLE, by=account("alice"), evidence=True, **later)
    commit()
    assert (case.paused, case.working_deadline) == (False, date(2026, 12, 18))

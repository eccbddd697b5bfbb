"""Builders of what hangs on a case; the caller commits."""

from datetime import date, timedelta
from decimal import Decimal

from casework.cases.actions import applications, penalties, plans, visits
from casework.cases.models import Measure, Penalty, Plan, PlanState, VisitKind
from casework.db import db
from casework.rules.measures import MeasureKind
from casework.rules.penalties import PenaltyRecord
from casework.rules.workflow import Step
from support.cases import TODAY, a_case, a_cycle, account
from support.cast import NOW

WHEN = {"now": NOW, "today": TODAY}
BUY = {
    "kind": MeasureKind.BUY, "tonnes": 1000, "amount": Decimal("98000.00"), "responsible": "财务部",
    "due_day": TODAY + timedelta(days=9), "note": "",
}  # fmt: skip


def a_visit(case, by="alice", **changes):
    values = {
        "kind": VisitKind.ASSISTANCE, "day": TODAY, "officers": [("安丽", ""), ("艾米尔", "")], "findings": "机组停运",
        "follow_ups": [("报送资金计划", TODAY + timedelta(days=5))], "uploads": [],
    }  # fmt: skip
    return visits.record_visit(case, **values | changes, by=account(by), **WHEN)


def a_plan(case, *, state=PlanState.DRAFT, measures=(BUY,), by="alice"):
    plan = plans.draft_plan(case, summary="资金紧张，分期购买", measures=measures, by=account(by), now=NOW)
    if state is not PlanState.DRAFT:
        plans.submit_plan(case, plan, by=account(by), now=NOW)
    if state is PlanState.APPROVED:
        plans.decide_plan(case, plan, approved=True, reason="", by=account("carol"), now=NOW)
    return plan


def an_application(case, by="alice", **changes):
    values = {
        "sent_to": "生态环境部应对气候变化司", "sent_day": TODAY, "asks": "企业涉诉账户冻结，申请延后清缴。",
        "answer_due": TODAY + timedelta(days=10), "uploads": [],
    }  # fmt: skip
    return applications.record_application(case, **values | changes, by=account(by), **WHEN)


DECIDED = PenaltyRecord(
    order_day=date(2026, 7, 1),
    decision_number="石环罚〔2026〕3号",
    decision_day=date(2026, 8, 1),
    amount=Decimal(25000),
)


def a_penalty(case, by="dora", **changes):
    entered = PenaltyRecord(**vars(DECIDED) | changes)
    return penalties.record_penalty(case, entered, [], by=account(by), **WHEN)


def ready(state, step):
    """Make a case in which nothing but state and role can stand in the way of the step."""
    past = NOW - timedelta(days=5)
    cycle = a_cycle("2023", deadline=past)
    case = a_case(state, cycle=cycle, short=500 if step is Step.REFER else 0, region_code="640200")
    amir = account("amir").id
    plan = Plan(case_id=case.id, number=1, state=PlanState.APPROVED, author_id=amir, written_at=NOW)
    plan.measures = [Measure(position=1, kind=MeasureKind.BUY, tonnes=9_000, responsible="企业", due_day=TODAY)]
    penalty = Penalty(
        case_id=case.id, order_day=TODAY, decision_number="石环罚〔2026〕1号", decision_day=TODAY, amount=50_000,
        regime="regulation-2024", recorded_by_id=account("dora").id, recorded_at=NOW, accepted_by_id=amir,
        accepted_at=NOW,
    )  # fmt: skip
    db.session.add_all([plan, penalty])
    return case.id

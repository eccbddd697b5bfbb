"""Builders of what hangs on a case; the caller commits."""

from datetime import date, timedelta
from decimal import Decimal

from casework.cases.actions import penalties, plans, visits
from casework.cases.models import PlanState, VisitKind
from casework.rules.measures import MeasureKind
from casework.rules.penalties import PenaltyRecord
from support.cases import TODAY, account
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


DECIDED = PenaltyRecord(
    order_day=date(2026, 7, 1),
    decision_number="石环罚〔2026〕3号",
    decision_day=date(2026, 8, 1),
    amount=Decimal(25000),
)


def a_penalty(case, by="dora", **changes):
    entered = PenaltyRecord(**vars(DECIDED) | changes)
    return penalties.record_penalty(case, entered, [], by=account(by), **WHEN)

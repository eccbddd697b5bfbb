"""Compulsory surrender counts what is confirmed to lie in the accounts, and nothing that nobody confirmed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from support.cases import TODAY, a_case, a_cycle, account, an_enterprise, an_obligation
from support.cast import NOW
from support.hanging import BUY, WHEN, a_plan

from casework.audit.actions import commit
from casework.cases.actions.holdings import confirm_holdings
from casework.cases.models import PlanState
from casework.cases.queries.relief import relief_of
from casework.db import db
from casework.registry.actions.obligations import add_surrender
from casework.registry.models import MarketPrice
from casework.registry.queries import obligations_of
from casework.rules.causes import Cause
from casework.rules.errors import RuleError
from casework.rules.measures import MeasureKind
from casework.rules.workflow import State

FOUND = {"holdings": "150,000", "holdings_day": str(TODAY), "holdings_source": "注册登记机构复函"}
FORCED = BUY | {"kind": MeasureKind.COMPULSORY, "tonnes": 100_000, "amount": None}


def confirm(case, **changes):
    values = {"tonnes": 150_000, "day": TODAY, "source": "注册登记机构复函"}
    confirm_holdings(case, **values | changes, by=account("alice"), **WHEN)


def a_stopped_case(state=State.ASSISTING, *, years=("2021", "2022"), due=1_000_000, surrendered=900_000):
    cycle = a_cycle("2021-2022", years=list(years), deadline=datetime(2026, 12, 31, 9, tzinfo=UTC))
    unit = an_enterprise()
    for year in years:
        an_obligation(unit, cycle=cycle, year=year, due=due, surrendered=surrendered)
    return a_case(state, enterprise=unit, cycle=cycle, causes=(Cause.SHUT_DOWN,))


def most_by_year(case):
    said = [next(one for one in year.openings if one.kind is MeasureKind.COMPULSORY) for year in relief_of(case)]
    return [one.most.value if one.open else one.to_find_out for one in said]


@pytest.mark.usefixtures("session")
def test_what_the_accounts_hold_serves_one_year_after_the_other():
    case = a_stopped_case()
    assert most_by_year(case) == [True, True], "it waits for somebody to find out"
    confirm(case)
    assert most_by_year(case) == [100_000, 50_000]
    confirm(case, tonnes=0)
    assert most_by_year(case) == [0, 0]


@pytest.mark.usefixtures("session")
def test_what_was_surrendered_since_is_found_out_anew():
    case = a_stopped_case(years=("2021",))
    confirm(case, day=TODAY - timedelta(days=2))
    (obligation,) = obligations_of([case.enterprise_id], cycle_id=case.cycle_id)
    add_surrender(obligation, TODAY - timedelta(days=2), 1, reason="补录", by=account("alice"), now=NOW)
    assert most_by_year(case) == [99_999], "what was surrendered by that day was deducted by who confirmed it"
    add_surrender(obligation, TODAY - timedelta(days=1), 50_000, reason="补录", by=account("alice"), now=NOW)
    assert most_by_year(case) == [True]
    confirm(case, tonnes=100_000)
    assert most_by_year(case) == [49_999]


@pytest.mark.usefixtures("session")
def test_a_plan_of_compulsory_surrender_is_submitted_only_once_the_holdings_are_confirmed():
    case = a_stopped_case(years=("2021",))
    with pytest.raises(RuleError, match="not confirmed"):
        a_plan(case, state=PlanState.SUBMITTED, measures=(FORCED,))


@pytest.mark.usefixtures("session")
def test_a_confirmation_lies_not_in_the_future_and_not_in_a_case_at_rest():
    with pytest.raises(RuleError, match="in the future") as refused:
        confirm(a_stopped_case(), day=TODAY + timedelta(days=1))
    assert refused.value.field == "holdings_day"
    with pytest.raises(RuleError, match="Nothing is left"):
        confirm(a_stopped_case(State.SETTLED, surrendered=1_000_000))


def test_the_planner_says_what_to_find_out_and_proposes_it_once_it_is_confirmed(app, client):
    with app.app_context():
        case = a_stopped_case(years=("2021",))
        db.session.add(MarketPrice(day=TODAY, close=Decimal(60), tonnes=0, amount=Decimal(0)))
        commit()
        path = f"/cases/{case.id}"
    page = client.sign_in("alice").get(f"{path}/planner").text
    assert "账户实际持有量尚未核实" in page
    assert f'href="{path}/holdings"' in page
    assert "由省级生态环境主管部门出具履约通知书" not in page
    shown = client.fill(f"{path}/holdings", FOUND | {"holdings_source": "<b>复函</b>，占50%"})
    assert "&lt;b&gt;复函&lt;/b&gt;，占50%" in shown.text
    page = client.get(f"{path}/planner").text
    assert "经核实的持有量：&lt;b&gt;复函&lt;/b&gt;，占50%" in page
    assert "经核实账户持有150,000吨" in page
    assert "强制清缴 100,000 吨" in page
    assert "责任人：宁夏回族自治区生态环境厅" in page
    draft = client.get(f"{path}/plans/new?mix=cheapest").text
    assert 'value="宁夏回族自治区生态环境厅"' in draft
    assert "150,000" in client.get(path).text, "the history says what was confirmed"

"""The planner of a case: mixes with cost and risk beside the cost of a default, and a draft that begins with one."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from support.cases import a_case, a_cycle, an_enterprise, an_obligation

from casework.audit.actions import commit
from casework.db import db
from casework.registry.models import MarketPrice
from casework.rules.causes import Cause
from casework.rules.workflow import State


@pytest.fixture
def planned(app):
    """The address of a planner: 400,000 t short of 1,000,000 t, with a gap of 100,000 t."""

    def make(cycle="2021-2022", *, causes=(Cause.FINANCIAL,), price="60.00", surrendered=600_000, rich=()):
        with app.app_context():
            years = {"2021-2022": ["2021", "2022"]}.get(cycle)
            found, unit = a_cycle(cycle, years=years, deadline=datetime(2026, 12, 31, 9, tzinfo=UTC)), an_enterprise()
            an_obligation(unit, cycle=found, due=1_000_000, surrendered=surrendered)
            case = a_case(State.ASSISTING, enterprise=unit, cycle=found, causes=causes)
            if price:
                db.session.add(MarketPrice(day=date(2026, 11, 2), close=Decimal(price), tonnes=0, amount=Decimal(0)))
            commit()
            return f"/cases/{case.id}/planner"

    return make


def test_the_cheapest_mix_stands_first_beside_what_a_default_costs_and_why_no_fine_is_shown(client, planned):
    page = client.sign_in("alice").get(planned()).text
    assert page.index("当前成本最低") < page.index("不预支") < page.index("压力价格")
    assert "预支下年度配额 50,000 吨" in page
    assert "21,000,000.00" in page
    assert "尚未核实，暂不测算金额" in page
    assert "350,000吨×60.00元/吨" in page, "each line says how its cost is reckoned"
    assert "配额缺口100,000吨的50%为50,000吨" in page, "and its limit"


def test_what_is_typed_is_computed_with_and_what_cannot_be_is_refused_at_the_field(client, planned):
    path = planned()
    page = client.sign_in("alice").get(f"{path}?price=60&ccer_price=50&money=1,000,000&gift=")
    assert "现有资金可办到" in page.text
    assert "50,000 吨" in page.text
    wrong = client.get(f"{path}?price=0&money=abc")
    assert wrong.status_code == 200
    assert "不超过10,000" in wrong.text
    assert "abc" in wrong.text
    assert "当前成本最低" not in wrong.text


def test_a_draft_begins_with_the_measures_of_a_mix_each_with_its_tonnes_money_day_and_whom_to_ask(client, planned):
    path = planned()
    page = client.sign_in("alice").get(f"{path}?price=60&ccer_price=50")
    draft = re.search(r'href="([^"]*/plans/new\?[^"]*mix=cheapest[^"]*)"', page.text)[1].replace("&amp;", "&")
    text = client.get(draft).text
    tonnes = [re.search(rf'name="measures-{row}-tonnes"[^>]*value="([^"]*)"', text) for row in range(3)]
    assert [found[1] for found in tonnes] == ["300,000", "50,000", "50,000"]
    assert re.findall(r'<option selected value="(\w+)"', text) == ["buy", "ccer", "borrow"]
    assert "18,000,000.00" in text
    assert "由该单位经所在地市向省级生态环境主管部门申请" in text
    assert "2026-12-21" in text


def test_a_plan_that_breaks_a_rule_is_refused_at_its_measures_with_the_rules_own_words(client, planned):
    path = planned("2025").removesuffix("/planner")
    rows = {
        "measures-0-kind": "borrow", "measures-0-tonnes": "400,000", "measures-0-responsible": "刘工",
        "measures-0-due_day": "2026-12-20",
    }  # fmt: skip
    page = client.sign_in("alice").fill(f"{path}/plans/new", rows | {"summary": "预支", "then": "submit"})
    assert page.status_code == 422
    assert "该年度规则没有预支" in page.text
    assert "400,000" in page.text


def test_without_a_price_without_rules_or_with_nothing_short_it_says_what_comes_next(client, planned):
    assert "尚无价格" in client.sign_in("alice").get(planned(price=None)).text
    assert "没有录入规则" in client.get(planned("2019-2020")).text
    assert "没有缺口" in client.get(planned("2025", price=None, surrendered=1_000_000)).text


def test_whoever_only_reads_sees_the_mixes_without_a_button_and_another_region_nothing(client, planned):
    path = planned()
    assert "plans/new" not in client.sign_in("victor").get(path).text
    assert client.sign_in("dan").get(path).status_code == 404

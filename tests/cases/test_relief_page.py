"""The page that says which relief is open to the unit of a case, why not, and what a default costs."""

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
def made(app):
    def make(cycle="2025", *, verified=1_000_000, surrendered=600_000, causes=(Cause.FINANCIAL,), deadline=None):
        with app.app_context():
            years = {"2021-2022": ["2021", "2022"]}.get(cycle)
            found, unit = a_cycle(cycle, years=years, deadline=deadline), an_enterprise()
            an_obligation(unit, cycle=found, due=verified, surrendered=surrendered)
            case = a_case(State.ASSISTING, enterprise=unit, cycle=found, causes=causes)
            commit()
            return f"/cases/{case.id}/relief"

    return make


def test_under_the_rules_of_2021_a_unit_in_difficulty_may_borrow_and_sees_how_much_and_why(client, made):
    page = client.sign_in("alice").get(made("2021-2022")).text
    assert "从2023年度预分配配额中预支" in page
    assert "配额缺口100,000吨的50%为50,000吨" in page
    assert "配额预支" in page
    assert "须由省级申请" in page
    assert "条文未核实" in page


def test_under_the_draft_of_2025_there_is_no_borrowing_and_a_default_shows_no_amount_but_why(client, made):
    page = client.sign_in("dora").get(made()).text
    assert "该年度规则没有预支" in page
    assert "征求意见稿" in page
    assert "应清缴量1,000,000吨的5%为50,000吨" in page
    assert "仅限2024-01-22之后登记的减排量" in page
    assert "金额" in page


def test_a_figure_says_why_it_is_so_with_numbers_rule_and_records(client, made):
    page = client.sign_in("victor").get(made("2021-2022")).text
    assert "为何是这个数" in page
    assert "应清缴量1,000,000吨减已清缴量600,000吨" in page
    assert re.search(r"第十四条.{0,300}?条文未核实", page, re.S), "the article that was not read is marked so"
    assert re.search("清缴记录：.*2026-11-01.*600,000 吨.*手工录入", page)


def test_a_frozen_unit_cannot_borrow_but_may_be_given_allowances(client, made):
    page = client.sign_in("victor").get(made("2021-2022", causes=(Cause.FINANCIAL, Cause.FROZEN))).text
    assert "账户或配额被冻结的单位不适用" in page
    assert "可由其他企业赠与配额" in page
    assert "适用情形具备（账户或配额被冻结），但账户实际持有量尚未核实" in page


def test_a_year_without_rules_computes_nothing_and_says_so_and_the_old_fine_is_a_range(client, made):
    page = client.sign_in("alice").get(made("2019-2020", deadline=datetime(2021, 12, 31, 9, tzinfo=UTC))).text
    assert "没有录入规则" in page
    assert "20,000.00" in page
    assert "30,000.00" in page
    assert "规则定额20,000元，与缺口大小无关" in page
    assert "第四十条" in page


def test_buying_and_the_fine_are_reckoned_from_the_prices_that_they_name(client, app, made):
    with app.app_context():
        for day, close in ((date(2024, 12, 2), "99.00"), (date(2024, 12, 31), "97.00"), (date(2026, 11, 20), "60.00")):
            db.session.add(MarketPrice(day=day, close=Decimal(close), tonnes=100, amount=100 * Decimal(close)))
        commit()
    path = made("2023", verified=5_128_612, surrendered=4_263_312, deadline=datetime(2024, 12, 31, 15, tzinfo=UTC))
    page = client.sign_in("victor").get(path).text
    assert "423,997,000.00 = 5倍×未清缴865,300吨×98.00元/吨" in page
    assert "98.00 = 2024-12-01至2024-12-31成交额19,600.00元÷成交量200吨" in page
    assert "51,918,000.00 = 865,300吨×60.00元/吨" in page
    assert "72.00 = 60.00元上涨20%" in page
    assert "2026-11-20收盘价60.00元/吨" in page


def test_it_is_the_regions_own_and_found_from_the_case(client, made):
    path = made()
    assert client.sign_in("dan").get(path).status_code == 404
    assert f'href="{path}"' in client.sign_in("dora").get(path.removesuffix("/relief")).text

"""A relief plan as PDF for the meeting and as a workbook."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from support.cases import a_case
from support.hanging import BUY, a_plan

from casework.audit.actions import commit
from casework.cases.models import PlanState
from casework.cases.plan_paper import HEAD
from casework.rules.measures import MeasureKind
from casework.rules.workflow import State

CCER = BUY | {"kind": MeasureKind.CCER, "tonnes": 500, "amount": None}


@pytest.fixture
def plan(app):
    """The address of an approved plan."""
    with app.app_context():
        case = a_case(State.ASSISTING)
        found = a_plan(case, state=PlanState.APPROVED)
        commit()
        return f"/cases/{case.id}/plans/{found.id}"


def test_the_workbook_holds_its_measures_in_chinese_whoever_reads(client, plan):
    browser = client.sign_in("dora").speak("en")
    book = load_workbook(BytesIO(browser.get(f"{plan}.xlsx").data))
    head, first = book.active.values
    assert head == HEAD
    assert first[:3] == (1, "购买配额", 1_000)
    assert first[-2:] == ("《碳排放权交易管理暂行条例》（国令第775号）", "由该单位在市场购买并清缴")


def test_the_workbook_and_the_pages_say_what_is_to_be_minded_and_cite_the_cases_own_rule_set_first(client, app):
    with app.app_context():
        case = a_case(State.ASSISTING)
        found = a_plan(case, state=PlanState.SUBMITTED, measures=(BUY | {"tonnes": 500}, CCER))
        commit()
        path = f"/cases/{case.id}/plans/{found.id}"
    browser = client.sign_in("carol")
    lines = [line for (line,) in load_workbook(BytesIO(browser.get(f"{path}.xlsx").data)).worksheets[1].values]
    assert lines[0] == "计算依据"
    assert lines[1].startswith("2025年度全国碳排放权交易配额总量和分配方案（征求意见稿）")
    assert "规则集2025第1版" in lines[1]
    minded = lines[lines.index("注意事项") + 1 :]
    assert "其中1项措施所依规则为征求意见稿或条文未核实，采用前请先核实。" in minded
    assert any("价格上涨" in line for line in minded)
    for page in (browser.get(path).text, browser.get(f"{path}/decide").text):
        assert all(line in page for line in minded)
        assert "由该单位购买核证自愿减排量并办理抵销" in page
        assert "应清缴量10,000吨的5%为500吨" in page


@pytest.mark.slow
def test_the_paper_says_what_is_short_which_measures_fill_it_and_what_a_default_costs(client, plan):
    browser = client.sign_in("dora")
    answer = browser.get(f"{plan}.pdf")
    pages = PdfDocument(answer.data)
    text = "".join(page.get_textpage().get_text_bounded() for page in pages).replace("\r\n", "")
    for words in (
        "个性化纾困方案（第1版）",
        "购买配额1,000吨",
        "资金紧张，分期购买",
        "状态：已批准",
        "逾期可能的罚款",
        "规则集2025第1版",
        "依据：《生态环境法典》（条文未核实）",
        "提请决策时注意",
    ):
        assert words in text, text
    assert browser.get(f"{plan}.pdf").data == answer.data


def test_it_is_the_regions_own_and_comes_in_two_ways(client, plan):
    assert client.sign_in("dan").get(f"{plan}.pdf").status_code == 404
    assert client.sign_in("dora").get(f"{plan}.doc").status_code == 404
    page = client.get(plan).text
    assert f'href="{plan}.pdf"' in page
    assert f'href="{plan}.xlsx"' in page

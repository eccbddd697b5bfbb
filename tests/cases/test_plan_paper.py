"""A relief plan as PDF for the meeting and as a workbook."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from support.cases import a_case
from support.hanging import a_plan

from casework.audit.actions import commit
from casework.cases.models import PlanState
from casework.cases.plan_paper import HEAD
from casework.rules.workflow import State


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
    head, first = load_workbook(BytesIO(browser.get(f"{plan}.xlsx").data)).active.values
    assert head == HEAD
    assert first[:3] == (1, "购买配额", 1_000)


@pytest.mark.slow
def test_the_paper_says_what_is_short_which_measures_fill_it_and_what_a_default_costs(client, plan):
    browser = client.sign_in("dora")
    answer = browser.get(f"{plan}.pdf")
    pages = PdfDocument(answer.data)
    text = "".join(page.get_textpage().get_text_bounded() for page in pages).replace("\r\n", "")
    for words in ("个性化纾困方案（第1版）", "购买配额1,000吨", "资金紧张，分期购买", "状态：已批准", "逾期可能的罚款"):
        assert words in text, text
    assert browser.get(f"{plan}.pdf").data == answer.data


def test_it_is_the_regions_own_and_comes_in_two_ways(client, plan):
    assert client.sign_in("dan").get(f"{plan}.pdf").status_code == 404
    assert client.sign_in("dora").get(f"{plan}.doc").status_code == 404
    page = client.get(plan).text
    assert f'href="{plan}.pdf"' in page
    assert f'href="{plan}.xlsx"' in page

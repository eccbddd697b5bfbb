"""A rule set is written anew by one and approved by another in a real browser; what a case may follows then."""

import pytest
from playwright.sync_api import expect
from support.browser import DESK, PHONE, follow, press, told
from support.cases import a_case, a_cycle, an_enterprise, an_obligation

from casework.audit.actions import commit
from casework.rules.causes import Cause
from casework.rules.workflow import State
from tests.browser.test_accessibility import examined

pytestmark = pytest.mark.any_engine


@pytest.fixture
def case_page(app):
    """The page of a case of 2021 and 2022 that is 100,000 t short and may borrow half of it."""
    with app.app_context():
        cycle = a_cycle("2021-2022", years=["2021", "2022"])
        unit = an_enterprise("石嘴山珩瑞发电有限公司")
        an_obligation(unit, cycle=cycle, due=1_000_000, surrendered=900_000)
        case = a_case(State.ASSISTING, enterprise=unit, cycle=cycle, causes=(Cause.FINANCIAL,))
        commit()
        return f"/cases/{case.id}"


def shows(page, address, number, tonnes):
    """Expect that a case is computed by this version, and may borrow so much."""
    page.goto(address)
    told(page, f"第{number}版")
    told(page, tonnes)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_version_is_written_by_one_and_approved_by_another_and_the_case_follows_only_then(visitor, case_page, size):
    alice = visitor.sign_in("alice", size=size)
    shows(alice, f"{case_page}/relief", 1, "50,000")
    alice.goto("/rule-sets")
    visitor.shot(alice, "sets")
    follow(alice, "2021、2022")
    press(alice, "新建版本")
    alice.locator("#borrowing_most_percent_of_gap").fill("40")
    visitor.shot(alice, "edit")
    press(alice, "保存并报批")
    told(alice, "40")
    visitor.shot(alice, "submit")
    alice.locator("main form button[type=submit]").last.click()
    told(alice, "待批准")
    shows(alice, f"{case_page}/relief", 1, "50,000")
    carol = visitor.sign_in("carol", size=size)
    carol.goto("/worklist")
    carol.locator("main a[href*='/rule-sets/versions/']").first.click()
    follow(carol, "批准")
    visitor.shot(carol, "approve")
    press(carol, "批准")
    told(carol, "已生效")
    visitor.shot(carol, "in force")
    shows(alice, f"{case_page}/relief", 2, "40,000")
    alice.goto("/rule-sets")
    follow(alice, "2021、2022")
    expect(alice.get_by_role("button", name="新建版本")).to_be_visible()
    visitor.shot(alice, "versions")
    assert not examined(alice, "/rule-sets/1")

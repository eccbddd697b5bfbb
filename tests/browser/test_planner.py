"""An officer builds a plan out of the planner and a leader approves it: at a desk, on a phone, by keyboard alone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from support.browser import DESK, PHONE, follow, press, told
from support.cases import a_case, a_cycle, an_enterprise, an_obligation

from casework.audit.actions import commit
from casework.db import db
from casework.registry.models import MarketPrice
from casework.rules.causes import Cause
from casework.rules.workflow import State
from tests.browser.test_accessibility import examined

pytestmark = pytest.mark.any_engine
CUT_OFF = """all => all.filter(one => one.getBoundingClientRect().right
  > one.closest(".panel").getBoundingClientRect().right).map(one => one.textContent)"""


@pytest.fixture
def case_page(app):
    """The page of a case that is 100,000 t short and may borrow 50,000 t; allowances cost 60 yuan."""
    with app.app_context():
        cycle = a_cycle("2021-2022", years=["2021", "2022"], deadline=datetime(2026, 12, 31, 9, tzinfo=UTC))
        unit = an_enterprise("石嘴山珩瑞发电有限公司")
        an_obligation(unit, cycle=cycle, due=1_000_000, surrendered=900_000)
        case = a_case(State.ASSISTING, enterprise=unit, cycle=cycle, causes=(Cause.FINANCIAL,))
        db.session.add(MarketPrice(day=date(2026, 11, 20), close=Decimal("60.00"), tonnes=0, amount=Decimal(0)))
        commit()
        return f"/cases/{case.id}"


def stop_at(page, control):
    """Go on with the Tab key until a control has the focus."""
    for _stop in range(80):
        if control.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the Tab key does not reach it")


def plan_from_the_planner(page):
    """Compute with a dearer price, take the first mix, complete the draft and submit it."""
    follow(page, "纾困测算")
    page.get_by_label("配额价格（元/吨）").fill("65")
    press(page, "测算")
    follow(page, "据此起草方案")
    expect(page.get_by_label("措施", exact=True).first).not_to_have_value("")
    page.get_by_label("基本情况与工作思路").fill("企业经营困难，先预支、再购买核证自愿减排量。")
    press(page, "提交审批")
    told(page, "待批准")


def approve_from_the_worklist(page):
    """Open what waits for the leader and approve it."""
    page.goto("/worklist")
    page.get_by_role("link", name="石嘴山珩瑞发电有限公司").first.click()
    press(page, "批准")
    told(page, "纾困方案已批准")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_officer_builds_a_plan_from_the_planner_and_a_leader_approves_it(visitor, case_page, size):
    alice = visitor.sign_in("alice", size=size)
    alice.goto(case_page)
    plan_from_the_planner(alice)
    expect(alice.get_by_text("50,000", exact=True).first).to_be_visible()
    visitor.shot(alice, "plan")
    carl = visitor.sign_in("carl", size=size)
    approve_from_the_worklist(carl)
    visitor.shot(carl, "approved")


def test_the_planner_is_worked_by_keyboard_alone(visitor, case_page):
    page = visitor.sign_in("alice")
    page.goto(f"{case_page}/planner")
    stop_at(page, page.get_by_label("配额价格（元/吨）"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("65")
    page.keyboard.press("Enter")
    page.wait_for_url("**price=65**")
    stop_at(page, page.get_by_role("link", name="据此起草方案").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/new**")
    stop_at(page, page.get_by_label("基本情况与工作思路"))
    page.keyboard.type("先预支，再购买。")
    stop_at(page, page.get_by_role("button", name="提交审批"))
    page.keyboard.press("Enter")
    told(page, "待批准")


def test_axe_finds_nothing_on_planner_relief_and_case_with_every_explanation_open(visitor, case_page):
    page = visitor.sign_in("alice")
    wrong = []
    for address in (case_page, f"{case_page}/relief", f"{case_page}/planner?money=2000000"):
        page.goto(address)
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
        wrong += examined(page, address)
        wrong += [f"{address}: cut off: {words}" for words in page.eval_on_selector_all(".why-words", CUT_OFF)]
        visitor.shot(page, address.rsplit("/", 1)[-1].split("?")[0])
    assert not wrong, "\n".join(wrong)

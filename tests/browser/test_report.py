"""A city officer's minute: eight units in one go, on a phone and at a desk, with the line broken half-way."""

import pytest
import sqlalchemy as sa
from browser.test_accessibility import problems_of
from playwright.sync_api import expect
from support.browser import DESK, PHONE, speak_english
from support.cast import PASSWORD
from support.rounds import DUE, second_round

from casework.audit.actions import commit
from casework.db import db
from casework.rounds.actions.freezing import freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.models import Report
from casework.rules.rounds import ReportState
from casework.users.models import SignIn

pytestmark = pytest.mark.any_engine

AGED = """days => { for (const key of Object.keys(localStorage)) {
  const all = JSON.parse(localStorage.getItem(key));
  localStorage.setItem(key, JSON.stringify({ ...all, at: all.at - days * 24 * 3600 * 1000 }));
} }"""
CLICKS, KEYS = 4, 8  # what a round of eight units with two changes costs, from the worklist on; the README says so


@pytest.fixture
def round_id(app):
    """A round of eight units that were all reported the week before."""
    with app.app_context():
        round_ = second_round(8)
        commit()
        return round_.id


def reports(app, round_id):
    with app.app_context():
        stmt = sa.select(Report).where(Report.round_id == round_id).order_by(Report.id)
        found = [(one, one.values or {}) for one in db.session.scalars(stmt)]
        return [(one.state, said.get("surrendered"), said.get("to_buy"), one.no_change) for one, said in found]


class Person:
    """Does things to a page and counts them."""

    def __init__(self, page):
        self.page, self.clicks, self.keys = page, 0, 0

    def click(self, place):
        place.click()
        self.clicks += 1

    def type(self, text):
        self.page.keyboard.type(text)
        self.keys += len(text)


def field(page, number, name):
    return page.locator("[data-report]").nth(number).locator(f"[data-field='{name}'] .form-control")


def state(page):
    return page.locator("[data-save-state]")


def wait_until_sent(page):
    for _ in range(300):
        if not kept_on_device(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError("something typed was not sent")


def end_sessions(app):
    """Let everybody's session end, as it does after a while without a click."""
    with app.app_context():
        db.session.execute(sa.delete(SignIn))
        commit()


def sign_in_here(page, username):
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_in_anew(page, username):
    page.goto("/sign-in")
    sign_in_here(page, username)
    page.locator("html.js #sidenav").wait_for(state="attached")


def kept_on_device(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('casework-report:')).length")


def test_where_the_device_keeps_nothing_what_is_typed_is_sent_all_the_same(app, visitor, round_id):
    page = visitor.sign_in("dora")
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };")
    page.goto(f"/rounds/{round_id}/report")
    field(page, 1, "surrendered").fill("9500")
    expect(field(page, 1, "to_buy")).to_have_value("500")
    expect(state(page)).to_contain_text("已自动保存")
    assert 9_500 in [one[1] for one in reports(app, round_id)]


def test_what_is_typed_before_the_page_is_ready_is_not_lost(app, visitor, round_id):
    page = visitor.sign_in("dora")
    held = []
    page.route("**/report.js*", lambda route: held.append(route))
    page.goto(f"/rounds/{round_id}/report", wait_until="commit")
    field(page, 1, "surrendered").fill("9300")
    held.pop().continue_()
    expect(state(page)).to_contain_text("已自动保存")
    assert 9_300 in [one[1] for one in reports(app, round_id)]


@pytest.mark.parametrize(
    ("size", "breaks"), [(PHONE, True), (DESK, True), (DESK, False)], ids=["phone, broken", "desk, broken", "desk"]
)
def test_eight_units_with_two_changes_take_four_clicks_whether_the_line_holds_or_not(
    app, visitor, round_id, size, breaks
):
    page = visitor.sign_in("dora", size=size)
    page.goto("/worklist")
    person = Person(page)
    person.click(page.locator("a.btn[href$='/report']"))
    visitor.shot(page, "list")
    assert problems_of(page) == []
    person.click(field(page, 1, "surrendered"))
    person.type("9500")
    expect(field(page, 1, "to_buy")).to_have_value("500")
    expect(state(page)).to_contain_text("已自动保存")
    if breaks:
        page.context.set_offline(True)
    person.click(field(page, 4, "to_buy"))
    person.type("1500")
    if breaks:
        expect(state(page)).to_have_text("已保存在本机，联网后自动上报")
        expect(page.locator("[data-submit-rest]")).to_have_text("其余6家无变化，提交8家")
        visitor.shot(page, "without a line")
        person.click(page.locator("[data-submit-rest]"))
        expect(state(page)).to_have_text("已保存在本机，联网后自动提交")
        page.context.set_offline(False)
    else:
        expect(page.locator("[data-done]")).to_have_text("2")
        visitor.shot(page, "two changed")
        person.click(page.locator("[data-submit-rest]"))
    expect(page.get_by_text("已提交8家单位的填报。")).to_be_visible()
    visitor.shot(page, "submitted")
    assert (person.clicks, person.keys) == (CLICKS, KEYS)
    found = reports(app, round_id)
    assert {one[0] for one in found} == {ReportState.SUBMITTED}
    assert sorted(one[1:] for one in found) == sorted(
        [(9_000, 1_000, True)] * 6 + [(9_500, 500, False), (9_000, 1_500, False)]
    )
    assert kept_on_device(page) == 0
    speak_english(page)
    visitor.shot(page, "english")


def test_what_could_not_be_sent_outlives_the_window_and_the_session_and_ends_with_signing_out(app, visitor, round_id):
    page = visitor.sign_in("dora", size=PHONE)
    page.goto(f"/rounds/{round_id}/report")
    context = page.context
    context.set_offline(True)
    field(page, 0, "held").fill("100")
    expect(state(page)).to_have_text("已保存在本机，联网后自动上报")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/worklist")  # whatever page is open sends it
    wait_until_sent(page)
    page.goto(f"/rounds/{round_id}/report")
    expect(field(page, 0, "held")).to_have_value("100")

    end_sessions(app)
    field(page, 1, "held").fill("200")
    expect(state(page)).to_contain_text("登录已失效")
    visitor.shot(page, "signed out")
    page.get_by_role("link", name="重新登录").click()
    sign_in_here(page, "dora")
    expect(field(page, 1, "held")).to_have_value("200")
    wait_until_sent(page)

    page.route("**/typed", lambda route: route.abort("internetdisconnected"))
    field(page, 2, "held").fill("300")
    expect(state(page)).to_have_text("已保存在本机，联网后自动上报")
    page.locator("[popovertarget=person-menu]").click()
    out = page.get_by_role("button", name="退出")
    out.click()
    expect(out).to_contain_text("再按一次")
    out.click()
    expect(page.get_by_label("用户名")).to_be_visible()
    assert kept_on_device(page) == 0
    assert [one[1] for one in reports(app, round_id)].count(None) == 6


def test_what_is_kept_on_the_device_is_gone_after_a_week_and_for_whoever_signs_in_next(app, visitor, round_id):
    page = visitor.sign_in("dora")
    page.goto(f"/rounds/{round_id}/report")
    page.route("**/typed", lambda route: route.abort("internetdisconnected"))

    def leave_something(number, text):
        field(page, number, "held").fill(text)
        expect(state(page)).to_have_text("已保存在本机，联网后自动上报")
        end_sessions(app)
        page.goto("/worklist")
        expect(page.get_by_label("用户名")).to_be_visible()
        assert kept_on_device(page) == 1

    leave_something(0, "100")
    sign_in_anew(page, "dan")
    assert kept_on_device(page) == 0
    end_sessions(app)
    sign_in_anew(page, "dora")
    page.goto(f"/rounds/{round_id}/report")
    leave_something(1, "200")
    page.evaluate(AGED, 8)
    page.reload()
    page.locator("html.js").wait_for(state="attached")
    assert kept_on_device(page) == 0
    assert [one[1] for one in reports(app, round_id)] == [None] * 8


def test_who_types_while_another_account_signed_in_leaves_nothing_on_the_device(app, visitor, round_id):
    page = visitor.sign_in("dora")
    page.goto(f"/rounds/{round_id}/report")
    end_sessions(app)
    other = page.context.new_page()
    sign_in_anew(other, "dan")
    field(page, 0, "held").fill("100")
    expect(state(page)).to_contain_text("仅留在本页")
    visitor.shot(page, "strangers")
    assert kept_on_device(page) == 0
    end_sessions(app)
    sign_in_anew(other, "dora")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(state(page)).to_contain_text("已自动保存")
    visitor.wrong[:] = [one for one in visitor.wrong if "/typed: " not in one and f"/{round_id}/report: " not in one]


def test_two_windows_never_undo_each_other_and_what_comes_too_late_is_shown(app, visitor, round_id):
    page = visitor.sign_in("dora")
    page.goto(f"/rounds/{round_id}/report")
    other = page.context.new_page()
    other.goto(f"/rounds/{round_id}/report")
    field(page, 0, "held").fill("100")
    expect(state(page)).to_contain_text("已自动保存")
    field(other, 0, "held").fill("300")
    expect(other.get_by_text("其间另有人填为“100”")).to_be_visible()
    visitor.shot(other, "contested")
    assert problems_of(other) == []
    other.get_by_role("button", name="保留我填的").click()
    expect(state(other)).to_contain_text("已自动保存")
    other.locator("[data-needs-staying]").click()
    expect(other.get_by_text("已将7家单位标记为“无变化”")).to_be_visible()
    expect(field(other, 0, "held")).to_have_value("300")
    visitor.shot(other, "all unchanged")
    other.get_by_role("button", name="撤销", exact=True).click()
    expect(other.locator("[data-done]")).to_have_text("1")
    with app.app_context():
        freeze_round(round_id, by=BY_SCHEDULE, now=DUE)
        commit()
    field(other, 1, "held").fill("777")
    expect(state(other)).to_contain_text("未能上报：")
    other.reload()
    expect(other.locator("[data-unsent]")).to_contain_text("777")
    expect(other.get_by_text("未填报")).to_have_count(8)
    visitor.shot(other, "too late")

"""The department's day with a round: reviewed, frozen, told in a bulletin that six regions receive."""

import re
import time
from datetime import timedelta

import pytest
from browser.test_accessibility import examined
from playwright.sync_api import expect
from support.browser import DESK, PHONE, follow, press, sign, speak_english, told
from support.cases import account, region
from support.cast import NOW, password_hash
from support.rounds import DUE, second_round, submitted, the_reports

from casework.audit.actions import commit
from casework.db import db
from casework.jobs.actions import keep_recurring
from casework.rounds.models import Round
from casework.rules.roles import Role
from casework.rules.rounds import RoundState
from casework.users.models import Account, AccountRole

CITIES = {
    "dan": PHONE, "dora": DESK, "wuzhong": PHONE, "guyuan": DESK, "zhongwei": PHONE, "ningdong": DESK
}  # fmt: skip
OTHERS = {"wuzhong": "640300", "guyuan": "640400", "zhongwei": "640500", "ningdong": "NDJD"}


@pytest.fixture
def round_id(app):
    """A round of three units, two of them reported, one of these at high risk; and an officer in each region."""
    with app.app_context():
        for username, code in OTHERS.items():
            db.session.add(_city_officer(username, code))
        account("alice").phone = "0951-5160000"
        round_ = second_round(3)
        one, two, _three = the_reports(round_)
        submitted(one, risk="high", difficulties="无资金", help="请协调银行授信。")
        submitted(two, surrendered="9,500", to_buy="500")
        commit()
        return round_.id


def _city_officer(username, code):
    return Account(
        username=username, name=username, region_id=region(code).id, password_hash=password_hash(),
        password_set_at=NOW, must_change_password=False, created_at=NOW, role_rows=[AccountRole(role=Role.CITY)],
    )  # fmt: skip


def step(page, url, words):
    """Take a step of the letter, with the password where it is asked for."""
    page.goto(url)
    follow(page, words)
    if words == "签发":
        sign(page)
    else:
        press(page, words)
    told(page, f"已办理：{words}")


def pass_the_due_moment(app, round_id):
    """Let the clock go past the due moment; the worker freezes the round, as it does each minute."""
    app.config["CLOCK_SHIFT"] += DUE - NOW + timedelta(minutes=1)
    with app.app_context():
        keep_recurring(now=DUE)
        commit()
    for _ in range(300):
        with app.app_context():
            if db.session.get_one(Round, round_id).state is RoundState.FROZEN:
                return
        time.sleep(0.1)
    raise AssertionError("the worker did not freeze the round")


def review(alice, round_id):
    alice.goto("/worklist")
    alice.goto(f"/rounds/{round_id}?show=waiting")
    told(alice, "与台账不符")
    alice.get_by_label("选择本页全部").check()
    press(alice, "审核通过所选填报")
    told(alice, "已办理2项")


def issue(visitor, alice):
    """Draft the bulletin from the frozen round and take it through review and signature; return its address."""
    follow(alice, "生成通报初稿")
    visitor.shot(alice, "new bulletin")
    alice.get_by_role("main").get_by_role("button", name="生成通报初稿").click()
    expect(alice.get_by_role("img", name="第1页")).to_be_visible()
    url = alice.url
    press(alice, "保存并提交核稿")
    told(alice, "核稿中")
    step(visitor.sign_in("bob"), url, "送签发人")
    step(visitor.sign_in("carol", size=PHONE), url, "签发")
    return url


def receive(visitor, username, size):
    """Let a region's officer acknowledge what the worklist shows."""
    page = visitor.sign_in(username, size=size)
    page.goto("/worklist")
    page.get_by_role("row", name="签收函件").get_by_role("link", name="去办理").click()
    follow(page, "签收函件")
    press(page, "签收函件")
    expect(page.locator("main dl.facts").first).to_contain_text("2026-11-25")
    return page


@pytest.mark.any_engine
def test_a_round_is_reviewed_frozen_and_told_in_a_bulletin_that_every_region_receives(app, visitor, round_id):
    alice = visitor.sign_in("alice")
    review(alice, round_id)
    visitor.shot(alice, "reviewed")
    pass_the_due_moment(app, round_id)
    alice = visitor.sign_in("alice")
    alice.goto(f"/rounds/{round_id}")
    told(alice, "已定版")
    assert examined(alice, "the round") == []
    visitor.shot(alice, "frozen")
    url = issue(visitor, alice)
    step(alice, url, "登记编号")
    told(alice, "宁环发〔2026〕1号")
    follow(alice, "一次印发全部未发单位")
    press(alice, "印发函件")
    told(alice, "已签收0/6")
    for username, size in CITIES.items():
        page = receive(visitor, username, size)
    visitor.shot(page, "received")
    page.goto("/bulletins")
    told(page, "进展情况的通报")
    alice.goto(url)
    told(alice, "已签收6/6")
    alice.goto("/bulletins")
    expect(alice.get_by_role("row", name=re.compile("宁环发"))).to_contain_text("6/6")
    visitor.shot(alice, "bulletins")
    speak_english(alice)
    visitor.shot(alice, "english")

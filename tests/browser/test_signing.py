"""A leader signs with the keyboard alone."""

import re

import pytest
from playwright.sync_api import expect
from support.cases import a_case, account
from support.cast import PASSWORD
from support.letters import drafted, step

from casework.audit.actions import commit
from casework.db import db
from casework.letters.models import Letter
from casework.rules.letters import LetterState
from casework.rules.workflow import State

pytestmark = pytest.mark.any_engine


@pytest.fixture
def waiting(app):
    """Three letters that wait for a signature."""
    with app.app_context():
        cases = [a_case(State.ASSISTING).id for _ in range(3)]
        account("alice").phone = "0951-5160000"
        commit()
    clients = {name: app.test_client().sign_in(name) for name in ("alice", "bob")}
    letters = [drafted(clients.__getitem__, [case]) for case in cases]
    for letter in letters:
        step(clients.__getitem__, "alice", letter, "submit")
        step(clients.__getitem__, "bob", letter, "pass_review")
    return letters


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def test_two_letters_are_signed_and_one_is_returned_with_keys_alone(app, visitor, waiting):
    first, second, third = waiting
    page = visitor.window()
    page.goto("/sign-in")
    expect(page.get_by_label("用户名")).to_be_focused()
    page.keyboard.type("carol")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/worklist")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/letters/to-sign/{first}")
    expect(page.get_by_role("img", name="第1页")).to_be_visible()

    page.keyboard.press("?")
    expect(page.get_by_text("签发或退回当前函件")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url(f"**/letters/to-sign/{second}")
    page.keyboard.press("p")
    page.wait_for_url(f"**/letters/to-sign/{first}")

    page.keyboard.press("s")
    expect(page.get_by_label("登录密码或双因素验证码")).to_be_focused()
    visitor.shot(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/letters/to-sign/{second}")
    expect(page.get_by_text("下一步由承办人登记编号")).to_be_visible()

    page.keyboard.press("r")
    expect(page.get_by_label("理由或意见").last).to_be_focused()
    page.keyboard.type("请补充附件。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/letters/to-sign/{third}")

    page.keyboard.press("s")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_label("登录密码或双因素验证码")).to_be_focused()
    expect(page.get_by_text("密码不正确").first).to_be_visible()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    heading(page, "待签发")
    expect(page.get_by_text("暂无待您签发的函件")).to_be_visible()
    visitor.shot(page, "nothing-waits")
    with app.app_context():
        states = [db.session.get(Letter, one).state for one in waiting]
    assert states == [LetterState.SIGNED, LetterState.DRAFT, LetterState.SIGNED]


def test_a_set_is_ticked_and_signed_with_keys_alone(app, visitor, waiting):
    page = visitor.sign_in("carol")
    page.goto(f"/letters/to-sign/{waiting[0]}")
    for letter in waiting[1:]:
        page.keyboard.press("n")
        page.wait_for_url(f"**/letters/to-sign/{letter}")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/letters/to-sign$"))
    boxes = page.get_by_role("checkbox", name=re.compile("^选择关于"))
    expect(boxes).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(boxes.first).not_to_be_checked()
    expect(page.locator("[data-picked]")).to_have_text("2")
    visitor.shot(page, "set")
    boxes.last.focus()
    while page.evaluate("document.activeElement.name") != "password":
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("已签发2份，未签发0份")).to_be_visible()
    visitor.shot(page, "result")
    with app.app_context():
        states = [db.session.get(Letter, one).state for one in waiting]
    assert states == [LetterState.TO_SIGN, LetterState.SIGNED, LetterState.SIGNED]

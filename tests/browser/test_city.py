"""The city officer's way with a letter on a phone: acknowledge, answer, be returned, answer again, be accepted."""

import re
from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import expect
from support.browser import PHONE
from support.cases import TODAY, a_case, account
from support.cast import NOW

from casework.audit.actions import commit
from casework.cases.actions import letters as glue
from casework.cases.actions.letter_drafts import draft_for_cases
from casework.letters.actions import way
from casework.letters.actions.recipients import dispatch_all
from casework.letters.pdf import render
from casework.registry.calendar import working_calendar
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.workflow import State

pytestmark = pytest.mark.any_engine


@pytest.fixture
def letter(app):
    """A work supervision letter that went out to dora's region today, with its real pages."""
    fonts, doing = app.config["SETTINGS"].fonts, {"now": NOW}
    with app.app_context():
        calendar = working_calendar()
        account("alice").phone = "0951-5160000"
        letter = draft_for_cases(
            [a_case(State.ASSISTING)], LetterKind.WORK_SUPERVISION, addressee_kind=AddresseeKind.GOVERNMENT,
            calendar=calendar, by=account("alice"), now=NOW, today=TODAY,
        )  # fmt: skip
        way.submit(letter, render=lambda _: b"", calendar=calendar, by=account("alice"), today=TODAY, **doing)
        way.pass_review(letter, by=account("bob"), **doing)
        commit()
        glue.sign_letter(letter.id, letter.version, calendar=calendar, by=account("carol"), today=TODAY, **doing)
        commit()
        printed = {"render": lambda facts: render(facts, fonts=fonts)}
        glue.register_letter(letter.id, letter.version, by=account("bob"), today=TODAY, **printed, **doing)
        dispatch_all(letter, day=TODAY, way="system", by=account("alice"), today=TODAY, **doing)
        commit()
        return letter.id


def a_file(name):
    """A PDF of one page with the text of its name."""
    target = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target)
    return {"name": name, "mimeType": "application/pdf", "buffer": target.getvalue()}


def judge(officer, letter, words, reason=""):
    officer.goto(f"/letters/{letter}")
    officer.get_by_role("link", name="审核回函").first.click()
    if reason:
        officer.get_by_label("理由").fill(reason)
    officer.get_by_role("button", name=words, exact=True).click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text("宁环函")


def test_a_letter_is_acknowledged_and_answered_on_a_phone_until_it_is_accepted(visitor, letter):
    phone, officer = visitor.sign_in("dora", size=PHONE), visitor.sign_in("alice")
    phone.goto("/worklist")
    visitor.shot(phone, "worklist")
    phone.get_by_role("row", name="签收函件").get_by_role("link", name="去办理").click()
    expect(phone.get_by_role("img", name="第1页")).to_be_visible()
    phone.get_by_role("link", name="签收函件").click()
    visitor.shot(phone, "acknowledge")
    phone.get_by_role("button", name="签收函件").click()
    expect(phone.locator("main dl.facts").first).to_contain_text("2026-11-22 杜若")
    visitor.shot(phone, "acknowledged")

    phone.get_by_role("link", name="回函", exact=True).last.click()
    phone.get_by_label("回函内容").fill("已督促企业制定清缴计划。")
    phone.get_by_label("回函附件").set_input_files([a_file("清缴计划.pdf"), a_file("资金安排.pdf")])
    visitor.shot(phone, "reply")
    phone.locator("main form button.btn-primary").click()
    expect(phone.get_by_text("已督促企业制定清缴计划。")).to_be_visible()
    expect(phone.get_by_role("link", name="资金安排.pdf")).to_be_visible()

    judge(officer, letter, "不予认可", "请补充资金安排。")
    visitor.shot(officer, "judged")
    phone.goto("/worklist")
    phone.get_by_role("row", name="重新回函").get_by_role("link", name="去办理").click()
    expect(phone.get_by_text("请补充资金安排。").first).to_be_visible()
    visitor.shot(phone, "returned")
    phone.get_by_role("link", name="重新回函").last.click()
    visitor.shot(phone, "again")
    phone.get_by_label("回函内容").fill("已落实购买资金3000万元。")
    phone.locator("main form button.btn-primary").click()
    expect(phone.get_by_text("已落实购买资金3000万元。")).to_be_visible()
    expect(phone.get_by_text(re.compile("此前.*已退回"))).to_be_visible()

    judge(officer, letter, "认可回函")
    phone.reload()
    expect(phone.get_by_text("已认可").first).to_be_visible()
    visitor.shot(phone, "accepted")
    phone.goto("/worklist")
    expect(phone.get_by_text("重新回函")).to_have_count(0)

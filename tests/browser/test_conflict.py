"""The page of a conflict in a real browser: seen at a desk and on a phone, and sent again without any script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from support.browser import DESK, PHONE, speak_english
from support.cases import a_case
from support.hanging import a_visit

from casework.audit.actions import commit
from casework.db import db
from casework.rules.states import State

pytestmark = pytest.mark.any_engine


@pytest.fixture
def path(app):
    """The page on which a visit is corrected."""
    with app.app_context():
        case = a_case(State.ASSISTING)
        path = f"/cases/{case.id}/visits/{a_visit(case).id}"
        commit()
        db.session.remove()
    return path


def both_save(path, mine, theirs):
    """Let two people open the page and save it, theirs first."""
    said = ((theirs, "2026-11-20", "乙<i>"), (mine, "2026-11-22", "甲<script>alert(1)</script>"))
    for page, _day, _findings in said:
        page.goto(path)
    for page, day, findings in said:
        page.locator("#day").fill(day)
        page.locator("#findings").fill(findings)
        page.locator("main form [type=submit]:not([name])").last.click()
        page.wait_for_load_state()


def test_mine_and_theirs_are_chosen_and_sent_without_script(path, visitor):
    mine = visitor.sign_in("alice", java_script_enabled=False)
    both_save(path, mine, visitor.sign_in("amir", size=PHONE))
    expect(mine.get_by_role("heading", level=1)).to_have_text("这条记录刚被他人修改")
    visitor.shot(mine, "conflict-desk")
    mine.set_viewport_size(PHONE)
    visitor.shot(mine, "conflict-phone")
    mine.get_by_role("radio", name="情况与问题").last.check()
    mine.get_by_role("button", name="按此提交").click()
    expect(mine.get_by_text("乙<i>").first).to_be_visible()
    expect(mine.get_by_text("2026-11-20").first).to_be_visible()


def test_axe_finds_nothing_on_the_page_of_a_conflict(path, visitor):
    mine = visitor.sign_in("alice")
    speak_english(mine)
    both_save(path, mine, visitor.sign_in("amir"))
    expect(mine.get_by_role("heading", level=1)).to_have_text("Changed meanwhile by somebody else")
    for size in (DESK, PHONE):
        mine.set_viewport_size(size)
        visitor.shot(mine, f"conflict-english-{size['width']}")
        assert Axe().run(mine).response["violations"] == []
        assert mine.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

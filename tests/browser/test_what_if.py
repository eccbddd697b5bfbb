"""A leader asks what if, by keyboard alone and without scripts; and the forecast with its reasons unfolded."""

import re

from browser.test_accessibility import examined
from playwright.sync_api import expect
from support.browser import PHONE, follow

from casework.demo.people import PASSWORD


def rates(page):
    """By units: as foreseen, and what if."""
    row = page.locator("#ending tr", has=page.get_by_role("rowheader", name="按家数", exact=True))
    return row.locator("td")


def test_a_leader_ticks_units_by_keyboard_and_sees_the_cycle_end_otherwise(guest):
    page = guest.sign_in("leader", PASSWORD)
    follow(page, "履约预测")
    follow(page, "情景推演")
    foreseen = rates(page).nth(0).inner_text()
    expect(rates(page).nth(1)).to_have_text(foreseen)
    page.get_by_label("配额价格（元/吨）").focus()
    for _ in range(3):  # the button, the unit's name, its first box
        page.keyboard.press("Tab")
    solved, lost = page.locator("input[name=solved]").first, page.locator("input[name=lost]").first
    expect(solved).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(rates(page).nth(1)).not_to_have_text(foreseen)
    expect(page.get_by_role("status").filter(has_text="假设0家解决、1家未能履约")).to_be_visible()
    expect(lost).to_be_focused()
    page.wait_for_url(re.compile(r"lost=\d+"))
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(lost).not_to_be_checked()
    expect(rates(page).nth(1)).to_have_text(foreseen)
    page.wait_for_url(re.compile(r"solved=\d+"))
    page.reload()
    expect(solved).to_be_checked()
    page.get_by_label("配额价格（元/吨）").fill("7.5.5")
    expect(page.get_by_text("价格无法识别")).to_be_visible()
    page.get_by_label("配额价格（元/吨）").fill("90")
    expect(page.get_by_text("价格无法识别")).to_have_count(0)
    guest.shot(page, "ticked")
    assert not examined(page, "what if")


def test_what_if_answers_without_scripts(guest):
    page = guest.sign_in("leader", PASSWORD, java_script_enabled=False)
    page.goto("/forecast/what-if")
    foreseen = rates(page).nth(0).inner_text()
    page.locator("input[name=lost]").first.check()
    page.get_by_role("button", name="测算").click()
    expect(rates(page).nth(0)).to_have_text(foreseen)
    expect(rates(page).nth(1)).not_to_have_text(foreseen)
    expect(page.locator("input[name=lost]").first).to_be_checked()


def test_the_reasons_of_a_unit_unfold_on_a_phone(guest):
    page = guest.sign_in("shizuishan", PASSWORD, size=PHONE)
    page.goto("/forecast")
    page.locator("details summary").first.click()
    expect(page.get_by_text("第1版纾困方案已失败。")).to_be_visible()
    guest.shot(page, "reasons")
    assert not examined(page, "forecast")

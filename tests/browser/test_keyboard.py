"""What the keyboard does on every page."""

from playwright.sync_api import expect
from support.browser import speak_english

from casework.demo.people import PASSWORD


def test_the_first_stop_of_the_tab_key_leads_to_the_content(guest):
    page = guest.sign_in("officer", PASSWORD)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_keys_search_move_through_rows_open_them_and_lead_home(guest):
    page = guest.sign_in("officer", PASSWORD)
    page.goto("/cases")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("tr[data-href] a").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("k")
    unit = page.locator(":focus").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(unit)
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("珩瑞")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="石嘴山珩瑞发电有限公司").first).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/worklist")


def test_a_refused_form_puts_the_focus_on_its_first_error(guest):
    page = guest.sign_in("officer", PASSWORD)
    page.goto("/enterprises/new")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[aria-invalid='true']").first).to_be_focused()


def test_the_language_switches_in_the_menu(guest):
    page = guest.sign_in("viewer", PASSWORD)
    speak_english(page)
    page.goto("/cases")
    expect(page.get_by_role("heading", level=1)).to_have_text("Problem list")

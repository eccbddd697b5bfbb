"""A template is edited in a real browser: fields go in where the cursor is, and the check beside it is live."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.any_engine

SUPERVISING = "/templates/supervision/government"


def test_a_field_goes_in_at_the_cursor_and_an_unknown_one_is_told_as_one_types(visitor):
    page = visitor.sign_in("alice")
    page.goto(SUPERVISING)
    page.get_by_role("button", name="新建版本").click()
    expect(page).to_have_url(re.compile(r"/templates/versions/\d+$"))
    text = page.locator("#body")
    text.fill("前后")
    text.press("ArrowLeft")
    expect(text).to_have_js_property("selectionStart", 1)
    page.locator("button[name=insert][value='地区']").click()
    expect(text).to_have_value("前{地区}后")
    expect(page.locator("#into")).to_have_value("body")
    expect(text).to_be_focused()
    page.locator("#requests-0-who").fill("")
    page.locator("button[name=insert][value='生态环境局']").click()
    expect(page.locator("#requests-0-who")).to_have_value("{生态环境局}")
    page.locator("#closing").fill("{贵房}")
    expect(page.locator("#sheets")).to_contain_text("没有“{贵房}”这个字段，是否为“{贵方}”？")
    page.locator("#closing").fill("盼复。")
    expect(page.locator("#sheets .sheet").first).to_be_visible()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#closing")).to_have_value("盼复。")
    expect(page).to_have_url(re.compile(r"/templates/versions/\d+$"))

"""What every page does in a real browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.any_engine


def test_a_wrong_password_keeps_the_name_and_says_so(visitor):
    page = visitor.window()
    page.goto("/")
    page.get_by_label("用户名").fill("alice")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("用户名")).to_have_value("alice")


def test_signing_in_and_out_through_the_pages(visitor):
    page = visitor.sign_in("alice")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的待办")
    visitor.shot(page, "worklist")
    page.get_by_role("button", name="账号：安丽").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_files_that_are_too_large_are_refused_before_they_are_sent_and_nothing_typed_is_lost(visitor, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 2 * 1024**2)
    page = visitor.sign_in("alice")
    page.goto("/imports/new/surrender")
    field = page.locator("input[type=file]")
    field.set_input_files({"name": "表.xlsx", "mimeType": "application/zip", "buffer": b"x" * 1024**2})
    page.locator("form[data-guard] button[type=submit]").first.click()
    assert page.url.endswith("/imports/new/surrender")
    assert field.evaluate("one => one.validationMessage").startswith("所选文件合计超过1 MB")
    field.set_input_files({"name": "表.xlsx", "mimeType": "application/zip", "buffer": b"x"})
    assert field.evaluate("one => one.validity.valid")

"""What every page does in a real browser."""

from playwright.sync_api import expect


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

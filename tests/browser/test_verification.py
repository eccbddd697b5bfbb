"""A stranger with a telephone: what the QR code of a letter leads to."""

import re

import pytest
from playwright.sync_api import expect
from support.browser import PHONE
from support.cases import TODAY, account
from support.cast import NOW
from support.registering import signed_letters, stub

from casework.audit.actions import commit
from casework.cases.actions.letters import register_letter
from casework.db import db
from casework.letters.content import stored_facts
from casework.letters.models import Letter
from casework.settings.actions import change_setting

pytestmark = pytest.mark.any_engine


@pytest.fixture
def letter(app, site):
    """Address of the QR code and bytes of a registered letter."""
    with app.app_context():
        change_setting("public_address", site, by=account("adam"), now=NOW)
        letter_id = signed_letters(1)[0]
        register_letter(letter_id, 1, render=stub, by=account("bob"), now=NOW, today=TODAY)
        commit()
        row = db.session.get(Letter, letter_id)
        return stored_facts(row.facts).verification.url, row.pdf.content


def test_a_stranger_opens_the_address_of_the_qr_code_on_a_telephone(visitor, letter, tmp_path):
    url, content = letter
    assert re.fullmatch(r"HTTP://127\.0\.0\.1:\d+/V/[0-9A-Z]{16}", url)
    page = visitor.window(PHONE)
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_have_text("公文核验")
    expect(page.get_by_role("status")).to_contain_text("本件真实、有效。")
    expect(page.get_by_text("宁环函〔2026〕1号")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    visitor.shot(page, "genuine")

    altered = tmp_path / "letter.pdf"
    altered.write_bytes(content + b"\n")
    page.get_by_label("公文的 PDF 文件").set_input_files(altered)
    page.get_by_role("button", name="核验文件").click()
    expect(page.get_by_role("alert")).to_contain_text("与此验证码登记的公文不一致")
    visitor.shot(page, "altered")

    page.get_by_role("button", name="English").click()
    page.locator("html[lang=en]").wait_for(state="attached")
    expect(page.get_by_role("status")).to_contain_text("genuine and in force")
    page.get_by_label("Code of the letter").fill("0000-0000-0000-0000")
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_role("alert")).to_contain_text("No letter bears this code.")
    visitor.shot(page, "unknown")

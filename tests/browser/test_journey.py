"""The whole way in real Chromium: from a surrender table to a signed letter and a case that is struck off."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.browser import follow, press, sign, told
from support.cast import NOW

from casework.audit.actions import commit
from casework.registry.actions.cycles import CycleFacts, MilestoneFacts, enter_cycle
from casework.users.queries import account_by_name

TABLE = Path(__file__).resolve().parents[2] / "casework" / "demo" / "surrender-2021.xlsx"
UNIT = "石嘴山珩瑞发电有限公司"
EVIDENCE = {"name": "清缴凭证.png", "mimeType": "image/png"}


@pytest.fixture
def cycle(app):
    """A live cycle whose first milestone has passed."""
    with app.app_context():
        facts = CycleFacts(
            label="2025", name="2025年度履约周期", last_day=date(2026, 12, 31), years=("2025",),
            milestones=(MilestoneFacts(date(2026, 11, 15), 9500),),
        )  # fmt: skip
        enter_cycle(facts, by=account_by_name("alice"), now=NOW)
        commit()


def picture() -> bytes:
    """A small PNG."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def import_table(page):
    """Take the table over, as far as the dry run allows."""
    page.goto("/imports/new/surrender")
    page.get_by_label("履约年度").select_option(label="2025")
    page.get_by_label("工作簿").set_input_files(TABLE)
    press(page, "读取工作簿")
    press(page, "核对表格")
    page.get_by_role("button", name=re.compile("^入库38行")).click()
    expect(page.get_by_role("link", name="查看登记结果")).to_be_visible(timeout=20_000)


def put_on_list(page):
    """List the unit that the records propose."""
    page.goto("/cases")
    follow(page, "查看")
    page.get_by_label(re.compile(f"选择.*{UNIT}")).check()
    page.get_by_label("履约意愿不强、态度不明").check()
    page.get_by_label("承办人").select_option(label="安丽")
    press(page, "将所选单位列入清单")
    told(page, "已办理1项")


def open_case(page):
    """Open the unit's case from the list."""
    page.goto("/cases")
    follow(page, UNIT)
    expect(page.get_by_role("heading", level=1)).to_have_text(UNIT)


def assist(page):
    """Start assistance and record a visit."""
    follow(page, "启动帮扶")
    press(page, "启动帮扶")
    told(page, "已办理：启动帮扶")
    follow(page, "登记走访检查")
    page.get_by_label("现场帮扶").check()
    page.get_by_label("姓名").first.fill("安丽")
    page.get_by_label("情况与问题").fill("企业资金紧张，计划分批购买配额。")
    press(page, "保存")
    told(page, "企业资金紧张")


def write_plan(page):
    """Write a relief plan that covers the shortfall and submit it."""
    follow(page, "起草纾困方案")
    short = re.search(r"缺口([\d,]+)吨", page.get_by_role("main").inner_text())[1]
    page.get_by_label("基本情况与工作思路").fill("由企业融资购买配额。")
    page.get_by_label("措施", exact=True).first.select_option(label="购买配额")
    page.get_by_label("吨数").first.fill(short)
    page.get_by_label("责任人").first.fill("企业财务部")
    page.get_by_label("期限").first.fill("2026-12-10")
    press(page, "提交审批")
    told(page, "待批准")


def approve_plan(page):
    """Approve the plan from the worklist."""
    page.goto("/worklist")
    page.get_by_role("link", name=re.compile("去办理.*" + UNIT)).click()
    press(page, "批准")
    told(page, "纾困方案已批准")


def draft_letter(page):
    """Draft a work supervision letter from the case and submit it."""
    open_case(page)
    follow(page, "起草函件")
    press(page, "生成初稿")
    page.get_by_label("电话").fill("0951-5160000")
    expect(page.get_by_role("img", name="第1页")).to_be_visible()
    press(page, "保存并提交核稿")
    told(page, "核稿中")
    return page.url


def step(page, url, words, *, reason=None, password=False):
    """Take a step of the letter."""
    page.goto(url)
    follow(page, words)
    if reason:
        page.get_by_label("理由或意见").fill(reason)
    if password:
        sign(page)
    else:
        press(page, words)
    told(page, f"已办理：{words}")


def surrender_the_rest(page):
    """Record that the unit surrendered what was short."""
    page.goto("/search?q=珩瑞")
    page.get_by_role("link", name=UNIT, exact=True).last.click()
    follow(page, "2025")
    follow(page, "登记清缴")
    short = page.get_by_role("main").inner_text()
    due, done = (int(one.replace(",", "")) for one in re.findall(r"([\d,]+)\s*吨", short)[:2])
    page.get_by_label(re.compile("^清缴日期")).fill("2026-11-21")
    page.get_by_label(re.compile("数量")).fill(str(due - done))
    press(page, "登记")


@pytest.mark.any_engine
def test_from_the_surrender_table_to_the_signed_letter_and_the_end(visitor, cycle):
    alice = visitor.sign_in("alice")
    import_table(alice)
    visitor.shot(alice, "imported")
    put_on_list(alice)
    open_case(alice)
    assist(alice)
    write_plan(alice)
    approve_plan(visitor.sign_in("carl"))
    open_case(alice)
    visitor.shot(alice, "case")

    letter = draft_letter(alice)
    visitor.shot(alice, "letter-in-review")
    bob = visitor.sign_in("bob")
    step(bob, letter, "退回修改", reason="请补充联系电话的区号。")
    alice.goto(letter)
    told(alice, "请补充联系电话的区号")
    press(alice, "保存并提交核稿")
    step(bob, letter, "送签发人")
    carol = visitor.sign_in("carol")
    step(carol, letter, "签发", password=True)
    carol.goto(letter)
    with carol.expect_popup() as popup:
        follow(carol, "打开PDF")
    assert popup.value.url.endswith("/letter.pdf")
    step(alice, letter, "登记编号")
    told(alice, "宁环函〔2026〕1号")
    visitor.shot(alice, "letter-numbered")
    follow(alice, "印发函件")
    press(alice, "印发函件")

    dora = visitor.sign_in("dora")
    dora.goto("/worklist")
    dora.get_by_role("link", name=re.compile("去办理.*函")).click()
    follow(dora, "签收函件")
    press(dora, "签收函件")
    follow(dora, "回函")
    dora.get_by_label("回函内容").fill("我市已约谈企业，企业已于昨日完成清缴。")
    press(dora, "回函")
    told(dora, "我市已约谈企业")

    alice.goto(letter)
    follow(alice, "审核回函")
    press(alice, "认可回函")
    surrender_the_rest(alice)
    open_case(alice)
    follow(alice, "登记清缴完成")
    alice.get_by_label("清缴凭证").set_input_files({**EVIDENCE, "buffer": picture()})
    press(alice, "登记清缴完成")
    told(alice, "已办理：登记清缴完成")
    carl = visitor.sign_in("carl")
    open_case(carl)
    follow(carl, "销号")
    press(carl, "销号")
    told(carl, "已销号：按时完成")
    visitor.shot(carl, "struck-off")

"""What people type is text: markup and script in any field is shown, never run."""

import pytest
from playwright.sync_api import expect
from support.cases import a_case, a_cycle, an_enterprise, an_obligation

from casework.audit.actions import commit
from casework.rules.workflow import State

pytestmark = pytest.mark.any_engine

CALL = "window.ran=1"
PAYLOADS = [
    f"<script>{CALL}</script>",
    f"</textarea><script>{CALL}</script>",
    f"</title><script>{CALL}</script>",
    f"<ScRiPt>{CALL}</sCrIpT>",
    f"<img src=x onerror={CALL}>",
    f"<svg onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    f"<body onload={CALL}>",
    f"<input autofocus onfocus={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<video><source onerror={CALL}></video>",
    f"<marquee onstart={CALL}>",
    f"<iframe srcdoc='<script>parent.{CALL}</script>'></iframe>",
    f"<iframe src=javascript:{CALL}></iframe>",
    f"<a href=javascript:{CALL}>x</a>",
    f"<object data=javascript:{CALL}></object>",
    f"<embed src=javascript:{CALL}>",
    f"<form action=javascript:{CALL}><button>x</button></form>",
    f"<math><mtext><img src=x onerror={CALL}></mtext></math>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example/>",
    f'" onmouseover="{CALL}',
    f"' onfocus='{CALL}' autofocus='",
    f'"><img src=x onerror={CALL}>',
    f"'-({CALL})-'",
    "{{ 7 * 7 }}{% raw %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    f"<!--><img src=x onerror={CALL}>-->",
]
TEXT = "\n".join(PAYLOADS)


@pytest.fixture
def case_id(app):
    """A case of a unit whose name is markup."""
    with app.app_context():
        unit = an_enterprise(f"石嘴山<b class=injected>&\"'<img src=x onerror={CALL}>有限公司")
        an_obligation(unit, cycle=a_cycle(), due=10_000, surrendered=9_000)
        case = a_case(State.ASSISTING, enterprise=unit)
        commit()
        return case.id


def unharmed(page):
    """Expect that nothing of what was typed has become part of the page."""
    assert page.evaluate("window.ran") is None
    assert (
        page.locator("main :is(script, iframe, object, embed, style, base, .injected, [onerror], [onload])").count()
        == 0
    )


def send(page, words):
    """Press the button that sends the form."""
    page.get_by_role("button", name=words, exact=True).click()


def test_thirty_payloads_in_the_fields_of_a_case_are_only_text(visitor, case_id):
    page = visitor.sign_in("alice")
    page.goto(f"/cases/{case_id}/notes/new")
    page.get_by_role("main").get_by_role("textbox").last.fill(TEXT)
    send(page, "保存")
    expect(page.get_by_text(PAYLOADS[0]).first).to_be_visible()
    unharmed(page)
    page.goto(f"/cases/{case_id}/visits/new")
    page.get_by_label("现场帮扶").check()
    page.get_by_label("姓名").first.fill(PAYLOADS[4][:30])
    page.get_by_label("情况与问题").fill(TEXT)
    send(page, "保存")
    unharmed(page)
    page.goto(f"/cases/{case_id}/plans/new")
    page.get_by_label("基本情况与工作思路").fill(TEXT)
    send(page, "提交审批")
    unharmed(page)
    for address in ("/worklist", "/cases", "/cases/board", "/enterprises", "/obligations", "/overview"):
        page.goto(address)
        unharmed(page)


def test_thirty_payloads_in_a_letter_are_only_text(visitor, case_id):
    page = visitor.sign_in("alice")
    page.goto(f"/cases/letter/new?case={case_id}")
    send(page, "生成初稿")
    page.get_by_label("正文", exact=True).fill(TEXT)
    page.get_by_label("标题", exact=True).fill(f"关于{PAYLOADS[4]}的函")
    send(page, "保存草稿")
    expect(page.get_by_label("正文", exact=True)).to_have_value(TEXT)
    expect(page.get_by_role("img", name="第1页")).to_be_visible()
    unharmed(page)
    page.goto("/letters")
    unharmed(page)


def test_payloads_in_the_name_of_an_account_are_only_text(visitor):
    page = visitor.sign_in("adam")
    page.goto("/accounts/new")
    page.get_by_label("用户名").fill("mallory")
    page.get_by_label("姓名").fill(PAYLOADS[25][:60])
    page.get_by_label("承办人").check()
    page.get_by_role("main").get_by_role("button").last.click()
    page.goto("/accounts")
    unharmed(page)

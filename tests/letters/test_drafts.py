"""A draft: what is typed is kept, and its figures come from the records when asked."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, account
from support.cast import NOW
from support.letters import drafted, edit, step, values_of
from support.pages import hidden_values

from casework.audit.actions import commit
from casework.cases.actions.letter_drafts import draft_for_cases
from casework.cases.models import Case
from casework.db import db
from casework.letters.comparison import changed_units
from casework.letters.models import Letter
from casework.letters.queries import facts_now
from casework.letters.titles import title_lines
from casework.registry.actions.obligations import add_surrender
from casework.registry.calendar import working_calendar
from casework.registry.models import Obligation
from casework.rules.letter_facts import UnitRow
from casework.rules.letters import AddresseeKind, LetterKind, LetterState
from casework.rules.workflow import State
from casework.web.models import TypedText


def type_into(browser, letter_id, **typed):
    """Send what a browser keeps while somebody types."""
    path = f"/letters/{letter_id}"
    html = browser.get(path).text
    key = re.search(r'data-autosave="([^"]+)"', html)[1]
    answer = browser.post(key, data=values_of(html) | hidden_values(html, path) | typed)
    assert answer.status_code == 204


def kept(app):
    with app.app_context():
        return [row.form for row in db.session.query(TypedText)]


@pytest.mark.slow
def test_what_is_typed_into_a_draft_is_found_again_until_it_is_saved(app, people, cases):
    letter_id = drafted(people, cases)
    type_into(people("alice"), letter_id, title="关于清缴事项的函")
    page = people("alice").get(f"/letters/{letter_id}").text
    assert "关于清缴事项的函" in values_of(page)["title"]
    assert "已恢复" in page
    assert "data-preview-now" in page, "the pages beside must show what was found again"
    assert "已恢复" not in people("amir").get(f"/letters/{letter_id}").text, "it is its writer's alone"
    edit(people, letter_id)
    with app.app_context():
        assert db.session.get(Letter, letter_id).title == "关于清缴事项的函"
    assert kept(app) == []
    assert "已恢复" not in people("alice").get(f"/letters/{letter_id}").text


def test_what_was_typed_can_be_discarded(app, people, cases):
    letter_id = drafted(people, cases)
    type_into(people("alice"), letter_id, title="另一个标题")
    browser = people("alice")
    page = browser.fill(
        f"/typed/letter-{letter_id}/discard", {"next": f"/letters/{letter_id}"}, form_at=f"/letters/{letter_id}"
    )
    assert values_of(page.text)["title"] != "另一个标题"
    assert kept(app) == []


def send(people, letter_id, **typed):
    """Send the draft's form with what is typed."""
    browser, path = people("alice"), f"/letters/{letter_id}"
    html = browser.get(path).text
    return browser.post(path, data=values_of(html) | hidden_values(html, path) | typed)


@pytest.mark.slow
def test_one_button_saves_what_is_typed_and_submits_it(app, people, cases):
    letter_id = drafted(people, cases)
    answer = send(people, letter_id, title="关于清缴事项的函", then="submit")
    assert (answer.status_code, answer.location) == (303, f"/letters/{letter_id}")
    page = people("alice").get(answer.location).text
    assert "下一步由核稿人" in page
    with app.app_context():
        letter = db.session.get(Letter, letter_id)
        assert (letter.state, letter.title) == (LetterState.IN_REVIEW, "关于清缴事项的函")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"contact_phone": " "}, "contact_phone", "请填写联系电话"),
        ({"reply_due": ""}, "reply_due", "请选择回函期限"),
        ({"reply_due": "2026-11-23"}, "reply_due", "个工作日"),
        ({f"requests-{row}-{name}": "" for row in range(5) for name in ("text", "who", "by")}, "requests", "请至少"),
    ],
)
def test_what_cannot_be_submitted_is_said_at_its_field_and_nothing_typed_is_lost(
    app, people, cases, typed, field, sentence
):
    letter_id = drafted(people, cases)
    answer = send(people, letter_id, title="关于清缴事项的函", then="submit", **typed)
    assert answer.status_code == 422
    assert values_of(answer.text)["title"] == "关于清缴事项的函"
    assert sentence in re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.S)[1]
    with app.app_context():
        letter = db.session.get(Letter, letter_id)
        assert letter.state is LetterState.DRAFT
        assert letter.title != "关于清缴事项的函", "what cannot be submitted is saved no more than it is submitted"


@pytest.mark.slow
def test_what_was_typed_on_an_older_draft_is_shown_to_copy_from(people, cases):
    letter_id = drafted(people, cases)
    type_into(people("alice"), letter_id, title="我的标题")
    edit(people, letter_id, who="amir", title="同事的标题")
    page = people("alice").get(f"/letters/{letter_id}").text
    assert values_of(page)["title"] == "同事的标题"
    assert "我的标题" in page


@pytest.mark.slow
def test_a_stale_draft_is_shown_field_by_field(people, cases):
    letter_id = drafted(people, cases)
    browser, path = people("alice"), f"/letters/{letter_id}"
    html = browser.get(path).text
    edit(people, letter_id, who="amir", body="同事的正文。")
    answer = browser.post(path, data=values_of(html) | hidden_values(html, path) | {"body": "我的正文。"})
    assert answer.status_code == 409
    assert "同事的正文。" in answer.text
    assert "我的正文。" in answer.text


def surrender(app, case_id, tonnes):
    """Let the records say that the case's unit surrendered something today."""
    with app.app_context():
        unit = db.session.get(Case, case_id).enterprise_id
        row = db.session.scalars(sa.select(Obligation).where(Obligation.enterprise_id == unit)).one()
        add_surrender(row, date(2026, 11, 21), tonnes, reason="", by=account("alice"), now=NOW)
        commit()


def test_a_draft_says_where_the_records_differ_and_takes_todays_figures(app, people, cases):
    letter_id = drafted(people, cases)
    assert "台账现与函中数据不一致" not in people("alice").get(f"/letters/{letter_id}").text
    surrender(app, cases[0], 400)
    page = people("alice").get(f"/letters/{letter_id}").text
    assert "台账现与函中数据不一致" in page
    assert "缺口600吨" in page
    edit(people, letter_id, then="refresh", title="关于清缴的函")
    page = people("alice").get(f"/letters/{letter_id}").text
    assert "缺口由1,000吨变为600吨" in page
    assert "台账现与函中数据不一致" not in page
    with app.app_context():
        letter = db.session.get(Letter, letter_id)
        assert letter.title == "关于清缴的函", "what was typed is saved with it"
        assert [unit["surrendered"] for unit in letter.content["units"]] == [9_400, 9_000]


def test_a_draft_about_nothing_short_any_more_is_not_refreshed(app, people, cases):
    letter_id = drafted(people, cases[:1])
    surrender(app, cases[0], 1_000)
    browser, path = people("alice"), f"/letters/{letter_id}"
    html = browser.get(path).text
    answer = browser.post(path, data=values_of(html) | hidden_values(html, path) | {"then": "refresh"})
    assert answer.status_code == 422
    assert "均已无缺口" in answer.text


def test_only_a_draft_is_refreshed(app, people, cases):
    letter_id = drafted(people, cases)
    step(people, "alice", letter_id, "submit")
    surrender(app, cases[0], 400)
    page = people("bob").get(f"/letters/{letter_id}").text
    assert "台账现与函中数据不一致" in page, "who reviews is told"
    assert 'value="refresh"' not in page


def test_units_that_came_went_or_changed_are_told_apart():
    one, other = UnitRow("甲", "2025年度", 10, 1), UnitRow("乙", "2025年度", 10, 1)
    changes = changed_units([one, other], [UnitRow("甲", "2025年度", 10, 2), UnitRow("丙", "2025年度", 5, 0)])
    assert [(row.name, row.before is None, row.after is None) for row in changes] == [
        ("甲", False, False), ("乙", False, True), ("丙", True, False)
    ]  # fmt: skip
    assert changed_units([one, other], [one, other]) == ()


def ticked(people, ids):
    """Tick cases in the problem list and ask for one letter."""
    browser = people("alice")
    values = hidden_values(browser.get("/cases").text, "/cases/assign")
    return browser.post("/cases/letter/chosen", data={**values, "ids": ids})


def test_cases_ticked_in_the_problem_list_lead_to_one_letter(people, cases):
    assert "为所选案件拟一份函" in people("alice").get("/cases").text
    answer = ticked(people, cases)
    assert answer.status_code == 303
    page = people("alice").get(answer.location)
    assert page.status_code == 200
    assert page.text.count('type="hidden" name="case"') == 2


def test_cases_that_do_not_go_into_one_letter_are_refused_in_a_sentence(app, people, cases):
    with app.app_context():
        closed = a_case(State.CLOSED).id
        commit()
    for ids, sentence in (
        ([], "请至少选择一个案件"),
        ([cases[0], closed], "已结案"),
    ):
        answer = ticked(people, ids)
        assert answer.status_code == 409, ids
        assert sentence in answer.text


def test_no_letter_is_drafted_about_units_that_owe_nothing(app, people, cases):
    surrender(app, cases[0], 1_000)
    path = f"/cases/letter/new?case={cases[0]}"
    answer = people("alice").fill(
        path, {"kind": "work_supervision", "addressee_kind": "government", "case": cases[:1]}, follow=False
    )
    assert answer.status_code == 422
    assert "均已无缺口" in answer.text


def test_the_unit_of_a_letter_about_one_is_never_split_in_its_title(session):
    case = a_case(State.ASSISTING)
    case.enterprise.name = "石嘴山珩瑞发电有限公司"
    letter = draft_for_cases(
        [case], LetterKind.WORK_SUPERVISION, addressee_kind=AddresseeKind.GOVERNMENT, calendar=working_calendar(),
        by=account("alice"), now=NOW, today=TODAY,
    )  # fmt: skip
    facts = facts_now(letter, today=TODAY)
    assert (facts.units, facts.names) == ((), (case.enterprise.name,))
    assert any(case.enterprise.name in line for line in title_lines(facts.title, facts.names))

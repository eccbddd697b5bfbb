"""The leader's pages: one letter after another, and those that were looked at signed together."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.cases import a_case
from support.cast import NOW, PASSWORD
from support.letters import drafted, step
from support.pages import hidden_values

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.db import db
from casework.letters.models import Letter, LetterEvent
from casework.rules.letters import LetterState, LetterStep
from casework.rules.workflow import State
from casework.users.models import Delegation
from casework.users.queries import account_by_name

pytestmark = pytest.mark.slow  # each prints letters


@pytest.fixture
def waiting(people, cases, once):
    """Two letters that wait for a signature."""

    def pass_two():
        letters = [drafted(people, cases), drafted(people, cases[:1])]
        for one in letters:
            step(people, "alice", one, "submit")
            step(people, "bob", one, "pass_review", reason="数据已核。")
        return letters

    return once("letters to sign", pass_two)


def states(app, letters):
    with app.app_context():
        return [db.session.get(Letter, one).state for one in letters]


def from_the_leaders_page(people, letter_id, name, **data):
    """Take a step in a dialog of the leader's page."""
    browser, path = people("carol"), f"/letters/{letter_id}/step/{name}"
    values = hidden_values(browser.get(f"/letters/to-sign/{letter_id}").text, path)
    return browser.post(path, data=values | data)


def together(people, ids, **data):
    browser = people("carol")
    page = browser.get("/letters/to-sign").text
    return browser.post("/letters/to-sign", data=hidden_values(page, "/letters/to-sign") | {"ids": ids, **data})


def test_one_letter_after_another_with_the_facts_beside_it(people, cases, waiting):
    first, second = waiting
    page = people("carol").get(f"/letters/to-sign/{first}").text
    assert "待签发第1份，共2份" in page
    for words in ("数据已核。", "应清缴量", "来源：清缴台账", "启动帮扶", f"/cases/{cases[1]}"):
        assert words in page, words
    assert f'data-key="n" rel="next" href="/letters/to-sign/{second}"' in page
    last = people("carol").get(f"/letters/to-sign/{second}").text
    assert f'data-key="p" rel="prev" href="/letters/to-sign/{first}"' in last
    assert 'data-key="n" rel="next" href="/letters/to-sign"' in last


def test_signing_leads_to_the_next_letter_and_says_what_comes_next(app, people, waiting):
    first, second = waiting
    answer = from_the_leaders_page(people, first, "sign", password=PASSWORD)
    assert answer.location == f"/letters/to-sign?after={first}"
    onward = people("carol").get(answer.location)
    assert onward.location == f"/letters/to-sign/{second}"
    page = people("carol").get(onward.location).text
    assert "下一步由承办人登记编号" in page
    answer = from_the_leaders_page(people, second, "return_from_signing", reason="请补充附件。")
    assert answer.status_code == 303
    assert states(app, waiting) == [LetterState.SIGNED, LetterState.DRAFT]
    assert "暂无待您签发的函件" in people("carol").get(answer.location).text


@pytest.mark.parametrize(
    ("step", "data", "field", "sentence"),
    [
        ("sign", {"password": "wrong", "reason": "同意。"}, "sign-password", "密码不正确"),
        ("sign", {"reason": "同意。"}, "sign-password", "请验证本人身份"),
        ("return_from_signing", {"reason": " "}, "return_from_signing-reason", "请填写理由"),
    ],
)
def test_what_is_refused_leaves_the_leader_before_the_letter(app, people, waiting, step, data, field, sentence):
    answer = from_the_leaders_page(people, waiting[0], step, **data)
    assert answer.status_code == 422
    assert "待签发第1份，共2份" in answer.text
    assert f"/letters/{waiting[0]}/page/1.png" in answer.text
    at_the_field = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.S)
    assert sentence in at_the_field[1]
    assert answer.text.count("同意。") == (step == "sign"), "what was typed stays, in its own dialog alone"
    assert states(app, waiting) == [LetterState.TO_SIGN] * 2


def test_the_letters_own_page_leads_to_the_same_view_to_sign(people, waiting):
    assert f'href="/letters/to-sign/{waiting[0]}">签发' in people("carol").get(f"/letters/{waiting[0]}").text


def test_what_does_not_wait_is_shown_as_any_letter(people, cases, waiting):
    draft = drafted(people, cases)
    assert people("carol").get(f"/letters/to-sign/{draft}").location == f"/letters/{draft}"


def test_only_letters_that_were_looked_at_can_be_ticked(people, waiting):
    first, second = waiting
    assert 'name="ids"' not in people("carol").get("/letters/to-sign").text
    people("carol").get(f"/letters/to-sign/{first}")
    page = people("carol").get("/letters/to-sign").text
    assert f'name="ids" value="{first}"' in page
    assert f'name="ids" value="{second}"' not in page
    assert 'name="ids"' not in people("carl").get("/letters/to-sign").text, "another session"


def test_a_set_is_signed_with_one_password_and_the_result_stays(app, people, waiting):
    for one in waiting:
        people("carol").get(f"/letters/to-sign/{one}")
    answer = together(people, waiting, password=PASSWORD)
    assert answer.location == "/letters/to-sign/result"
    assert states(app, waiting) == [LetterState.SIGNED] * 2
    for _ in range(2):
        assert "已签发2份，未签发0份" in people("carol").get(answer.location).text


def test_what_was_not_looked_at_or_changed_since_is_not_signed_with_the_set(app, people, cases, waiting):
    first, second = waiting
    people("carol").get(f"/letters/to-sign/{first}")
    step(people, "alice", first, "recall")
    step(people, "alice", first, "submit")
    step(people, "bob", first, "pass_review")
    answer = together(people, [first, second], password=PASSWORD)
    page = people("carol").get(answer.location).text
    assert "已签发0份，未签发2份" in page
    assert "本次登录后您尚未查看此函" in page
    assert "重新打开" in page or "刷新" in page, "the one that changed since is refused as stale"
    assert states(app, waiting) == [LetterState.TO_SIGN] * 2


def test_one_letter_of_a_set_that_is_refused_does_not_hold_up_the_others(app, people, waiting):
    with app.app_context():
        case = a_case(State.ASSISTING).id
        commit()
    hopeless = drafted(people, [case], "supervision")
    step(people, "alice", hopeless, "submit")
    step(people, "bob", hopeless, "pass_review")
    for one in (*waiting, hopeless):
        people("carol").get(f"/letters/to-sign/{one}")
    answer = together(people, [hopeless, *waiting], password=PASSWORD)
    assert "已签发2份，未签发1份" in people("carol").get(answer.location).text
    assert states(app, [hopeless, *waiting]) == [LetterState.TO_SIGN, LetterState.SIGNED, LetterState.SIGNED]


@pytest.mark.parametrize("data", [{"password": "wrong"}, {"ids": [], "password": PASSWORD}])
def test_a_set_without_password_or_letters_signs_nothing(app, people, waiting, data):
    for one in waiting:
        people("carol").get(f"/letters/to-sign/{one}")
    assert together(people, **{"ids": waiting} | data).status_code == 422
    assert states(app, waiting) == [LetterState.TO_SIGN] * 2
    with app.app_context():
        denied = sa.select(sa.func.count()).where(AuditRow.action == "confirm identity", AuditRow.outcome == "denied")
        assert db.session.scalar(denied) == (data["password"] == "wrong")


def test_voiding_a_letter_takes_the_leaders_password(app, people, cases, waiting):
    from_the_leaders_page(people, waiting[0], "sign", password=PASSWORD)
    step(people, "bob", waiting[0], "register")
    assert step(people, "carol", waiting[0], "void", reason="有误。").status_code == 422
    assert step(people, "carol", waiting[0], "void", reason="有误。", password="wrong").status_code == 422
    assert states(app, waiting[:1]) == [LetterState.REGISTERED]
    assert step(people, "carol", waiting[0], "void", reason="有误。", password=PASSWORD).status_code == 303
    assert states(app, waiting[:1]) == [LetterState.VOIDED]


def test_a_delegate_signs_for_an_absent_leader_and_every_record_says_for_whom(app, people, waiting):
    letter_id = waiting[0]
    with app.app_context():
        carol, amir = account_by_name("carol"), account_by_name("amir")
        times = {"begins_at": NOW - timedelta(days=1), "ends_at": NOW + timedelta(days=9)}
        db.session.add(Delegation(absent_id=carol.id, delegate_id=amir.id, **times))
        commit()
        behalf = carol.id
    signed = {"password": PASSWORD, "behalf": behalf}
    assert step(people, "amir", letter_id, "sign", **signed).status_code == 303
    with app.app_context():
        letter = db.session.get(Letter, letter_id)
        assert (letter.state, letter.signer.username) == (LetterState.SIGNED, "amir")
        event = db.session.scalars(sa.select(LetterEvent).where(LetterEvent.step == LetterStep.SIGN)).one()
        row = db.session.scalars(sa.select(AuditRow).where(AuditRow.action.like("letter%sign%"))).all()[-1]
        assert {letter.signed_on_behalf_of_id, event.on_behalf_of_id} == {behalf}
        assert row.on_behalf_of == "柯柔 (carol)"
    assert "代柯柔" in "".join(people("bob").get(f"/letters/{letter_id}").text.split())

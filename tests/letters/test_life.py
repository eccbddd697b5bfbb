"""The life of a letter through its pages: from the draft to the verdict on the reply."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.cases import a_case, account
from support.cast import PASSWORD
from support.letters import drafted, edit, recipient_deed, step, to_signed, values_of
from support.pages import hidden_values

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.cases.models import Case, CaseEvent, ReplyVerdict
from casework.db import db
from casework.letters.models import Letter, LetterEvent, LetterText, Recipient
from casework.rules.letters import LetterState
from casework.rules.workflow import State

pytestmark = pytest.mark.slow  # each prints letters

CHECKER = Path(__file__).with_name("check_letter.py")


def stands(app, letter_id):
    with app.app_context():
        return db.session.get(Letter, letter_id).state


def states(app, cases):
    with app.app_context():
        return [db.session.get(Case, one).state for one in cases]


def test_the_whole_way_from_the_draft_to_the_verdict(app, people, cases, tmp_path):
    letter_id = drafted(people, cases)
    page = people("alice").get(f"/letters/{letter_id}").text
    assert "石嘴山市人民政府" in page
    assert "0951-5160000" in page
    assert step(people, "alice", letter_id, "submit").status_code == 303
    assert step(people, "bob", letter_id, "return_from_review", reason="请补充依据。").status_code == 303
    assert "请补充依据。" in people("alice").get(f"/letters/{letter_id}").text
    to_signed(people, letter_id)
    assert states(app, cases) == [State.ASSISTING] * 2
    assert people("dora").get(f"/letters/{letter_id}").status_code == 404

    assert step(people, "amir", letter_id, "register").status_code == 303
    assert states(app, cases) == [State.URGED] * 2
    page = people("bob").get(f"/letters/{letter_id}").text
    assert "宁环函〔2026〕1号" in page
    assert people("dora").get(f"/letters/{letter_id}").status_code == 404, "not dispatched yet"

    assert (
        recipient_deed(people, app, "alice", letter_id, "dispatch", day="2026-11-22", way="system").status_code == 303
    )
    assert "宁环函〔2026〕1号" in people("dora").get("/letters").text
    assert people("dan").get(f"/letters/{letter_id}").status_code == 404, "another region"
    assert recipient_deed(people, app, "dora", letter_id, "acknowledge").status_code == 303
    answer = recipient_deed(people, app, "dora", letter_id, "reply", day="2026-11-22", text="已制定清缴计划。")
    assert answer.status_code == 303
    with app.app_context():
        row = db.session.scalars(sa.select(Recipient)).one()
        assert (row.received_by, row.reply) == ("杜若", "已制定清缴计划。")
        path = f"/letters/{letter_id}/recipient/{row.id}/verdict"
    people("alice").fill(f"{path}/{cases[0]}", {"decision": "accept"})
    people("alice").fill(f"{path}/{cases[1]}", {"decision": "refuse", "reason": "无资金安排。"})
    with app.app_context():
        verdicts = {one.case_id: one.accepted for one in db.session.scalars(sa.select(ReplyVerdict))}
    assert verdicts == {cases[0]: True, cases[1]: False}
    assert check_pdf(people("carol"), letter_id, tmp_path) == ""


def check_pdf(browser, letter_id, folder):
    """Return what the checker finds in the letter's PDF."""
    file = folder / "letter.pdf"
    file.write_bytes(browser.get(f"/letters/{letter_id}/letter.pdf").data)
    done = subprocess.run(
        [sys.executable, str(CHECKER), "--format", "letter", str(file)], capture_output=True, text=True
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_a_supervision_letter_follows_with_the_signers_reason(app, people, cases, tmp_path):
    first = drafted(people, cases)
    to_signed(people, first)
    step(people, "bob", first, "register")
    second = drafted(people, cases, "supervision")
    with app.app_context():
        assert "宁环函〔2026〕1号" in db.session.get(Letter, second).content["body"]
    step(people, "alice", second, "submit")
    step(people, "bob", second, "pass_review")
    refused = step(people, "carol", second, "sign", password=PASSWORD)
    assert refused.status_code == 422
    assert stands(app, second) is LetterState.TO_SIGN
    assert "石嘴山" in refused.text, "the sentence names the case"
    signed = step(people, "carol", second, "sign", password=PASSWORD, reason="缺口大，须即时督办。")
    assert signed.status_code == 303
    step(people, "bob", second, "register")
    assert states(app, cases) == [State.SUPERVISED] * 2
    assert check_pdf(people("carol"), second, tmp_path) == ""


def test_four_eyes_hold_at_review_and_signing(app, people, cases):
    letter_id = drafted(people, cases)
    step(people, "alice", letter_id, "submit")
    assert step(people, "alice", letter_id, "pass_review").status_code in {403, 422}
    assert step(people, "carol", letter_id, "pass_review").status_code in {403, 422}
    step(people, "bob", letter_id, "pass_review")
    assert step(people, "bob", letter_id, "sign", password=PASSWORD).status_code in {403, 422}
    assert stands(app, letter_id) is LetterState.TO_SIGN


def test_a_wrong_password_does_not_sign(app, people, cases):
    letter_id = drafted(people, cases)
    step(people, "alice", letter_id, "submit")
    step(people, "bob", letter_id, "pass_review")
    for _ in range(5):
        assert step(people, "carol", letter_id, "sign", password="wrong").status_code == 422
    assert step(people, "carol", letter_id, "sign", password=PASSWORD).status_code == 422, "tried too often"
    assert stands(app, letter_id) is LetterState.TO_SIGN
    with app.app_context():
        denied = sa.select(sa.func.count()).where(AuditRow.action == "confirm identity", AuditRow.outcome == "denied")
        assert db.session.scalar(denied) == 5


def test_a_signature_is_withdrawn_until_the_letter_has_its_number(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    assert step(people, "carl", letter_id, "withdraw_signature", reason="数据有误。").status_code == 303
    with app.app_context():
        letter = db.session.get(Letter, letter_id)
        assert (letter.state, letter.facts, letter.signer_id) == (LetterState.TO_SIGN, None, None)


def test_instructive_wording_to_a_government_needs_the_recorded_consent(app, people, cases):
    letter_id = drafted(people, cases)
    edit(people, letter_id, body="责令贵市限期完成。")
    assert step(people, "alice", letter_id, "submit").status_code == 422
    assert stands(app, letter_id) is LetterState.DRAFT
    edit(
        people, letter_id, body="经自治区人民政府同意，请贵市限期完成。", consent_day="2026-11-20",
        consent_reference="宁政办〔2026〕5号",
    )  # fmt: skip
    assert step(people, "alice", letter_id, "submit").status_code == 303


def test_a_changed_text_is_kept_as_a_second_version(app, people, cases):
    letter_id = drafted(people, cases)
    step(people, "alice", letter_id, "submit")
    step(people, "alice", letter_id, "recall")
    edit(people, letter_id, title="关于商请督促有关单位完成清缴的函")
    step(people, "alice", letter_id, "submit")
    with app.app_context():
        texts = db.session.scalars(sa.select(LetterText).order_by(LetterText.text_version)).all()
        assert [one.text_version for one in texts] == [1, 2]
    page = people("bob").get(f"/letters/{letter_id}/versions/1/2").text
    assert "<ins>有" in page
    assert "关于商请督促有关单位完成清缴的函" in re.sub(r"<[^>]*>", "", page)


def test_a_case_that_was_settled_meanwhile_stops_the_registration_and_is_named(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    with app.app_context():
        db.session.execute(sa.update(Case).where(Case.id == cases[1]).values(state=State.SETTLED))
        name = db.session.get(Case, cases[1]).enterprise.name
        db.session.commit()
    refused = step(people, "bob", letter_id, "register")
    assert refused.status_code == 422
    assert name in refused.text
    assert states(app, cases) == [State.ASSISTING, State.SETTLED]
    assert stands(app, letter_id) is LetterState.SIGNED
    with app.app_context():
        assert db.session.get(Letter, letter_id).number is None


def test_a_case_whose_unit_moved_to_another_region_stops_the_registration(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    with app.app_context():
        unit = db.session.get(Case, cases[1]).enterprise
        page = people("alice").get(f"/enterprises/{unit.id}/edit").text
        elsewhere = re.search(r'<option value="(\d+)">银川市', page)[1]
        data = {"name": unit.name, "region_id": elsewhere, "sector": unit.sector.value}
        people("alice").fill(f"/enterprises/{unit.id}/edit", data)
    refused = step(people, "bob", letter_id, "register")
    assert refused.status_code == 422
    assert "该单位现已属于其他地区" in refused.text
    assert states(app, cases) == [State.ASSISTING, State.ASSISTING]
    assert stands(app, letter_id) is LetterState.SIGNED


def test_a_double_click_registers_once(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    browser, path = people("bob"), f"/letters/{letter_id}/step/register"
    values = hidden_values(browser.get(path).text, path)
    answers = [browser.post(path, data=values) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    with app.app_context():
        assert db.session.get(Letter, letter_id).number == 1
        assert db.session.scalar(sa.select(sa.func.count()).where(LetterEvent.step == "register")) == 1
        assert db.session.scalar(sa.select(sa.func.count()).where(CaseEvent.step == "urge")) == 2


def test_the_pdf_is_the_same_bytes_every_time_and_who_fetched_it_is_noted(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    step(people, "bob", letter_id, "register")
    prints = [people(who).get(f"/letters/{letter_id}/letter.pdf").data for who in ("carol", "victor")]
    with app.app_context():
        letter = db.session.get(Letter, letter_id)
        assert {hashlib.sha256(one).hexdigest() for one in prints} == {letter.sha256}
        printed = db.session.scalars(sa.select(AuditRow.actor_id).where(AuditRow.action == "letter printed")).all()
        assert printed == [account("carol").id, account("victor").id]


def test_a_voided_letter_keeps_its_number_and_lets_its_cases_go_back(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    step(people, "bob", letter_id, "register")
    assert step(people, "carol", letter_id, "void", reason="主送机关有误。", password=PASSWORD).status_code == 303
    assert states(app, cases) == [State.URGED] * 2, "nothing moves silently"
    page = people("victor").get("/register").text
    assert "宁环函〔2026〕1号" in page
    assert "文号第1号至第1号连续无缺号、无重号，共1件，其中已撤销或废止1件。" in page
    assert "主送机关有误。" in page
    assert "撤销" in page
    case_page = people("carol").get(f"/cases/{cases[0]}").text
    assert f"/cases/{cases[0]}/step/revoke" in case_page


def test_each_case_that_a_voided_letter_moved_is_offered_to_be_moved_back(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    step(people, "bob", letter_id, "register")
    with app.app_context():
        names = [db.session.get(Case, one).enterprise.name for one in cases]
    before = people("carol").get(f"/letters/{letter_id}/step/void").text
    assert all(name in before for name in names), "the page says what it will mean"
    step(people, "carol", letter_id, "void", reason="主送机关有误。", password=PASSWORD)
    page = people("carol").get(f"/letters/{letter_id}").text
    assert [f"/cases/{one}/step/revoke" in page for one in cases] == [True, True]
    seen = people("alice").get(f"/letters/{letter_id}").text
    assert "/step/revoke" not in seen
    assert seen.count("由签发人退回原状态") == 2
    assert people("carol").fill(f"/cases/{cases[0]}/step/revoke", {}, follow=False).status_code == 303
    assert states(app, cases) == [State.ASSISTING, State.URGED], "one by one"
    page = people("carol").get(f"/letters/{letter_id}").text
    assert [f"/cases/{one}/step/revoke" in page for one in cases] == [False, True]
    assert "此后已变更" in page


def test_a_repealed_letter_leaves_its_cases_where_they_are(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    step(people, "bob", letter_id, "register")
    step(people, "carol", letter_id, "repeal", reason="情况已变。", password=PASSWORD)
    page = people("carol").get(f"/letters/{letter_id}").text
    assert "所涉案件状态不变" in page
    assert "/step/revoke" not in page
    assert people("carol").get(f"/cases/{cases[0]}/step/revoke").status_code in {409, 422}


def test_cases_of_two_regions_do_not_go_into_one_letter(app, people, cases):
    with app.app_context():
        other = a_case(State.ASSISTING, region_code="640100").id
        commit()
    query = f"case={cases[0]}&case={other}"
    answer = people("alice").fill(
        f"/cases/letter/new?{query}",
        {"kind": "work_supervision", "addressee_kind": "government", "case": [cases[0], other]},
        form_at=f"/cases/letter/new?{query}",
    )
    assert answer.status_code == 422


def test_the_preview_shows_pages_and_saves_nothing(app, people, cases):
    letter_id = drafted(people, cases)
    browser = people("alice")
    html = browser.get(f"/letters/{letter_id}").text
    values = values_of(html) | {"title": "", "csrf_token": hidden_values(html, f"/letters/{letter_id}")["csrf_token"]}
    browser.checks = False
    answer = browser.post(f"/letters/{letter_id}/preview", data=values)
    assert answer.status_code == 200
    assert "data:image/png;base64," in answer.text
    with app.app_context():
        assert db.session.get(Letter, letter_id).title

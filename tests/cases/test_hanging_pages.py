"""What hangs on a case, through its pages: who may, what is refused and where, what is kept and shown."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, account
from support.cast import NOW
from support.hanging import WHEN, a_penalty, a_plan, a_visit
from support.pages import hidden_values

from casework.audit.actions import commit
from casework.cases.actions import extensions, pauses
from casework.cases.models import Case, CaseFile, Extension, Note, Penalty, Plan, PlanState, Visit
from casework.db import db
from casework.operations.invariants import faults
from casework.rules.workflow import State
from casework.users.models import Delegation
from casework.web.models import TypedText

pytestmark = pytest.mark.slow

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\n"
    b"IDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
VISIT = {
    "kind": "assistance", "day": "2026-11-20", "officers-0-name": "安丽", "officers-1-name": "", "findings": "机组停运",
    "follow_ups-0-text": "报送资金计划", "follow_ups-0-due_day": "2026-11-30",
}  # fmt: skip
PLAN = {
    "summary": "资金紧张，分期购买", "measures-0-kind": "buy", "measures-0-tonnes": "1,000",
    "measures-0-amount": "98,000.00", "measures-0-responsible": "财务部", "measures-0-due_day": "2026-12-01",
}  # fmt: skip
PENALTY = {
    "order_day": "2026-07-01", "decision_number": "石环罚〔2026〕3号", "decision_day": "2026-08-01", "amount": "25,000",
}  # fmt: skip


@pytest.fixture
def make(app):
    """Make a case in a context of its own, with what hangs on it, and return its id and theirs."""

    def build(state=State.ASSISTING, *hanging, **values):
        with app.app_context():
            case = a_case(state, **values)
            ids = [getattr(thing(case), "id", None) for thing in hanging]
            commit()
            return case.id, *ids

    return build


def only(app, model):
    """The one row of a table, with its columns."""
    with app.app_context():
        row = db.session.scalars(sa.select(model)).unique().one()
        db.session.expunge(row)
        return row


def count(app, model):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# --- visits ----------------------------------------------------------------------------------------------------------


def test_a_city_officer_records_a_visit_with_a_photograph_and_the_department_sees_it(app, client, make):
    (case,) = make()
    path = f"/cases/{case}/visits/new"
    page = client.sign_in("dora").fill(path, VISIT | {"files": (io.BytesIO(PNG), "现场.png")})
    assert page.status_code == 200
    assert "走访" in page.text
    seen = app.test_client().sign_in("alice").get(f"/cases/{case}").text
    assert all(text in seen for text in ("机组停运", "报送资金计划", "现场.png"))
    [link] = set(re.findall(rf'href="(/cases/{case}/files/\d+)"', seen))
    for reader, status in (("dora", 200), ("victor", 200), ("dan", 404)):
        assert app.test_client().sign_in(reader).get(link).status_code == status
    taken = client.get(link)
    assert taken.data == PNG
    assert taken.headers["Content-Disposition"].startswith("attachment")


def test_an_inspection_without_certificates_is_refused_at_the_field_and_nothing_typed_is_lost(app, client, make):
    (case,) = make()
    page = client.sign_in("alice").fill(f"/cases/{case}/visits/new", VISIT | {"kind": "inspection"})
    assert page.status_code == 422
    assert "现场检查须有至少两名执法人员" in page.text
    assert all(text in page.text for text in ("机组停运", "报送资金计划", 'value="2026-11-30"'))
    assert count(app, Visit) == 0


def test_everything_that_is_wrong_with_a_visit_is_said_at_once_each_at_its_field(app, client, make):
    (case,) = make()
    wrong = {
        "day": "2026-11-29", "findings": "", "officers-0-name": "", "follow_ups-0-text": "",
        "follow_ups-0-due_day": "2026-11-01", "follow_ups-1-text": "续报", "follow_ups-1-due_day": "11月",
    }  # fmt: skip
    page = client.sign_in("alice").fill(f"/cases/{case}/visits/new", VISIT | wrong)
    assert page.status_code == 422
    said = dict(re.findall(r'class="wrong" id="([^"]+)-error">.*?<span>([^<]+)</span>', page.text, re.S))
    assert list(said) == [
        "day", "officers", "findings", "follow_ups-0-text", "follow_ups-0-due_day", "follow_ups-1-due_day",
    ]  # fmt: skip
    assert "不能早于" in said["follow_ups-0-due_day"]
    summary = page.text.split("data-error-summary")[1].split("</ul>")[0]
    assert re.findall(r'href="#([^"]+)"', summary) == [{"officers": "officers-0-name"}.get(one, one) for one in said]
    assert count(app, Visit) == 0


def test_stars_stand_at_what_must_be_filled_in_and_nowhere_else(client, make):
    (case,) = make()
    html = client.sign_in("alice").get(f"/cases/{case}/visits/new").text
    starred = re.findall(r">([^<>]+)<span class=\"must\"", html)
    assert starred == ["走访类型", "走访日期", "参加人员", "姓名", "情况与问题"]
    assert len(re.findall(r"<(?:input|textarea)\b[^>]* required", html)) == 3 + 3, "three kinds, day, name, findings"


def test_rows_are_added_without_a_script_and_without_an_effect(app, client, make):
    (case,) = make()
    page = client.sign_in("alice").fill(f"/cases/{case}/visits/new", VISIT | {"add": "follow_ups"})
    assert page.status_code == 200
    assert 'name="follow_ups-1-text"' in page.text
    assert "报送资金计划" in page.text
    assert count(app, Visit) == 0


def test_a_second_post_of_the_same_form_has_no_effect(app, client, make):
    (case,) = make()
    path = f"/cases/{case}/visits/new"
    data = hidden_values(client.sign_in("alice").get(path).text, path) | VISIT
    assert client.post(path, data=data).status_code == 303
    again = client.post(path, data=data, follow_redirects=True)
    assert again.status_code == 200
    assert count(app, Visit) == 1


def test_a_page_opened_before_the_case_changed_gets_the_conflict_page(app, client, make):
    (case,) = make()
    path = f"/cases/{case}/notes/new"
    data = hidden_values(client.sign_in("alice").get(path).text, path) | {"day": "2026-11-22", "text": "<b>mine</b>"}
    app.test_client().sign_in("amir").fill(path, {"day": "2026-11-22", "text": "theirs"})
    page = client.post(path, data=data)
    assert page.status_code == 409
    assert "&lt;b&gt;mine&lt;/b&gt;" in page.text
    assert count(app, Note) == 1


def test_a_visit_is_corrected_and_the_history_shows_both(app, client, make):
    case, visit = make(State.ASSISTING, a_visit)
    page = client.sign_in("alice").fill(f"/cases/{case}/visits/{visit}", VISIT | {"findings": "已复产"})
    assert "已复产" in page.text
    assert "<del>机组停运</del>" in page.text


def test_a_follow_up_is_noted_as_done(app, client, make):
    case, _visit = make(State.ASSISTING, a_visit)
    link = re.search(rf"/cases/{case}/follow-ups/\d+", client.sign_in("dora").get(f"/cases/{case}").text)[0]
    assert client.fill(link, {"done_day": "2026-11-30"}).status_code == 422
    assert link not in client.fill(link, {"done_day": "2026-11-22"}).text


# --- notes, files, kept text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["notes/new", "visits/new", "penalties/new", "files/new", "extension/ask"])
def test_a_foreign_region_is_not_found(client, make, page):
    (case,) = make()
    assert client.sign_in("dan").get(f"/cases/{case}/{page}").status_code == 404
    assert client.get(f"/cases/{case}").status_code == 404


@pytest.mark.parametrize("name", ["victor", "bob", "adam", "eve", "carol"])
def test_only_officers_and_the_city_report(client, make, name):
    (case,) = make()
    assert client.sign_in(name).get(f"/cases/{case}/notes/new").status_code == 403


def test_markup_in_a_note_stays_text(client, make):
    (case,) = make()
    text = "<script>alert(1)</script>"
    page = client.sign_in("dora").fill(f"/cases/{case}/notes/new", {"day": "2026-11-22", "text": text})
    assert text not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_a_file_that_is_no_attachment_is_refused_with_a_sentence(app, client, make):
    (case,) = make()
    files = {"title": "证据", "files": (io.BytesIO(b"<html>"), "x.pdf")}
    page = client.sign_in("dora").fill(f"/cases/{case}/files/new", files)
    assert page.status_code == 422
    assert count(app, CaseFile) == 0


def test_files_are_added_to_the_case_with_what_they_show(client, make):
    (case,) = make()
    files = {"title": "开户证明", "files": (io.BytesIO(PNG), "../x.png")}
    page = client.sign_in("dora").fill(f"/cases/{case}/files/new", files)
    assert "开户证明" in page.text
    assert "x.png" in page.text


def test_kept_text_is_found_again_and_goes_when_the_note_is_written(app, client, make):
    (case,) = make()
    path = f"/cases/{case}/notes/new"
    hidden = hidden_values(client.sign_in("dora").get(path).text, path)
    client.post(f"/typed/note-new-{case}", data=hidden | {"day": "2026-11-21", "text": "写到一半"})
    page = client.get(path)
    assert "写到一半" in page.text
    assert "已恢复" in page.text
    client.fill(path, {"day": "2026-11-21", "text": "写完了"})
    assert count(app, TypedText) == 0
    assert "写到一半" not in client.get(path).text


def test_kept_text_on_an_older_version_is_shown_to_copy_from_and_not_filled_in(app, client, make):
    (case,) = make()
    path = f"/cases/{case}/notes/new"
    hidden = hidden_values(client.sign_in("dora").get(path).text, path)
    client.post(f"/typed/note-new-{case}", data=hidden | {"day": "2026-11-21", "text": "写到一半"})
    app.test_client().sign_in("alice").fill(path, {"day": "2026-11-22", "text": "别人的"})
    page = client.get(path)
    assert "被他人修改" in page.text
    assert "<li>写到一半</li>" in page.text
    assert client.fill(path, {"day": "2026-11-21", "text": "写到一半"}).status_code == 200
    assert count(app, Note) == 2


# --- relief plan -----------------------------------------------------------------------------------------------------


def test_a_plan_goes_from_the_draft_to_the_case_in_relief(app, client, make):
    (case,) = make()
    page = client.sign_in("alice").fill(f"/cases/{case}/plans/new", PLAN | {"then": "submit"})
    assert page.status_code == 200
    plan = only(app, Plan)
    assert plan.state is PlanState.SUBMITTED
    leader = app.test_client().sign_in("carol")
    decide = f"/cases/{case}/plans/{plan.id}/decide"
    assert leader.fill(decide, {"decision": "return", "reason": ""}).status_code == 422
    assert leader.fill(decide, {"decision": "approve"}).status_code == 200
    page = client.fill(f"/cases/{case}/step/agree_plan")
    assert only(app, Case).state is State.RELIEF
    assert all(text in page.text for text in ("起草纾困方案", "批准纾困方案"))
    with app.app_context():
        assert list(faults(now=NOW)) == []


def test_a_plan_that_leaves_tonnes_missing_is_refused_with_the_sum_and_kept_on_the_page(app, client, make):
    (case,) = make()
    short = PLAN | {"measures-0-tonnes": "400", "then": "submit"}
    page = client.sign_in("alice").fill(f"/cases/{case}/plans/new", short)
    assert page.status_code == 422
    assert "尚差 600 吨" in page.text
    assert "财务部" in page.text
    assert count(app, Plan) == 0
    assert client.fill(f"/cases/{case}/plans/new", short | {"then": "save"}).status_code == 200
    assert only(app, Plan).state is PlanState.DRAFT


def test_a_returned_plan_is_followed_by_a_version_that_begins_with_its_text(app, client, make):
    case, plan = make(State.ASSISTING, lambda case: a_plan(case, state=PlanState.SUBMITTED))
    decide = f"/cases/{case}/plans/{plan}/decide"
    page = app.test_client().sign_in("carol").fill(decide, {"decision": "return", "reason": "资金来源不明"})
    assert "资金来源不明" in page.text
    assert "资金紧张，分期购买" in client.sign_in("alice").get(f"/cases/{case}/plans/new").text
    assert f"/plans/{plan}/edit" not in client.get(f"/cases/{case}/plans/{plan}").text


def test_a_delegate_is_offered_to_act_on_behalf(app, client, make):
    case, plan = make(State.ASSISTING, lambda case: a_plan(case, state=PlanState.SUBMITTED))
    decide = f"/cases/{case}/plans/{plan}/decide"
    assert 'name="behalf"' not in client.sign_in("carl").get(decide).text
    with app.app_context():
        absent, times = account("carol").id, {"begins_at": NOW - timedelta(1), "ends_at": NOW + timedelta(1)}
        db.session.add(Delegation(absent_id=absent, delegate_id=account("carl").id, **times))
        commit()
    page = client.fill(decide, {"decision": "approve", "behalf": str(absent)})
    assert page.status_code == 200
    assert only(app, Plan).decided_on_behalf_of_id == absent
    assert "柯柔" in client.get(f"/cases/{case}").text


def test_a_measure_is_done_and_a_plan_fails_with_its_reason(app, client, make):
    case, plan = make(State.RELIEF, lambda case: a_plan(case, state=PlanState.APPROVED))
    page = client.sign_in("alice").get(f"/cases/{case}/plans/{plan}")
    link = re.search(rf"/cases/{case}/measures/\d+", page.text)[0]
    page = client.fill(link, {"done_day": "2026-11-21", "done_tonnes": "990"})
    assert "990" in page.text
    failed = f"/cases/{case}/plans/{plan}/failed"
    assert client.fill(failed, {"reason": ""}).status_code == 422
    assert "未能落实" in client.fill(failed, {"reason": "贷款未获批"}).text
    assert "贷款未获批" in client.get(f"/cases/{case}").text


# --- penalty ---------------------------------------------------------------------------------------------------------


def test_the_city_enters_a_penalty_and_an_officer_accepts_it(app, client, make):
    (case,) = make(State.REFERRED)
    page = client.sign_in("dora").fill(f"/cases/{case}/penalties/new", PENALTY)
    assert "石环罚〔2026〕3号" in page.text
    accept = f"/cases/{case}/penalties/{only(app, Penalty).id}/accept"
    assert client.get(accept).status_code == 403
    officer = app.test_client().sign_in("amir")
    officer.fill(accept)
    assert only(app, Penalty).accepted_by_id is not None
    page = client.fill(accept.removesuffix("/accept"), PENALTY | {"corrected_day": "2026-09-01"})
    assert page.status_code == 200
    assert only(app, Penalty).accepted_by_id is None


def test_a_cut_that_the_rules_of_the_day_do_not_know_is_refused_at_its_field(app, client, make):
    (case,) = make(State.REFERRED)
    page = client.sign_in("dora").fill(
        f"/cases/{case}/penalties/new", PENALTY | {"decision_day": "2026-09-01", "allocation_cut": "1,000"}
    )
    assert page.status_code == 422
    assert "不再核减配额" in page.text
    assert count(app, Penalty) == 0


def test_acceptance_of_what_changed_meanwhile_is_refused(app, client, make):
    case, penalty = make(State.REFERRED, a_penalty)
    accept = f"/cases/{case}/penalties/{penalty}/accept"
    data = hidden_values(client.sign_in("alice").get(accept).text, accept)
    app.test_client().sign_in("dora").fill(f"/cases/{case}/penalties/{penalty}", PENALTY | {"amount": "30,000"})
    assert client.post(accept, data=data).status_code == 409
    assert only(app, Penalty).accepted_by_id is None


# --- extension and pause ---------------------------------------------------------------------------------------------


def test_an_extension_is_asked_by_the_city_and_granted_by_a_leader(app, client, make):
    (case,) = make()
    later = (TODAY + timedelta(days=50)).isoformat()
    ask = f"/cases/{case}/extension/ask"
    refused = client.sign_in("dora").fill(ask, {"new_day": "2027-11-22", "reason": "检修"})
    assert refused.status_code == 422
    assert client.fill(ask, {"new_day": later, "reason": "检修"}).status_code == 200
    decide = f"/cases/{case}/extension/decide"
    assert client.get(decide).status_code == 403
    leader = app.test_client().sign_in("carol")
    assert leader.fill(decide, {"decision": "refuse", "reason": ""}).status_code == 422
    assert leader.fill(decide, {"decision": "grant"}).status_code == 200
    assert only(app, Case).working_deadline.isoformat() == later
    assert leader.get(decide).status_code == 404


def test_a_second_leader_who_decides_on_the_old_page_is_told_so(app, client, make):
    (case,) = make(
        State.ASSISTING,
        lambda case: extensions.ask_extension(case, TODAY + timedelta(days=40), "x", by=account("dora"), **WHEN),
    )[:1]
    decide = f"/cases/{case}/extension/decide"
    data = hidden_values(client.sign_in("carl").get(decide).text, decide)
    app.test_client().sign_in("carol").fill(decide, {"decision": "refuse", "reason": "不同意"})
    assert client.post(decide, data=data | {"decision": "grant"}).status_code == 404
    assert only(app, Extension).granted is False


def test_a_case_is_paused_and_resumed(app, client, make):
    (case,) = make()
    pause = f"/cases/{case}/pause"
    assert client.sign_in("alice").fill(pause, {"new_day": "2026-11-01", "reason": "冻结"}).status_code == 422
    page = client.fill(pause, {"new_day": "2026-12-20", "reason": "冻结"})
    assert "暂停" in page.text
    assert only(app, Case).paused
    assert "暂停期间没有工作日，办理时限仍为" in client.get(f"/cases/{case}/resume").text
    client.fill(f"/cases/{case}/resume", {"reason": "解冻"})
    assert not only(app, Case).paused


def test_a_case_that_does_not_rest_is_not_resumed(app, client, make):
    (case,) = make()
    assert client.sign_in("alice").fill(f"/cases/{case}/resume").status_code == 422


@pytest.mark.parametrize("name", ["dora", "carol", "bob"])
def test_only_officers_pause(client, make, name):
    (case,) = make()
    assert client.sign_in(name).get(f"/cases/{case}/pause").status_code == 403


def test_every_page_speaks_english_too(app, client, make):
    case, plan, penalty, visit = make(
        State.REFERRED, lambda case: a_plan(case, state=PlanState.SUBMITTED), a_penalty, a_visit
    )
    with app.app_context():
        row = db.session.get(Case, case)
        extensions.ask_extension(row, row.working_deadline + timedelta(days=9), "x", by=account("dora"), **WHEN)
        commit()
    pages = {
        "alice": [
            "", "/visits/new", f"/visits/{visit}", "/notes/new", "/files/new", "/plans/new", f"/plans/{plan}",
            "/penalties/new", f"/penalties/{penalty}", f"/penalties/{penalty}/accept", "/extension/ask", "/pause",
        ],
        "carol": [f"/plans/{plan}/decide", "/extension/decide"],
    }  # fmt: skip
    for name, paths in pages.items():
        reader = app.test_client().sign_in(name).speak("en")
        for path in paths:
            page = reader.get(f"/cases/{case}{path}")
            assert page.status_code == 200, path
            assert 'lang="en"' in page.text


def test_a_paused_case_shows_where_its_deadline_would_go(app, client, make):
    (case, _) = make(
        State.ASSISTING,
        lambda case: pauses.pause_case(case, "冻结", TODAY + timedelta(days=9), by=account("alice"), **WHEN),
    )
    assert "2026-12-12" in client.sign_in("alice").get(f"/cases/{case}/resume").text


def test_a_measure_without_its_kind_is_refused_at_its_row(client, make):
    (case,) = make()
    typed = {"summary": "分期购买", "measures-0-tonnes": "1,000", "measures-0-responsible": "财务部"}
    refused = client.sign_in("alice").fill(f"/cases/{case}/plans/new", typed)
    assert refused.status_code == 422
    assert "请选择措施类型" in refused.text

"""A supervision letter tells of the relief plan that was approved for its unit, counted from the records."""

from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest
from support.cases import TODAY, a_case, account
from support.cast import NOW
from support.hanging import BUY, a_plan

from casework.audit.actions import commit
from casework.cases.actions import plans
from casework.cases.actions.letter_drafts import draft_for_cases, refresh_units
from casework.cases.models import Case, Plan, PlanState
from casework.cases.views.letters import told
from casework.db import db
from casework.letters.content import content_of
from casework.letters.pdf import render
from casework.letters.queries import facts_now
from casework.registry.calendar import working_calendar
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.workflow import State
from tests.letters.check_letter import check

LATER = TODAY + timedelta(days=12)  # two days after the measure was due
KINDS = (LetterKind.WORK_SUPERVISION, LetterKind.SUPERVISION)


def a_draft(case, kind, *, today=TODAY, to=AddresseeKind.GOVERNMENT):
    return draft_for_cases(
        [case], kind, addressee_kind=to, calendar=working_calendar(), by=account("alice"),
        now=NOW, today=today,
    )  # fmt: skip


def body_of(letter):
    return "\n".join(facts_now(letter, today=TODAY).body)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("session")
def test_it_states_measures_tonnes_days_and_what_was_not_kept(kind):
    case = a_case(State.RELIEF)
    a_plan(case, state=PlanState.APPROVED)
    said = body_of(a_draft(case, kind, today=LATER))
    assert f"批准{case.enterprise.name}个性化纾困方案（第1版），列明措施1项、合计1,000吨" in said
    assert "未按方案落实1项：购买配额1,000吨（2026年12月1日到期，已逾期3天）" in said
    assert said.index("缺口1,000吨") < said.index("个性化纾困方案（第1版）")


@pytest.mark.slow
@pytest.mark.any_engine
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [0, 50])
@pytest.mark.usefixtures("session")
def test_it_measures_up_when_it_is_drawn(kind, more, fonts_folder, tmp_path):
    case = a_case(State.RELIEF)
    a_plan(case, state=PlanState.APPROVED)
    facts = facts_now(a_draft(case, kind, today=LATER), today=TODAY)
    facts = replace(
        facts,
        number="宁环函〔2026〕98号",
        signed=LATER,
        body=(*facts.body, *("请督促上述单位如期落实纾困方案所列各项措施。",) * more),
    )
    path = tmp_path / "letter.pdf"
    path.write_bytes(render(facts, fonts=fonts_folder))
    assert [row for row in check(str(path), str(kind.format), "Fang") if not row["ok"]] == []
    document = pypdfium2.PdfDocument(path)
    pages = len(document)
    document.close()
    assert pages >= 4 if more else pages <= 2


@pytest.mark.usefixtures("session")
def test_a_plan_that_was_never_approved_and_another_kind_of_letter_tell_nothing():
    case = a_case(State.ASSISTING)
    assert "纾困方案（第" not in body_of(a_draft(case, LetterKind.WORK_SUPERVISION))
    a_plan(case, state=PlanState.SUBMITTED)
    assert "纾困方案（第" not in body_of(a_draft(case, LetterKind.WORK_SUPERVISION))
    planned = a_case(State.RELIEF)
    a_plan(planned, state=PlanState.APPROVED)
    assert content_of(a_draft(planned, LetterKind.REMINDER, to=AddresseeKind.BUREAU)).plans == ()


@pytest.mark.usefixtures("session")
def test_a_plan_that_fails_after_the_draft_is_told_once_the_records_are_taken_anew():
    case = a_case(State.RELIEF)
    plan = a_plan(case, state=PlanState.APPROVED)
    letter = a_draft(case, LetterKind.SUPERVISION)
    plans.fail_plan(case, plan, "银行未放款", by=account("alice"), now=NOW)
    deed = {"by": account("alice"), "now": NOW, "today": TODAY}
    assert "未能落实" not in body_of(letter)
    assert told(refresh_units(letter, **deed)) == "已按今日台账更新数据：纾困方案执行情况。"
    assert body_of(letter).count("该方案已认定未能落实。") == 1
    assert told(refresh_units(letter, **deed)) == "数据已与今日台账核对，无变化。"


def test_the_page_of_the_draft_shows_what_it_tells_and_that_the_records_moved_on(app, client):
    with app.app_context():
        case = a_case(State.RELIEF)
        plan = a_plan(case, state=PlanState.APPROVED, measures=(BUY, BUY | {"tonnes": 10}))
        letter = a_draft(case, LetterKind.SUPERVISION).id
        commit()
        ids = case.id, plan.id
    page = client.sign_in("alice").get(f"/letters/{letter}").text
    assert "列明措施2项、合计1,010吨" in page
    assert "纾困方案的批准、落实或失败情况有变化" not in page
    with app.app_context():
        case, plan = db.session.get_one(Case, ids[0]), db.session.get_one(Plan, ids[1])
        plans.fail_plan(case, plan, "银行未放款", by=account("alice"), now=NOW)
        commit()
    assert "纾困方案的批准、落实或失败情况有变化" in client.get(f"/letters/{letter}").text

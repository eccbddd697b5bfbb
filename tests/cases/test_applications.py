"""Applications for national policy support: recorded, asked after, answered, kept with the case."""

from datetime import timedelta

import pytest
from support.cases import TODAY, a_case, account
from support.hanging import WHEN, an_application

from casework.audit.actions import commit
from casework.cases.actions import applications
from casework.cases.models import Answer, Application, Case
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.workflow import State

FORM = {"sent_to": "生态环境部", "sent_day": "2026-11-20", "asks": "申请延后清缴", "answer_due": "2026-12-10"}
ANSWER = {"answer": "partly", "answered_day": str(TODAY), "answer_text": "同意部分延后"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"sent_day": TODAY + timedelta(days=1)}, "sent_day"), ({"answer_due": TODAY}, "answer_due")],
)
@pytest.mark.usefixtures("session")
def test_days_of_an_application_that_cannot_be_are_refused_at_their_field(changes, field):
    with pytest.raises(RuleError) as refused:
        an_application(a_case(State.RELIEF), **changes)
    assert refused.value.field == field


@pytest.mark.parametrize("state", [State.SETTLED, State.CLOSED])
@pytest.mark.usefixtures("session")
def test_nothing_is_applied_for_once_nothing_is_short(state):
    with pytest.raises(RuleError, match="Nothing is left"):
        an_application(a_case(state))


@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.usefixtures("session")
def test_an_answer_came_between_the_application_and_today(days):
    case = a_case(State.RELIEF)
    application, day = an_application(case), TODAY + timedelta(days=days)
    with pytest.raises(RuleError, match="between the application and today"):
        applications.note_answer(
            case, application, answer=Answer.GRANTED, answered_day=day, answer_text="同意", uploads=[],
            by=account("alice"), **WHEN,
        )  # fmt: skip


def test_an_application_is_recorded_asked_after_and_answered(app, client):
    with app.app_context():
        case = a_case(State.RELIEF, officer="alice").id
        commit()
    shown = client.sign_in("alice").fill(f"/cases/{case}/applications/new", FORM | {"sent_day": str(TODAY)})
    assert "国家政策支持申请" in shown.text
    assert "待答复" in shown.text
    assert "催问政策支持申请" in client.get("/worklist").text
    with app.app_context():
        answer = f"/cases/{case}/applications/{db.session.query(Application.id).scalar()}/answer"
    shown = client.fill(answer, ANSWER)
    assert "部分同意" in shown.text
    assert "同意部分延后" in shown.text
    assert "催问政策支持申请" not in client.get("/worklist").text
    with app.app_context():
        assert db.session.get(Case, case).state is State.RELIEF


def test_the_city_sees_an_application_and_changes_nothing_of_it(app, client):
    with app.app_context():
        case = a_case(State.RELIEF)
        answer = f"/cases/{case.id}/applications/{an_application(case).id}/answer"
        page = f"/cases/{case.id}"
        commit()
    assert "申请延后清缴" in client.sign_in("dora").get(page).text
    assert client.get(answer).status_code == 403

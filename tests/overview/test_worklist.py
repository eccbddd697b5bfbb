"""The worklist: what waits, grouped by when it is due."""

from datetime import date, timedelta

import pytest
from support.cases import a_case, account
from support.hanging import BUY, WHEN, a_plan

from casework.audit.actions import commit
from casework.cases.actions.plans import finish_measure
from casework.cases.models import Case, PlanState
from casework.db import db
from casework.overview.queries import tasks
from casework.overview.queries.tasks import When, when_due
from casework.rules.measures import MeasureKind
from casework.rules.states import State

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "when"),
    [
        (-1, When.OVERDUE),
        (0, When.TODAY),
        (1, When.THIS_WEEK),
        (7, When.THIS_WEEK),
        (8, When.LATER),
        (None, When.LATER),
    ],
)
def test_a_day_falls_into_its_group(days, when):
    assert when_due(None if days is None else TODAY + timedelta(days=days), TODAY) is when


@pytest.mark.parametrize("username", ["alice", "bob", "carol", "dora", "adam"])
def test_an_empty_worklist_says_what_happens_next(client, username):
    page = client.sign_in(username).get("/worklist")
    assert page.status_code == 200
    assert "暂无待办事项" in page.text


@pytest.mark.parametrize("username", ["victor", "eve"])
def test_readers_and_auditors_have_no_worklist(client, username):
    assert client.sign_in(username).get("/worklist").status_code == 403


def test_each_of_two_measures_says_which_it_is_and_leads_to_its_own_form(app, client):
    ccer = BUY | {"kind": MeasureKind.CCER, "tonnes": 456}
    with app.app_context():
        case = a_case(State.RELIEF)
        plan = a_plan(case, state=PlanState.APPROVED, measures=(BUY, ccer))
        places = [f"/cases/{case.id}/measures/{measure.id}" for measure in plan.measures]
        commit()
    page = client.sign_in("alice").get("/worklist").text
    assert all(f'data-href="{place}"' in page for place in places)
    assert "购买配额 1,000吨" in page
    assert "使用CCER抵销 456吨" in page


def test_a_measure_that_brought_less_asks_for_a_new_version_until_one_is_written(app, client):
    with app.app_context():
        case = a_case(State.RELIEF)
        plan = a_plan(case, state=PlanState.APPROVED)
        finish_measure(case, plan, plan.measures[0], done_day=TODAY, done_tonnes=999, by=account("alice"), **WHEN)
        case_id, place = case.id, f"/cases/{case.id}/plans/new"
        commit()
    assert f'data-href="{place}"' in client.sign_in("alice").get("/worklist").text
    with app.app_context():
        a_plan(db.session.get(Case, case_id))
        commit()
    assert place not in client.get("/worklist").text


def test_the_page_says_of_which_kinds_there_are_more_than_it_shows(app, client, monkeypatch):
    with app.app_context():
        for _ in range(3):
            a_case(State.ASSISTING)
        commit()
    assert "3项待办" in client.sign_in("alice").get("/worklist").text
    monkeypatch.setattr(tasks, "MOST", 2)
    tasks.page_statement.cache_clear()
    page = client.get("/worklist").text
    tasks.page_statement.cache_clear()
    assert page.count('<tr data-href="/cases/') == 2
    assert "未能全部列出的有：办理案件。" in page
    assert "项待办<" not in page

"""What is missing when a round is over: whose task it is, how long, and where it is done."""

from datetime import timedelta

import pytest
from support.cases import TODAY, a_case, account
from support.rounds import DUE, FILLED, a_round, submitted, the_reports

from casework.audit.actions import commit
from casework.overview.queries.tasks import worklist_of
from casework.rounds.actions.freezing import correct_report, freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.actions.reviewing import return_report
from casework.rules.workflow import Outcome, State

AFTER = DUE + timedelta(hours=1)


def tasks(who, now=AFTER):
    """Verb, subject and parameters of what a person has to do with rounds."""
    worklist = worklist_of(account(who), now=now, today=TODAY)
    return [(one.verb, one.subject, one.target) for one in worklist.tasks if one.endpoint.startswith("rounds.")]


@pytest.fixture
def late(session):
    """A frozen round of three units of which one was reported and sent back, and one of another city."""
    for _ in range(3):
        a_case()
    a_case(region_code="640100")
    round_ = a_round()
    report = submitted(next(one for one in the_reports(round_) if one.region.code == "640200"))
    return_report(report, "请核对", by=account("alice"), now=DUE - timedelta(hours=1))
    freeze_round(round_.id, by=BY_SCHEDULE, now=DUE)
    return round_


def test_after_the_freeze_the_city_hands_in_late_and_the_department_chases(late):
    back, *missing = (one for one in the_reports(late) if one.region.code == "640200")
    assert tasks("dora") == [
        ("Hand in late", "2025年度履约", {"round_id": late.id}),
        ("Put the report right", back.case.enterprise.name, {"report_id": back.id}),
    ]
    assert tasks("dan") == [("Hand in late", "2025年度履约", {"round_id": late.id})]
    where = {"show": "missing", "_anchor": "units", "round_id": late.id, "region": back.region_id}
    assert ("Chase what is missing", "石嘴山市", where) in tasks("alice")
    assert len(tasks("alice")) == 2
    for report in (back, *missing):
        typed = FILLED | {"held": "1000", "to_buy": "0"}
        correct_report(report, typed, "出差", by=account("dora"), now=AFTER, today=TODAY)
    assert tasks("dora") == []
    assert [task for task in tasks("alice") if task[2]["region"] == back.region_id] == [
        ("Review the reports", "石嘴山市", where | {"show": "waiting"})
    ]


def test_the_minute_before_the_freeze_is_no_gap(session):
    a_case()
    round_ = a_round()
    assert [task[0] for task in tasks("dora", DUE - timedelta(seconds=1))] == ["Report on the units"]
    assert [task[0] for task in tasks("dora", DUE)] == ["Hand in late"]
    assert [task[0] for task in tasks("alice", DUE)] == ["Chase what is missing"]
    assert round_.frozen_at is None


def test_what_a_later_round_reported_and_a_closed_case_are_asked_for_no_more(session):
    old, closed = a_case(), a_case()
    first = a_round()
    freeze_round(first.id, by=BY_SCHEDULE, now=DUE)
    assert [task[0] for task in tasks("dora")] == ["Hand in late"]
    closed.state, closed.outcome = State.CLOSED, Outcome.WITHDRAWN
    session.flush()
    second = a_round(now=AFTER, due=AFTER + timedelta(days=3))
    (report,) = the_reports(second)
    assert report.case_id == old.id
    submitted(report, now=AFTER)
    assert tasks("dora") == []
    assert [task[0] for task in tasks("alice")] == ["Review the reports"]


def test_the_worklist_leads_to_the_places(app, client, late):
    commit()
    client.sign_in("dora")
    page = client.get(f"/rounds/{late.id}/report")
    assert page.text.count("补报") >= 2
    (back, *_rest) = (one for one in the_reports(late) if one.region.code == "640200")
    assert client.get(f"/reports/{back.id}/correct").status_code == 200

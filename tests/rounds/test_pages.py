"""The department's pages of rounds, through a browser without pictures: what is shown, what can be done."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from support.cases import a_case, a_cycle
from support.filled_forms import as_sent, values_of
from support.rounds import a_round, saved, submitted, the_reports

from casework.audit.actions import commit
from casework.db import db
from casework.registry.models import Surrender
from casework.rounds.actions.freezing import freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.models import ProposalState, RecordProposal, Report, Round, Schedule
from casework.rules.rounds import ReportState

pytestmark = pytest.mark.slow


def fill(client, path, typed, at=None):
    """Send the form of a page with what it shows and what is typed, and return what comes of it."""
    values = values_of(client.get(at or path).text, path)
    answer = client.post(path, data=as_sent(values, typed), content_type="multipart/form-data")
    return client.get(answer.location) if answer.status_code == 303 else answer


@pytest.fixture
def world(app):
    """A round with a submitted report that contradicts the register, one that is missing, and one of another city."""
    with app.app_context():
        first, _other, _there = a_case(), a_case(), a_case(region_code="640100")
        round_ = a_round()
        for report in the_reports(round_):
            if report.case_id == first.id:
                submitted(report, surrendered="9500", to_buy="500", risk="high", difficulties="资金紧张")
                ids = {"report": report.id, "case": report.case_id}
        commit()
        return ids | {"round": round_.id, "unit": first.enterprise.name}


def reports(app):
    with app.app_context():
        return {row.id: row.state for row in db.session.scalars(sa.select(Report))}


def test_an_officer_opens_a_round_by_hand(app, client):
    with app.app_context():
        a_case(), a_cycle()
        commit()
    client.sign_in("alice").get("/rounds")
    page = fill(client, "/rounds/new", {"note": "请于截止前填报", "due_day": "2026-11-26"})
    assert "请于截止前填报" in page.text
    assert "0 / 1" in page.text
    refused = fill(client, "/rounds/new", {"due_day": "2026-11-01"})
    assert refused.status_code == 422


def test_a_schedule_is_set_up_changed_and_stopped(app, client):
    with app.app_context():
        a_cycle()
        commit()
    client.sign_in("alice")
    shown = fill(client, "/rounds/schedules/new", {"rhythm": "weekly", "first_day": "2026-11-23", "note": "每周"})
    assert "2026-11-23" in shown.text
    with app.app_context():
        schedule = db.session.scalars(sa.select(Schedule)).one()
    fill(client, f"/rounds/schedules/{schedule.id}", {"active": [], "rhythm": "denser"})
    with app.app_context():
        schedule = db.session.scalars(sa.select(Schedule)).one()
        assert (schedule.active, schedule.rhythm.value) == (False, "denser")


def test_the_round_shows_at_a_glance_who_reported_and_what_stands_out(client, world):
    client.sign_in("alice")
    page = client.get(f"/rounds/{world['round']}")
    assert "1 / 2" in page.text
    assert "1 / 3" in page.text
    for show in ("waiting", "risk", "contradicting"):
        assert world["unit"] in client.get(f"/rounds/{world['round']}?show={show}").text
    for show in ("missing", "worse", "late", "accepted", "returned"):
        assert world["unit"] not in client.get(f"/rounds/{world['round']}?show={show}").text
    assert client.get(f"/rounds/{world['round']}?q={world['unit'][:4]}&region=1").status_code == 200
    assert client.get(f"/rounds/{world['round']}/units.xlsx").status_code == 200
    assert client.get("/rounds.xlsx").status_code == 200


def test_of_many_regions_those_that_stand_out_come_first(app, client, world, monkeypatch):
    monkeypatch.setattr("casework.rounds.views.rounds.MANY", 1)
    page = client.sign_in("alice").get(f"/rounds/{world['round']}").text
    assert "全部2个地区" in page
    every = f"/rounds/{world['round']}/regions"
    assert every in page
    assert client.get(every).text.count("石嘴山市</a>") == 1


def test_every_region_of_a_round_is_taken_away_as_a_workbook(client, world):
    answer = client.sign_in("alice").get(f"/rounds/{world['round']}/regions.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).active.values)
    assert rows[0][:2] == ("地区", "已填报")
    assert {row[0]: row[1] for row in rows[1:]}["石嘴山市"] == 1


def test_the_list_is_sorted_by_what_was_handed_in_whatever_is_typed_since(app, client, world):
    with app.app_context():
        mine = [one for one in the_reports(db.session.get(Round, world["round"])) if one.region.code == "640200"]
        typed = next(one for one in mine if one.id != world["report"])
        saved(typed, surrendered="100", to_buy="9900")
        commit()
        names = [world["unit"], typed.case.enterprise.name]
    page = client.sign_in("alice").get(f"/rounds/{world['round']}?sort=to_buy").text
    assert page.index(names[0]) < page.index(names[1])
    assert "9,900" not in page


def test_a_report_is_accepted_or_sent_back_one_by_one(app, client, world):
    client.sign_in("alice")
    path = f"/reports/{world['report']}/review"
    refused = fill(client, path, {"decision": "return", "reason": ""})
    assert refused.status_code == 422
    assert "资金紧张" in client.get(f"/reports/{world['report']}").text
    fill(client, path, {"decision": "return", "reason": "请补充资金证明"})
    assert reports(app)[world["report"]] is ReportState.RETURNED
    assert "请补充资金证明" in client.sign_in("dora").get(f"/reports/{world['report']}").text


def test_many_reports_are_reviewed_at_once_with_a_result_for_each(app, client, world):
    client.sign_in("alice")
    others = [id_ for id_ in reports(app) if id_ != world["report"]]
    chosen = {"ids": [str(world["report"]), str(others[0])], "decision": "accept"}
    page = f"/rounds/{world['round']}"
    answer = fill(client, f"{page}/review", chosen, at=page)
    assert "1 项已办理" in answer.text or answer.text.count("<tr>") == 3
    assert reports(app)[world["report"]] is ReportState.ACCEPTED


def test_a_proposal_is_taken_over_from_the_case_with_one_click(app, client, world):
    client.sign_in("alice")
    case = client.get(f"/cases/{world['case']}")
    assert "9,500" in case.text
    fill(client, f"/proposals/{next(iter_proposals(app))}/accept", {}, at=f"/cases/{world['case']}")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.sum(Surrender.tonnes))) == 27_500
        assert db.session.scalars(sa.select(RecordProposal.state)).one() is ProposalState.ACCEPTED


def iter_proposals(app):
    with app.app_context():
        yield from db.session.scalars(sa.select(RecordProposal.id)).all()


def test_a_proposal_is_declined_with_a_reason(app, client, world):
    client.sign_in("alice")
    path = f"/proposals/{next(iter_proposals(app))}"
    assert fill(client, path, {"reason": ""}).status_code == 422
    fill(client, path, {"reason": "注册登记系统未见"})
    with app.app_context():
        assert db.session.scalars(sa.select(RecordProposal.reason)).one() == "注册登记系统未见"


def test_after_the_freeze_a_correction_is_made_and_seen(app, client, world):
    with app.app_context():
        round_ = db.session.scalars(sa.select(Round)).one()
        freeze_round(round_.id, by=BY_SCHEDULE, now=round_.due_at + timedelta(seconds=1))
        commit()
    dora = client.sign_in("dora")
    path = f"/reports/{world['report']}/correct"
    assert fill(dora, path, {"held": "300", "to_buy": "1", "why": "漏填"}).status_code == 422
    page = fill(dora, path, {"held": "300", "to_buy": "200", "why": "漏填持有量"})
    assert "漏填持有量" in page.text
    assert "500" in page.text


def test_another_city_sees_nothing_of_it(client, world):
    dan = client.sign_in("dan")
    assert dan.get(f"/rounds/{world['round']}").status_code == 200
    assert world["unit"] not in dan.get(f"/rounds/{world['round']}").text
    assert dan.get(f"/reports/{world['report']}").status_code == 404
    assert world["unit"].encode() not in dan.get(f"/rounds/{world['round']}/units.xlsx").data


def test_the_notice_of_a_round_is_drafted_once_to_the_bureaus_that_are_asked(app, client, world):
    client.sign_in("alice")
    page = f"/rounds/{world['round']}"
    drafted = fill(client, f"{page}/notice", {}, at=page)
    assert "石嘴山市生态环境局" in drafted.text
    assert "银川市生态环境局" in drafted.text
    assert "吴忠市生态环境局" not in drafted.text
    with app.app_context():
        round_ = db.session.scalars(sa.select(Round)).one()
        assert round_.letter.reply_due == round_.due_day
        assert {one.region.code for one in round_.letter.recipients} == {"640100", "640200"}
    assert f"{page}/notice" not in client.get(page).text


@pytest.mark.parametrize(
    ("who", "tasks"),
    [("dora", ["填报调度情况"]), ("alice", ["审核填报", "决定是否采纳台账更新建议"]), ("dan", ["填报调度情况"])],
)
def test_the_worklist_says_who_reports_reviews_and_decides(client, world, who, tasks):
    page = client.sign_in(who).get("/worklist").text
    for task in tasks:
        assert task in page


def test_what_was_sent_back_is_a_task_with_its_reason(app, client, world):
    fill(client.sign_in("alice"), f"/reports/{world['report']}/review", {"decision": "return", "reason": "缺少证明"})
    page = client.sign_in("dora").get("/worklist").text
    assert "修改被退回的填报" in page
    assert "缺少证明" in page


@pytest.mark.slow
def test_no_page_of_a_round_asks_more_of_forty_units_than_of_four(app, client):
    def asked(count):
        with app.app_context():
            for _ in range(count):
                a_case(region_code="640200")
            round_ = a_round()
            for report in the_reports(round_):
                submitted(report, surrendered="9500", to_buy="500")
            commit()
            places = ("/rounds", f"/rounds/{round_.id}", f"/rounds/{round_.id}?show=changed", "/worklist")
            places += (f"/reports/{report.id}", f"/cases/{report.case_id}", f"/rounds/{round_.id}/units.xlsx")
        return [statements(app, client, place) for place in places]

    client.sign_in("alice")
    few = asked(4)
    many = asked(36)
    assert [more for less, more in zip(few, many, strict=True) if more > less] == []


def statements(app, client, path):
    """How many statements a page sends to the database, once it was seen before."""
    client.get(path)
    seen = []
    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
    try:
        assert client.get(path).status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len(seen)

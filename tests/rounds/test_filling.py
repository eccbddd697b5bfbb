"""The city's page of a round: shown, saved as typed from several windows, said to be unchanged, submitted, late."""

from functools import partial

import pytest
import sqlalchemy as sa
from support.cases import a_case, account
from support.filled_forms import as_sent, values_of
from support.hanging import a_plan
from support.rounds import DUE, a_round, second_round, the_reports
from web.changing_forms import PROOF

from casework.audit.actions import commit
from casework.cases.models import PlanState
from casework.db import db
from casework.rounds.actions.freezing import freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.actions.reviewing import return_report
from casework.rounds.models import Report, ReportFile, RoundRegion
from casework.rules.rounds import ReportState
from casework.rules.workflow import State
from casework.web import clock

pytestmark = pytest.mark.slow


@pytest.fixture
def world(app):
    """A round of three units that were all reported a week before, and one of another city."""
    with app.app_context():
        a_case(region_code="640100")
        round_ = second_round(3)
        commit()
        reports = [one for one in the_reports(round_) if one.region.code == "640200"]
        (foreign,) = {one.id for one in the_reports(round_)} - {one.id for one in reports}
        return {"round": round_.id, "ids": [one.id for one in reports], "foreign": foreign}


def path_of(world):
    return f"/rounds/{world['round']}/report"


def press(client, path, do, **typed):
    """Press a button of the list, with what its page shows and what is typed."""
    values = values_of(client.get(path).text, path)
    answer = client.post(path, data=as_sent(values, typed | {"do": do}))
    return client.get(answer.location.split("#")[0]) if answer.status_code == 303 else answer


def keep(client, report_id, path, base=None, **typed):
    """Send what is typed, as the page does by itself."""
    token = values_of(client.get(path).text, path)["csrf_token"][0]
    data = {"csrf_token": token} | {f"typed-{name}": text for name, text in typed.items()}
    data |= {f"base-{name}": text for name, text in (base or {}).items()}
    return client.post(f"/reports/{report_id}/typed", data=data)


def reports(app, world):
    with app.app_context():
        rows = db.session.scalars(sa.select(Report).where(Report.round_id == world["round"]))
        return {row.id: row for row in rows}


def test_the_list_shows_last_times_figures_beside_the_fields_and_how_many_are_filled_in(client, world):
    page = client.sign_in("dora").get(path_of(world)).text
    assert page.count('class="unit-card stage-untouched"') == 3
    assert page.count("上期9,000") == 3
    assert "<span data-done>0</span> / 3" in page
    assert "其余3家无变化，提交3家" in page


def test_what_is_typed_is_kept_and_the_checks_answer_at_once(client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    base = {"surrendered": "9000", "to_buy": "1000"}
    told = keep(dora, world["ids"][0], path, base, surrendered="8,000").json
    assert told["fields"] == {"to_buy": "2000"}
    assert told["stage"] == "done"
    assert {(one["name"], one["level"]) for one in told["problems"]} == {("surrendered", "warning")}
    told = keep(dora, world["ids"][0], path, {"to_buy": "2000"}, to_buy="5").json
    assert told["stage"] == "begun"
    assert "尚需购买量" in told["missing"]
    page = dora.get(path).text
    assert 'value="8,000"' in page
    assert "应清缴" in page


def test_two_windows_change_different_fields_but_never_one_unnoticed(app, client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    first = world["ids"][0]
    assert keep(dora, first, path, {"held": "0"}, held="100").status_code == 200
    assert keep(dora, first, path, {"money": ""}, money="20000").status_code == 200
    clash = keep(dora, first, path, {"held": "0"}, held="300")
    assert (clash.status_code, clash.json) == (409, {"contested": {"held": "100"}})
    assert keep(dora, first, path, {"held": "0"}, held="100").status_code == 200
    assert reports(app, world)[first].typed["held"] == "100"


def test_a_stale_page_without_script_keeps_what_was_typed_and_names_what_others_entered(app, client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    values = values_of(dora.get(path).text, path)
    field = f"r{world['ids'][0]}-held"
    press(dora, path, "save", **{field: "100"})
    stale = dora.post(path, data=as_sent(values, {field: "300", "do": "save"}))
    assert stale.status_code == 409
    assert 'value="300"' in stale.text
    assert "其间另有人填为“100”" in stale.text
    again = values_of(stale.text, path) | {"do": "save"}
    assert dora.post(path, data=again).status_code == 303
    assert reports(app, world)[world["ids"][0]].typed["held"] == "300"


def test_no_change_for_all_can_be_undone_and_spares_what_was_typed(app, client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    first, *others = world["ids"]
    page = press(dora, path, "unchanged", **{f"r{first}-surrendered": "9500", f"r{first}-to_buy": "500"})
    assert "已将2家单位标记为“无变化”" in page.text
    found = reports(app, world)
    assert [found[one].no_change for one in world["ids"]] == [False, True, True]
    press(dora, path, "changed:" + ",".join(map(str, others)))
    assert [reports(app, world)[one].typed is None for one in world["ids"]] == [False, True, True]
    press(dora, path, f"unchanged:{others[0]}")
    press(dora, path, f"changed:{others[0]}")
    assert reports(app, world)[others[0]].typed is None


def test_one_button_says_no_change_for_the_rest_and_submits_everything(app, client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    page = press(dora, path, "rest", **{f"r{world['ids'][0]}-risk": "middle"})
    assert "已提交3家单位的填报" in page.text
    found = reports(app, world)
    assert {found[one].state for one in world["ids"]} == {ReportState.SUBMITTED}
    assert found[world["foreign"]].state is ReportState.TO_REPORT
    with app.app_context():
        assert db.session.scalars(
            sa.select(RoundRegion.given).where(RoundRegion.round_id == world["round"]).order_by(RoundRegion.given)
        ).all() == [0, 3]
    press(dora, path, f"recall:{world['ids'][0]}")
    press(dora, path, "recall")
    assert {reports(app, world)[one].state for one in world["ids"]} == {ReportState.RETURNED}


def test_only_what_is_filled_in_is_submitted_and_the_rest_is_named(app, client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    assert press(dora, path, "submit").status_code == 422
    page = press(dora, path, "submit", **{f"r{world['ids'][0]}-risk": "middle", f"r{world['ids'][1]}-risk": "high"})
    assert "已提交1家" in page.text
    assert "还有2家未提交" in page.text
    assert "请说明高风险的原因" in page.text or "还需填写或更正：存在困难" in page.text


def test_what_was_sent_back_stands_first_with_its_reason_and_is_not_submitted_unchanged(app, client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    press(dora, path, "rest")
    with app.app_context():
        last = db.session.get(Report, world["ids"][-1])
        return_report(last, "请补充资金证明", by=account("alice"), now=clock.now())
        commit()
    page = dora.get(path).text
    assert page.index("请补充资金证明") < page.index(f'id="unit-{world["ids"][0]}"')
    assert press(dora, path, "submit").status_code == 422
    press(dora, path, "submit", **{f"r{world['ids'][-1]}-money": "30000"})
    assert reports(app, world)[world["ids"][-1]].state is ReportState.SUBMITTED


def test_the_first_time_the_records_stand_in_the_fields_and_the_card_says_what_is_missing(app, client):
    with app.app_context():
        case = a_case(State.RELIEF)
        a_plan(case, state=PlanState.APPROVED)
        round_ = a_round()
        commit()
        path, (report,) = f"/rounds/{round_.id}/report", [one.id for one in the_reports(round_)]
    dora = client.sign_in("dora")
    page = dora.get(path).text
    assert "还需填写或更正：持有配额量（吨）、尚需购买量（吨）、账户使用情况、履约风险研判" in page
    assert "无变化" not in page.split("unit-cards")[1].split("action-bar")[0]
    assert 'data-field="m' in page
    assert press(dora, path, f"unchanged:{report}").status_code in {409, 422}


def test_files_come_with_a_report_and_stay_once_submitted(app, client, world):
    dora, report = client.sign_in("dora"), world["ids"][0]
    path = f"/reports/{report}/files"

    def attach():
        values = values_of(dora.get(path).text, path)
        data = as_sent(values, {"files": PROOF})
        return dora.post(path, data=data, content_type="multipart/form-data")

    def drop():
        with app.app_context():
            id_ = db.session.scalars(sa.select(ReportFile.id).order_by(ReportFile.id.desc())).first()
        place = f"{path}/{id_}/drop"
        return dora.post(place, data=values_of(dora.get(path).text, place))

    assert attach().status_code == 303
    assert "凭证.pdf" in dora.get(path_of(world)).text
    assert drop().status_code == 303
    attach()
    press(dora, path_of(world), "rest")
    press(dora, path_of(world), f"recall:{report}")
    assert drop().status_code == 409


def test_after_the_due_moment_the_list_is_only_read_and_nothing_is_taken(app, client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    values = values_of(dora.get(path).text, path)
    with app.app_context():
        freeze_round(world["round"], by=BY_SCHEDULE, now=DUE)
        commit()
    late = dora.post(path, data=as_sent(values, {"do": "rest"}))
    assert late.status_code == 422
    refused = keep_late(dora, world["ids"][0], values["csrf_token"][0])
    assert refused.status_code == 409
    assert "更正" in refused.json["refused"]
    page = dora.get(path).text
    assert "填报已于" in page
    assert "补报" in page
    assert "data-keep" not in page


def keep_late(client, report_id, token):
    return client.post(f"/reports/{report_id}/typed", data={"csrf_token": token, "typed-held": "1", "base-held": "0"})


def test_nothing_of_another_region_is_seen_saved_or_given(app, client, world):
    dora, path, foreign = client.sign_in("dora"), path_of(world), world["foreign"]
    with app.app_context():
        name = db.session.get(Report, foreign).case.enterprise.name
    assert name not in dora.get(path).text
    assert keep(dora, foreign, path, {"held": ""}, held="1").status_code == 404
    assert press(dora, path, f"unchanged:{foreign}").status_code == 422
    press(dora, path, "save", **{f"r{foreign}-held": "1"})
    press(dora, path, "rest", **{f"r{foreign}-held": "1"})
    assert dora.get(f"/reports/{foreign}/files").status_code == 404
    assert (reports(app, world)[foreign].typed, reports(app, world)[foreign].state) == (None, ReportState.TO_REPORT)
    with app.app_context():
        a_case(region_code="640300")
        other = a_round()
        db.session.execute(sa.delete(Report).where(Report.round_id == other.id, Report.region_id != 4))
        db.session.execute(sa.delete(RoundRegion).where(RoundRegion.round_id == other.id, RoundRegion.region_id != 4))
        commit()
        theirs = other.id
    for part in ("report", "report.xlsx", "report/sheet", "report/sheet/check"):
        assert dora.get(f"/rounds/{theirs}/{part}").status_code == 404


def test_an_expired_session_answers_with_the_sign_in_page_and_takes_nothing(app, client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    token = values_of(dora.get(path).text, path)["csrf_token"][0]
    stranger = app.test_client()
    answer = stranger.post(f"/reports/{world['ids'][0]}/typed", data={"csrf_token": token, "typed-held": "1"})
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_the_worklist_leads_to_the_list_until_everything_is_submitted(client, world):
    dora, path = client.sign_in("dora"), path_of(world)
    assert f'href="{path}"' in dora.get("/worklist").text
    press(dora, path, "rest")
    assert f'href="{path}"' not in dora.get("/worklist").text


def test_the_citys_page_of_rounds_leads_to_the_list_and_the_departments_does_not(client, world):
    path = path_of(world)
    assert client.sign_in("dora").get("/rounds").text.count(f' href="{path}"') == 2
    assert f'href="{path}"' in client.get(f"/rounds/{world['round']}").text
    assert f'href="{path}"' not in client.sign_in("alice").get("/rounds").text


def test_a_list_of_many_units_asks_the_database_as_often_as_one_of_few(app, client, world):
    with app.app_context():
        for _ in range(12):
            a_case()
        many = a_round().id
        commit()
        engine = db.engine
    client.sign_in("dora")
    asked = []

    def count(*_args):
        asked.append(1)

    counts = {}
    for round_id in (world["round"], many):
        for path in (f"/rounds/{round_id}/report", f"/rounds/{round_id}/report.xlsx"):
            client.get(path)  # the first time words and statements are made
            asked.clear()
            sa.event.listen(engine, "before_cursor_execute", count)
            assert client.get(path).status_code == 200
            sa.event.remove(engine, "before_cursor_execute", count)
            counts.setdefault(path.partition("report")[2], []).append(len(asked))
    assert all(few == more and few < 40 for few, more in counts.values()), counts


@pytest.mark.any_engine
def test_three_hundred_units_are_reported_at_once_without_script(app, client):
    with app.app_context():
        path = f"/rounds/{second_round(300).id}/report"
        commit()
    values = values_of(client.sign_in("dora").get(path).text, path)
    assert len(values) > 3_000
    name = next(one for one in values if one.endswith("-held"))
    asked = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", note := lambda *args: asked.append(args[2]))
    answer = client.post(path, data=as_sent(values, {name: "77", "do": "rest"}))  # as the browser's form is sent
    with app.app_context():
        sa.event.remove(db.engine, "before_cursor_execute", note)
        states = db.session.execute(sa.select(Report.state, sa.func.count()).group_by(Report.state)).all()
    assert answer.status_code == 303
    assert states == [(ReportState.SUBMITTED, 600)]
    assert len([one for one in asked if not one.startswith(("UPDATE report", "INSERT"))]) < 60


def test_of_four_windows_that_type_at_once_none_loses_anything(app, crew, world):
    typed = {"held": "100", "money": "20000.00", "risk": "middle", "help": "请协调贷款"}
    report, path = world["ids"][0], path_of(world)

    def type_until_kept(name, tell):
        client = app.test_client().sign_in("dora")
        base = {"held": "0", "risk": "low"}.get(name, "")
        for _ in range(40):
            answer = keep(client, report, path, {name: base}, **{name: typed[name]})
            if answer.status_code == 200:
                return tell("kept")
            assert answer.json == {"again": True} or answer.status_code == 503
        return tell("lost")

    for name in typed:
        crew.fork(partial(type_until_kept, name))
    assert crew.all_done() == ["kept"] * 4
    found = reports(app, world)[report].typed
    assert {name: found[name] for name in typed} == typed
    assert found["to_buy"] == "900"

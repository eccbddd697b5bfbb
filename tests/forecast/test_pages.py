"""The pages of forecasts: who sees which units, why each has its points, as of which day."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from support.cases import a_case, a_cycle, an_enterprise, an_obligation

from casework.audit.actions import commit
from casework.rules.causes import Cause
from casework.rules.deadlines import end_of_day


@pytest.fixture
def world(app, once):
    """A unit that is at risk in Shizuishan, one there that has completed, and one in Yinchuan."""

    def build():
        with app.app_context():
            last = a_cycle("2024", deadline=end_of_day(date(2025, 12, 31)))
            poor, rich = an_enterprise("石嘴山贫困热电有限公司"), an_enterprise("石嘴山宽裕热电有限公司")
            far = an_enterprise("银川遥远热电有限公司", region_code="640100")
            an_obligation(poor, due=50_000)
            an_obligation(poor, cycle=last, due=10_000, surrendered=9_000, on=date(2025, 12, 1))
            an_obligation(rich, due=70_000, surrendered=70_000)
            an_obligation(far, due=60_000, surrendered=20_000)
            case = a_case(enterprise=poor, causes=(Cause.FROZEN,))
            commit()
            return {"poor": poor.id, "rich": rich.id, "far": far.id, "case": case.id}

    return once("forecast pages", build)


def test_units_stand_by_points_with_their_reasons(client, world):
    text = client.sign_in("alice").get("/forecast").text
    assert text.index("贫困热电") < text.index("遥远热电") < text.index("宽裕热电")
    assert "困难原因：账户或配额被司法冻结。" in text
    assert "上一履约周期未完成。" in text
    assert f'href="/forecast/units/{world["poor"]}?cycle=2025"' in text


def test_the_list_is_narrowed_by_region_and_class_and_sorted(client, world):
    browser = client.sign_in("alice")
    risk = browser.get("/forecast?outlook=at_risk").text
    assert "贫困热电" in risk
    assert "宽裕热电" not in risk
    by_due = browser.get("/forecast?sort=-due").text
    assert by_due.index("宽裕热电") < by_due.index("遥远热电") < by_due.index("贫困热电")
    assert "没有符合条件的单位" in browser.get("/forecast?outlook=failing").text
    assert browser.get("/forecast?outlook=none&region=x&sort=name&page=99&day=soon").status_code == 200


def test_a_city_officer_sees_the_own_region_alone(client, world):
    browser = client.sign_in("dora")
    page = browser.get("/forecast").text
    assert "贫困热电" in page
    assert "遥远热电" not in page
    assert browser.get(f"/forecast/units/{world['far']}").status_code == 404
    rows = rows_of(browser.get("/forecast.xlsx"))
    assert [row[0] for row in rows] == ["石嘴山贫困热电有限公司", "石嘴山宽裕热电有限公司"]


def rows_of(answer):
    return list(load_workbook(BytesIO(answer.data)).active.iter_rows(min_row=2, values_only=True))


def test_the_workbook_says_why_and_is_narrowed_as_the_page_is(client, world):
    (row,) = rows_of(client.sign_in("alice").get("/forecast.xlsx?outlook=at_risk"))
    assert row[3:8] == ("有风险", 49, 50_000, 0, 50_000)
    assert "尚有50,000吨未清缴" in row[8]
    assert sum(int(line.rsplit("（", 1)[1].rstrip("）")) for line in row[8].splitlines()) == 49


def test_the_page_of_a_unit_names_records_days_and_weights(client, world):
    text = client.sign_in("alice").get(f"/forecast/units/{world['poor']}").text
    for words in ("问题清单", "2025-12-31", "距截止日39天", "变化情况", "计分办法"):
        assert words in text
    assert f'href="/cases/{world["case"]}"' in text
    assert "已足额清缴，没有风险" in client.get(f"/forecast/units/{world['rich']}").text
    assert "本周期没有清缴义务" in client.get(f"/forecast/units/{world['far']}?cycle=2024").text


def test_the_case_page_leads_to_the_forecast_of_its_unit(client, world):
    assert (
        f'href="/forecast/units/{world["poor"]}?cycle=2025"'
        in client.sign_in("alice").get(f"/cases/{world['case']}").text
    )


def test_the_headline_is_a_range_while_units_are_to_be_watched(client, world):
    text = client.sign_in("alice").get("/forecast").text
    assert "应履约3家中，预计完成的有1家；另有1家列为“关注”：全部按时完成则可达2家，均未完成则仍为1家。" in text
    assert "33.33%–<wbr>66.67%" in text


def test_the_list_can_be_seen_as_of_a_past_day(client, world):
    text = client.sign_in("alice").get("/forecast?day=2026-10-01").text
    assert "截至2026-10-01的记录" in text
    assert "上一履约周期未完成。" in text
    assert "困难原因：" not in text
    assert "截至2026-11-22的记录" in client.get("/forecast?day=2027-01-01").text


def test_a_cycle_without_obligations_says_what_comes(client, app):
    assert "尚未建立履约周期" in client.sign_in("alice").get("/forecast").text
    with app.app_context():
        a_cycle()
        commit()
    assert "本周期尚无清缴义务" in client.get("/forecast").text
    assert client.get("/forecast.xlsx").status_code == 200


def test_past_cycles_show_what_would_have_been_said_beside_what_came(client, world):
    text = client.sign_in("alice").get("/forecast/hindcast").text
    for words in ("截止日前90天", "截止日前10天", "2025-12-21", "贫困热电", "未完成"):
        assert words in text
    assert "1家未按时完成的单位，预警0家；0家预警中误报0家。" in text
    assert "/forecast?cycle=2024&amp;day=2025-12-21&amp;outlook=watch" in text
    assert "贫困热电" in client.get("/forecast?cycle=2024&day=2025-12-21&outlook=watch").text
    (row,) = rows_of(client.get("/forecast/hindcast.xlsx"))
    assert row[3] == "未完成"
    assert len(row) == 4 + 2 * 4


def test_a_city_officer_looks_back_on_the_own_region_alone(app, client, world):
    with app.app_context():
        far = an_enterprise("银川往昔热电有限公司", region_code="640100")
        an_obligation(far, cycle=a_cycle("2024"), due=10_000)
        commit()
    assert "往昔热电" not in client.sign_in("dora").get("/forecast/hindcast?cycle=2024").text
    assert len(rows_of(client.get("/forecast/hindcast.xlsx"))) == 1
    assert "往昔热电" in client.sign_in("alice").get("/forecast/hindcast?cycle=2024").text


def test_before_any_cycle_is_over_there_is_nothing_to_look_back_on(client, app):
    with app.app_context():
        a_cycle()
        commit()
    assert "尚无已结束的履约周期" in client.sign_in("alice").get("/forecast/hindcast").text
    assert client.get("/forecast/hindcast.xlsx").status_code == 404

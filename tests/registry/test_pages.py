"""The pages of the registers: what they show, what they change, and to whom they are open."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from registry.conftest import SAMPLES

from casework.db import db
from casework.jobs.worker import run_all
from casework.registry.models import ComplianceYear, Cycle, Enterprise, ImportBatch, ImportState, Obligation, Surrender

pytestmark = pytest.mark.slow

LISTS = ["/enterprises", "/obligations", "/trades", "/cycles"]


def one(app, stmt):
    with app.app_context():
        return db.session.scalar(stmt)


def unit_called(app, name):
    return one(app, sa.select(Enterprise.id).where(Enterprise.name == name))


def obligation_of(app, name, year="2021"):
    stmt = sa.select(Obligation.id).join(Obligation.enterprise).join(Obligation.year)
    return one(app, stmt.where(Enterprise.name == name, ComplianceYear.label == year))


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_open_to_every_reader_of_the_registers(client, samples, path):
    for name in ("alice", "bob", "carol", "dora", "victor"):
        assert client.sign_in(name).get(path).status_code == 200, name
    assert client.sign_in("eve").get(path).status_code == 403


@pytest.mark.parametrize("path", LISTS)
def test_lists_say_what_to_do_while_they_are_empty(client, path):
    assert client.sign_in("alice").get(path).status_code == 200
    assert client.sign_in("victor").get(path).status_code == 200


def test_a_unit_is_found_by_two_characters_of_its_name_or_code(client, samples):
    client.sign_in("alice")
    for words in ("屹川", "屹", "川能源", "91640200MA700011XM", "ma700011"):
        page = client.get(f"/enterprises?q={words}").text
        if len(words) > 1:
            assert "石嘴山屹川能源有限公司" in page, words
            assert page.count("<tr data-href") == 1, words
    assert "没有" in client.get("/enterprises?q=无此单位").text


def test_a_city_officer_sees_the_own_region_only(client, app, samples):
    client.sign_in("dora")
    page = client.get("/enterprises").text
    assert "石嘴山屹川能源有限公司" in page
    assert "银川澄屿热电有限公司" not in page
    assert "银川澄屿热电有限公司" not in client.get("/obligations").text
    foreign = unit_called(app, "银川澄屿热电有限公司")
    assert client.get(f"/enterprises/{foreign}").status_code == 404
    assert client.get(f"/obligations/{obligation_of(app, '银川澄屿热电有限公司')}").status_code == 404
    exported = openpyxl.load_workbook(io.BytesIO(client.get("/enterprises.xlsx").data)).active
    assert {row[2].value for row in exported.iter_rows(min_row=2)} == {"石嘴山市"}


def test_an_export_carries_the_filter_of_the_list(client, app, samples):
    client.sign_in("alice")
    year = one(
        app, sa.select(Obligation.year_id).join(Obligation.year).where(sa.text("compliance_year.label = '2021'"))
    )
    answer = client.get(f"/obligations.xlsx?year={year}&standing=short")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["石嘴山屹川能源有限公司", "石嘴山珩瑞发电有限公司"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/trades.xlsx").status_code == 200


def test_the_years_of_the_cycles_can_be_taken_away_with_what_came_of_them(client, app, samples):
    client.sign_in("alice")
    assert "/cycles.xlsx" in client.get("/cycles").text
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/cycles.xlsx").data)).active
    rates = {row[2].value: float(row[6].value) for row in sheet.iter_rows(min_row=2)}
    assert rates == {"2019-2020": 82.86, "2021": 94.74, "2022": 100.0}


def test_the_imports_can_be_taken_away_as_a_list(client, samples):
    client.sign_in("alice")
    assert "/imports.xlsx" in client.get("/imports").text
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/imports.xlsx").data)).active
    rows = [[cell.value for cell in row[:3]] for row in sheet.iter_rows(min_row=2)]
    assert ["surrender-2021.xlsx", "清缴义务 2021", "已入库38行。"] in rows
    assert len(rows) == 4


def test_sorting_and_paging_are_in_the_address(client, samples):
    client.sign_in("alice")
    first, second = client.get("/obligations?sort=name").text, client.get("/obligations?sort=name&page=2").text
    assert first.count("<tr data-href") == 25
    assert second.count("<tr data-href") == 13
    assert client.get("/obligations?sort=nonsense&page=999&year=abc&region=x&standing=y").status_code == 200


def test_a_unit_shows_its_years_and_trades(client, app, samples):
    page = client.sign_in("alice").get(f"/enterprises/{unit_called(app, '石嘴山屹川能源有限公司')}").text
    assert "2,059,376" in page
    assert "90,000" in page


def test_an_officer_enters_and_changes_a_unit(client, app, cycles):
    client.sign_in("alice")
    region = one(app, sa.text("select id from region where code = '640200'"))
    data = {"code": "91640100ma700001xt", "name": " 试验 热电有限公司", "region_id": region, "sector": "power"}
    page = client.fill("/enterprises/new", data).text
    assert "试验热电有限公司" in page
    assert "91640100MA700001XT" in page
    assert client.fill("/enterprises/new", data).status_code == 422
    wrong = client.fill("/enterprises/new", {**data, "code": "91640100MA700001XA"})
    assert wrong.status_code == 422
    unit = unit_called(app, "试验热电有限公司")
    changed = {**data, "name": "改名热电有限公司", "struck_off_day": "2026-01-31"}
    assert "改名热电有限公司" in client.fill(f"/enterprises/{unit}/edit", changed).text
    assert "改名热电有限公司" in client.get("/enterprises?q=改名").text
    assert "改名热电有限公司" not in client.get("/enterprises?q=试验").text


def test_a_stale_page_is_refused_with_base_mine_and_theirs(client, app, samples):
    client.sign_in("alice")
    unit = unit_called(app, "银川澄屿热电有限公司")
    path = f"/enterprises/{unit}/edit"
    region = one(app, sa.text("select id from region where code = '640100'"))
    data = {"name": "甲", "region_id": region, "sector": "power"}
    from support.pages import hidden_values

    opened = hidden_values(client.get(path).text, path)
    client.fill(path, {**data, "name": "先改的名称有限公司"})
    answer = client.post(path, data={**opened, **data, "name": "后改的名称有限公司"})
    assert answer.status_code == 409
    assert "先改的名称有限公司" in answer.text
    assert "后改的名称有限公司" in answer.text


def test_a_surrender_by_hand_lowers_the_shortfall_and_a_correction_raises_it(client, app, samples):
    client.sign_in("alice")
    owed = obligation_of(app, "石嘴山屹川能源有限公司")
    path = f"/obligations/{owed}/surrender"
    page = client.fill(path, {"way": "surrender", "day": "2024-01-05", "tonnes": "1,000,000", "reason": ""}).text
    assert "1,059,376" in page
    refused = client.fill(path, {"way": "correction", "day": "2024-01-06", "tonnes": "10", "reason": ""})
    assert refused.status_code == 422
    too_much = client.fill(path, {"way": "correction", "day": "2024-01-06", "tonnes": "1000001", "reason": "误填"})
    assert too_much.status_code == 422
    client.fill(path, {"way": "correction", "day": "2024-01-06", "tonnes": "10", "reason": "误填"})
    assert one(app, sa.select(Obligation.short).where(Obligation.id == owed)) == 1_059_386
    future = client.fill(path, {"way": "surrender", "day": "2026-11-23", "tonnes": "1", "reason": ""})
    assert future.status_code == 422


def test_quantities_are_corrected_with_a_reason(client, app, samples):
    client.sign_in("alice")
    owed = obligation_of(app, "石嘴山屹川能源有限公司")
    path = f"/obligations/{owed}/correct"
    data = {"verified": "1", "allocation": "2", "due": "3"}
    assert client.fill(path, {**data, "reason": ""}).status_code == 422
    page = client.fill(path, {**data, "reason": "复核后更正"}).text
    assert "复核后更正" in page
    assert "2,059,376" in page  # what held before stays


def test_an_obligation_is_entered_by_hand(client, app, samples):
    client.sign_in("alice")
    unit = unit_called(app, "宁东煦能发电有限公司")
    year = one(app, sa.text("select id from compliance_year where label = '2019-2020'"))
    data = {"year_id": year, "verified": "10", "allocation": "8", "due": "10"}
    assert client.fill(f"/enterprises/{unit}/obligations/new", data).status_code == 200
    assert one(app, sa.select(Obligation.short).where(Obligation.year_id == year, Obligation.due == 10)) == 10


def test_cycles_are_kept_by_officer_and_administrator(client, app, cycles):
    data = {
        "label": "2025",
        "name": "2025年度",
        "day": "2026-12-31",
        "years": "2025",
        "milestones": "2026-11-15 95 % 区内目标",
    }
    client.sign_in("adam")
    assert "2026-12-31" in client.fill("/cycles/new", data).text
    cycle = one(app, sa.select(Cycle.id).where(Cycle.label == "2025"))
    client.sign_in("alice")
    page = client.fill(f"/cycles/{cycle}/edit", {**data, "hour": "17:00", "milestones": "2026-11-01 90 %"}).text
    assert "17:00" in page
    assert client.fill("/cycles/new", data).status_code == 422
    bad = {**data, "label": "2026", "years": "2026"}
    for wrong in ({"milestones": "soon"}, {"milestones": "2027-01-01 90"}, {"years": "2021"}, {"label": "next"}):
        assert client.fill("/cycles/new", {**bad, **wrong}).status_code == 422, wrong
    assert client.sign_in("carol").get("/cycles/new").status_code == 403


def upload(client, app, name, kind="surrender", year="2021"):
    """Go through file and columns as a person does, and return the address of the import."""
    column, table = ("year_id", "compliance_year") if kind == "surrender" else ("cycle_id", "cycle")
    chosen = one(app, sa.text(f"select id from {table} where label = '{year}'"))
    content = SAMPLES.joinpath(name).read_bytes() if isinstance(name, str) else name
    file = (io.BytesIO(content), name if isinstance(name, str) else "table.xlsx")
    path = f"/imports/new/{kind}"
    return client.fill(path, {column: chosen, "file": file}, content_type="multipart/form-data")


def check_columns(client, app, page):
    """Accept the columns as they were understood."""
    batch = one(app, sa.select(sa.func.max(ImportBatch.id)))
    import re

    chosen = {}
    for select in re.findall(r"<select.*?</select>", page.text, re.S):
        value = re.search(r'<option value="([^"]*)" selected', select)
        chosen[re.search(r'name="([^"]+)"', select)[1]] = value[1] if value else ""
    return batch, client.fill(f"/imports/{batch}/columns", chosen)


def work(app):
    with app.app_context():
        return run_all()


@pytest.mark.slow
def test_a_messy_table_is_checked_taken_over_and_given_back(client, app, cycles):
    client.sign_in("alice")
    page = upload(client, app, "surrender-2021-messy.xlsx")
    assert "应清缴配额量" in page.text
    batch, page = check_columns(client, app, page)
    assert "data-progress" in page.text
    assert client.get(f"/imports/{batch}/progress").json["state"] == "waiting"
    assert work(app) == 1
    assert client.get(f"/imports/{batch}/progress").json["state"] == "done"
    page = client.get(f"/imports/{batch}").text
    assert "33行可以入库，5个问题" in page
    for words in ("约120万", "兰州市", "-500", "91640100MA700005XA", "第20、44行"):
        assert words in page, words
    assert one(app, sa.select(sa.func.count(Obligation.id))) == 0
    back = openpyxl.load_workbook(io.BytesIO(client.get(f"/imports/{batch}/remarks.xlsx").data)).active
    assert back["L20"].value == back["L44"].value
    client.fill(f"/imports/{batch}/take-over", form_at=f"/imports/{batch}")
    assert one(app, sa.select(sa.func.count(Obligation.id))) == 0
    assert work(app) == 1
    page = client.get(f"/imports/{batch}").text
    assert "已入库33行" in page
    assert one(app, sa.select(sa.func.count(Obligation.id))) == 33
    assert "surrender-2021-messy.xlsx" in client.get("/imports").text


def test_the_register_may_change_between_check_and_take_over(client, app, samples):
    book = openpyxl.load_workbook(SAMPLES / "surrender-2021.xlsx")
    book.active["I13"], book.active["J13"] = 5, "2024-01-05"
    target = io.BytesIO()
    book.save(target)
    client.sign_in("alice")
    batch, _page = check_columns(client, app, upload(client, app, target.getvalue()))
    work(app)
    page = client.get(f"/imports/{batch}").text
    assert "石嘴山屹川能源有限公司" in page
    owed = obligation_of(app, "石嘴山屹川能源有限公司")
    client.fill(
        f"/obligations/{owed}/surrender", {"way": "surrender", "day": "2024-01-02", "tonnes": "3", "reason": ""}
    )
    client.fill(f"/imports/{batch}/take-over", form_at=f"/imports/{batch}")
    work(app)
    assert one(app, sa.select(ImportBatch.state).where(ImportBatch.id == batch)) is ImportState.CHECKED
    client.fill(f"/imports/{batch}/take-over", form_at=f"/imports/{batch}")
    work(app)
    assert one(app, sa.select(ImportBatch.state).where(ImportBatch.id == batch)) is ImportState.TAKEN_OVER
    rows = sa.select(sa.func.sum(Surrender.tonnes)).where(Surrender.obligation_id == owed)
    assert one(app, rows) == 5


def test_the_same_table_twice_has_nothing_to_take_over(client, app, samples):
    client.sign_in("alice")
    batch, _page = check_columns(client, app, upload(client, app, "surrender-2021.xlsx"))
    work(app)
    page = client.get(f"/imports/{batch}").text
    assert "38" in page
    assert f'action="/imports/{batch}/take-over"' not in page
    client.fill(f"/imports/{batch}/drop", form_at=f"/imports/{batch}")
    assert one(app, sa.select(ImportBatch.state).where(ImportBatch.id == batch)) is ImportState.DROPPED


def test_trades_are_imported_after_their_units(client, app, samples):
    client.sign_in("alice")
    page = upload(client, app, "trades-2021-2022.xlsx", kind="trades", year="2021-2022")
    batch, _page = check_columns(client, app, page)
    work(app)
    assert "29" in client.get(f"/imports/{batch}").text


def test_a_column_that_is_missing_is_asked_for(client, app, cycles):
    client.sign_in("alice")
    page = upload(client, app, "surrender-2021.xlsx")
    batch = one(app, sa.select(sa.func.max(ImportBatch.id)))
    answer = client.fill(f"/imports/{batch}/columns", {"column-0-1": "name"})
    assert answer.status_code == 422
    assert "应清缴量" in answer.text
    assert page.status_code == 200


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04broken", bytes.fromhex("D0CF11E0A1B11AE1")])
def test_what_is_no_workbook_is_refused_at_the_form(client, app, cycles, content):
    answer = upload(client.sign_in("alice"), app, content)
    assert answer.status_code == 422
    assert one(app, sa.select(sa.func.count(ImportBatch.id))) == 0


def test_imports_are_for_officers(client, cycles):
    for name in ("bob", "carol", "dora", "victor", "adam"):
        assert client.sign_in(name).get("/imports").status_code == 403, name
        assert client.get("/enterprises/new").status_code == 403, name


def test_the_pages_speak_english_too(client, samples):
    client.sign_in("alice").speak("en")
    for path in (*LISTS, "/imports", "/imports/new/surrender"):
        assert client.get(path).status_code == 200


def test_a_past_cycle_has_ended_and_the_administrator_sees_no_empty_columns(client, app, samples):
    figures = client.sign_in("alice").get("/cycles").text
    assert "逾期" not in figures
    assert "已截止" in figures
    assert "应清缴量（吨）" in figures
    kept = client.sign_in("adam").get("/cycles").text
    assert "应清缴量（吨）" not in kept
    assert "履约年度：2021、2022" in kept

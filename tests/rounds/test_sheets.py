"""The region's list as a workbook: downloaded, filled in, checked by cell, taken over; nothing of another region."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from rounds.test_filling import path_of, press, reports, world  # noqa: F401  the fixture
from support.cases import a_case
from support.filled_forms import as_sent, values_of
from support.hanging import a_plan
from support.rounds import a_round, the_reports

from casework.audit.actions import commit
from casework.cases.models import PlanState
from casework.db import db
from casework.registry.models import Enterprise
from casework.rounds.models import Report
from casework.rules.workflow import State

pytestmark = pytest.mark.slow


def downloaded(client, path):
    """The workbook as an office opens it."""
    return openpyxl.load_workbook(io.BytesIO(client.get(f"{path}.xlsx").data))


def column(sheet, head):
    return next(cell.column for cell in sheet[1] if cell.value == head)


def put(sheet, row, head, value):
    sheet.cell(row, column(sheet, head), value)


def upload(client, path, book):
    """Send a workbook, and return the page of its check."""
    target = io.BytesIO()
    book.save(target)
    place = f"{path}/sheet"
    sent = as_sent(values_of(client.get(place).text, place), {"sheet": (target.getvalue(), "填报.xlsx")})
    answer = client.post(place, data=sent, content_type="multipart/form-data")
    return client.get(answer.location) if answer.status_code == 303 else answer


def take(client, path):
    place = f"{path}/sheet/check"
    return client.post(place, data=values_of(client.get(place).text, place))


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_workbook_is_filled_in_checked_by_cell_and_taken_over(app, client, world, language):  # noqa: F811
    dora, path = client.sign_in("dora").speak(language), path_of(world)
    book = downloaded(dora, path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.max_row == 4
    assert len(sheet.data_validations.dataValidation) == 10
    surrendered, held, account = heads[3], heads[4], heads[7]
    put(sheet, 2, surrendered, 9_500)
    put(sheet, 2, heads[6], 500)
    put(sheet, 3, held, "很多")
    put(sheet, 3, account, sheet.cell(2, 8).value)
    page = upload(dora, path, book.worksheets and book).text
    assert "<del>9000</del> → <ins>9500</ins>" in page
    assert "E3" in page
    assert "很多" in page
    assert all(row.typed is None for row in reports(app, world).values())
    assert take(dora, path).status_code == 303
    found = reports(app, world)
    assert sorted((found[one].values["surrendered"], found[one].no_change) for one in world["ids"]) == [
        (9_000, False), (9_000, True), (9_500, False)
    ]  # fmt: skip
    assert take_again(dora, path).status_code == 409


def take_again(client, path):
    client.checks = False
    return client.get(f"{path}/sheet/check")


def test_measures_of_each_unit_stand_in_its_row(app, client):
    with app.app_context():
        a_plan(a_case(State.RELIEF), state=PlanState.APPROVED), a_case()
        round_ = a_round()
        commit()
        path = f"/rounds/{round_.id}/report"
    dora = client.sign_in("dora")
    book = downloaded(dora, path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    described = next(head for head in heads if head == "措施1")
    row = next(number for number in (2, 3) if sheet.cell(number, column(sheet, described)).value)
    put(sheet, row, next(head for head in heads if head.startswith("措施1：") and "吨" not in head), "已完成")
    for head, value in zip(heads[3:5], (9_000, 0), strict=True):
        put(sheet, row, head, value)
    upload(dora, path, book)
    take(dora, path)
    with app.app_context():
        typed = [one.typed for one in db.session.scalars(sa.select(Report))]
    assert [value for one in typed for name, value in one.items() if name.endswith("_progress") and value] == ["done"]


def test_a_workbook_reaches_no_other_region_and_takes_no_unit_twice(app, client, world):  # noqa: F811
    dora, path = client.sign_in("dora"), path_of(world)
    book = downloaded(dora, path)
    sheet = book.worksheets[0]
    with app.app_context():
        name = db.session.get(Report, world["foreign"]).case.enterprise.name
    texts = {str(cell.value) for one in book.worksheets for row in one.iter_rows() for cell in row}
    assert name not in texts
    sheet.cell(2, 1, world["foreign"])
    sheet.cell(3, 1, sheet.cell(4, 1).value)
    page = upload(dora, path, book).text
    assert "本次填报没有这一编号的单位" in page
    assert "该单位在工作簿中重复出现" in page
    assert name not in page
    take(dora, path)
    found = reports(app, world)
    assert found[world["foreign"]].typed is None
    assert sum(found[one].typed is not None for one in world["ids"]) == 1


def test_text_that_looks_like_a_formula_is_text_and_other_files_are_refused(app, client, world):  # noqa: F811
    with app.app_context():
        unit = db.session.get(Report, world["ids"][0]).case.enterprise_id
        db.session.get(Enterprise, unit).name = "=1+1"
        commit()
    dora, path = client.sign_in("dora"), path_of(world)
    sheet = downloaded(dora, path).worksheets[0]
    assert [cell.value for cell in sheet["B"] if str(cell.value).startswith("=")] == ["=1+1"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    place = f"{path}/sheet"
    for content, name in ((b"a,b", "x.csv"), (b"PK\x03\x04", "x.xlsx"), (b"", "x.xlsx")):
        sent = as_sent(values_of(dora.get(place).text, place), {"sheet": (content, name)})
        assert dora.post(place, data=sent, content_type="multipart/form-data").status_code == 422


def test_what_was_submitted_meanwhile_is_not_overwritten_by_a_workbook(app, client, world):  # noqa: F811
    dora, path = client.sign_in("dora"), path_of(world)
    book = downloaded(dora, path)
    upload(dora, path, book)
    stale = values_of(dora.get(f"{path}/sheet/check").text, f"{path}/sheet/check")
    press(dora, path, "rest")
    assert dora.post(f"{path}/sheet/check", data=stale).status_code in {409, 422}
    page = upload(dora, path, book).text
    assert page.count("该单位已提交") == 3
    with app.app_context():
        assert len(the_reports(db.session.get(Report, world["ids"][0]).round)) == 4

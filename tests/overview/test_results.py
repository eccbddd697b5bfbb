"""The published result table: each unit once, counted from the records, in the ministry's layout."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from support.cases import a_case, a_cycle, account, an_enterprise, an_obligation
from support.cast import NOW
from support.hanging import a_penalty

from casework.audit.actions import commit
from casework.cases.actions.penalties import accept_penalty
from casework.overview.queries.results import HEAD, published, results_of
from casework.registry.actions.obligations import add_surrender
from casework.registry.queries import all_years
from casework.rules.workflow import State

IN_TIME, LATE = date(2021, 12, 31), date(2022, 1, 5)


@pytest.fixture
def records(app):
    """A year that is over, with a unit of each sort in dora's region and one elsewhere."""
    with app.app_context():
        cycle = a_cycle("2021", deadline=datetime(2021, 12, 31, 16, tzinfo=UTC))
        for name, code, in_time, late in (
            ("甲公司", "640200", 100, 0), ("乙公司", "640200", 60, 40), ("丙公司", "640200", 60, 0),
            ("丁公司", "640200", 0, 0), ("戊公司", "640100", 100, 0),
        ):  # fmt: skip
            unit = an_enterprise(name, region_code=code)
            owed = an_obligation(unit, cycle=cycle, due=100, surrendered=in_time, on=IN_TIME)
            if late:
                add_surrender(owed, LATE, late, reason="", by=account("alice"), now=NOW)
            if name == "丙公司":
                case = a_case(State.REFERRED, enterprise=unit, cycle=cycle)
                accept_penalty(case, a_penalty(case), by=account("alice"), now=NOW, today=NOW.date())
        commit()


def lines(reader):
    return list(published(results_of(all_years()[0], account(reader))))


def test_each_unit_stands_in_one_column_with_its_penalty_and_the_day(app, records):
    with app.app_context():
        assert lines("dora") == [
            ("1", "丁公司", "否", "否", "是", "否", ""),
            ("2", "丙公司", "否", "否", "是", "是", ""),
            ("3", "乙公司", "否", "是", "否", "否", "2022年1月5日完成"),
            ("4", "甲公司", "是", "否", "否", "—", ""),
        ]
        assert len(lines("alice")) == 5


def test_it_is_taken_away_as_workbook_and_as_pdf(app, client, records):
    browser = client.sign_in("dora")
    page = browser.get("/results").text
    assert "乙公司" in page
    assert "戊公司" not in page
    book = load_workbook(BytesIO(browser.get("/results.xlsx?year=2021").data)).active
    assert next(tuple(row) for row in book.values) == HEAD
    assert book.max_row == 5
    assert browser.get("/results.doc").status_code == 404


@pytest.mark.slow
def test_the_same_records_give_the_same_pdf(app, client, records):
    browser = client.sign_in("alice")
    first = browser.get("/results.pdf?year=2021")
    assert first.data.startswith(b"%PDF")
    assert browser.get("/results.pdf?year=2021").data == first.data


def test_without_records_the_page_says_where_they_come_from(client):
    page = client.sign_in("alice").get("/results").text
    assert "清缴" in page
    assert client.get("/results.pdf").status_code == 404

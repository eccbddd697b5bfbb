"""Tables are taken over whole or not at all, and twice the same changes nothing."""

import io
import json

import openpyxl
import pytest
import sqlalchemy as sa
from registry.conftest import SAMPLES, TESTER, TODAY, counts, import_surrenders, import_trades
from support.cast import NOW

from casework.audit.queries import chain_faults
from casework.db import db
from casework.registry.actions.obligations import Quantities, add_surrender, correct_obligation
from casework.registry.checks import check_surrenders, open_table
from casework.registry.models import Enterprise, Obligation, ObligationCorrection, Surrender, Trade
from casework.registry.queries import year_by_label
from casework.registry.tables.words import Kind

pytestmark = pytest.mark.usefixtures("session")


def rows_of(*models):
    return [db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in models]


def sample_with(changes, name="surrender-2021.xlsx"):
    """A sample workbook with some cells changed."""
    book = openpyxl.load_workbook(SAMPLES / name)
    for cell, value in changes.items():
        book.active[cell] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_the_first_import_creates_enterprises_and_obligations(cycles):
    outcome = import_surrenders("surrender-2019-2020.xlsx", "2019-2020")
    assert counts(outcome) == (35, 0, 0, 0)
    assert rows_of(Enterprise, Obligation, ObligationCorrection) == [35, 35, 35]
    assert list(chain_faults()) == []


@pytest.mark.parametrize(("name", "year"), [("surrender-2019-2020.xlsx", "2019-2020"), ("surrender-2021.xlsx", "2021")])
def test_the_same_table_twice_changes_nothing(samples, name, year):
    before = rows_of(Enterprise, Obligation, ObligationCorrection, Surrender)
    new, changed, _unchanged, errors = counts(import_surrenders(name, year))
    assert (new, changed, errors) == (0, 0, 0)
    assert rows_of(Enterprise, Obligation, ObligationCorrection, Surrender) == before


def test_the_same_trades_twice_change_nothing(samples):
    assert counts(import_trades("trades-2021-2022.xlsx", "2021-2022")) == (0, 0, 29, 0)
    assert rows_of(Trade) == [29]


def test_the_messy_table_agrees_with_the_clean_one(samples):
    assert counts(import_surrenders("surrender-2021-messy.xlsx", "2021")) == (0, 0, 33, 5)


def test_the_messy_table_alone_gives_33_obligations(cycles):
    assert counts(import_surrenders("surrender-2021-messy.xlsx", "2021")) == (33, 0, 0, 5)
    assert rows_of(Enterprise, Obligation) == [33, 33]


def test_a_greater_total_adds_the_difference_on_its_day(samples):
    data = sample_with({"I13": 1_000_000, "J13": "2024-01-05"})  # 石嘴山屹川, nothing surrendered before
    outcome = import_surrenders("later.xlsx", "2021", data)
    assert counts(outcome) == (0, 1, 37, 0)
    ((_sheet, row, name, _code, differences),) = outcome["changes"]
    assert (row, name) == (13, "石嘴山屹川能源有限公司")
    assert differences == [["surrendered", 0, 1_000_000], ["last_day", None, "2024-01-05"]]
    obligation = db.session.scalar(sa.select(Obligation).where(Obligation.surrendered == 1_000_000))
    assert (obligation.short, obligation.last_surrender_day.isoformat()) == (obligation.due - 1_000_000, "2024-01-05")
    assert counts(import_surrenders("later.xlsx", "2021", data)) == (0, 0, 38, 0)


def test_a_smaller_total_is_a_dated_correction(samples):
    data = sample_with({"I3": 2_000_000})
    assert counts(import_surrenders("less.xlsx", "2021", data)) == (0, 1, 37, 0)
    row = db.session.scalar(sa.select(Surrender).where(Surrender.tonnes < 0))
    assert (row.tonnes, row.day.isoformat()) == (-9332, "2023-12-30")
    assert counts(import_surrenders("less.xlsx", "2021", data)) == (0, 0, 38, 0)


def test_a_corrected_due_quantity_is_dated(samples):
    data = sample_with({"H3": 2_009_400, "B3": "银川澄屿热力有限公司"})
    outcome = import_surrenders("due.xlsx", "2021", data)
    assert outcome["changes"][0][4] == [
        ["name", "银川澄屿热电有限公司", "银川澄屿热力有限公司"],
        ["due", 2_009_332, 2_009_400],
    ]
    obligation = db.session.scalar(sa.select(Obligation).where(Obligation.due == 2_009_400))
    assert (obligation.short, obligation.enterprise.name) == (68, "银川澄屿热力有限公司")
    stmt = sa.select(ObligationCorrection.due).where(ObligationCorrection.obligation_id == obligation.id)
    assert list(db.session.scalars(stmt.order_by(ObligationCorrection.id))) == [2_009_332, 2_009_400]


def test_the_digest_tells_when_the_register_changed(samples):
    table = open_table(Kind.SURRENDER, sample_with({"I13": 5, "J13": "2024-01-05"}), "a.xlsx")
    year = year_by_label("2021")
    first = check_surrenders(table, year, reader=None, today=TODAY)
    assert check_surrenders(table, year, reader=None, today=TODAY).digest == first.digest
    obligation = db.session.scalar(
        sa.select(Obligation).where(Obligation.year_id == year.id, Obligation.surrendered == 0)
    )
    add_surrender(obligation, TODAY, 3, reason="", by=TESTER, now=NOW)
    assert check_surrenders(table, year, reader=None, today=TODAY).digest != first.digest


def test_a_correction_by_hand_keeps_what_held_before(samples):
    obligation = db.session.scalar(sa.select(Obligation).where(Obligation.due == 2_009_332))
    correct_obligation(obligation, Quantities(1, 2, 3), reason="复核", by=TESTER, now=NOW)
    db.session.flush()
    stmt = sa.select(ObligationCorrection).where(ObligationCorrection.obligation_id == obligation.id)
    assert [(row.due, row.reason) for row in db.session.scalars(stmt.order_by(ObligationCorrection.id))] == [
        (2_009_332, ""),
        (3, "复核"),
    ]
    assert obligation.short == 0


def run(app, *args):
    return app.test_cli_runner().invoke(args=["import", *map(str, args)])


def test_the_command_takes_a_clean_table_over(app, cycles):
    result = run(app, "surrender", SAMPLES / "surrender-2021.xlsx", "--year", "2021", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == {"new": 38, "changed": 0, "unchanged": 0, "errors": []}
    assert rows_of(Obligation) == [38]
    again = run(app, "surrender", SAMPLES / "surrender-2021.xlsx", "--year", "2021", "--json")
    assert (again.exit_code, json.loads(again.output)["unchanged"]) == (0, 38)


def test_the_command_refuses_rows_in_error_unless_told_to_skip_them(app, cycles):
    messy = SAMPLES / "surrender-2021-messy.xlsx"
    result = run(app, "surrender", messy, "--year", "2021", "--json")
    assert result.exit_code == 3
    outcome = json.loads(result.output)
    assert outcome["new"] == 33
    assert [(error["sheet"], error["rows"], error["cell"], error["column"]) for error in outcome["errors"]] == [
        ("Sheet1", [8], "C8", "信用代码"),
        ("Sheet1", [12], "H12", "应清缴配额量"),
        ("Sheet1", [15], "I15", "实际清缴量"),
        ("Sheet1", [19], "D19", "地市"),
        ("Sheet1", [20, 44], "C20", "信用代码"),
    ]
    assert outcome["errors"][1]["found"] == "约120万"
    assert all(error["expected"] and "%(" not in error["expected"] for error in outcome["errors"])
    assert rows_of(Obligation) == [0]
    assert run(app, "surrender", messy, "--year", "2021", "--skip-errors").exit_code == 3
    assert rows_of(Obligation) == [33]


def test_a_dry_run_changes_nothing(app, cycles):
    result = run(app, "surrender", SAMPLES / "surrender-2021.xlsx", "--year", "2021", "--dry-run", "--json")
    assert (result.exit_code, json.loads(result.output)["new"], rows_of(Obligation)) == (0, 38, [0])


def test_trades_of_unknown_units_are_refused(app, cycles):
    result = run(app, "trades", SAMPLES / "trades-2021-2022.xlsx", "--cycle", "2021-2022", "--json")
    assert result.exit_code == 3
    assert len(json.loads(result.output)["errors"]) == 29


def test_the_command_says_what_is_wrong_with_file_or_year(app, cycles, tmp_path):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK broken")
    result = run(app, "surrender", broken, "--year", "2021")
    assert (result.exit_code, bool(result.output.strip())) == (1, True)
    result = run(app, "surrender", SAMPLES / "surrender-2021.xlsx", "--year", "1999")
    assert result.exit_code == 1
    assert "1999" in result.output

"""Exports opened by a spreadsheet program: what people typed has not become a formula anywhere."""

import csv
import io
import shutil
import subprocess
from xml.etree import ElementTree

import openpyxl
import pytest
import sqlalchemy as sa
from support.cases import a_case, an_enterprise, an_obligation
from web.test_xlsx import PAYLOADS

from casework.audit.actions import commit
from casework.db import db
from casework.registry.models import Enterprise
from casework.web.xlsx import Out, csv_file, workbook

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MORE = ["=1+1", "@SUM(1)", "+1+1", "-1+1", '=WEBSERVICE("http://x.invalid")', "{=1+1}", "=\u200b1+1", " =1+1", "'=1+1"]


@pytest.fixture
def opened(tmp_path):
    """Opens a file as LibreOffice does, and returns its cells as (text, formula or None)."""
    program = shutil.which("soffice")
    assert program, "This proof needs LibreOffice Calc: `make proof` installs it."

    def open_file(name, content):
        (tmp_path / name).write_bytes(content)
        # The separator is the comma, quotes are ", the text is UTF-8, as an office's own settings have it.
        options = ["--infilter=CSV:44,34,76,1,,0,false,true,false"] if name.endswith(".csv") else []
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        wanted = ["--convert-to", "fods", "--outdir", tmp_path, tmp_path / name]
        command = [program, profile, "--headless", *options, *wanted]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280)
        target = (tmp_path / name).with_suffix(".fods")
        assert target.exists(), done.stdout + done.stderr
        cells = ElementTree.parse(target).iter(f"{TABLE}table-cell")
        return [
            ("\n".join("".join(line.itertext()) for line in cell.iter(f"{TEXT}p")), cell.get(f"{TABLE}formula"))
            for cell in cells
        ]

    return open_file


def shown(text):
    """A payload without the spaces that a file of cells does not keep."""
    return "".join(text.split())


@pytest.mark.proof
def test_a_formula_would_be_seen_in_either(opened):
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["=1+1"])
    book.save(target)
    assert [formula for _text, formula in opened("live.xlsx", target.getvalue()) if formula]
    assert [formula for _text, formula in opened("live.csv", b'"=1+1",=1+2\r\n') if formula]


@pytest.mark.proof
def test_no_payload_in_a_workbook_is_live(opened):
    cells = opened("list.xlsx", workbook([Out("清缴", [["内容"], *([one] for one in PAYLOADS + MORE)])]))
    assert [formula for _text, formula in cells if formula] == []
    assert {shown(one) for one in PAYLOADS + MORE} <= {shown(text) for text, _formula in cells}


@pytest.mark.proof
def test_no_payload_in_a_csv_is_live(opened):
    content = csv_file([[one] for one in PAYLOADS + MORE])
    cells = opened("list.csv", content)
    assert [formula for _text, formula in cells if formula] == []
    assert len([text for text, _formula in cells if text]) >= len(PAYLOADS + MORE)
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))) == len(PAYLOADS + MORE)


@pytest.mark.proof
def test_no_payload_in_the_records_is_live_in_any_list_that_is_exported(app, client, opened):
    with app.app_context():
        for payload in PAYLOADS[:44:4] + MORE:
            unit = an_enterprise("银川热电有限公司")
            an_obligation(unit, due=10_000, surrendered=9_000)
            db.session.execute(
                sa.update(Enterprise).where(Enterprise.id == unit.id).values(name=payload, contact=payload)
            )
            a_case(enterprise=unit)
        commit()
    client.sign_in("alice")
    lists = {
        rule.rule for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.rule.endswith((".xlsx", ".csv")) and not rule.arguments
    }  # fmt: skip
    assert lists
    taken = 0
    for number, path in enumerate(sorted(lists)):
        answer = client.get(path)
        if answer.status_code in {403, 404}:
            continue
        cells = opened(f"list{number}.{'csv' if 'csv' in answer.mimetype else 'xlsx'}", answer.data)
        assert [formula for _text, formula in cells if formula] == [], path
        taken += any(shown(PAYLOADS[0]) in shown(text) for text, _formula in cells)
    assert taken >= 2, "the lists of units and cases show the payloads"

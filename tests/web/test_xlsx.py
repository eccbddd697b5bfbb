"""Lists leave the program as workbooks in which no text has become a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl

from casework.web.xlsx import DANGEROUS, Out, csv_file, workbook

PAYLOADS = [
    f"{first}{rest}"
    for first in DANGEROUS
    for rest in ("1+1", "cmd|'/c calc'!A0", 'HYPERLINK("http://x.invalid","y")', "SUM(A1:A9)")
]


def reopened(rows, **options):
    return openpyxl.load_workbook(io.BytesIO(workbook([Out("清缴", rows, **options)]))).active


def test_forty_payloads_are_text():
    assert len(PAYLOADS) >= 40
    sheet = reopened([["内容"], *([payload] for payload in PAYLOADS)])
    cells = [sheet.cell(row, 1) for row in range(2, len(PAYLOADS) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    assert [cell.value.strip() for cell in cells] == [payload.strip() for payload in PAYLOADS]


def test_a_payload_in_the_head_or_the_name_is_text_too():
    data = workbook([Out("=1+1", [["=2+2"]]), Out("=1+1", [["x"]]), Out("a/b:c*?[]" * 9, [["x"]])])
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.worksheets[0]["A1"].data_type == "s"
    assert len({name.lower() for name in book.sheetnames}) == 3


def test_payloads_in_a_csv_stand_behind_a_quote():
    lines = list(csv.reader(io.StringIO(csv_file([[payload] for payload in PAYLOADS]).decode("utf-8-sig"), newline="")))
    assert [line[0] for line in lines] == [f"'{payload}" for payload in PAYLOADS]


def test_numbers_money_and_days_keep_their_type():
    moment = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    sheet = reopened([["a", "b", "c", "d", "e"], [-5, Decimal("1.50"), date(2026, 11, 22), moment, None]])
    assert [sheet.cell(2, column).value for column in range(1, 6)] == [
        -5,
        1.5,
        datetime(2026, 11, 22),
        datetime(2026, 11, 23, 1, 30),
        None,
    ]
    assert sheet["B2"].number_format == "#,##0.00"
    assert csv_file([[-5, Decimal("1.50"), date(2026, 11, 22), moment, None]]).decode("utf-8-sig") == (
        "-5,1.50,2026-11-22,2026-11-23 01:30,\r\n"
    )


def test_the_head_is_frozen_and_carries_the_filter():
    sheet = reopened([["单位名称", "缺口"], ["银川澄屿热电有限公司", 1]])
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B2")
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width


def test_characters_a_cell_cannot_hold_are_left_out():
    assert reopened([["a\x00b\x0bc"], ["x" * 40_000]])["A1"].value == "abc"

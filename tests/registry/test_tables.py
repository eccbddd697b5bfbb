"""Each sample workbook gives what its office meant; what is broken is refused or shown, never a crash."""

import contextlib
import io
import random
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from casework.registry.tables import package
from casework.registry.tables.problems import Reason
from casework.registry.tables.remarks import remarked
from casework.registry.tables.rows import find_mappings, read_surrenders, read_trades
from casework.registry.tables.values import RegionWords
from casework.registry.tables.words import Field, Kind
from casework.registry.tables.workbook import Sheet, cell_name, read_workbook
from casework.rules.errors import RuleError

SAMPLES = Path(__file__).parents[2] / "casework" / "demo"
TODAY = date(2026, 11, 22)
_NAMES = ("银川市", "石嘴山市", "吴忠市", "固原市", "中卫市", "宁东能源化工基地")
REGIONS = RegionWords(
    {**{name: name for name in _NAMES}, **{name[:-1]: name for name in _NAMES[:5]}, "宁东基地": _NAMES[5]}, _NAMES
)


def sheets_of(name):
    return read_workbook((SAMPLES / name).read_bytes(), name)


def surrenders(data, filename="table.xlsx"):
    sheets = read_workbook(data, filename)
    return read_surrenders(sheets, find_mappings(sheets, Kind.SURRENDER), REGIONS, today=TODAY)


def book(*rows, sheet="Sheet1", merged=()):
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(row)
    for cells in merged:
        workbook.active.merge_cells(cells)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


HEAD = ["序号", "单位名称", "统一社会信用代码", "所属地市", "应清缴量", "已清缴量", "最后清缴日期"]
ROW = [1, "银川澄屿热电有限公司", "91640100MA700001XT", "银川市", 100, 100, date(2023, 12, 30)]
OTHER = [2, "银川栖岚发电有限公司", "91640100MA700002XU", "银川市", 200, 0, None]


@pytest.mark.parametrize(
    ("name", "rows", "completed"),
    [("surrender-2019-2020.xlsx", 35, 29), ("surrender-2021.xlsx", 38, 36), ("surrender-2022.xlsx", 38, 38)],
)
def test_a_clean_table_is_taken_whole(name, rows, completed):
    reading = surrenders((SAMPLES / name).read_bytes())
    assert (len(reading.rows), reading.problems) == (rows, ())
    assert sum(row.surrendered >= row.due for row in reading.rows) == completed


def test_the_messy_table_has_five_problems_and_33_rows():
    reading = surrenders((SAMPLES / "surrender-2021-messy.xlsx").read_bytes())
    assert len(reading.rows) == 33
    assert [(p.sheet, p.rows, p.cell, p.column, p.found) for p in reading.problems] == [
        ("Sheet1", (8,), "C8", "信用代码", "91640100MA700005XA"),
        ("Sheet1", (12,), "H12", "应清缴配额量", "约120万"),
        ("Sheet1", (15,), "I15", "实际清缴量", "-500"),
        ("Sheet1", (19,), "D19", "地市", "兰州市"),
        ("Sheet1", (20, 44), "C20", "信用代码", "91640200MA700017XU"),
    ]
    assert [(left.row, left.reason) for left in reading.left_out] == [(42, Reason.TOTAL), (43, Reason.NOTE)]


def test_the_messy_table_says_the_same_as_the_clean_one():
    clean = {row.code: row for row in surrenders((SAMPLES / "surrender-2021.xlsx").read_bytes()).rows}
    for row in surrenders((SAMPLES / "surrender-2021-messy.xlsx").read_bytes()).rows:
        known = clean[row.code]
        for field in ("name", "region", "verified", "allocation", "due", "surrendered", "last_day"):
            assert getattr(row, field) == getattr(known, field), (row.row, field)


def test_the_trades_add_up():
    sheets = sheets_of("trades-2021-2022.xlsx")
    reading = read_trades(sheets, find_mappings(sheets, Kind.TRADES), today=TODAY)
    assert not reading.problems
    assert len({row.code for row in reading.rows}) == 29
    assert sum(row.tonnes for row in reading.rows) == 11_290_000
    assert sum(row.amount for row in reading.rows) == Decimal("764000000.00")


def test_every_problem_says_what_was_expected():
    for problem in surrenders((SAMPLES / "surrender-2021-messy.xlsx").read_bytes()).problems:
        assert "%(" not in str(problem)


def test_a_csv_in_gb18030_reads_like_the_workbook():
    text = "\r\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in (HEAD, ROW, OTHER))
    for encoding in ("gb18030", "utf-8", "utf-8-sig"):
        reading = surrenders(text.encode(encoding), "清缴.csv")
        assert [row.surrendered for row in reading.rows] == [100, 0], encoding


def test_units_in_the_head_and_above_it_are_understood():
    head = [*HEAD[:4], "应清缴量（万吨）", "已清缴量(吨)", "清缴时间"]
    reading = surrenders(book(head, [*ROW[:4], 200.9332, 2009332, ROW[6]]))
    assert (reading.rows[0].due, reading.rows[0].surrendered) == (2009332, 2009332)
    above = surrenders(book(["清缴情况表", "", "单位：万吨"], HEAD, [*ROW[:4], 1.5, "0.5", ROW[6]]))
    assert (above.rows[0].due, above.rows[0].surrendered) == (15000, 5000)


def test_a_head_of_two_lines_and_merged_regions_are_read():
    upper = ["序号", "单位名称", "统一社会信用代码", "所属地市", "清缴情况", None, None]
    lower = [None, None, None, None, "应清缴量", "已清缴量", "最后清缴日期"]
    second = [*OTHER[:3], None, *OTHER[4:]]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:G1", "D3:D4"]
    reading = surrenders(book(upper, lower, ROW, second, merged=merged))
    assert [row.region for row in reading.rows] == ["银川市", "银川市"]


def test_a_surrender_without_its_day_is_a_problem():
    reading = surrenders(book(HEAD, [*ROW[:6], None], OTHER))
    assert [(p.cell, p.column) for p in reading.problems] == [("G2", "最后清缴日期")]
    assert [row.row for row in reading.rows] == [3]


def test_a_day_to_come_is_a_problem():
    reading = surrenders(book(HEAD, [*ROW[:6], date(2026, 12, 1)]))
    assert "2026-11-22" in str(reading.problems[0])


def test_a_unit_on_two_sheets_is_reported_once_and_not_taken():
    workbook = openpyxl.load_workbook(io.BytesIO(book(HEAD, ROW, OTHER)))
    second = workbook.create_sheet("石嘴山")
    second.append(HEAD)
    second.append(ROW)
    target = io.BytesIO()
    workbook.save(target)
    reading = surrenders(target.getvalue())
    assert [problem.places for problem in reading.problems] == [(("Sheet1", 2), ("石嘴山", 2))]
    assert [row.code for row in reading.rows] == [OTHER[2]]


def test_hidden_and_other_sheets_are_left_out_and_named():
    workbook = openpyxl.load_workbook(io.BytesIO(book(HEAD, ROW)))
    workbook.create_sheet("旧数据").append(HEAD)
    workbook["旧数据"].append(OTHER)
    workbook["旧数据"].sheet_state = "hidden"
    workbook.create_sheet("填报说明").append(["请如实填写"])
    target = io.BytesIO()
    workbook.save(target)
    reading = surrenders(target.getvalue())
    assert len(reading.rows) == 1
    assert [(left.sheet, left.reason) for left in reading.left_out] == [
        ("旧数据", Reason.HIDDEN_SHEET),
        ("填报说明", Reason.NO_TABLE),
    ]


def test_a_person_may_correct_the_mapping():
    head = [*HEAD[:4], "义务", "已清缴量", "最后清缴日期"]
    sheets = read_workbook(book(head, ROW), "table.xlsx")
    (mapping,) = find_mappings(sheets, Kind.SURRENDER)
    with pytest.raises(RuleError, match="应清缴量"):
        read_surrenders(sheets, [mapping], REGIONS, today=TODAY)
    corrected = mapping.corrected({**mapping.fields, 4: Field.DUE})
    assert read_surrenders(sheets, [corrected], REGIONS, today=TODAY).rows[0].due == 100
    twice = mapping.corrected({**mapping.fields, 4: Field.DUE, 0: Field.DUE})
    with pytest.raises(RuleError, match="Two columns"):
        read_surrenders(sheets, [twice], REGIONS, today=TODAY)


def test_a_head_of_something_derived_is_not_mistaken():
    sheets = read_workbook(book([*HEAD, "未清缴量", "清缴完成率", "配额缺口量（吨）"], ROW), "table.xlsx")
    (mapping,) = find_mappings(sheets, Kind.SURRENDER)
    assert sorted(mapping.fields) == list(range(7))


def test_cells_are_named_as_the_spreadsheet_does():
    assert [cell_name(0, 0), cell_name(11, 7), cell_name(2, 26), cell_name(0, 702)] == ["A1", "H12", "AA3", "AAA1"]


def test_the_workbook_comes_back_with_remarks():
    data = (SAMPLES / "surrender-2021-messy.xlsx").read_bytes()
    sheets = read_workbook(data, "a.xlsx")
    reading = read_surrenders(sheets, find_mappings(sheets, Kind.SURRENDER), REGIONS, today=TODAY)
    back = remarked(data, sheets, reading.mappings, reading.problems, head="核对意见", say=lambda p: f"={p.found}: {p}")
    sheet = openpyxl.load_workbook(io.BytesIO(back))["Sheet1"]
    assert sheet["L3"].value == "核对意见"
    assert {row: sheet.cell(row, 12).value for row in range(4, 45) if sheet.cell(row, 12).value}.keys() == {
        8,
        12,
        15,
        19,
        20,
        44,
    }
    assert sheet["L12"].data_type == "s"
    assert sheet["L20"].value == sheet["L44"].value


def test_a_csv_comes_back_as_a_workbook_with_remarks():
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in (HEAD, [*ROW[:4], "=1+1", 1, ROW[6]]))
    sheets = read_workbook(text.encode(), "a.csv")
    reading = read_surrenders(sheets, find_mappings(sheets, Kind.SURRENDER), REGIONS, today=TODAY)
    back = remarked(text.encode(), sheets, reading.mappings, reading.problems, head="核对意见", say=str)
    sheet = openpyxl.load_workbook(io.BytesIO(back)).active
    assert (sheet["H1"].value, sheet["E2"].data_type) == ("核对意见", "s")
    assert "quantity" in sheet["H2"].value


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"", "empty.xlsx"),
        (b"", "empty.csv"),
        (b"%PDF-1.7 ...", "letter.pdf"),
        (b"%PDF-1.7 ...", "letter.xlsx"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture.csv"),
        (b"<html><table></table></html>", "table.csv"),
        (b"PK\x03\x04 not a package", "broken.xlsx"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "protected.xlsx"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(data, filename):
    with pytest.raises(RuleError):
        read_workbook(data, filename)


def test_a_workbook_without_such_a_table_is_refused():
    with pytest.raises(RuleError, match="head row"):
        surrenders(book(["你好", "世界"]))
    with pytest.raises(RuleError, match="no rows"):
        surrenders(book(HEAD))


def packed(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_packages_beyond_the_limits_are_refused():
    for parts in (
        {"xl/workbook.xml": b"<a>" + b" " * package.UNPACKED_LIMIT + b"</a>"},
        {f"xl/{number}.xml": b"<a/>" for number in range(package.ENTRY_LIMIT + 1)},
        {"xl/workbook.xml": b"<a>" + b" " * 3_000_000 + b"</a>"},
    ):
        with pytest.raises(RuleError, match="too large"):
            read_workbook(packed(parts), "bomb.xlsx")


def test_a_cell_far_away_does_not_lay_out_the_whole_sheet():
    workbook = openpyxl.load_workbook(io.BytesIO(book(HEAD, ROW)))
    workbook.active["XFD1048576"] = 1
    target = io.BytesIO()
    workbook.save(target)
    with pytest.raises(RuleError, match="span"):
        read_workbook(target.getvalue(), "far.xlsx")


def test_merged_ranges_named_over_and_over_are_refused():
    with pytest.raises(RuleError, match="too large"):
        Sheet("Sheet1", [[1]] * 3000, merged=[(0, 0, 1_048_575, 0)] * 1000)


def test_entities_and_repeated_texts_do_not_blow_up():
    with pytest.raises(RuleError, match="damaged"):
        read_workbook(packed({"xl/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "entity.xlsx")
    rows = b"".join(b'<row><c t="s"><v>0</v></c></row>' for _ in range(2000))
    noise = "".join(chr(0x4E00 + random.Random(1).randrange(20000)) for _ in range(30_000)).encode()
    parts = {
        "xl/s.xml": b"<sst><si><t>" + noise + b"</t></si></sst>",
        "xl/w.xml": b"<sheetData>" + rows + b"</sheetData>",
    }
    with pytest.raises(RuleError, match="too large"):
        read_workbook(packed(parts), "texts.xlsx")


def test_mutated_files_are_read_or_refused_but_never_crash():
    original = (SAMPLES / "surrender-2021-messy.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(20261122)
    for _ in range(150):
        if chance.random() < 0.3:
            damaged = bytearray(original)
            for _ in range(chance.randrange(1, 8)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            data = bytes(damaged[: chance.randrange(1, len(damaged))] if chance.random() < 0.3 else damaged)
        else:
            changed = dict(parts)
            name = chance.choice(sorted(parts))
            content = bytearray(parts[name])
            for _ in range(chance.randrange(1, 6)):
                content[chance.randrange(len(content))] = chance.choice(b"<>/\"'0159azAZ& \xff")
            changed[name] = bytes(content)
            if chance.random() < 0.1:
                del changed[chance.choice(sorted(changed))]
            data = packed(changed)
        with contextlib.suppress(RuleError):
            surrenders(data)

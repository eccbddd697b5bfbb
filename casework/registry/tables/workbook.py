"""Workbooks and CSV files as sheets of plain values."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import TypeAlias

import python_calamine

from casework.registry.tables.package import AREA_LIMIT, clean_package
from casework.rules.errors import RuleError
from casework.rules.words import N_

Value: TypeAlias = str | float | int | bool | date | datetime | time | timedelta

_NOT_A_WORKBOOK = N_("“%(name)s” is not a workbook; upload an .xlsx or .csv file.")
_OLD_FORMAT = N_("“%(name)s” is in the old .xls format or protected with a password; save it as .xlsx without one.")
_DAMAGED = N_("The workbook is damaged and cannot be opened; save it again in Excel or WPS as .xlsx.")
_NO_SHEET = N_("“%(name)s” has no sheet with anything in it.")
_TOO_MANY_CELLS = N_("“%(name)s” is too large: at most %(cells)s cells can be read.")

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCODINGS = ("utf-8-sig", "gb18030")
_CSV_NAMES = (".csv", ".txt")


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows` starts at A1 and "" stands for an empty cell, rows and columns are counted from 0."""

    name: str
    rows: Sequence[Sequence[Value]]
    merged: Sequence[tuple[int, int, int, int]] = ()  # first row, first column, last row, last column
    hidden: bool = False
    _above: dict[tuple[int, int], int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        height = len(self.rows)
        budget = AREA_LIMIT  # overlapping ranges could otherwise name the same cells a million times
        for top, left, bottom, _right in self.merged:
            below = range(top + 1, min(bottom + 1, height))
            budget -= len(below) + 1
            if budget < 0:
                raise RuleError(_TOO_MANY_CELLS, name=self.name, cells=f"{AREA_LIMIT:,}")
            self._above.update(((row, left), top) for row in below)

    def value(self, row: int, column: int) -> Value:
        """What stands in the cell itself."""
        line = self.rows[row] if row < len(self.rows) else ()
        return line[column] if column < len(line) else ""

    def spread_value(self, row: int, column: int) -> Value:
        """What a reader sees in the cell: a cell merged downwards shows its top value in every row."""
        return self.value(self._above.get((row, column), row), column)


def cell_name(row: int, column: int) -> str:
    """The reference A1 of a cell counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def read_workbook(data: bytes, filename: str) -> list[Sheet]:
    """The sheets of an XLSX or CSV file that hold anything; refuses what is no table, told by content."""
    if data.startswith(b"PK"):
        sheets = _xlsx_sheets(clean_package(data), filename)
    elif data.startswith(_OLE):
        raise RuleError(_OLD_FORMAT, name=filename)
    elif filename.lower().endswith(_CSV_NAMES):
        sheets = [_csv_sheet(data, filename)]
    else:
        raise RuleError(_NOT_A_WORKBOOK, name=filename)
    sheets = [sheet for sheet in sheets if any(value != "" for row in sheet.rows for value in row)]
    if not sheets:
        raise RuleError(_NO_SHEET, name=filename)
    return sheets


def _xlsx_sheets(package: bytes, filename: str) -> list[Sheet]:
    try:
        with python_calamine.CalamineWorkbook.from_filelike(BytesIO(package)) as workbook:
            return [
                _xlsx_sheet(workbook, about)
                for about in workbook.sheets_metadata
                if about.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
    except python_calamine.PasswordError as error:
        raise RuleError(_OLD_FORMAT, name=filename) from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise RuleError(_DAMAGED) from error


def _xlsx_sheet(workbook: python_calamine.CalamineWorkbook, about: python_calamine.SheetMetadata) -> Sheet:
    sheet = workbook.get_sheet_by_name(about.name)
    merged = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    return Sheet(
        name=about.name,
        rows=sheet.to_python(skip_empty_area=False),
        merged=merged,
        hidden=about.visible != python_calamine.SheetVisibleEnum.Visible,
    )


def _csv_sheet(data: bytes, filename: str) -> Sheet:
    text = _decoded(data, filename)
    separator = max(",\t;", key=text[:4096].count)
    rows: list[list[Value]] = []
    cells = 0
    try:
        for line in csv.reader(StringIO(text, newline=""), delimiter=separator):
            rows.append([_csv_value(cell) for cell in line])
            cells += len(line)
            if cells > AREA_LIMIT:
                raise RuleError(_TOO_MANY_CELLS, name=filename, cells=f"{AREA_LIMIT:,}")
    except csv.Error as error:
        raise RuleError(_NOT_A_WORKBOOK, name=filename) from error
    return Sheet(name=filename, rows=rows)


def _csv_value(cell: str) -> str:
    """The text without the quote that exports put before a formula, so that a file can come back."""
    return cell[1:] if re.match(r"'[=+\-@\t\r\n＝＋－＠]", cell) else cell


def _decoded(data: bytes, filename: str) -> str:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f]", text) or text.lstrip().startswith("<"):
            break
        return text
    raise RuleError(_NOT_A_WORKBOOK, name=filename)

"""Lists as workbooks and CSV, in which no text can become a formula."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain, islice
from typing import Any
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

SHANGHAI = ZoneInfo("Asia/Shanghai")
DANGEROUS = "=+-@\t\r\n＝＋－＠"  # what a spreadsheet may take for the beginning of a formula
_CELL_LIMIT = 32_767  # characters, Excel's own limit
_NAME_LIMIT = 31  # characters of a sheet's name
_WIDTHS = range(8, 61)
_MEASURED_ROWS = 200
_FILLED_MOST = 5_000  # rows below a head in which a person is told what may be entered
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="DCE6F1")
_MIDDLE = Alignment(vertical="center")


@dataclass(frozen=True)
class Allowed:
    """What may be entered in a column of a sheet that is filled in: list, whole, decimal, date, text; and the hint."""

    kind: str
    words: Sequence[str]  # of a list: together at most 255 characters
    hint: str


@dataclass(frozen=True)
class Out:
    """One sheet to write: its name and its rows; the row at `head_row` (from 0) is frozen and carries the filter.

    `allowed` says by column what a person may enter below the head.
    """

    name: str
    rows: Iterable[Sequence[object]]
    head_row: int | None = 0
    allowed: Mapping[int, Allowed] = field(default_factory=dict)


def workbook(sheets: Sequence[Out]) -> bytes:
    """An XLSX of these sheets; whole numbers, money and days keep their type, anything else is text."""
    book = Workbook(write_only=True)
    names: set[str] = set()
    for out in sheets:
        _write_sheet(book.create_sheet(_sheet_name(out.name, names)), out)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def csv_file(rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV in UTF-8 with a mark for Excel; a quote stands before any text that could become a formula."""
    target = StringIO(newline="")
    csv.writer(target).writerows([_csv_text(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def safe_text(text: str) -> str:
    """A text without the characters that a cell may not hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:_CELL_LIMIT]


def _write_sheet(sheet: Any, out: Out) -> None:
    rows = iter(out.rows)
    first = list(islice(rows, _MEASURED_ROWS))
    width = max((len(row) for row in first), default=0)
    for column in range(width):
        needed = max((_width(row[column]) for row in first if column < len(row)), default=0)
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(max(needed + 2, _WIDTHS[0]), _WIDTHS[-1])
    if out.head_row is not None:
        sheet.freeze_panes = f"A{out.head_row + 2}"
    for column, rule in out.allowed.items():
        letter = get_column_letter(column + 1)
        sheet.data_validations.append(_validation(rule, f"{letter}{(out.head_row or 0) + 2}:{letter}{_FILLED_MOST}"))
    written = 0
    for index, row in enumerate(chain(first, rows)):
        sheet.append([_cell(sheet, value, is_head=index == out.head_row) for value in row])
        written = index + 1
    if out.head_row is not None and width:
        sheet.auto_filter.ref = f"A{out.head_row + 1}:{get_column_letter(width)}{max(written, out.head_row + 1)}"


def _validation(rule: Allowed, cells: str) -> DataValidation:
    bounds: dict[str, dict[str, Any]] = {
        "list": {"type": "list", "formula1": f'"{",".join(rule.words)}"'},
        "whole": {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"},
        "decimal": {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"},
        "date": {"type": "date", "operator": "greaterThan", "formula1": "36526"},
    }
    told: dict[str, Any] = {
        "prompt": rule.hint[:255],
        "error": rule.hint[:225],
        "showInputMessage": True,
        "showErrorMessage": True,
    }
    return DataValidation(sqref=cells, allow_blank=True, **bounds.get(rule.kind, {}), **told)


def _cell(sheet: Any, value: object, *, is_head: bool) -> object:
    if value is None or value == "":
        return None
    kept, number_format = _typed(value)
    cell = WriteOnlyCell(sheet, value=kept)
    if isinstance(kept, str):
        cell.data_type = "s"
        if kept[0] in DANGEROUS:
            cell.quotePrefix = True
    else:
        cell.number_format = number_format
    cell.alignment = _MIDDLE
    if is_head:
        cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
    return cell


def _typed(value: object) -> tuple[Any, str]:
    """The value as the sheet holds it and its number format; moments are told in Shanghai time."""
    if isinstance(value, bool):
        return str(value), "General"
    if isinstance(value, int):
        return value, "#,##0"
    if isinstance(value, Decimal):
        return value, "#,##0.00"
    if isinstance(value, float):
        return value, "General"
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI) if value.tzinfo else value
        return local.replace(tzinfo=None), "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return value, "yyyy-mm-dd"
    return safe_text(str(value)), "General"


def _csv_text(value: object) -> str:
    if value is None:
        return ""
    kept, _ = _typed(value)
    if isinstance(kept, datetime):
        return kept.strftime("%Y-%m-%d %H:%M")
    text = str(kept)
    return f"'{text}" if isinstance(kept, str) and text[:1] in tuple(DANGEROUS) else text


def _width(value: object) -> int:
    text = f"{value:,}" if isinstance(value, int | Decimal) else str(value or "")
    longest = max(text.split("\n"), key=len)[:60]
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in longest)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel accepts, and each only once."""
    base = re.sub(r"[\[\]:*?/\\]", " ", safe_text(name)).strip(" '")[:_NAME_LIMIT] or "Sheet"
    unique, number = base, 2
    while unique.lower() in taken:
        unique = f"{base[: _NAME_LIMIT - 4]} {number}"
        number += 1
    taken.add(unique.lower())
    return unique

"""The workbook given back with a column of remarks beside the rows that have problems."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TypeAlias

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from casework.registry.tables.mapping import Mapping
from casework.registry.tables.package import clean_package
from casework.registry.tables.problems import Problem
from casework.registry.tables.workbook import Sheet
from casework.web.xlsx import Out, safe_text, workbook

_FILL = PatternFill("solid", fgColor="FFF2CC")
_FONT = Font(color="9C0006")
_WIDTH = 60

_Remarks: TypeAlias = dict[tuple[str, int], list[str]]


def remarked(
    data: bytes,
    sheets: Sequence[Sheet],
    mappings: Sequence[Mapping],
    problems: Sequence[Problem],
    *,
    head: str,
    say: Callable[[Problem], str],
) -> bytes:
    """The uploaded XLSX with the remarks in a new last column; a CSV, or what openpyxl cannot open, is written anew.

    `head` is the new column's head and `say` words a problem in the reader's language.
    """
    remarks: _Remarks = defaultdict(list)
    for problem in problems:
        for place in problem.places:
            remarks[place].append(say(problem))
    if data.startswith(b"PK"):
        try:
            return _beside(data, mappings, problems, remarks, head)
        except Exception:  # noqa: S110  openpyxl stumbles over parts that other programs write
            pass
    return _anew(sheets, mappings, remarks, head)


def _beside(
    data: bytes, mappings: Sequence[Mapping], problems: Sequence[Problem], remarks: _Remarks, head: str
) -> bytes:
    book = openpyxl.load_workbook(BytesIO(clean_package(data)))
    for mapping in mappings:
        sheet = book[mapping.sheet]
        column = sheet.max_column + 1
        _write(sheet.cell(mapping.head_row + 1, column), head, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
        for (name, row), found in remarks.items():
            if name == mapping.sheet:
                _write(sheet.cell(row, column), "\n".join(found))
    for problem in problems:
        book[problem.sheet][problem.cell].fill = _FILL
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _write(cell: Cell | MergedCell, text: str, *, bold: bool = False) -> None:
    if isinstance(cell, MergedCell):  # hidden under its neighbour, cannot hold anything
        return
    cell.value = safe_text(text)
    cell.data_type = "s"  # never a formula, whatever the text begins with
    cell.fill, cell.font = _FILL, Font(color=_FONT.color, bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _anew(sheets: Sequence[Sheet], mappings: Sequence[Mapping], remarks: _Remarks, head: str) -> bytes:
    read = {mapping.sheet: mapping for mapping in mappings}
    written = []
    for sheet in sheets:
        mapping = read.get(sheet.name)
        width = max(len(row) for row in sheet.rows)
        rows = [list(row) + [""] * (width - len(row)) for row in sheet.rows]
        for index, row in enumerate(rows if mapping else ()):
            row.append(
                head if mapping and index == mapping.head_row else "\n".join(remarks.get((sheet.name, index + 1), ()))
            )
        written.append(Out(sheet.name, rows, head_row=mapping.head_row if mapping else None))
    return workbook(written)

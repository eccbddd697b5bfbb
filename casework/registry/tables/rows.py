"""Rows of a table as records, every cell that is not understood as a problem."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from casework.registry.tables import values
from casework.registry.tables.mapping import Mapping, fields_of, find_mapping, head_texts
from casework.registry.tables.problems import LeftOut, Problem, Reason
from casework.registry.tables.values import NotUnderstood, RegionWords, found_text, plain
from casework.registry.tables.words import NOTES, TOTALS, Field, Kind
from casework.registry.tables.workbook import Sheet, Value, cell_name
from casework.rules.errors import RuleError
from casework.rules.words import N_

_NO_TABLE = N_("No sheet has a head row with the columns of this table; name at least unit, credit code and quantity.")
_NO_ROWS = N_("The table has a head but no rows under it.")
_ONCE = N_("each unit once; the rows %(rows)s name the same one and none of them is taken over")
_ONCE_TRADE = N_("each trade once; the rows %(rows)s are the same and none of them is taken over")
_DAY_WANTED = N_("the day of the last surrender, since something was surrendered")

_MAY_BE_EMPTY = frozenset({Field.REGION, Field.SECTOR, Field.VERIFIED, Field.ALLOCATION, Field.LAST_DAY, Field.REMARK})
_SPREAD = frozenset({Field.REGION, Field.SECTOR, Field.NAME, Field.CODE})


@dataclass(frozen=True)
class SurrenderRow:
    """One unit's line of a surrender table; `surrendered` is the total so far. None: the table does not say."""

    sheet: str
    row: int
    name: str
    code: str
    due: int
    surrendered: int
    region: str | None = None
    sector: str | None = None
    verified: int | None = None
    allocation: int | None = None
    last_day: date | None = None
    remark: str | None = None


@dataclass(frozen=True)
class TradeRow:
    """One trade; `direction` is buy or sell."""

    sheet: str
    row: int
    day: date
    name: str
    code: str
    direction: str
    tonnes: int
    amount: Decimal
    remark: str | None = None


Row = TypeVar("Row", SurrenderRow, TradeRow)


@dataclass(frozen=True)
class Reading(Generic[Row]):
    """What a workbook gives: rows that can be taken over, problems, and what is left out on purpose."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    mappings: tuple[Mapping, ...]

    def problem(self, row: Row, field: Field, found: str, expected: str, **params: object) -> Problem:
        """What is wrong with a row that reads well but does not fit the register."""
        mapping = next(mapping for mapping in self.mappings if mapping.sheet == row.sheet)
        column = mapping.column(field) or 0
        cell = cell_name(row.row - 1, column)
        return Problem(row.sheet, (row.row,), cell, mapping.heads[column], found, expected, params)


def find_mappings(sheets: Sequence[Sheet], kind: Kind) -> list[Mapping]:
    """The mapping of every visible sheet that holds such a table; refuses a workbook without any."""
    found = [mapping for sheet in sheets if not sheet.hidden and (mapping := find_mapping(sheet, kind))]
    if not found:
        raise RuleError(_NO_TABLE)
    return found


def read_surrenders(
    sheets: Sequence[Sheet], mappings: Sequence[Mapping], regions: RegionWords, *, today: date
) -> Reading[SurrenderRow]:
    """The rows of surrender tables; a unit named twice is reported once and not taken."""
    reader = _Reader(mappings, regions, today)
    for sheet in sheets:
        reader.read(sheet)
    reader.check_filled()
    reader.check_twice(lambda record: record.held.get(Field.CODE), _ONCE)
    for record in reader.good():
        _check_last_day(reader, record)
    rows = [SurrenderRow(record.sheet.name, record.row + 1, **record.named()) for record in reader.good()]
    return Reading(tuple(rows), reader.sorted_problems(), tuple(reader.left_out), tuple(mappings))


def read_trades(sheets: Sequence[Sheet], mappings: Sequence[Mapping], *, today: date) -> Reading[TradeRow]:
    """The rows of trade tables; the same trade twice is reported once and not taken."""
    reader = _Reader(mappings, RegionWords({}, ()), today)
    for sheet in sheets:
        reader.read(sheet)
    reader.check_filled()
    reader.check_twice(_trade_key, _ONCE_TRADE)
    rows = [TradeRow(record.sheet.name, record.row + 1, **record.named()) for record in reader.good()]
    return Reading(tuple(rows), reader.sorted_problems(), tuple(reader.left_out), tuple(mappings))


def _trade_key(record: "_Record") -> object:
    fields = (Field.CODE, Field.DAY, Field.DIRECTION, Field.TONNES, Field.AMOUNT)
    key = tuple(record.held.get(field) for field in fields)
    return None if None in key else key


def _check_last_day(reader: "_Reader", record: "_Record") -> None:
    if record.held[Field.SURRENDERED] and Field.LAST_DAY not in record.held:
        reader.add_problem(record, Field.LAST_DAY, NotUnderstood(_DAY_WANTED))


@dataclass
class _Record:
    sheet: Sheet
    row: int
    mapping: Mapping
    held: dict[Field, Any]

    def cell(self, field: Field) -> Value:
        column = self.mapping.column(field)
        if column is None:
            return ""
        spread = field in _SPREAD
        return self.sheet.spread_value(self.row, column) if spread else self.sheet.value(self.row, column)

    def named(self) -> dict[str, Any]:
        return {field.value: held for field, held in self.held.items()}


class _Reader:
    def __init__(self, mappings: Sequence[Mapping], regions: RegionWords, today: date) -> None:
        for mapping in mappings:
            mapping.check()
        self.mappings = {mapping.sheet: mapping for mapping in mappings}
        self.parsers = _parsers(regions, today)
        self.records: list[_Record] = []
        self.problems: list[Problem] = []
        self.left_out: list[LeftOut] = []
        self.held_back: set[tuple[str, int]] = set()

    def read(self, sheet: Sheet) -> None:
        """Take every row under the sheet's head as record, or leave it out and say why."""
        mapping = self.mappings.get(sheet.name)
        if mapping is None:
            why = Reason.HIDDEN_SHEET if sheet.hidden else Reason.NO_TABLE
            self.left_out.append(LeftOut(sheet.name, 0, why, ""))
            return
        for row in range(mapping.head_row + 1, len(sheet.rows)):
            texts = [text for value in sheet.rows[row] if (text := plain(value))]
            if not texts:
                continue
            record = _Record(sheet, row, mapping, {})
            reason = _reason_to_leave_out(record, texts)
            if reason is None:
                self.fill(record)
            else:
                self.left_out.append(LeftOut(sheet.name, row + 1, reason, found_text(" ".join(texts))))

    def fill(self, record: _Record) -> None:
        """Read the record's cells."""
        self.records.append(record)
        for column, field in record.mapping.fields.items():
            parse = self.parsers.get(field)
            if parse is None:
                continue
            value = record.cell(field)
            if field in _MAY_BE_EMPTY and not plain(value):
                continue
            try:
                record.held[field] = parse(value, record.mapping.scale(column))
            except NotUnderstood as answer:
                self.add_problem(record, field, answer)

    def add_problem(self, record: _Record, field: Field, answer: NotUnderstood) -> None:
        column = record.mapping.column(field) or 0
        self.held_back.add((record.sheet.name, record.row))
        self.problems.append(
            Problem(
                sheet=record.sheet.name,
                rows=(record.row + 1,),
                cell=cell_name(record.row, column),
                column=record.mapping.heads[column],
                found=found_text(record.cell(field)),
                expected=answer.expected,
                params=answer.params,
            )
        )

    def check_filled(self) -> None:
        """Refuse a table without a single row."""
        if not self.records:
            raise RuleError(_NO_ROWS)

    def check_twice(self, key: Callable[[_Record], object], expected: str) -> None:
        """Report records with the same key once, naming all their rows, and hold all of them back."""
        groups: dict[object, list[_Record]] = defaultdict(list)
        for record in self.records:
            if (found := key(record)) is not None:
                groups[found].append(record)
        for group in groups.values():
            if len(group) > 1:
                self.problems.append(_twice(group, expected))
                self.held_back.update((record.sheet.name, record.row) for record in group)

    def good(self) -> list[_Record]:
        """The records without any problem."""
        return [record for record in self.records if (record.sheet.name, record.row) not in self.held_back]

    def sorted_problems(self) -> tuple[Problem, ...]:
        """The problems in the order of the workbook."""
        order = {name: index for index, name in enumerate(self.mappings)}
        return tuple(sorted(self.problems, key=lambda problem: (order[problem.sheet], problem.rows[0])))


def _twice(group: list[_Record], expected: str) -> Problem:
    first = group[0]
    column = first.mapping.column(Field.CODE) or 0
    rows = tuple(record.row + 1 for record in group if record.sheet is first.sheet)
    elsewhere = tuple((record.sheet.name, record.row + 1) for record in group if record.sheet is not first.sheet)
    named = [*map(str, rows), *(f"{sheet}!{row}" for sheet, row in elsewhere)]
    return Problem(
        sheet=first.sheet.name,
        rows=rows,
        cell=cell_name(first.row, column),
        column=first.mapping.heads[column],
        found=found_text(first.cell(Field.CODE)),
        expected=expected,
        params={"rows": named},
        elsewhere=elsewhere,
    )


def _reason_to_leave_out(record: _Record, texts: Sequence[str]) -> Reason | None:
    """Total rows, notes and repeated heads have no credit code of their own."""
    if _is_head(record):
        return Reason.HEAD
    if plain(record.cell(Field.CODE)):
        return Reason.NOTE if len(texts) == 1 and _is_note(texts[0]) else None
    if any("".join(text.split()).rstrip(":：") in TOTALS for text in texts):
        return Reason.TOTAL
    if len(texts) <= 2 and not plain(record.cell(Field.NAME)):
        return Reason.NOTE
    return Reason.NOTE if len(texts) <= 4 and _is_note(texts[0]) else None


def _is_note(text: str) -> bool:
    return "".join(text.split()).lstrip("*※").startswith(NOTES)


def _is_head(record: _Record) -> bool:
    heads = head_texts(record.sheet, record.row)
    return len(fields_of(heads, record.mapping.kind)) >= max(3, len(record.mapping.fields) - 2)


def _parsers(regions: RegionWords, today: date) -> Table[Field, Callable[[Value, Decimal], object]]:
    def a_day(value: Value, _scale: Decimal) -> date:
        return values.day(value, today=today)

    def some_words(value: Value, _scale: Decimal) -> str:
        return values.words(value)

    return {
        Field.NAME: lambda value, _scale: values.name(value),
        Field.CODE: lambda value, _scale: values.credit_code(value),
        Field.REGION: lambda value, _scale: values.region(value, regions),
        Field.SECTOR: lambda value, _scale: values.sector(value),
        Field.VERIFIED: values.quantity,
        Field.ALLOCATION: values.quantity,
        Field.DUE: values.quantity,
        Field.SURRENDERED: values.quantity,
        Field.LAST_DAY: a_day,
        Field.REMARK: some_words,
        Field.DAY: a_day,
        Field.DIRECTION: lambda value, _scale: values.direction(value),
        Field.TONNES: values.quantity,
        Field.AMOUNT: values.money,
    }

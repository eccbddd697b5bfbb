"""A filled-in workbook of a region's list: read by its heads, and held against the list cell by cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casework.registry.tables.values import text_of
from casework.registry.tables.workbook import Sheet, Value, cell_name, read_workbook
from casework.rounds.queries.filling import Card, Stage
from casework.rounds.sheets import NUMBER, Column, columns_of
from casework.rules.errors import RuleError
from casework.rules.report_forms import Field, FieldKind
from casework.rules.reports import Level, Problem, Reading, read_report
from casework.rules.words import N_

_HEAD_WITHIN = 20  # rows


@dataclass(frozen=True)
class Found:
    """What stands in one row: the report's number, and the text of each field with its cell."""

    number: str
    row: int
    cells: Mapping[str, tuple[str, str]]  # column key -> cell, text

    def plain(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {"number": self.number, "row": self.row, "cells": {key: list(pair) for key, pair in self.cells.items()}}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Found":
        """Read back what was kept."""
        cells = {str(key): (str(cell), str(text)) for key, (cell, text) in plain["cells"].items()}
        return cls(str(plain["number"]), int(plain["row"]), cells)


def read_sheet(content: bytes, name: str, heads: Iterable[Mapping[str, str]]) -> list[Found]:
    """Read the rows of a filled-in workbook; `heads` say in each language which column a head names."""
    if not content.startswith(b"PK"):
        raise RuleError("“%(name)s” is not the workbook that was downloaded here: save it as .xlsx.", name=name)
    sheets = read_workbook(content, name)
    known = list(heads)
    for sheet in sheets:
        for row in range(min(_HEAD_WITHIN, len(sheet.rows))):
            columns = _columns(sheet, row, known)
            if NUMBER in columns.values() and len(columns) > 3:
                return list(_rows(sheet, row, columns))
    raise RuleError(
        "No sheet of “%(name)s” has the heads of the list: fill in the one that is downloaded here.", name=name
    )


def _columns(sheet: Sheet, row: int, known: Sequence[Mapping[str, str]]) -> dict[int, str]:
    texts = [text_of(value).strip() for value in sheet.rows[row]]
    fits = [{place: heads[text] for place, text in enumerate(texts) if text in heads} for heads in known]
    return max(fits, key=len)


def _rows(sheet: Sheet, head: int, columns: Mapping[int, str]) -> Iterator[Found]:
    for row in range(head + 1, len(sheet.rows)):
        cells = {key: (cell_name(row, place), _text(sheet.value(row, place))) for place, key in columns.items()}
        if any(text for _cell, text in cells.values()):
            yield Found(cells[NUMBER][1], row + 1, cells)


def _text(value: Value) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return text_of(value).strip()


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with a cell: its place, the unit, the field, what stands there, and what the check says."""

    cell: str
    unit: str
    field: Field | None
    found: str
    problem: Problem


@dataclass(frozen=True)
class SheetRow:
    """What a row would change in a report."""

    card: Card
    typed: Mapping[str, str]
    changes: Sequence[tuple[Field, str, str]]
    reading: Reading


@dataclass(frozen=True)
class Check:
    """What a workbook would do to the list."""

    rows: Sequence[SheetRow]
    problems: Sequence[CellProblem]

    @property
    def changed(self) -> list[SheetRow]:
        """The rows that change something."""
        return [one for one in self.rows if one.changes]

    @property
    def staying(self) -> list[SheetRow]:
        """The rows that say the same as the list."""
        return [one for one in self.rows if not one.changes]


def check_sheet(found: Sequence[Found], cards: Sequence[Card], choices: Mapping[tuple[str, str], str]) -> Check:
    """Hold what was read against the list, with the same checks as the page.

    `choices` gives the value of a choice for its field and the word that stands for it.
    """
    by_number = {str(card.report.id): card for card in cards}
    columns = {column.key: column for column in columns_of(cards)}
    rows: dict[str, SheetRow] = {}
    problems: list[CellProblem] = []
    for one in found:
        card = by_number.get(one.number)
        if card is None or one.number in rows or card.stage is Stage.GIVEN:
            problems.append(_unknown(one, card, twice=one.number in rows))
            continue
        typed, cells = _typed(one, card, columns, choices)
        reading = read_report(card.form.fields, {**card.typed, **typed}, card.form.facts)
        rows[one.number] = SheetRow(card, typed, _changes(card, typed, reading), reading)
        unit = card.report.case.enterprise.name
        problems += [
            CellProblem(
                cells.get(problem.name, ""),
                unit,
                card.form.field_of(problem.name),
                typed.get(problem.name, ""),
                problem,
            )
            for problem in reading.problems
        ]
    return Check(list(rows.values()), problems)


def _unknown(found: Found, card: Card | None, *, twice: bool) -> CellProblem:
    if twice:
        sentence = N_("This unit stands in the workbook twice.")
    elif card is None:
        sentence = N_("No unit of this list has this number: leave it as it was downloaded.")
    else:
        sentence = N_("This unit was submitted already: take it back to change it.")
    unit = card.report.case.enterprise.name if card else found.cells.get("unit", ("", ""))[1]
    cell, text = found.cells[NUMBER]
    return CellProblem(cell, unit, None, text, Problem(NUMBER, Level.ERROR, sentence))


def _typed(
    found: Found, card: Card, columns: Mapping[str, Column], choices: Mapping[tuple[str, str], str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the text of each field of the unit, and its cell; the word of a choice becomes its value."""
    typed, cells = {}, {}
    for key, (cell, text) in found.cells.items():
        field = columns[key].of(card) if key in columns else None
        if field is None:
            continue
        typed[field.name] = choices.get((field.label, text), text) if field.kind is FieldKind.CHOICE else text
        cells[field.name] = cell
    return typed, cells


def _changes(card: Card, typed: Mapping[str, str], reading: Reading) -> list[tuple[Field, str, str]]:
    """List what a row changes: 9000 and 9,000 are the same."""
    before, after = card.reading.values, reading.values
    return [
        (one, card.typed.get(one.name, ""), typed[one.name])
        for one in card.form.fields
        if one.name in typed
        and typed[one.name] != card.typed.get(one.name, "")
        and not (one.name in before and one.name in after and before[one.name] == after[one.name])
    ]

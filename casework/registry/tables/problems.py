"""What a table's reader must be told: cells that are not understood, and rows left out on purpose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from casework.rules.words import N_


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be taken over; `expected` is an English msgid with %(name)s parameters.

    `rows` are counted from 1 as the spreadsheet shows them; a problem that joins two rows names both, and
    `elsewhere` names those that stand on other sheets.
    """

    sheet: str
    rows: tuple[int, ...]
    cell: str
    column: str
    found: str
    expected: str
    params: Mapping[str, object] = field(default_factory=dict)
    elsewhere: tuple[tuple[str, int], ...] = ()

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """Sheet and row of every row that is held back."""
        return (*((self.sheet, row) for row in self.rows), *self.elsewhere)

    def __str__(self) -> str:
        params = {name: ", ".join(value) if isinstance(value, list) else value for name, value in self.params.items()}
        return self.expected % params if params else self.expected


class Reason(StrEnum):
    """Why a row or a sheet is left out without being a problem; `label` is its English msgid."""

    TOTAL = "total"
    NOTE = "note"
    HEAD = "head"
    HIDDEN_SHEET = "hidden_sheet"
    NO_TABLE = "no_table"

    @property
    def label(self) -> str:
        """English msgid of the reason."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.TOTAL: N_("Total"),
    Reason.NOTE: N_("Note"),
    Reason.HEAD: N_("Head repeated"),
    Reason.HIDDEN_SHEET: N_("Hidden sheet"),
    Reason.NO_TABLE: N_("No such table on this sheet"),
}


@dataclass(frozen=True)
class LeftOut:
    """A row (counted from 1; 0 for a whole sheet) that is no record, and what it says."""

    sheet: str
    row: int
    reason: Reason
    text: str

"""Taking a filled-in workbook over into a region's list."""

from collections.abc import Sequence
from datetime import date, datetime

from casework.rounds.actions.filling import Typing, keep_typing
from casework.rounds.actions.reporting import mark_unchanged
from casework.rounds.sheet_reading import SheetRow
from casework.rules.errors import RuleError
from casework.users.models import Account


def take_sheet(rows: Sequence[SheetRow], *, by: Account, now: datetime, today: date) -> None:
    """Let the list say what the workbook says; a row that says the same as last time counts as no change.

    The caller has seen to it that the list is still the one the workbook was checked against.
    """
    if not rows:
        raise RuleError("The workbook holds no unit of this list.")
    for row in sorted(rows, key=lambda one: one.card.report.id):
        report = row.card.report
        if row.card.may_stay and not row.changes:
            mark_unchanged(report, by=by, now=now, today=today)
        else:
            keep_typing(report, Typing({**row.card.typed, **row.typed}, row.card.typed), by=by, now=now, today=today)

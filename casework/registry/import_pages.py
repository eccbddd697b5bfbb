"""What the pages of an import show: columns with samples, and the outcome in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from casework.registry.checks import Table, expected_words, problem_of
from casework.registry.models import ImportBatch, ImportState, Sector
from casework.registry.tables.problems import Problem, Reason
from casework.registry.tables.values import found_text
from casework.registry.tables.words import Field, Kind, column_of
from casework.registry.tables.workbook import cell_name
from casework.web.i18n import listed

SHOWN_MOST = 200
_SAMPLES = 3


@dataclass(frozen=True)
class SheetColumn:
    """One column as the mapping page shows it."""

    index: int
    letter: str
    head: str
    samples: tuple[str, ...]
    field: str
    input_name: str


@dataclass(frozen=True)
class SheetColumns:
    """The columns of one sheet."""

    name: str
    head_row: int
    columns: tuple[SheetColumn, ...]


@dataclass(frozen=True)
class ProblemShown:
    """A problem in the reader's language."""

    problem: Problem
    place: str
    expected: str


@dataclass(frozen=True)
class ChangeShown:
    """A row that changes the register: what, from and to; nothing for a new one."""

    row: int
    name: str
    code: str
    differences: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Outcome:
    """The outcome of a check, ready for the page; long lists are cut at `SHOWN_MOST`."""

    new: int
    changed: int
    unchanged: int
    enterprises: int
    held_back: int
    accepted: int
    problems: tuple[ProblemShown, ...]
    problems_total: int
    changes: tuple[ChangeShown, ...]
    changes_total: int
    added: tuple[tuple[int, str, str, bool], ...]
    left_out: tuple[tuple[str, str, str], ...]


def columns_of(table: Table, chosen: Mapping[str, Mapping[str, str]]) -> list[SheetColumns]:
    """Every sheet with its columns, some values of each, and the field chosen."""
    sheets = {sheet.name: sheet for sheet in table.sheets}
    found = []
    for number, mapping in enumerate(table.mappings):
        sheet = sheets[mapping.sheet]
        fields = chosen.get(mapping.sheet, {})
        below = range(mapping.head_row + 1, min(mapping.head_row + 1 + _SAMPLES, len(sheet.rows)))
        columns = tuple(
            SheetColumn(
                index=index,
                letter=cell_name(0, index)[:-1],
                head=head,
                samples=tuple(found_text(sheet.value(row, index)) for row in below),
                field=fields.get(str(index), ""),
                input_name=f"column-{number}-{index}",
            )
            for index, head in enumerate(mapping.heads)
            if head
        )
        found.append(SheetColumns(mapping.sheet, mapping.head_row + 1, columns))
    return found


def subject_of(batch: ImportBatch) -> str:
    """What an import is about: the obligations of a year, or the trades of a cycle."""
    if batch.year:
        return str(_("Obligations %(year)s", year=batch.year.label))
    return str(_("Trades %(cycle)s", cycle=batch.cycle.label if batch.cycle else ""))


def sentence_of(batch: ImportBatch) -> str:
    """Where an import stands, in one sentence."""
    if batch.state is ImportState.FAILED:
        facts = batch.outcome or {}
        sentence, params = facts["refused"], facts.get("params") or {}
        return str(_(sentence, **params)) if params else str(_(sentence))
    if batch.state in (ImportState.CHECKED, ImportState.TAKEN_OVER):
        return _outcome_sentence(batch)
    words: dict[ImportState, str] = {
        ImportState.UPLOADED: _("The columns are to be confirmed."),
        ImportState.CHECKING: _("The table is being checked; nothing is taken over yet."),
        ImportState.TAKING_OVER: _("The rows are being taken over."),
        ImportState.DROPPED: _("Given up; nothing was taken over."),
    }
    return words[batch.state]


def _outcome_sentence(batch: ImportBatch) -> str:
    outcome = batch.outcome
    accepted, problems = outcome["new"] + outcome["changed"], len(outcome["errors"])
    if batch.state is ImportState.TAKEN_OVER and not problems:
        return str(_("%(rows)s rows were taken over.", rows=accepted))
    if batch.state is ImportState.TAKEN_OVER:
        return str(
            _("%(rows)s rows were taken over; %(problems)s problems were left out.", rows=accepted, problems=problems)
        )
    if not accepted and not problems:
        return str(_("Nothing new: all %(rows)s rows are in the register already.", rows=outcome["unchanged"]))
    if not problems:
        return str(_("%(rows)s rows can be taken over, no problems.", rows=accepted))
    return str(_("%(rows)s rows can be taken over, %(problems)s problems.", rows=accepted, problems=problems))


def outcome_of(batch: ImportBatch) -> Outcome | None:
    """The outcome of the check, or None as long as there is none."""
    facts = batch.outcome
    if not facts or "errors" not in facts:
        return None
    kind = Kind(batch.kind)
    return Outcome(
        new=facts["new"],
        changed=facts["changed"],
        unchanged=facts["unchanged"],
        enterprises=facts["enterprises"],
        held_back=facts["held_back"],
        accepted=facts["new"] + facts["changed"],
        problems=tuple(_problem(one) for one in facts["errors"][:SHOWN_MOST]),
        problems_total=len(facts["errors"]),
        changes=tuple(_change(one, kind) for one in facts["changes"][:SHOWN_MOST]),
        changes_total=len(facts["changes"]),
        added=tuple((row, name, code, unknown) for _sheet, row, name, code, unknown in facts["added"][:SHOWN_MOST]),
        left_out=tuple(_left(*one) for one in facts["left_out"]),
    )


def _problem(facts: Mapping[str, Any]) -> ProblemShown:
    problem = problem_of(facts)
    rows = listed(problem.rows)
    return ProblemShown(
        problem, _("%(sheet)s, row %(rows)s", sheet=problem.sheet, rows=rows), expected_words(problem, _)
    )


def _change(facts: Any, kind: Kind) -> ChangeShown:
    _sheet, row, name, code, differences = facts
    told = tuple(
        (_(column_of(kind, Field(field)).label), _shown(field, old), _shown(field, new))
        for field, old, new in differences
    )
    return ChangeShown(row, name, code, told)


def _shown(field: str, value: object) -> str:
    if value is None or value == "":
        return str(_("(empty)"))
    if field == Field.SECTOR:
        return str(_(Sector(str(value)).label))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _left(sheet: str, row: int, reason: str, text: str) -> tuple[str, str, str]:
    place = _("%(sheet)s, row %(rows)s", sheet=sheet, rows=row) if row else sheet
    return place, _(Reason(reason).label), text

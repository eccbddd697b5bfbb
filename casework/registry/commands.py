"""flask --app wsgi import: the tables of offices from the command line, with the same dry run as in the browser."""

import json
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from casework.audit.actions import Program, commit, roll_back
from casework.registry.actions import imports
from casework.registry.checks import Check, check_surrenders, check_trades, expected_words, open_table, problem_of
from casework.registry.queries import cycle_by_label, year_by_label
from casework.registry.tables.words import Kind
from casework.rules.errors import RuleError
from casework.web import clock
from casework.web.forms import say

ROWS_IN_ERROR = 3
OPERATOR = Program("command line")

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
_SKIP = click.option("--skip-errors", is_flag=True, help="Take over the good rows although others have errors.")


@click.group("import")
def import_group() -> None:
    """Import surrender or trade tables (XLSX, CSV). Status 0: all taken over; 3: rows in error."""


@import_group.command("surrender")
@_FILE
@click.option("--year", required=True, metavar="LABEL", help="Compliance year: 2021, or 2019-2020 for the first cycle.")
@_DRY_RUN
@_JSON
@_SKIP
def import_surrender(file: Path, year: str, dry_run: bool, as_json: bool, skip_errors: bool) -> None:
    """Import a table of what was due and surrendered in a compliance year."""
    _run(Kind.SURRENDER, file, year, dry_run=dry_run, as_json=as_json, skip_errors=skip_errors)


@import_group.command("trades")
@_FILE
@click.option("--cycle", required=True, metavar="LABEL", help="Cycle the trades belong to, such as 2021-2022.")
@_DRY_RUN
@_JSON
@_SKIP
def import_trades(file: Path, cycle: str, dry_run: bool, as_json: bool, skip_errors: bool) -> None:
    """Import a table of trades of a cycle."""
    _run(Kind.TRADES, file, cycle, dry_run=dry_run, as_json=as_json, skip_errors=skip_errors)


def _run(kind: Kind, file: Path, label: str, *, dry_run: bool, as_json: bool, skip_errors: bool) -> None:
    try:
        check = _imported(kind, file, label, dry_run=dry_run, skip_errors=skip_errors)
    except RuleError as refusal:
        roll_back()
        raise click.ClickException(say(refusal)) from refusal
    errors = [_error(facts) for facts in check.outcome["errors"]]
    counts = {key: check.outcome[key] for key in ("new", "changed", "unchanged")}
    if as_json:
        click.echo(json.dumps({**counts, "errors": errors}, ensure_ascii=False, indent=2))
    else:
        _tell(counts, errors, taken=not dry_run and (skip_errors or not errors))
    if errors:
        raise click.exceptions.Exit(ROWS_IN_ERROR)


def _imported(kind: Kind, file: Path, label: str, *, dry_run: bool, skip_errors: bool) -> Check:
    """The check of a file, taken over where that was asked for and may be."""
    data, now = file.read_bytes(), clock.now()
    table = open_table(kind, data, file.name)
    year = year_by_label(label) if kind is Kind.SURRENDER else None
    cycle = None if year else cycle_by_label(label)
    if year is not None:
        check = check_surrenders(table, year, reader=None, today=clock.today())
    else:
        assert cycle is not None
        check = check_trades(table, cycle, reader=None, today=clock.today())
    changes = check.outcome["new"] + check.outcome["changed"]
    if changes and not dry_run and (skip_errors or not check.outcome["errors"]):
        batch = imports.receive(kind, data, file.name, year=year, cycle=cycle, by=OPERATOR, now=now)
        imports.take_over(batch, check, by=OPERATOR, now=now)
        commit()
    else:
        roll_back()
    return check


def _error(facts: dict[str, Any]) -> dict[str, Any]:
    problem = problem_of(facts)
    rows = [*problem.rows, *(row for _sheet, row in problem.elsewhere)]
    shown = {"sheet": problem.sheet, "rows": rows, "cell": problem.cell, "column": problem.column}
    return {**shown, "found": problem.found, "expected": expected_words(problem, _)}


def _tell(counts: dict[str, int], errors: list[dict[str, Any]], *, taken: bool) -> None:
    click.echo(_("New %(new)s, changed %(changed)s, unchanged %(unchanged)s.", **counts))
    for error in errors:
        click.echo(
            _(
                "%(sheet)s!%(cell)s (%(column)s): found “%(found)s”, expected %(expected)s",
                **{key: error[key] for key in ("sheet", "cell", "column", "found", "expected")},
            )
        )
    click.echo(_("Taken over.") if taken else _("Nothing was taken over."))

"""The commands of operators: flask --app wsgi COMMAND."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
import structlog
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import upgrade

from casework.archive.commands import archive_group
from casework.db import db
from casework.demo.commands import demo_command
from casework.jobs import worker
from casework.letters.commands import letter_group
from casework.operations.commands import backup, restore_checked, verify
from casework.overview.commands import figures_command
from casework.registry.commands import import_group
from casework.users.commands import user_group

log = structlog.get_logger()


@click.command("init")
def init() -> None:
    """Create the database, or bring it to the newest version; safe to repeat."""
    upgrade()
    click.echo("The database is at its newest version.")


@click.command("worker")
def run_worker() -> None:
    """Do background jobs until stopped."""
    worker.run_until_stopped()


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "url", metavar="URL", help="Another database than that of DATABASE_URL, for a drill.")
@click.option("--force", is_flag=True, help="Replace what is in the database now. Stop the program first.")
def restore(file: Path, url: str | None, force: bool) -> None:
    """Bring a copy back into an empty database, check every invariant, and tell how old the data is."""
    from casework import create_app  # here, since the program itself imports this module

    restore_checked(file, url, force=force, create=create_app)


def init_app(app: Flask) -> None:
    """Register the commands."""
    groups = (archive_group, import_group, letter_group, user_group)
    for command in (*groups, init, run_worker, figures_command, demo_command, verify, backup, restore):
        _explain(command)
        app.cli.add_command(command)


def _explain(command: click.Command) -> None:
    """Let a command, or each of a group's, end with a sentence where the database is not ready for it."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _explain(one)
    elif command.callback is not None:
        command.callback = _explained(command.callback)


def _explained(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return callback(*arguments, **options)
        except sa.exc.DatabaseError as failure:
            db.session.rollback()
            raise click.ClickException(_what_is_wrong(failure)) from failure

    return run


def _what_is_wrong(failure: sa.exc.DBAPIError) -> str:
    """Say what the database lacks; a failure that is none of its state is raised again."""
    if lack := what_is_lacking():
        return lack
    raise failure


def what_is_lacking() -> str | None:
    """Say why the program cannot work on its database, or return None if it can."""
    address = db.engine.url.render_as_string(hide_password=True)
    try:
        with db.engine.connect() as connection:
            there = MigrationContext.configure(connection).get_current_heads()
    except sa.exc.DatabaseError as unreachable:
        return f"The database {address} cannot be used: {str(unreachable.orig).strip()}"
    newest = ScriptDirectory(current_app.extensions["migrate"].directory).get_heads()
    if sorted(there) == sorted(newest):
        return None
    return f"The database {address} is not at its newest version: run flask --app wsgi init first."

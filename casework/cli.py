"""The commands of operators: flask --app wsgi COMMAND."""

import click
import structlog
from flask import Flask
from flask_migrate import upgrade

from casework.demo.commands import demo_command
from casework.jobs import worker
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


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (init, run_worker, import_group, figures_command, user_group, demo_command):
        app.cli.add_command(command)

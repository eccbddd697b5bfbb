"""flask --app wsgi demo: a database of invented data to try the program with."""

from datetime import datetime
from functools import partial

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import downgrade, upgrade

from casework.audit.models import AuditHead
from casework.db import db
from casework.demo import build
from casework.demo.bulk.actions import enlarge
from casework.demo.people import PASSWORD, PEOPLE
from casework.letters import pdf
from casework.users.models import Account
from casework.web import clock


@click.command("demo")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="Day on which the demonstration stands; default today."
)
@click.option("--cases", type=click.IntRange(0, 1_000_000), default=0, help="Add so many generated cases, to measure.")
@click.option("--reset", is_flag=True, help="Clear the database first. Everything in it is lost.")
@with_appcontext
def demo_command(today: datetime | None, cases: int, reset: bool) -> None:
    """Load invented demonstration data into an empty database."""
    if reset and not current_app.config["SETTINGS"].demo:
        raise click.ClickException("The database is only cleared in demo mode (CASEWORK_DEMO=1).")
    if reset:
        _clear()
    upgrade()
    if _holds_data():
        raise click.ClickException("The database holds data already. Use --reset to clear it, or another database.")
    fonts = current_app.config["SETTINGS"].fonts
    stands = today.date() if today else clock.today()
    build.build(stands, fonts=fonts, say=click.echo)
    if cases:
        enlarge(cases, today=stands, render=partial(pdf.render, fonts=fonts), say=click.echo)
    click.echo("Accounts (password of all: " + PASSWORD + "): " + ", ".join(username for username, *_ in PEOPLE))


def _holds_data() -> bool:
    return db.session.execute(sa.select(sa.func.count()).select_from(Account)).scalar_one() > 0


def _clear() -> None:
    db.session.remove()
    if sa.inspect(db.engine).has_table(AuditHead.__tablename__):
        downgrade(revision="base")

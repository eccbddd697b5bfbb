"""flask --app wsgi verify and backup, and what `restore` does: what keeps the data trustworthy."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask_babel import gettext as _
from flask_migrate import upgrade

from casework.audit.models import AuditRow
from casework.db import db, read_only_from_here
from casework.operations.backup import back_up
from casework.operations.backup import restore as bring_back
from casework.operations.invariants import INVARIANTS, faults
from casework.rules.errors import RuleError
from casework.web import clock
from casework.web.forms import say
from config import Settings

SHOWN_MOST = 200


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal or a failure of the machine into a sentence and status 1."""
    try:
        yield
    except RuleError as refusal:
        raise click.ClickException(say(refusal)) from refusal
    except OSError as failure:
        raise click.ClickException(f"{failure.strerror}: {failure.filename}") from failure


@click.command("verify")
@click.option("--only", "codes", multiple=True, type=click.Choice(list(INVARIANTS)), help="Check these alone.")
def verify(codes: tuple[str, ...]) -> None:
    """Check that everything that must hold does hold. Status 1, and a list, where it does not."""
    if _tell_faults(list(codes) or list(INVARIANTS)):
        raise click.exceptions.Exit(1)


def _tell_faults(codes: list[str]) -> int:
    """Print the faults, the first two hundred of them, and return their number."""
    read_only_from_here(True)
    found = 0
    for code, fault in faults(codes, now=clock.now()):
        found += 1
        if found <= SHOWN_MOST:
            click.echo(f"{code} {fault}", err=True)
    db.session.rollback()
    if found:
        click.echo(_("%(count)s faults were found.", count=found), err=True)
    else:
        click.echo(_("All %(count)s invariants hold.", count=len(codes)))
    return found


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file of this name.")
def backup(file: Path, force: bool) -> None:
    """Write a copy of the whole database to FILE, while the program serves."""
    began = time.monotonic()
    with refusals():
        size = back_up(current_app.config["SETTINGS"].database_url, file, force=force)
    seconds = f"{time.monotonic() - began:.1f}"
    click.echo(_("%(file)s: %(size)s bytes in %(seconds)s s.", file=str(file), size=f"{size:,}", seconds=seconds))


def restore_checked(file: Path, url: str | None, *, force: bool, create: Callable[[Settings], Flask]) -> None:
    """Bring a copy back, upgrade it, check every invariant, and tell how long it took and how old the data is."""
    began = time.monotonic()
    settings = current_app.config["SETTINGS"]
    target = replace(settings, database_url=url or settings.database_url)
    db.session.remove()
    db.engine.dispose()
    with refusals():
        bring_back(file, target.database_url, force=force)
    with create(target).app_context():
        upgrade()
        found = _tell_faults(list(INVARIANTS))
        last = db.session.scalar(sa.select(sa.func.max(AuditRow.at)))
        db.session.remove()
        db.engine.dispose()
    click.echo(_("Restored in %(seconds)s s.", seconds=f"{time.monotonic() - began:.1f}"))
    if last is not None:
        age = clock.now() - last
        click.echo(_("The newest entry of the data is %(hours)s h old.", hours=f"{age.total_seconds() / 3600:.1f}"))
    if found:
        raise click.exceptions.Exit(1)

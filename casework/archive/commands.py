"""flask --app wsgi archive: packages of letters and cases, made and checked at the command line."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from casework.archive.actions import note_taken
from casework.archive.dossier import dossier_of, written
from casework.archive.package import CHUNK, verify
from casework.archive.queries import case_by_id, letter_numbered
from casework.audit.actions import Program, commit, roll_back
from casework.cases.models import Case
from casework.letters.models import Letter
from casework.rules.errors import RuleError
from casework.web import clock
from casework.web.forms import say

OPERATOR = Program("command line")
OUT = click.option("--out", required=True, metavar="FILE.zip", type=click.Path(dir_okay=False, path_type=Path))


@click.group("archive")
def archive_group() -> None:
    """Archive packages of letters and cases."""


@archive_group.command("letter")
@click.argument("number")
@OUT
@with_appcontext
def archive_letter(number: str, out: Path) -> None:
    """Write the package of the letter with this document NUMBER, as 宁环函〔2026〕3号."""
    _write(lambda: letter_numbered(number), out)


@archive_group.command("case")
@click.argument("case_id", type=int)
@OUT
@with_appcontext
def archive_case(case_id: int, out: Path) -> None:
    """Write the package of a case; its id is the number in the address of its page."""
    _write(lambda: case_by_id(case_id), out)


def _write(find: Callable[[], Letter | Case], out: Path) -> None:
    try:
        dossier = dossier_of(find())
        file, sha256 = written(dossier, fonts=current_app.config["SETTINGS"].fonts)
        with file, out.open("wb") as target:
            while chunk := file.read(CHUNK):
                target.write(chunk)
        note_taken(dossier, sha256, by=OPERATOR, now=clock.now())
        commit()
    except RuleError as refusal:
        roll_back()
        raise click.ClickException(say(refusal)) from refusal
    except OSError as error:
        roll_back()
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    click.echo(f"{out}: {len(dossier.papers)} files, SHA-256 {sha256}")


@archive_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def archive_verify(file: Path) -> None:
    """Check a package by itself: every file there, unchanged, nothing besides, each letter the one registered."""
    try:
        with file.open("rb") as opened:
            metadata = verify(opened)
    except RuleError as fault:
        raise click.ClickException(say(fault)) from fault
    numbers = "、".join(str(letter["number"]) for letter in metadata["letters"])
    click.echo(_("The package is whole: %(count)s files. %(numbers)s", count=len(metadata["files"]), numbers=numbers))

"""flask --app wsgi letter: a letter from a file of facts, without a database."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from casework.letters.pdf import render
from casework.rules.errors import RuleError
from casework.rules.json_schema import json_schema
from casework.rules.letter_facts import LetterFacts, facts_refusal, letter_paragraphs
from casework.rules.letters import addressee_refusal
from casework.rules.plain_json import from_json
from casework.rules.wording import wording_refusal
from casework.web.forms import say


@click.group("letter")
def letter_group() -> None:
    """Make a letter of any kind from a file of facts; the database is not asked."""


@letter_group.command("schema")
def letter_schema() -> None:
    """Print the JSON Schema of the file of facts."""
    click.echo(json.dumps(json_schema(LetterFacts), ensure_ascii=False, indent=2))


@letter_group.command("render")
@click.argument("facts", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, metavar="LETTER.pdf", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def letter_render(facts: Path, out: Path) -> None:
    """Print the letter that a file of FACTS describes; refused facts are named by the path of their field."""
    try:
        pdf = render(_readable(facts.read_bytes()), fonts=current_app.config["SETTINGS"].fonts)
        out.write_bytes(pdf)
    except RuleError as refusal:
        raise click.ClickException(_with_path(refusal)) from refusal
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    click.echo(f"{out}: {len(pdf):,} bytes")


def _readable(text: bytes) -> LetterFacts:
    """The facts of the file, complete and such as may be said to their addressee."""
    facts = from_json(LetterFacts, text)
    said = (facts.title, *letter_paragraphs(facts))
    refused = (
        addressee_refusal(facts.kind, facts.addressee_kind)
        or facts_refusal(facts)
        or wording_refusal(facts.addressee_kind, said, facts.consent, must_ask=facts.kind.asks)
    )
    if refused:
        raise refused
    return facts


def _with_path(refusal: RuleError) -> str:
    return f"{refusal.field}: {say(refusal)}" if refusal.field else say(refusal)

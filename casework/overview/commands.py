"""flask --app wsgi figures: what the dashboard counts, on the command line."""

import json

import click
from flask.cli import with_appcontext

from casework.overview.queries.figures import figures


@click.command("figures")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@with_appcontext
def figures_command(as_json: bool) -> None:
    """Print completion by year and trades by cycle, counted from the records."""
    counted = figures()
    if as_json:
        click.echo(json.dumps(counted, ensure_ascii=False))
        return
    for row in counted["years"]:
        click.echo(
            "{year}: {units_completed} of {units_due} units ({rate} %), {tonnes_surrendered} of {tonnes_due} t, "
            "{tonnes_short} t short".format(**row)
        )
    for row in counted["trades"]:
        click.echo("{cycle}: {enterprises} traders, {tonnes} t, {yuan} yuan, {yuan_per_tonne} yuan/t".format(**row))

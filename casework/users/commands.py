"""flask --app wsgi user: accounts from the command line, for the first administrator above all."""

import click
from flask_babel import gettext as _

from casework.audit.actions import Program, commit, roll_back
from casework.rules.errors import RuleError
from casework.rules.roles import Role
from casework.users.actions.accounts import AccountFacts, create_account
from casework.users.actions.regions import RegionFacts, create_region
from casework.users.models import Region, RegionKind
from casework.users.queries import all_regions, region_by_code
from casework.web import clock
from casework.web.forms import say

OPERATOR = Program("command line")
ROOT_CODE = "640000"


@click.group("user")
def user_group() -> None:
    """Accounts from the command line."""


@user_group.command("create")
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as letters and the trail show it.")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given twice for officer and reviewer; other roles exclude one another.",
)
@click.option("--region", "region_code", metavar="CODE", help="Code of the region; without it, the root of the tree.")
@click.option("--region-name", metavar="NAME", help="Creates the root region where there is none yet.")
@click.option("--ask-password", is_flag=True, help="Type the password instead of having one drawn and printed.")
def create(
    username: str,
    name: str,
    roles: tuple[str, ...],
    region_code: str | None,
    region_name: str | None,
    ask_password: bool,
) -> None:
    """Create an account; its password must be changed at the first sign-in."""
    typed = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else None
    try:
        region = _region(region_code, region_name)
        facts = AccountFacts(name=name, roles=frozenset(map(Role, roles)), region=region)
        _account, password = create_account(username, facts, by=OPERATOR, now=clock.now(), password=typed)
        commit()
    except RuleError as refusal:
        roll_back()
        raise click.ClickException(say(refusal)) from refusal
    click.echo(_("Account %(username)s was created.", username=username))
    if typed is None:
        click.echo(_("Password, shown this once, to be changed at the first sign-in: %(password)s", password=password))


def _region(code: str | None, name: str | None) -> Region:
    """Return the region asked for; the first account of an empty database brings the root with it."""
    tree = all_regions()
    if not tree:
        if not name:
            raise RuleError("There is no region yet: name the root of the tree with --region-name.")
        facts = RegionFacts(name=name, kind=RegionKind.PROVINCE)
        return create_region(code or ROOT_CODE, facts, None, by=OPERATOR, now=clock.now())
    region = region_by_code(code) if code else tree[0]
    if region is None:
        raise RuleError("There is no region with the code %(code)s.", code=code)
    return region

"""The first start without demo data: a database, a root region, an administrator."""

import pytest
import sqlalchemy as sa

from casework.audit.models import AuditRow
from casework.db import db
from casework.users.models import Account, Region
from casework.users.passwords import check_new_password, drawn_password, password_fits
from casework.users.queries import account_by_name


@pytest.fixture
def run(app):
    """Runs a command as an operator does."""
    return app.test_cli_runner().invoke


def create(run, *more, username="grace", role="administrator"):
    return run(args=["user", "create", username, "--name", "古丽", "--role", role, *more])


@pytest.fixture
def nobody_yet(session):
    session.execute(sa.text("DELETE FROM account_role"))
    session.execute(sa.text("DELETE FROM account"))
    session.execute(sa.text("DELETE FROM region WHERE parent_id IS NOT NULL"))
    session.execute(sa.text("DELETE FROM region"))
    session.commit()


def test_the_first_administrator_brings_the_root_region(run, nobody_yet):
    result = create(run, "--region-name", "宁夏回族自治区")
    assert result.exit_code == 0, result.output
    account = account_by_name("grace")
    assert account.must_change_password
    assert account.region.path == "/640000/"
    assert password_fits(account.password_hash, result.output.split()[-1].split("：")[-1])


def test_without_a_region_the_command_says_what_is_missing(run, nobody_yet):
    result = create(run)
    assert result.exit_code == 1
    assert "--region-name" in result.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Region)) == 0


def test_the_creation_is_in_the_trail_without_the_password(run, session):
    password = create(run).output.split()[-1]
    row = session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc())).first()
    assert (row.action, row.actor, row.after["roles"]) == ("create account", "command line", ["administrator"])
    assert password not in str(row.after)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--role", "auditor"], "系统管理员、审计员"),
        (["--region", "999999"], "999999"),
    ],
)
def test_what_is_not_allowed_is_refused_with_a_sentence(run, session, arguments, sentence):
    result = create(run, *arguments)
    assert result.exit_code == 1
    assert sentence in result.output
    assert account_by_name("grace") is None


@pytest.mark.parametrize("username", ["alice", "Grace", "g", "a b"])
def test_a_name_that_is_taken_or_unusable_is_refused(run, session, username):
    before = session.scalar(sa.select(sa.func.count()).select_from(Account))
    assert create(run, username=username).exit_code == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == before


def test_a_city_officer_needs_a_city(run, session):
    assert create(run, role="city").exit_code == 1
    assert create(run, "--region", "640200", role="city").exit_code == 0


def test_a_typed_password_is_held_to_the_policy(run, session):
    result = run(
        args=["user", "create", "grace", "--name", "古丽", "--role", "viewer", "--ask-password"], input="short\nshort\n"
    )
    assert result.exit_code == 1
    assert "12" in result.output


@pytest.mark.parametrize("policy", ["gbt22239", "asvs"])
def test_a_drawn_password_suits_both_policies(policy):
    for _ in range(20):
        check_new_password(drawn_password(), policy=policy, username="grace", earlier=[])

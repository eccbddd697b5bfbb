"""Copies made under load, brought back and checked, on both engines."""

import random
import signal
from functools import partial

import pytest
import sqlalchemy as sa
from support.cast import NOW
from support.registering import letters_with_cases, register_all, stub

from casework.audit.actions import commit, record
from casework.audit.models import AuditRow
from casework.db import engine_options
from casework.letters.models import Letter
from casework.operations.invariants import INVARIANTS
from casework.users.queries import account_by_name


@pytest.fixture
def run(app):
    """Runs a command as an operator does."""

    def invoke(args):
        with app.app_context():
            return app.test_cli_runner().invoke(args=args)

    return invoke


@pytest.fixture
def elsewhere(stage, tmp_path, engine_name):
    """The address of an empty database of the same engine."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path}/restored.db"
        return
    address = sa.make_url(stage.url)
    admin = sa.create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE restored")
    yield address.set(database="restored").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE restored WITH (FORCE)")
    admin.dispose()


@pytest.mark.parametrize("copies", [pytest.param(1, marks=pytest.mark.slow), pytest.param(20, marks=pytest.mark.proof)])
@pytest.mark.timeout(900)
def test_copies_made_while_letters_are_registered_are_whole_when_restored(app, run, crew, tmp_path, elsewhere, copies):
    with app.app_context():
        ids = letters_with_cases(400 * copies)
        commit()
    workers = [crew.fork(partial(register_all, app, ids[n::2], random.Random(n), 0.05, stub)) for n in range(2)]
    before = []
    for number in range(copies):
        for worker in workers:
            worker.line()  # it is at work
        before.append(letters_numbered(app.config["SETTINGS"].database_url))
        copy = run(args=["backup", str(tmp_path / f"copy-{number}")])
        assert copy.exit_code == 0, copy.output
    for worker in workers:
        worker.kill()
        assert worker.status == -signal.SIGKILL, "the work was done before the last copy"
    crew.wait_until_quiet()
    for number, least in enumerate(before):
        result = run(args=["restore", str(tmp_path / f"copy-{number}"), "--to", elsewhere, "--force"])
        assert result.exit_code == 0, result.output
        assert str(len(INVARIANTS)) in result.output
        assert letters_numbered(elsewhere) >= least > 0


def letters_numbered(address):
    engine = sa.create_engine(address, **engine_options(address))
    with engine.connect() as connection:
        found = connection.scalar(sa.select(sa.func.count()).select_from(Letter).where(Letter.number.is_not(None)))
    engine.dispose()
    return found


def test_a_live_database_is_not_overwritten_unless_forced(app, run, session, tmp_path):
    copy = tmp_path / "copy"
    assert run(args=["backup", str(copy)]).exit_code == 0
    record("sign in", "account", 1, by=account_by_name("alice"), now=NOW)
    commit()
    session.remove()
    refused = run(args=["restore", str(copy)])
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditRow)) == 1
    session.remove()
    forced = run(args=["restore", str(copy), "--force"])
    assert forced.exit_code == 0, forced.output
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditRow)) == 0


def test_a_copy_is_not_overwritten_unless_forced(run, session, tmp_path):
    copy = tmp_path / "copy"
    assert run(args=["backup", str(copy)]).exit_code == 0
    assert run(args=["backup", str(copy)]).exit_code == 1
    assert run(args=["backup", str(copy), "--force"]).exit_code == 0
    assert copy.stat().st_mode & 0o777 == 0o600


def test_something_else_than_a_copy_is_refused(run, session, tmp_path, elsewhere):
    other = tmp_path / "other"
    other.write_text("not a copy")
    result = run(args=["restore", str(other), "--to", elsewhere])
    assert result.exit_code == 1
    assert "backup" in result.output

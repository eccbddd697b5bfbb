"""Copies made under load, brought back and checked, on both engines."""

import threading

import pytest
import sqlalchemy as sa
from support.cast import NOW

from casework.audit.actions import commit, record
from casework.audit.models import AuditRow
from casework.db import db
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


@pytest.mark.slow
def test_a_copy_made_while_others_write_is_whole_when_restored(app, run, tmp_path, elsewhere):
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            with app.app_context():
                record("sign in", "account", 1, by=account_by_name("alice"), now=NOW)
                commit()
                db.session.remove()
            written.append(1)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    while len(written) < 5:
        pass
    copies = [run(args=["backup", str(tmp_path / f"copy-{number}")]) for number in range(2)]
    stop.set()
    for writer in writers:
        writer.join()
    assert [copy.exit_code for copy in copies] == [0, 0], copies[0].output
    result = run(args=["restore", str(tmp_path / "copy-1"), "--to", elsewhere])
    assert result.exit_code == 0, result.output
    assert str(len(INVARIANTS)) in result.output


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

"""What every command says where the database is not ready for it."""

import os
import subprocess
import sys

import pytest

from casework import create_app
from casework.db import UnsafeDatabase, db
from casework.demo.registers import SAMPLES
from config import Settings
from tools.steps import ROOT

pytestmark = pytest.mark.slow


def fresh(url):
    """The program on a database of its own."""
    return create_app(Settings(secret="s" * 40, database_url=url, demo=True))


@pytest.fixture
def said(tmp_path):
    """Runs a command on a new database and returns how it ended and what it said."""
    app = fresh(f"sqlite:///{tmp_path}/new.db")

    def run(*arguments):
        with app.app_context():
            result = app.test_cli_runner().invoke(args=[str(one) for one in arguments])
            db.session.remove()
        return result.exit_code, result.output

    yield run
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify"],
        ["figures", "--json"],
        ["import", "surrender", SAMPLES / "surrender-2021.xlsx", "--year", "2021"],
        ["user", "create", "grace", "--name", "古丽", "--role", "administrator"],
        ["archive", "case", "1", "--out", "case.zip"],
        ["worker"],
    ],
)
def test_a_command_on_a_new_database_names_init(said, arguments):
    status, words = said(*arguments)
    assert status == 1
    assert words.strip().splitlines()[-1].endswith("run flask --app wsgi init first.")


def test_a_command_works_after_init(said):
    assert said("init") == (0, "The database is at its newest version.\n")
    assert said("verify")[0] == 0


def test_gunicorn_refuses_a_database_that_is_not_at_its_newest_version(tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    begin = ["-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app", "-w", "1"]
    done = subprocess.run(
        [sys.executable, *begin], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "DATABASE_URL": url, "CASEWORK_DEMO": "1", "PORT": "8997"},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip().endswith("is not at its newest version: run flask --app wsgi init first.")


def test_a_database_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "junk.db").write_bytes(b"no database" * 500)
    for url in (f"sqlite:///{tmp_path}/junk.db", f"sqlite:///{tmp_path}/nowhere/new.db"):
        app = fresh(url)
        with app.app_context():
            result = app.test_cli_runner().invoke(args=["init"])
            db.engine.dispose()
        assert result.exit_code == 1
        assert result.output.startswith(f"Error: The database {url} cannot be used: ")


def test_a_server_that_is_not_reached_is_named_without_its_password():
    with pytest.raises(UnsafeDatabase, match="is not reached") as refusal:
        fresh("postgresql://casework:secret@127.0.0.1:9/casework")
    assert "secret" not in str(refusal.value)

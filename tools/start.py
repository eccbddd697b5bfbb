"""Starts the program: brings the database up to date, then serves until it is stopped.

Serves the pages with gunicorn and does background jobs with the worker beside it; when one ends, so does the other.
Run by `make run`, which sets everything up first. DEMO=0 starts with an empty database instead of the demo data.
"""

import ctypes
import errno
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from types import FrameType

from config import DATABASE, DEMO, KEPT_SECRET, ROOT, SECRET, SettingError, Settings, drawn_secret
from tools.steps import SetupError, fail, say

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
WORKER = [*FLASK, "worker"]
PATIENCE = 60.0
PR_SET_PDEATHSIG = 1


def complete_environment() -> None:
    """Fill in what `make run` may decide for the person: demo mode, and a secret drawn on this machine."""
    os.environ.setdefault(DEMO.name, "0" if os.environ.get("DEMO", "1") == "0" else "1")
    if not os.environ.get(SECRET.name):
        os.environ[SECRET.name] = drawn_secret(KEPT_SECRET)


def check_port(port: int) -> None:
    """Refuse a port that another program holds, before anything is changed."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            cause = f"port {port} is taken by another program." if taken else f"port {port}: {error.strerror}."
            remedy = f"choose another one: make run PORT={port + 1 if port >= 1024 else 8000}"
            remedy += f"; or see who holds it (ss -ltnp 'sport = :{port}') and stop that." if taken else "."
            raise SetupError("Address", cause, remedy) from error


def command(*arguments: str) -> str:
    """Run one of the program's own commands and return what it said."""
    done = subprocess.run([*FLASK, *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        said = "\n          ".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise SetupError(f"flask --app wsgi {' '.join(arguments)}", said, "mend what it names, then start again.")
    return done.stdout.strip()


@dataclass(frozen=True)
class Start:
    """What the database was like when it was brought up to date."""

    empty: bool
    database: str


def at_newest(url: str) -> Start | None:
    """Tell of a SQLite database at its newest version, without building the program, which takes half of a start."""
    from pysqlite3 import dbapi2 as sqlite

    versions = (ROOT / "casework" / "migrations" / "versions").glob("[0-9]*.py")
    newest = max(file.name.split("_")[0] for file in versions)
    path = url.removeprefix("sqlite:///")
    if path == url or not os.path.exists(path):
        return None
    try:
        with closing(sqlite.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            at = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            empty = connection.execute("SELECT count(*) FROM account").fetchone() == (0,)
    except sqlite.Error:
        return None
    return Start(empty, url) if at == [(newest,)] else None


def bring_up_to_date() -> Start:
    """Create or migrate the database, and tell whether it has any account yet."""
    import sqlalchemy as sa
    from flask_migrate import upgrade

    from casework import create_app
    from casework.db import db
    from casework.users.models import Account

    app = create_app()
    with app.app_context():
        upgrade()
        empty = not db.session.scalar(sa.select(sa.exists().select_from(Account)))
        database = db.engine.url.render_as_string(hide_password=True)
        db.session.remove()
        db.engine.dispose()
    return Start(empty, database)


def first_administrator() -> str:
    """Return the command that makes the first account, as it is to be typed."""
    given = [f"{name}={shlex.quote(os.environ[name])}" for name in (DATABASE.name,) if os.environ.get(name)]
    create = "user create admin --name 系统管理员 --role administrator --region-name 宁夏回族自治区"
    return " ".join([*given, f".venv/bin/flask --app wsgi {create}"])


def demo_accounts() -> list[str]:
    """Return a line for each account of the demonstration, and one with their password."""
    from casework.demo.people import PASSWORD, PEOPLE

    lines = [f"  {username:<12}{name}  {role.label}" for username, name, role, _region in PEOPLE]
    return [*lines, f"  password of all: {PASSWORD}"]


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a program that gets no Ctrl-C of its own, and ends if we are killed."""
    return subprocess.Popen(arguments, cwd=ROOT, start_new_session=True, preexec_fn=_end_with_parent)


def wait_until_served(server: subprocess.Popen[bytes], port: int) -> None:
    """Return as soon as the server takes connections."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SetupError("Server", "gunicorn did not come up.", "its own words stand above; mend what they name.")


def serve(port: int, welcome: str) -> int:
    """Serve until one of the two programs ends or somebody stops us; return the status."""
    stopped: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    programs = {"gunicorn": spawn(GUNICORN), "worker": spawn(WORKER)}
    try:
        wait_until_served(programs["gunicorn"], port)
        print(welcome, flush=True)
        while not stopped and all(program.poll() is None for program in programs.values()):
            time.sleep(0.2)
        if not stopped:
            ended = ", ".join(name for name, program in programs.items() if program.poll() is not None)
            raise SetupError("Serving", f"{ended} ended by itself.", "its own words stand above; start again.")
    finally:
        for program in programs.values():
            program.terminate()
        for program in programs.values():
            try:
                program.wait(timeout=20)
            except subprocess.TimeoutExpired:
                program.kill()
    say("Stopped")
    return 0


def main() -> int:
    """Bring the database up to date and serve; return the status."""
    try:
        complete_environment()
        settings = Settings.from_env()
        check_port(settings.port)
        say("Database: brought to its newest version")
        start = at_newest(settings.database_url) or bring_up_to_date()
        if start.empty and settings.demo:
            say("Demo data: loaded into the new database (half a minute)")
            command("demo")
        return serve(settings.port, welcome(settings, start))
    except SettingError as error:
        return fail(SetupError("Settings", str(error), "config.py and the README describe every setting."))
    except SetupError as error:
        return fail(error)


def welcome(settings: Settings, start: Start) -> str:
    """Return what is shown when the program serves: its address and who may sign in."""
    lines = ["", f"Casework serves on http://127.0.0.1:{settings.port}  (database {start.database})"]
    if settings.demo:
        lines += ["Accounts of the demonstration:", *demo_accounts()]
    elif start.empty:
        lines += ["Nobody can sign in yet. Make the first administrator:", f"  {first_administrator()}"]
    return "\n".join([*lines, "Ctrl-C stops it.", ""])


if __name__ == "__main__":
    sys.exit(main())

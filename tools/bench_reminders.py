"""Measures the run that reminds of deadlines over a large database, on both engines.

python -m tools.bench_reminders [--cases 1000 100000] [--engine sqlite postgresql]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from casework import create_app
from casework.db import db
from casework.jobs import worker
from casework.notices.models import Notice
from casework.rules.deadlines import SHANGHAI
from casework.web import clock
from config import Settings
from tools.bench import DAY, environment, prepared
from tools.steps import ROOT, say

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
TARGET_SECONDS = 10.0
_RUN = (
    "INSERT INTO job (kind, state, due_at, attempts, progress_done, progress_total, created_at)"
    " VALUES ('reminders', 'waiting', :moment, 0, 0, 0, :moment)"
)
ENGINES = ("sqlite", "postgresql")


@contextmanager
def on_sqlite(cases: int) -> Iterator[dict[str, str]]:
    """Yield the environment of a copy of the database with so many cases."""
    path = prepared(cases)
    copy = path.with_name(f"{cases}.reminders.db")
    shutil.copy(path, copy)
    yield environment(copy)
    for suffix in ("", "-wal", "-shm"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


@contextmanager
def on_postgresql(cases: int) -> Iterator[dict[str, str]]:
    """Yield the environment of such a database on a server of our own, which the tests know how to start."""
    sys.path.insert(0, str(ROOT / "tests"))
    cluster = import_module("support.postgresql").cluster
    with tempfile.TemporaryDirectory() as folder, cluster(folder) as server:
        url = server.create("bench").replace("+psycopg", "")
        there = environment(Path("unused")) | {"DATABASE_URL": url}
        say(f"Bench: a database with {cases:,} cases is built on PostgreSQL")
        for command in (["init"], ["demo", "--today", DAY, "--cases", str(cases)]):
            flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
            subprocess.run(flask, cwd=ROOT, env=there, check=True, stdout=subprocess.DEVNULL)
        yield there


PLACES = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def measured(cases: int, engine: str) -> tuple[int, int, int, float, float]:
    """Return how many cases are due, what was told, in how many statements, and the seconds of two runs."""
    with PLACES[engine](cases) as there:
        app = create_app(Settings.from_env(there), CLOCK_SHIFT=MORNING - datetime.now(UTC))
        with app.app_context():
            due = _all_due_that_day()
            seen: list[str] = []
            event.listen(db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
            first = _timed()
            statements = len(seen)
            again = _timed()
            told = db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) or 0
            db.session.remove()
            db.engine.dispose()
    return due, told, statements, first, again


def _all_due_that_day() -> int:
    """Let every case that has a day be due on the day of the run, and put two runs alone into the queue."""
    day = MORNING.date()
    with db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM job WHERE id NOT IN (SELECT job_id FROM mail)"))
        moved = sa.text('UPDATE "case" SET next_due = :day WHERE next_due IS NOT NULL')
        due = connection.execute(moved, {"day": day.isoformat()}).rowcount
        for _run in range(2):
            connection.execute(sa.text(_RUN), {"moment": f"{day} 00:00:00"})
    return int(due)


def _timed() -> float:
    """Do the next run as the worker does it."""
    begun = time.perf_counter()
    if not worker.run_one("bench", now=clock.now()):
        raise RuntimeError("there was no run to do")
    return time.perf_counter() - begun


def main() -> int:
    """Measure, and print each figure; every case is due on the day of the run, so that everybody must be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=ENGINES)
    asked = parser.parse_args()
    for engine in asked.engine:
        for cases in asked.cases:
            watched, told, statements, first, again = measured(cases, engine)
            print(f"{engine}: {watched:,} cases due today: {told:,} notices in {first:.2f} s", end=" ")
            print(f"with {statements} statements; again, with nothing to tell, {again:.2f} s", end=" ")
            print(f"(target {TARGET_SECONDS:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

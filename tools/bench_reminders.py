"""Measures the run that reminds of deadlines over a large database, on a copy of it.

python -m tools.bench_reminders [--cases 1000 100000]
"""

import argparse
import shutil
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import event

from casework import create_app
from casework.db import db
from casework.jobs import worker
from casework.notices.models import Notice
from casework.rules.deadlines import SHANGHAI
from casework.web import clock
from config import Settings
from tools.bench import environment, prepared

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
TARGET_SECONDS = 10.0


def measured(cases: int) -> tuple[int, int, int, float, float]:
    """Return how many cases are due, what was told, in how many statements, and the seconds of two runs."""
    path = prepared(cases)
    copy = path.with_name(f"{cases}.reminders.db")
    shutil.copy(path, copy)
    due = _all_due_that_day(copy)
    app = create_app(Settings.from_env(environment(copy)), CLOCK_SHIFT=MORNING - datetime.now(UTC))
    with app.app_context():
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
        first = _timed()
        statements = len(seen)
        again = _timed()
        told = db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) or 0
        db.session.remove()
        db.engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)
    return due, told, statements, first, again


def _all_due_that_day(copy: Path) -> int:
    """Let every case that has a day be due on the day of the run, and put two runs into the queue."""
    with closing(sqlite.connect(copy, isolation_level=None)) as database:
        day = MORNING.date().isoformat()
        due = database.execute('UPDATE "case" SET next_due = ? WHERE next_due IS NOT NULL', (day,)).rowcount
        for _run in range(2):
            database.execute(
                "INSERT INTO job (kind, state, due_at, attempts, progress_done, progress_total, created_at)"
                " VALUES ('reminders', 'waiting', ?, 0, 0, 0, ?)",
                (day, day),
            )
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
    asked = parser.parse_args()
    for cases in asked.cases:
        watched, told, statements, first, again = measured(cases)
        print(f"{watched:,} cases due today: {told:,} notices in {first:.2f} s with {statements} statements", end="; ")
        print(f"again, with nothing to tell, {again:.2f} s (target {TARGET_SECONDS:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

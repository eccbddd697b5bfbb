"""Measures the overview over a million obligations of ten years, on both engines, beside a bare page.

The bare page adds up the same rows in three plain statements: obligations, surrenders and corrections of the cycle
shown and of the three that it is compared with.

python -m tools.bench_overview [--units 100000] [--rounds 8] [--engine sqlite postgresql]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa

from casework import create_app
from casework.audit.actions import commit
from casework.db import Moment, db
from casework.demo.registers import office_hours
from casework.registry.models import ComplianceYear, Cycle, Milestone
from casework.rules.deadlines import end_of_day
from casework.users.queries import account_by_name
from config import Settings
from tools.bench import DAY, PLACE, Client, bring_up_to_date, environment, getting, in_turn, serving
from tools.steps import ROOT, say

TODAY = date.fromisoformat(DAY)
YEARS = range(TODAY.year - 9, TODAY.year + 1)
LIVE = f"K{TODAY.year}"
PAST = TODAY - timedelta(days=40)
ENGINES = ("sqlite", "postgresql")
TARGET, TARGET_OF_PAST = 6.0, 2.0

# Set by set, in SQL that both engines speak; `bench_day` gives each year 120 days on which units surrender.
_UNITS = """
    INSERT INTO enterprise (code, name, region_id, sector, contact, phone, version)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :units)
    SELECT 'BENCH' || CAST(1000000000 + i AS VARCHAR(12)), '试验单位' || CAST(i AS VARCHAR(12)),
           r.id, 'power', '', '', 1
    FROM n JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all_of
                 FROM region WHERE parent_id IS NOT NULL) r ON r.place = i % r.all_of
"""
_OBLIGATIONS = """
    INSERT INTO obligation (enterprise_id, year_id, verified, allocation, due, surrendered, last_surrender_day, short,
                            note, version)
    SELECT unit, year, due, due - due / 10, due, paid, CASE WHEN paid > 0 THEN d.day END, due - paid, '', 1
    FROM (SELECT unit, year, due, CASE WHEN how = 0 THEN 0 WHEN how = 1 THEN due / 2 ELSE due END AS paid
          FROM (SELECT e.id AS unit, y.id AS year, 100000 + (e.id * 7919 + y.id * 104729) % 3000000 AS due,
                       CASE WHEN y.label = :live THEN e.id % 3 ELSE e.id % 50 END AS how
                FROM enterprise e CROSS JOIN compliance_year y WHERE e.code LIKE 'BENCH%' AND y.label LIKE 'K%') o) p
    JOIN bench_day d ON d.year_id = year AND d.place = unit * 17 % 60
"""
_EARLIER = """
    INSERT INTO surrender (obligation_id, day, tonnes, reason, recorded_at)
    SELECT o.id, d.day, o.surrendered / 2, '', :now FROM obligation o JOIN bench_day d ON d.year_id = o.year_id
     AND d.place = o.enterprise_id * 17 % 60 + 60 WHERE o.surrendered > 0
"""
_LATER = """
    INSERT INTO surrender (obligation_id, day, tonnes, reason, recorded_at)
    SELECT o.id, d.day, o.surrendered - o.surrendered / 2, '', :now
    FROM obligation o JOIN bench_day d ON d.year_id = o.year_id AND d.place = o.enterprise_id * 17 % 60
    WHERE o.surrendered > 0
"""
_CORRECTIONS = """
    INSERT INTO obligation_correction (obligation_id, from_day, verified, allocation, due, reason, recorded_at)
    SELECT o.id, d.day, o.verified, o.allocation,
           CASE WHEN d.place = 119 AND o.enterprise_id % 40 = 0 THEN o.due - 1000 ELSE o.due END, '', :now
    FROM obligation o JOIN bench_day d ON d.year_id = o.year_id
     AND (d.place = 119 OR (d.place = 30 AND o.enterprise_id % 40 = 0))
"""
_CASES = """
    INSERT INTO "case" (enterprise_id, cycle_id, region_id, state, working_deadline, deadline_provisional, paused,
                        listed_at, listed_by_id, listing_reason, short, gap_rate, version)
    SELECT e.id, y.cycle_id, e.region_id, 'assisting', :today, :no, :no, :now, :officer, '', o.short, 1000, 1
    FROM obligation o JOIN enterprise e ON e.id = o.enterprise_id JOIN compliance_year y ON y.id = o.year_id
    WHERE y.label = :live AND o.short > 0 AND e.id % 11 = 0
"""
_CAUSES = "INSERT INTO case_cause (case_id, cause) SELECT id, 'financial' FROM \"case\" WHERE cycle_id = :cycle"
_EVENTS = """
    INSERT INTO case_event (case_id, seq, step, from_state, to_state, at, actor_id, actor_role, reason)
    SELECT c.id, s.seq, s.step, s.source, s.target, s.at, :officer, 'officer', ''
    FROM "case" c CROSS JOIN bench_step s WHERE c.cycle_id = :cycle
"""


def build(url: str, units: int) -> None:
    """Add so many units, ten cycles, an obligation of each unit in each, and cases in the live one."""
    app = create_app(Settings(secret="b" * 40, database_url=url, demo=True))
    with app.app_context():
        live = _cycles()
        officer = account_by_name("officer")
        assert officer is not None
        known = {
            "units": units, "live": LIVE, "now": office_hours(TODAY), "today": TODAY, "no": False,
            "officer": officer.id, "cycle": live.id,
        }  # fmt: skip
        for stmt in (_UNITS, _OBLIGATIONS, _EARLIER, _LATER, _CORRECTIONS, _CASES, _CAUSES, _EVENTS):
            begun = time.perf_counter()
            rows = _run(stmt, known)
            say(f"Bench: {rows:,} rows in {time.perf_counter() - begun:.1f} s")
        _run("DROP TABLE bench_day", {})
        _run("DROP TABLE bench_step", {})
        commit()
        analyse = "ANALYZE"  # as autovacuum does in time; SQLite plans without
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"VACUUM {analyse}")
        db.session.remove()
        db.engine.dispose()


def _run(text: str, known: Mapping[str, object]) -> int:
    stmt = sa.text(text)
    asked = {name: value for name, value in known.items() if f":{name}" in text}
    kinds = [sa.bindparam(name, type_=Moment) for name in asked if name == "now"]
    found = db.session.execute(stmt.bindparams(*kinds), asked)
    return int(getattr(found, "rowcount", 0))


def _cycles() -> Cycle:
    """Enter the ten cycles, put the demonstration's own before them, and write down the days of the rows to come."""
    db.session.execute(sa.update(Cycle).values(deadline=end_of_day(date(2001, 12, 31))))
    cycles = [
        Cycle(
            label=f"K{year}", name=f"{year}年度", deadline=end_of_day(date(year, 12, 30)),
            years=[ComplianceYear(label=f"K{year}")], milestones=[Milestone(day=date(year, 11, 15), share=9500)],
        )
        for year in YEARS
    ]  # fmt: skip
    db.session.add_all(cycles)
    db.session.flush()
    db.session.execute(
        sa.text("CREATE TABLE bench_day (year_id INTEGER, place INTEGER, day DATE, PRIMARY KEY (year_id, place))")
    )
    db.session.execute(
        sa.text("CREATE TABLE bench_step (seq INTEGER, step VARCHAR(40), source VARCHAR(40), target VARCHAR(40), at "
                + ("TIMESTAMP WITH TIME ZONE)" if db.engine.dialect.name == "postgresql" else "DATETIME)"))
    )  # fmt: skip
    days = sa.text("INSERT INTO bench_day VALUES (:year, :place, :day)").bindparams(sa.bindparam("day", type_=sa.Date))
    for cycle in cycles:
        last = min(date(int(cycle.label[1:]), 12, 28), TODAY)
        rows = [{"year": cycle.years[0].id, "place": n, "day": last - timedelta(days=n)} for n in range(120)]
        db.session.execute(days, rows)
    steps = sa.text("INSERT INTO bench_step VALUES (:seq, :step, :source, :target, :at)")
    moves = ((1, None, None, "listed", 50), (2, "start_assistance", "listed", "assisting", 20))
    for seq, step, source, target, ago in moves:
        at: datetime = office_hours(TODAY - timedelta(days=ago))
        stmt = steps.bindparams(sa.bindparam("at", type_=Moment))
        db.session.execute(stmt, {"seq": seq, "step": step, "source": source, "target": target, "at": at})
    return cycles[-1]


def _with_demo(there: Mapping[str, str]) -> None:
    for command in (["init"], ["demo", "--today", DAY]):
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        subprocess.run(flask, cwd=ROOT, env=there, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def on_sqlite(units: int) -> Iterator[dict[str, str]]:
    """Yield the environment of such a database, built once."""
    path = PLACE / f"overview-{units}.db"
    if not path.exists():
        PLACE.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft.db")
        for suffix in ("", "-wal", "-shm"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)
        _with_demo(environment(draft))
        build(environment(draft)["DATABASE_URL"], units)
        draft.rename(path)
    bring_up_to_date(path)
    yield environment(path)


@contextmanager
def on_postgresql(units: int) -> Iterator[dict[str, str]]:
    """Yield the environment of such a database on a server of our own, which the tests know how to start."""
    sys.path.insert(0, str(ROOT / "tests"))
    cluster = import_module("support.postgresql").cluster
    with tempfile.TemporaryDirectory() as folder, cluster(folder) as server:
        url = server.create("bench").replace("+psycopg", "")
        there = environment(Path("unused")) | {"DATABASE_URL": url}
        _with_demo(there)
        build(url, units)
        yield there


PLACES = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def measured(there: Mapping[str, str], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Measure the first time that each page is asked for, each in a server of its own, and then again and again."""
    paths = {
        "bare page": f"/bare-overview/{LIVE}",
        "the overview": f"/overview/leaders?cycle={LIVE}",
        "as of a past day": f"/overview/leaders?cycle={LIVE}&day={PAST}",
        "time and effort": f"/overview/effort?cycle={LIVE}",
        "the list of those short": f"/overview/behind/units?cycle={LIVE}&standing=short",
    }
    first = {}
    for name, path in paths.items():
        with serving(there) as port:
            client = Client(port)
            client.sign_in()
            first[name] = getting(client, path)() * 1000
    with serving(there) as port:
        client = Client(port)
        client.sign_in()
        return first, in_turn(rounds, {name: getting(client, path) for name, path in paths.items()}, warm_up=1)


def main() -> int:
    """Measure on each engine, and print each figure beside the bare page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=list(ENGINES))
    asked = parser.parse_args()
    for engine in asked.engine:
        with PLACES[engine](asked.units) as there:
            first, again = measured(there, asked.rounds)
        print(
            f"\nThe overview over {asked.units * len(YEARS):,} obligations on {engine}, in ms and beside the bare page"
        )
        for name in first:
            told = [(found[name], found[name] / found["bare page"]) for found in (first, again)]
            print(f"  {name:<26}" + "".join(f"{taken:10.1f} ms{times:7.2f} x" for taken, times in told))
        past = [found["as of a past day"] / found["the overview"] for found in (first, again)]
        print(f"  (first, repeated; target {TARGET:g} x)  past day to today: {past[0]:.2f} x, {past[1]:.2f} x")
        print(f"  (target {TARGET_OF_PAST:g} x)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

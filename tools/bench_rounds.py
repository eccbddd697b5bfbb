"""Measures a round over many units: opened, reported by every region, frozen; then the department's page of it.

python -m tools.bench_rounds [--units 10000] [--regions 300] [--rounds 40]
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from casework import create_app
from casework.audit.actions import commit
from casework.db import db
from casework.demo.bulk.actions import enlarge
from casework.demo.people import DEMO
from casework.demo.registers import office_hours
from casework.registry.queries import current_cycle
from casework.rounds.actions.freezing import freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE, RoundFacts, open_round
from casework.rounds.actions.reporting import save_report, submit_reports
from casework.rounds.models import Report, RoundRegion
from casework.rounds.queries.facts import forms_of
from casework.rules.letter_facts import LetterFacts
from casework.rules.roles import Role
from casework.users.actions.regions import RegionFacts, create_region
from casework.users.models import Account, AccountRole, Region, RegionKind
from casework.users.queries import account_by_name, all_regions
from config import Settings
from tools.bench import DAY, PLACE, Client, environment, getting, in_turn, serving
from tools.steps import ROOT, say

TODAY = date.fromisoformat(DAY)
OPENED = office_hours(TODAY)
REPORTS = 'SELECT id, round_id, region_id, case_id, state, typed, "values", submitted FROM report'
SPARE = 14  # tenths: of the generated cases some are closed, some belong to a past cycle


def prepared(units: int, regions: int) -> Path:
    """Return a database with so many open cases spread over so many regions, built once."""
    path = PLACE / f"round-{units}-{regions}.db"
    if path.exists():
        return path
    PLACE.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.db")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{draft}{suffix}").unlink(missing_ok=True)
    say(f"Bench: a database with {units:,} units in {regions} regions is built")
    for command in (["init"], ["demo", "--today", DAY]):
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        subprocess.run(flask, cwd=ROOT, env=environment(draft), check=True, stdout=subprocess.DEVNULL)
    with working_on(draft):
        parent = next(one for one in all_regions() if one.code == "640100")
        for number in range(regions - sum(one.parent_id is not None for one in all_regions())):
            name = f"第{number + 1}县"
            facts = RegionFacts(
                name=name, kind=RegionKind.COUNTY, government=f"{name}人民政府", bureau=f"{name}生态环境局"
            )
            create_region(f"6401{number:04d}", facts, parent, by=DEMO, now=OPENED)
        commit()
        enlarge(units * SPARE // 10, today=TODAY, render=_next_to_nothing, say=lambda _words: None)
    draft.rename(path)
    return path


def _next_to_nothing(facts: LetterFacts) -> bytes:
    return f"%PDF {facts.number}".encode()


@contextmanager
def working_on(path: Path) -> Iterator[Flask]:
    """Work on a database as the program itself."""
    app = create_app(Settings(secret="b" * 40, database_url=f"sqlite:///{path}", demo=True))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def held(units: int) -> tuple[int, dict[str, float]]:
    """Hold one round over all open cases; return its id, and the seconds that each act took."""
    took: dict[str, float] = {}
    officer, cycle = account_by_name("officer"), current_cycle(OPENED)
    if officer is None or cycle is None:
        raise RuntimeError("the demonstration has neither officer nor cycle")
    due = OPENED + timedelta(days=3)
    facts = RoundFacts(period_first=TODAY - timedelta(days=7), period_last=TODAY, due_at=due)
    begun = time.perf_counter()
    round_id = open_round(cycle, facts, by=officer, now=OPENED).id
    commit()
    took["opened"] = time.perf_counter() - begun
    count = db.session.scalar(sa.select(sa.func.count()).where(Report.round_id == round_id)) or 0
    if count < units:
        raise RuntimeError(f"only {count} of {units} units are open: build the database anew")
    times = _reported(round_id)
    took |= {"reported by all": sum(times), "reported by the slowest region": max(times)}
    begun = time.perf_counter()
    freeze_round(round_id, by=BY_SCHEDULE, now=due)
    commit()
    took["frozen"] = time.perf_counter() - begun
    return round_id, took


def _reported(round_id: int) -> list[float]:
    """Let every region fill in its units and hand them in; return the seconds of each."""
    officers = _city_officers()
    times = []
    for place in db.session.scalars(sa.select(RoundRegion).where(RoundRegion.round_id == round_id)).all():
        path, begun = place.region.path, time.perf_counter()
        officer = next(one for one in officers if path.startswith(one.region.path))
        stmt = sa.select(Report).where(Report.round_id == round_id, Report.region_id == place.region_id)
        reports = list(db.session.scalars(stmt))
        forms = forms_of(reports, today=TODAY)
        for report in reports:
            known = forms[report.id].facts
            short = max(known.due - known.surrendered, 0)
            typed = {"held": "0", "to_buy": str(short), "account": "usable", "risk": "low"}
            save_report(report, typed, by=officer, now=OPENED, today=TODAY)
        submit_reports(reports, by=officer, now=OPENED, today=TODAY)
        commit()
        times.append(time.perf_counter() - begun)
    return times


def bare(round_id: int) -> dict[str, float]:
    """Write the same rows without rules, trail or tallies: one table, the same values, as many commits; in seconds."""
    raw = db.engine.raw_connection()
    cursor = raw.cursor()
    rows = cursor.execute(f"{REPORTS} WHERE round_id = ?", (round_id,)).fetchall()
    cursor.execute(f"CREATE TABLE bare_report AS {REPORTS} WHERE 0")
    cursor.execute("CREATE UNIQUE INDEX bare_report_id ON bare_report (id)")
    began = time.perf_counter()
    cursor.execute("BEGIN IMMEDIATE")
    insert = "INSERT INTO bare_report (id, round_id, region_id, case_id, state) VALUES (?, ?, ?, ?, ?)"
    cursor.executemany(insert, [row[:5] for row in rows])
    cursor.execute("COMMIT")
    took = {"opened": time.perf_counter() - began}
    times = [_bare_report(cursor, list(some)) for _region, some in groupby(sorted(rows, key=_region_of), _region_of)]
    took |= {"reported by all": sum(times), "reported by the slowest region": max(times)}
    began = time.perf_counter()
    cursor.execute("UPDATE bare_report SET state = 'frozen' WHERE id = ?", (rows[0][0],))
    took["frozen"] = time.perf_counter() - began
    cursor.execute("DROP TABLE bare_report")
    raw.close()
    return took


def _bare_report(cursor: Any, rows: list[Any]) -> float:
    """Fill in and hand in the rows of one region and commit; return the seconds."""
    began = time.perf_counter()
    cursor.execute("BEGIN IMMEDIATE")
    for row in rows:
        cursor.execute('UPDATE bare_report SET typed = ?, "values" = ? WHERE id = ?', (*row[5:7], row[0]))
        cursor.execute("UPDATE bare_report SET state = ?, submitted = ? WHERE id = ?", (row[4], row[7], row[0]))
    cursor.execute("COMMIT")
    return time.perf_counter() - began


def _region_of(row: Any) -> int:
    return int(row[2])


def _city_officers() -> list[Account]:
    stmt = sa.select(Account).join(AccountRole).join(Region, Region.id == Account.region_id)
    return list(db.session.scalars(stmt.where(AccountRole.role == Role.CITY)).unique())


def pages(path: Path, round_id: int, rounds: int) -> dict[str, float]:
    """Measure the department's pages of the round beside a bare page with the same rows."""
    with serving(path) as port:
        client = Client(port)
        client.sign_in()
        places = {
            "bare page": f"/bare-round/{round_id}",
            "the round": f"/rounds/{round_id}",
            "units that changed": f"/rounds/{round_id}?show=changed",
            "to be reviewed": f"/rounds/{round_id}?show=waiting",
            "list of rounds": "/rounds",
        }
        deeds: dict[str, Callable[[], float]] = {name: getting(client, place) for name, place in places.items()}
        return in_turn(rounds, deeds)


def main() -> int:
    """Hold the round and measure its pages; print each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--regions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    path = prepared(asked.units, asked.regions)
    work = path.with_suffix(".work.db")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{work}{suffix}").unlink(missing_ok=True)
    shutil.copy(path, work)
    newest = [sys.executable, "-m", "flask", "--app", "wsgi", "init"]  # it may have been built before a migration
    subprocess.run(newest, cwd=ROOT, env=environment(work), check=True, stdout=subprocess.DEVNULL)
    with working_on(work):
        round_id, took = held(asked.units)
        written = bare(round_id)
    print(f"\nA round of {asked.units:,} units in {asked.regions} regions")
    for name, seconds in took.items():
        times = seconds / written[name]
        print(f"  {name:<32}{seconds:9.2f} s   bare rows {written[name] * 1000:9.1f} ms {times:8.1f} x")
    found = pages(work, round_id, asked.rounds)
    for name, taken in found.items():
        print(f"  {name:<24}{taken:9.2f} ms {taken / found['bare page']:8.2f} x bare page")
    return 0


if __name__ == "__main__":
    sys.exit(main())

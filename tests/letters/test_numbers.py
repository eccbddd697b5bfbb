"""Document numbers under load: many processes, registrations undone, processes killed."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.cast import NOW
from support.registering import signed_letters, stub

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.audit.queries import chain_faults
from casework.cases.actions.letters import register_letter
from casework.db import db
from casework.letters.models import Letter, Series
from casework.rules.letters import LetterState
from casework.users.queries import account_by_name

ROOT = Path(__file__).resolve().parents[2]


def start(url, seed, share_undone, ids):
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-m", "support.registering", url, str(seed), str(share_undone), *map(str, ids)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}
    )


def check_numbers():
    """The numbers run from 1 without a gap, each once, each with its bytes, its trail and a whole chain."""
    rows = db.session.execute(
        sa.select(Letter.number, Letter.state, Letter.sha256).where(Letter.number.is_not(None)).order_by(Letter.number)
    ).all()
    numbers = [row.number for row in rows]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(row.state is LetterState.REGISTERED and row.sha256 for row in rows)
    assert (db.session.scalar(sa.select(sa.func.max(Series.last))) or 0) == len(numbers)
    noted = db.session.scalar(sa.select(sa.func.count()).where(AuditRow.action == "letter registered"))
    assert noted == len(numbers)
    assert list(chain_faults()) == []
    return set(numbers)


def prepare(app, count):
    with app.app_context():
        ids = signed_letters(count)
        commit()
        db.session.remove()
        db.engine.dispose()
    return ids


@pytest.mark.parametrize(
    ("processes", "each"),
    [pytest.param(3, 8, marks=pytest.mark.slow), pytest.param(8, 100, marks=pytest.mark.proof)],
)
def test_numbers_have_no_gap_and_no_double_when_processes_register_at_once(app, stage, processes, each):
    ids = prepare(app, processes * each)
    running = [start(stage.url, n, 0.05, ids[n * each : (n + 1) * each]) for n in range(processes)]
    told = [int(line) for process in running for line in process.communicate(timeout=280)[0].split()]
    assert [process.returncode for process in running] == [0] * processes
    with app.app_context():
        assert check_numbers() == set(told)
    assert len(told) == processes * each


@pytest.mark.parametrize(
    "kills", [pytest.param(3, marks=pytest.mark.slow), pytest.param(100, marks=[pytest.mark.proof])]
)
@pytest.mark.timeout(900)
def test_a_killed_registration_has_happened_whole_or_not_at_all(app, stage, kills):
    chance, told = random.Random(7), []
    ids = prepare(app, 20 * kills)
    for kill in range(kills):
        process = start(stage.url, kill, 0.05, ids[20 * kill : 20 * (kill + 1)])
        for _ in range(chance.randint(1, 15)):
            told.append(int(process.stdout.readline()))
        chance_moment = chance.random() / 100
        try:
            process.wait(timeout=chance_moment)
        except subprocess.TimeoutExpired:
            process.kill()
        told += [int(line) for line in process.communicate()[0].split()]
    with app.app_context():
        assert set(told) <= check_numbers()


def test_the_first_number_of_a_series_is_the_setting(session):
    from casework.settings.actions import change_setting

    change_setting("first_number", 57, by=account_by_name("adam"), now=NOW)
    ids = signed_letters(2)
    numbers = [register(one).number for one in ids]
    assert numbers == [57, 58]


def test_a_closed_series_sends_the_letter_to_the_year_of_its_registration(session):
    ids = signed_letters(1)
    session.add(Series(prefix="宁环函", year=2026, first=1, last=4, closed=True))
    later = NOW.replace(year=2027, month=1)
    letter = register(ids[0], now=later)
    assert letter.document_number == "宁环函〔2027〕1号"
    assert letter.signing_day.year == 2026


def register(letter_id, now=NOW):
    version = db.session.get(Letter, letter_id).version
    return register_letter(
        letter_id, version, render=stub, by=account_by_name("bob"), now=now, today=now.date()
    )  # fmt: skip

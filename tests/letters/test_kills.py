"""Processes killed while they register letters: each registration has happened whole or not at all."""

import os
import random
import signal
import time
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from support.registering import Clerk, letters_with_cases, registered_numbers, stub

from casework.audit.actions import commit
from casework.cases.views import letter_steps
from casework.db import db
from casework.letters.models import Letter

# Point of the registration -> after which statement it lies; in the order in which they are passed.
AFTER_STATEMENT = {
    "form token spent": "INSERT INTO form_token",
    "number taken": "UPDATE series",
    "bytes stored": "INSERT INTO file",
    "letter frozen": "UPDATE letter",
    "reply day written": "UPDATE recipient",
    "case counted out": "UPDATE case_tally",
    "case counted in": "INSERT INTO case_tally",
    "first case moved": 'UPDATE "case"',
    "history written": "INSERT INTO case_event",
    "trail's head locked": "UPDATE audit_head SET seq",
    "trail written": "INSERT INTO audit_row",
    "trail sealed": "UPDATE audit_head SET hash",
}
BEFORE_COMMIT, AFTER_COMMIT, BEFORE_RENDER, AFTER_RENDER = (
    "before commit",
    "after commit",
    "before render",
    "after render",
)
POINTS = [*AFTER_STATEMENT, BEFORE_RENDER, AFTER_RENDER, BEFORE_COMMIT, AFTER_COMMIT]


@pytest.fixture(autouse=True)
def _stub_renderer(monkeypatch):
    monkeypatch.setattr(letter_steps, "_render", stub)


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(app, point):
    """Let this process be killed when it comes to the point."""

    def look(_connection, _cursor, statement, *_):
        if statement.startswith(AFTER_STATEMENT[point]):
            die()

    with app.app_context():
        if point in AFTER_STATEMENT:
            event.listen(db.engine, "after_cursor_execute", look)
        elif point == BEFORE_COMMIT:
            event.listen(db.engine, "commit", die)
        elif point == AFTER_COMMIT:
            event.listen(db.session, "after_commit", die)
        else:
            letter_steps._render = die if point == BEFORE_RENDER else lambda facts: die(stub(facts))


def register_until(app, clerk, letter_id, point, tell):
    die_at(app, point)
    clerk.register_all([letter_id], tell)


def letters(app, count, each):
    with app.app_context():
        ids = letters_with_cases(count, each)
        commit()
    return ids


def has_number(app, letter_id):
    with app.app_context():
        return db.session.scalar(sa.select(Letter.number).where(Letter.id == letter_id)) is not None


@pytest.mark.parametrize("rounds", [pytest.param(1, marks=pytest.mark.slow), pytest.param(32, marks=pytest.mark.proof)])
@pytest.mark.timeout(900)
def test_killed_at_any_point_a_registration_is_whole_or_not_there_and_succeeds_when_sent_again(app, crew, rounds):
    clerk, ids = Clerk(app), letters(app, rounds * len(POINTS), each=2)
    for letter_id, point in zip(ids, POINTS * rounds, strict=True):
        worker = crew.fork(partial(register_until, app, clerk, letter_id, point))
        assert worker.end() == []
        assert worker.status == -signal.SIGKILL, f"the registration did not pass this point: {point}"
        assert has_number(app, letter_id) == (point == AFTER_COMMIT), point
        clerk.register(letter_id)
    with app.app_context():
        assert registered_numbers().keys() == set(ids)


@pytest.mark.parametrize(
    "kills", [pytest.param(50, marks=pytest.mark.slow), pytest.param(500, marks=pytest.mark.proof)]
)
@pytest.mark.timeout(900)
def test_killed_at_random_under_load_nothing_acknowledged_is_lost_and_nothing_is_half_done(app, crew, kills):
    chance, clerks = random.Random(kills), [Clerk(app) for _ in range(3)]
    ids = letters(app, 12 * kills, each=1)
    left = [ids[n :: len(clerks)] for n in range(len(clerks))]
    workers = [crew.fork(partial(clerk.register_all, mine)) for clerk, mine in zip(clerks, left, strict=True)]
    told = set()
    for _ in range(kills):
        victim = chance.randrange(len(clerks))
        told |= {int(workers[victim].line()) for _ in range(chance.randint(0, 2))}
        time.sleep(chance.random() / 10)
        told |= killed(workers[victim])
        left[victim] = [one for one in left[victim] if one not in told]
        workers[victim] = crew.fork(partial(clerks[victim].register_all, left[victim]))
    for worker in workers:
        told |= killed(worker)
    crew.wait_until_quiet()
    with app.app_context():
        registered = registered_numbers().keys()
    assert told <= registered
    assert len(registered - told) <= len(clerks), "each worker was killed with at most one answer outstanding"


def killed(worker):
    """Kill a worker that is at work, and return what was still acknowledged to it."""
    told = set(map(int, worker.kill()))
    assert worker.status == -signal.SIGKILL, "there were too few letters, or the worker failed"
    return told

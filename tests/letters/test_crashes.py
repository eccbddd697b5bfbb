"""PostgreSQL crashes while letters are registered: nothing that was acknowledged is lost, nothing is half done."""

import random
import time
from functools import partial

import pytest
from sqlalchemy.exc import DBAPIError
from support.registering import letters_with_cases, registered, registered_numbers, stub

from casework.audit.actions import commit
from casework.db import db
from casework.letters.models import Letter

WORKERS = 3


def register_through_crashes(app, letter_ids, chance, tell):
    """Register these letters, each again until the server takes it; tell letter and number once acknowledged."""
    with app.app_context():
        for letter_id in letter_ids:
            while not taken(letter_id, chance, tell):
                time.sleep(0.05)


def taken(letter_id, chance, tell):
    """Try once; a letter that had its number before the answer was lost is done, and was never acknowledged."""
    try:
        if db.session.get_one(Letter, letter_id).number is None:
            tell(f"{letter_id} {registered(letter_id, chance, 0.05, stub)}")
        return True
    except DBAPIError:  # the server is gone, or starts again
        return False
    finally:
        db.session.remove()


@pytest.mark.parametrize(
    "crashes", [pytest.param(1, marks=pytest.mark.slow), pytest.param(20, marks=pytest.mark.proof)]
)
@pytest.mark.timeout(900)
def test_after_each_crash_of_the_server_nothing_acknowledged_is_lost(app, crew, stage, engine_name, crashes):
    if engine_name == "sqlite":
        pytest.skip("there is no server to crash: see the killed processes of test_kills.py")
    chance = random.Random(crashes)
    with app.app_context():
        ids = letters_with_cases(150 * crashes)
        commit()
    work = [partial(register_through_crashes, app, ids[n::WORKERS], random.Random(n)) for n in range(WORKERS)]
    workers = [crew.fork(one) for one in work]
    told = {}
    for _ in range(crashes):
        for worker in workers:
            told |= [tuple(map(int, worker.line().split()))]  # each is at work
        time.sleep(chance.random() / 3)
        stage.server.stop()
        time.sleep(chance.random() / 5)
        stage.server.start()
    for worker in workers:
        told |= [tuple(map(int, line.split())) for line in worker.kill()]
    crew.wait_until_quiet()
    with app.app_context():
        numbers = registered_numbers()
    assert told.items() <= numbers.items()
    assert len(numbers) - len(told) <= WORKERS * (crashes + 1), "more than one answer of each was lost in a crash"
    assert len(told) < len(ids), "the work was done before the last crash"

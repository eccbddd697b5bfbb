"""Each call of a registration fails in its turn: the database, the renderer, the files. Nothing is ever half done."""

from contextlib import contextmanager
from itertools import count

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from support.cast import NOW
from support.registering import Clerk, letters_with_cases, stub

from casework import create_app
from casework.audit.actions import commit
from casework.cases.views import letter_steps
from casework.db import Base, db
from casework.letters.actions import freeze
from casework.operations.invariants import faults
from casework.rules.errors import RuleError
from config import Settings


class DiskError(Exception):
    """What a database's driver says when the disk fails under it."""


@pytest.fixture
def served(stage, app, monkeypatch):
    """The program as it is served, which answers a crash with a page."""
    monkeypatch.setattr(letter_steps, "_render", stub)
    served = create_app(Settings(secret="s" * 40, database_url=stage.url, demo=True))
    served.config["CLOCK_SHIFT"] = app.config["CLOCK_SHIFT"]
    served.test_client_class = app.test_client_class
    yield served
    with served.app_context():
        db.session.remove()
        db.engine.dispose()


def everything(app):
    """Return every row of every table but the sessions, which come and go."""
    with app.app_context():
        return {
            table.name: db.session.execute(sa.select(table).order_by(*table.primary_key)).all()
            for table in Base.metadata.sorted_tables
            if table.name != "sign_in"
        }


@contextmanager
def failing(app, name, nth):
    """Let the n-th event of this name on the database's engine fail; yields the list of those that came."""
    came = []

    def fail(*args):
        came.append(args)
        if len(came) == nth:
            raise OperationalError("planted", {}, DiskError("disk I/O error"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, name, fail)
    try:
        yield came
    finally:
        event.remove(engine, name, fail)


# As a page, or in plain words where not even the session can be read.
TOLD = {(507, "text/html"), (500, "text/plain")}


def posted(clerk, letter_id):
    return clerk.client.post(f"/letters/{letter_id}/step/register", data=clerk.form_of(letter_id))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("before_cursor_execute", marks=pytest.mark.slow),
        pytest.param("after_cursor_execute", marks=pytest.mark.proof),
        pytest.param("commit", marks=pytest.mark.slow),
    ],
)
def test_whichever_call_of_the_database_fails_the_registration_is_whole_or_not_there(served, name):
    with served.app_context():
        ids = letters_with_cases(60, each=2)
        commit()
    clerk, done, before = Clerk(served), 0, everything(served)
    for nth in count(1):
        with failing(served, name, nth) as came:
            answer = posted(clerk, ids[done])
        after = everything(served)
        if len(came) < nth:
            break
        if after != before:  # the call came after the commit: the whole of it is there, and stays so when sent again
            assert len(after["form_token"]) == len(before["form_token"]) + 1
            with served.app_context():
                assert list(faults(now=NOW)) == []
            clerk.register(ids[done])
            assert everything(served) == after
            done, before = done + 1, after
        else:
            assert (answer.status_code, answer.mimetype) in TOLD
    assert nth > {"commit": 2}.get(name, 25), "the registration did not come so far"
    assert answer.status_code == 303
    with served.app_context():
        assert list(faults(now=NOW)) == []


def test_a_database_that_does_not_even_give_the_session_is_told_in_plain_words(served):
    client = served.test_client().sign_in("bob")
    with failing(served, "before_cursor_execute", 1):
        answer = client.get("/worklist")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert "无法访问数据库" in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("place", ["_render", "file_of"])
@pytest.mark.parametrize(
    "failure", [RuntimeError("planted"), OSError(28, "No space left on device"), RuleError("planted")]
)
def test_a_letter_that_cannot_be_printed_or_kept_takes_no_number(served, monkeypatch, place, failure):
    def fail(*_, **__):
        raise failure

    with served.app_context():
        [letter_id] = letters_with_cases(1)
        commit()
    clerk, before = Clerk(served), everything(served)
    with monkeypatch.context() as broken:
        broken.setattr(letter_steps if place == "_render" else freeze, place, fail)
        answer = posted(clerk, letter_id)
    assert answer.status_code == (422 if isinstance(failure, RuleError) else 500)
    assert everything(served) == before
    clerk.register(letter_id)
    with served.app_context():
        assert list(faults(now=NOW)) == []

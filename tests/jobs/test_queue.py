"""The queue: work that recurs, and workers that share the work and are killed at it."""

import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from support.cast import NOW

from casework.audit.actions import commit, record
from casework.audit.models import AuditRow
from casework.db import db
from casework.jobs import actions, worker
from casework.jobs.models import Job, JobState
from casework.users.queries import account_by_name

EVERY = timedelta(hours=1)


@pytest.fixture
def done(monkeypatch):
    """What the one kind of recurring work has done."""
    times = []
    monkeypatch.setattr(actions, "HANDLERS", dict(actions.HANDLERS))
    monkeypatch.setattr(actions, "RECURRING", {})
    actions.handles("tick", every=EVERY)(lambda job: times.append(job.attempts))
    return times


def work(*, at):
    """Do everything that is ready at a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker.clock, "now", lambda: at)
        return sum(1 for _ in iter(lambda: worker.run_one("test", now=at), False))


def test_what_recurs_is_one_row_however_often_a_worker_starts(session, done):
    for _ in range(3):
        actions.keep_recurring(now=NOW)
    commit()
    assert [work(at=NOW), work(at=NOW), work(at=NOW + EVERY)] == [1, 0, 1]
    assert session.scalars(sa.select(Job.key)).all() == ["tick"]


def test_after_an_outage_what_recurs_is_done_once(session, done):
    actions.keep_recurring(now=NOW)
    commit()
    assert [work(at=NOW), work(at=NOW + timedelta(days=7)), work(at=NOW + timedelta(days=7, minutes=59))] == [1, 1, 0]


def test_what_recurs_is_never_given_up_and_shows_its_cause(session, monkeypatch, done):
    def fail(_job):
        raise OSError("no room")

    monkeypatch.setitem(actions.HANDLERS, "tick", fail)
    actions.keep_recurring(now=NOW)
    commit()
    for minutes in range(0, 60, 5):
        work(at=NOW + timedelta(minutes=minutes))
    job = session.scalars(sa.select(Job)).one()
    assert (job.state, job.error) == (JobState.WAITING, "OSError: no room")
    monkeypatch.setitem(actions.HANDLERS, "tick", lambda _job: None)
    assert work(at=NOW + timedelta(days=1)) == 1
    assert session.scalars(sa.select(Job.error)).all() == [None]


def test_what_recurs_is_tried_again_no_later_than_its_next_time(session, monkeypatch, done):
    monkeypatch.setitem(actions.RECURRING, "tick", timedelta(minutes=1))
    monkeypatch.setitem(actions.HANDLERS, "tick", lambda _job: 1 / 0)
    actions.keep_recurring(now=NOW)
    commit()
    assert [work(at=NOW + timedelta(minutes=number)) for number in range(10)] == [1] * 10


def test_work_that_ends_its_worker_each_time_is_given_up(session):
    actions.enqueue("import check", None, by=None, now=NOW)
    commit()
    later = [NOW + timedelta(minutes=5) * number for number in range(actions.ATTEMPTS_MOST)]
    for moment in later:
        assert actions.claim("killed", now=moment)
        commit()
    assert actions.claim("next", now=later[-1] + timedelta(minutes=5)) is None
    commit()
    assert session.scalars(sa.select(Job.state)).all() == [JobState.DEAD]


def test_whoever_lost_the_lease_neither_ends_the_job_nor_keeps_what_it_did(session, monkeypatch):
    def taken_over(job):
        record("tested", "job", job.id, by=account_by_name("alice"), now=NOW)
        job.lease_owner = "another"

    monkeypatch.setitem(actions.HANDLERS, "import check", taken_over)
    actions.enqueue("import check", None, by=None, now=NOW)
    commit()
    assert worker.run_one("slow", now=NOW)
    assert session.scalars(sa.select(Job.state)).all() == [JobState.RUNNING]
    assert session.scalars(sa.select(AuditRow.action)).all() == []


def test_a_lease_lost_after_the_job_was_read_is_noticed(session, monkeypatch, engine_name):
    if engine_name == "sqlite":
        pytest.skip("there nobody writes while a job's transaction is open")

    def taken_over(job):
        assert job.lease_owner == "slow"
        with db.engine.begin() as another:
            another.execute(sa.update(Job).values(lease_owner="another"))
        record("tested", "job", job.id, by=account_by_name("alice"), now=NOW)

    monkeypatch.setitem(actions.HANDLERS, "import check", taken_over)
    actions.enqueue("import check", None, by=None, now=NOW)
    commit()
    assert worker.run_one("slow", now=NOW)
    assert session.scalars(sa.select(AuditRow.action)).all() == []


# --- several workers, killed ------------------------------------------------------------------------------------------


def _notes_itself(job):
    """Leave one row of the trail; at random moments the process dies in the midst of it."""
    record("tested", "job", job.id, by=account_by_name("alice"), now=NOW)
    db.session.flush()
    chance = random.random()
    if chance < 0.1:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(chance / 500)


def _share(app, tell):
    random.seed(os.getpid())
    with app.app_context():
        while worker.run_one(f"worker {os.getpid()}", now=worker.clock.now()):
            tell("done")


@pytest.mark.parametrize(
    "jobs", [pytest.param(60, marks=pytest.mark.slow), pytest.param(2000, marks=pytest.mark.proof)]
)
@pytest.mark.timeout(900)
def test_workers_killed_at_any_moment_lose_nothing_and_do_nothing_twice(app, crew, monkeypatch, jobs):
    monkeypatch.setattr(actions, "LEASE", timedelta(seconds=0.2))
    monkeypatch.setattr(actions, "ATTEMPTS_MOST", 1000)
    monkeypatch.setitem(actions.HANDLERS, "import check", _notes_itself)
    with app.app_context():
        ids = [actions.enqueue("import check", None, by=None, now=worker.clock.now()).id for _ in range(jobs)]
        commit()
    kills, chance = 0, random.Random(jobs)
    while open_jobs(app):
        workers = [crew.fork(partial(_share, app)) for _ in range(3)]
        time.sleep(chance.random() / 3)
        workers[0].kill()
        for one in workers[1:]:
            one.end()
        kills += sum(one.status == -signal.SIGKILL for one in workers)
        crew.wait_until_quiet()
    with app.app_context():
        noted = Counter(map(int, db.session.scalars(sa.select(AuditRow.object_id).where(AuditRow.action == "tested"))))
    assert noted == Counter(ids)
    assert kills


def open_jobs(app):
    with app.app_context():
        left = db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.state != JobState.DONE))
        db.session.rollback()
        db.session.remove()
    return left

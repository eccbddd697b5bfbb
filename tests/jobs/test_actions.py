"""What becomes of one job: asked for, claimed under a lease, held, ended, given up, tried again."""

import signal
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs
from support.cast import NOW

from casework.audit.actions import commit
from casework.db import db
from casework.jobs import actions, worker
from casework.jobs.models import Job, JobState
from casework.users.queries import account_by_name

KIND, SECOND = "import check", timedelta(seconds=1)
LEASED = NOW + timedelta(minutes=2)


def asked(**more):
    return actions.enqueue(KIND, {"n": 1}, **{"by": None, "now": NOW} | more)


def claimed(attempts=1):
    """A job at a worker, for the n-th time."""
    job = asked()
    job.attempts = attempts - 1
    return actions.claim("one", now=NOW)


def recurring(monkeypatch, **values):
    monkeypatch.setitem(actions.RECURRING, KIND, timedelta(hours=1))
    actions.keep_recurring(now=NOW)
    job = db.session.scalars(sa.select(Job).where(Job.key == KIND)).one()
    for name, value in values.items():
        setattr(job, name, value)
    return job


def columns(job, *names):
    return tuple(getattr(job, name) for name in names)


def test_a_job_is_written_down_as_it_was_asked_for(session):
    alice, later = account_by_name("alice"), NOW + SECOND
    plain, told = asked(), asked(by=alice, due_at=later)
    assert columns(plain, "kind", "key", "payload", "due_at") == (KIND, None, {"n": 1}, NOW)
    assert columns(plain, "state", "attempts", "created_at", "created_by_id") == (JobState.WAITING, 0, NOW, None)
    assert columns(told, "created_at", "created_by_id", "due_at") == (NOW, alice.id, later)
    assert plain.id < told.id


def test_the_job_that_is_due_first_is_claimed_under_a_lease(session):
    asked(due_at=NOW + SECOND)
    second, first = asked(), asked(due_at=NOW - SECOND)
    assert [actions.claim("one", now=NOW).id for _ in range(2)] == [first.id, second.id]
    assert actions.claim("one", now=NOW) is None, "the last is not due yet"
    assert columns(first, "state", "attempts", "lease_owner", "lease_until") == (JobState.RUNNING, 1, "one", LEASED)
    assert columns(second, "state", "attempts", "lease_owner", "lease_until") == (JobState.RUNNING, 1, "one", LEASED)


def test_jobs_due_at_once_are_claimed_in_the_order_in_which_they_were_asked_for(session):
    jobs = [asked().id for _ in range(4)]
    assert [actions.claim("one", now=NOW).id for _ in jobs] == jobs


def test_a_job_is_taken_over_once_its_lease_has_run_out_and_not_before(session):
    job = claimed()
    assert actions.claim("two", now=LEASED) is None
    assert actions.claim("two", now=LEASED + SECOND) is job
    assert columns(job, "attempts", "lease_owner", "lease_until") == (2, "two", LEASED + SECOND + actions.LEASE)


def test_who_holds_a_job_is_its_owner_alone_and_while_it_runs(session):
    job = claimed()
    assert (actions.held(job.id, "one"), actions.held(job.id, "two")) == (job, None)
    actions.succeed(job, None, now=NOW)
    job.lease_owner = "one"
    db.session.flush()
    assert actions.held(job.id, "one") is None


def test_a_worker_says_how_far_it_is_and_keeps_its_lease(session):
    job = claimed()
    actions.keep_lease(job, done=3, total=9, now=NOW + SECOND)
    assert columns(job, "progress_done", "progress_total", "lease_until") == (3, 9, LEASED + SECOND)


def test_work_that_is_done_says_so_with_its_result(session):
    job = claimed()
    job.error = "at first"
    actions.succeed(job, {"rows": 2}, now=NOW + SECOND)
    assert columns(job, "state", "result", "error", "ended_at") == (JobState.DONE, {"rows": 2}, None, NOW + SECOND)
    assert columns(job, "lease_owner", "lease_until", "due_at") == (None, None, NOW)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 20), (2, 80), (3, 320), (4, 1280)])
def test_work_that_failed_is_tried_again_after_a_pause_that_grows(session, attempts, seconds):
    job = claimed(attempts)
    actions.fail(job, "no room", now=NOW)
    assert columns(job, "state", "error", "due_at") == (JobState.WAITING, "no room", NOW + timedelta(seconds=seconds))
    assert columns(job, "lease_owner", "lease_until", "ended_at") == (None, None, None)


def test_what_failed_each_time_is_dead_and_shown_until_somebody_lets_it_be_tried_again(session):
    job = claimed(actions.ATTEMPTS_MOST)
    actions.fail(job, "x" * 5_000, now=NOW + SECOND)
    assert columns(job, "state", "ended_at", "due_at") == (JobState.DEAD, NOW + SECOND, NOW)
    assert job.error == "x" * 4_000
    db.session.flush()
    assert actions.hold_given_up(job) is True
    actions.revive(job, now=NOW + 2 * SECOND)
    assert columns(job, "state", "attempts", "due_at", "ended_at") == (JobState.WAITING, 0, NOW + 2 * SECOND, None)
    db.session.flush()
    assert actions.hold_given_up(job) is False


def test_what_ended_its_worker_each_time_says_so_and_the_next_job_is_claimed(session):
    job, other = asked(), asked(due_at=NOW + SECOND)
    job.attempts = actions.ATTEMPTS_MOST
    assert actions.claim("one", now=NOW + SECOND) is other
    assert columns(job, "state", "ended_at") == (JobState.DEAD, NOW + SECOND)
    assert job.error == "The worker ended in the midst of it, each time it was tried."


def test_what_recurs_is_one_fresh_row_of_its_kind(session, monkeypatch):
    job = recurring(monkeypatch)
    assert actions.recurs(job)
    assert not actions.recurs(asked())
    assert columns(job, "kind", "state", "due_at", "created_at") == (KIND, JobState.WAITING, NOW, NOW)
    assert columns(job, "attempts", "progress_done", "progress_total") == (0, 0, 0)


@pytest.mark.parametrize(
    "end", [lambda job: actions.succeed(job, 7, now=NOW), lambda job: actions.fail(job, "", now=NOW)]
)
def test_what_recurs_waits_for_its_next_time_with_all_its_attempts(session, monkeypatch, end):
    most = actions.ATTEMPTS_MOST
    job = recurring(monkeypatch, attempts=most, progress_done=3, progress_total=4, state=JobState.RUNNING)
    end(job)
    assert columns(job, "state", "attempts", "due_at") == (JobState.WAITING, 0, NOW + timedelta(hours=1))
    assert columns(job, "progress_done", "progress_total") == (0, 0)


def test_what_recurs_is_tried_again_after_a_short_pause_where_its_next_time_is_far(session, monkeypatch):
    job = recurring(monkeypatch, attempts=1)
    actions.fail(job, "no room", now=NOW)
    assert columns(job, "state", "due_at") == (JobState.WAITING, NOW + timedelta(seconds=20))


def test_who_does_a_kind_of_work_is_registered_and_remains_what_it_was(monkeypatch):
    monkeypatch.setattr(actions, "HANDLERS", {})
    monkeypatch.setattr(actions, "RECURRING", {})
    once, often = (lambda job: 1), (lambda job: 2)
    assert actions.handles("once")(once) is once
    assert actions.handles("often", every=SECOND)(often) is often
    assert ({"once": once, "often": often}, {"often": SECOND}) == (actions.HANDLERS, actions.RECURRING)


# --- the worker -------------------------------------------------------------------------------------------------------


def failing(_job):
    raise OSError("no room")


def test_a_worker_does_one_job_and_tells_whether_there_was_one(session, monkeypatch):
    monkeypatch.setattr(worker.clock, "now", lambda: NOW + SECOND)
    monkeypatch.setitem(actions.HANDLERS, KIND, lambda job: job.payload)
    asked()
    commit()
    assert [worker.run_one("one", now=NOW) for _ in range(2)] == [True, False]
    job = session.scalars(sa.select(Job)).one()
    assert columns(job, "state", "result", "ended_at") == (JobState.DONE, {"n": 1}, NOW + SECOND)


def test_a_failure_is_logged_and_stands_at_the_job(session, monkeypatch):
    monkeypatch.setattr(worker.clock, "now", lambda: NOW + SECOND)
    monkeypatch.setitem(actions.HANDLERS, KIND, failing)
    job_id = asked().id
    commit()
    with capture_logs() as logs:
        assert worker.run_one("one", now=NOW)
    assert [(log["event"], log["job"], log["kind"], log["log_level"]) for log in logs] == [
        ("job failed", job_id, KIND, "error")
    ]
    job = session.scalars(sa.select(Job)).one()
    assert columns(job, "error", "due_at") == ("OSError: no room", NOW + 21 * SECOND)


def test_everything_that_is_ready_is_done_and_counted(session, monkeypatch):
    monkeypatch.setattr(worker.clock, "now", lambda: NOW)
    monkeypatch.setitem(actions.HANDLERS, KIND, lambda job: None)
    for _ in range(3):
        asked()
    commit()
    assert worker.run_all(most=4) == 3
    assert session.scalars(sa.select(Job.state)).all() == [JobState.DONE] * 3
    for _ in range(3):
        asked()
    commit()
    with pytest.raises(RuntimeError, match="more than 3 jobs"):
        worker.run_all(most=3)


def test_a_worker_goes_on_while_the_database_is_away_and_ends_when_it_is_told(session, monkeypatch):
    handlers, owners, pauses = {}, [], []

    def run_one(owner, *, now):
        owners.append((owner, now))
        if len(owners) == 2:
            raise sa.exc.OperationalError("", {}, Exception("away\n"))
        if len(owners) == 4:
            handlers[signal.SIGTERM](signal.SIGTERM, None)
        return len(owners) == 1

    class Stopped(worker.threading.Event):
        def wait(self, timeout=None):
            pauses.append(timeout)

    monkeypatch.setattr(worker.threading, "Event", Stopped)
    monkeypatch.setattr(worker.signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(worker.clock, "now", lambda: NOW)
    monkeypatch.setattr(worker, "run_one", run_one)
    monkeypatch.setattr(actions, "RECURRING", {"tick": SECOND})
    with capture_logs() as logs:
        worker.run_until_stopped()
    assert handlers.keys() == {signal.SIGTERM, signal.SIGINT}
    assert [now for _owner, now in owners] == [NOW] * 4
    assert len({owner for owner, _now in owners}) == 1
    assert pauses == [1.0] * 3
    assert [(log["event"], log.get("owner"), log.get("cause")) for log in logs] == [
        ("worker started", owners[0][0], None), ("database not reached", None, "away"),
    ]  # fmt: skip
    db.session.rollback()
    assert session.scalars(sa.select(Job.key)).all() == ["tick"], "what recurs is in the queue"

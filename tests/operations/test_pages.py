"""The pages that keep the program running: trail, background work, health."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from support.cast import NOW

from casework.audit.actions import commit, record
from casework.audit.models import AuditRow
from casework.db import db
from casework.jobs import actions as jobs
from casework.jobs import worker
from casework.jobs.actions import HANDLERS, enqueue
from casework.jobs.models import Job, JobState
from casework.migrations import triggers
from casework.operations import anchor, health
from casework.operations.words import ACTIONS, action_words
from casework.users.queries import account_by_name


@pytest.fixture
def eve(client):
    """The auditor's browser."""
    return client.sign_in("eve")


@pytest.fixture
def adam(client):
    """The administrator's browser."""
    return client.sign_in("adam")


def write_rows(app, many=3, **more):
    with app.app_context():
        for number in range(many):
            facts = {"by": account_by_name("alice"), "now": NOW + timedelta(days=number)} | more
            record("case listed", "case", number, after={"<b>state": "=1+1"}, **facts)
        commit()


def test_the_trail_is_read_newest_first_and_narrowed(app, eve):
    write_rows(app)
    write_rows(app, 1, outcome="denied", by=_account(app, "bob"))
    page = eve.get("/trail").text
    assert page.index("2026-11-24") < page.index("2026-11-23")
    assert "&lt;b&gt;state" in page
    assert "包勃 (bob)" in eve.get("/trail?outcome=denied").text
    assert "包勃 (bob)" not in eve.get("/trail?person=安丽").text
    assert "2026-11-24" not in eve.get("/trail?from_day=2026-11-23&until_day=2026-11-23").text.split("<tbody>")[1]
    assert "没有符合条件" in eve.get("/trail?object_kind=case&object_id=77").text


def _account(app, username):
    with app.app_context():
        return account_by_name(username)


def test_the_next_page_begins_below_the_last_row_shown(app, eve):
    write_rows(app, 60)
    page = eve.get("/trail").text
    assert 'before=11" rel="next"' in page
    older = eve.get("/trail?before=11").text
    assert older.count("<tr>") == 11
    assert 'rel="next"' not in older


def test_a_filter_that_is_nonsense_is_left_out(eve):
    assert eve.get("/trail?before=x&from_day=soon&until_day=9999-12-31&action=;&outcome=1").status_code == 200


def test_the_export_holds_what_the_filter_leaves_and_no_formula(app, eve):
    write_rows(app)
    write_rows(app, 1, outcome="denied")
    book = load_workbook(BytesIO(eve.get("/trail.xlsx?outcome=denied").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


def test_the_verification_says_that_the_chain_is_whole_and_is_noted(app, eve):
    write_rows(app)
    page = eve.fill("/trail/verify", form_at="/trail")
    assert "全部3条" in page.text
    with app.app_context():
        assert db.session.scalars(sa.select(AuditRow.action).order_by(AuditRow.seq.desc())).first() == "verify trail"


def test_the_verification_shows_where_the_chain_was_changed(app, eve):
    write_rows(app)
    with app.app_context():
        for statement in triggers.drop_statements(db.engine.dialect.name, triggers.every()):
            db.session.execute(sa.text(statement))
        db.session.execute(sa.update(AuditRow).where(AuditRow.seq == 2).values(actor="Mallory"))
        db.session.commit()
    page = eve.fill("/trail/verify", form_at="/trail")
    assert "被改动" in page.text


def test_every_action_has_its_words(app):
    with app.test_request_context():
        assert all(
            action_words(action) != action for action in [*ACTIONS, "case urge", "letter sign", "template approve"]
        )
        assert action_words("something else") == "something else"


@pytest.fixture
def a_dead_job(app, monkeypatch):
    """A job that always failed."""

    def fail(_job):
        raise ValueError("the table is damaged")

    monkeypatch.setitem(HANDLERS, "import check", fail)
    with app.app_context():
        job = enqueue("import check", None, by=account_by_name("alice"), now=NOW - timedelta(days=1))
        commit()
        job_id = job.id
        for attempt in range(5):
            worker.run_one("test", now=NOW + timedelta(days=attempt))
        assert db.session.get_one(Job, job_id).state is JobState.DEAD
        db.session.remove()
    return job_id


def test_work_that_was_given_up_shows_its_cause_and_can_be_tried_again(app, adam, a_dead_job):
    assert "the table is damaged" in adam.get("/jobs?state=dead").text
    assert adam.fill(f"/jobs/{a_dead_job}/retry", form_at="/jobs").status_code == 200
    with app.app_context():
        assert db.session.get_one(Job, a_dead_job).state is JobState.WAITING
    refused = adam.post(f"/jobs/{a_dead_job}/retry", data=_hidden(adam))
    assert refused.status_code == 409


def _hidden(client):
    from support.pages import hidden_values

    return hidden_values(client.get("/account").text, "/account")


def test_the_list_of_work_is_taken_away_as_a_workbook(adam, a_dead_job):
    sheet = load_workbook(BytesIO(adam.get("/jobs.xlsx?state=dead").data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[-1] for row in rows[1:]] == ["ValueError: the table is damaged"]
    assert len(list(load_workbook(BytesIO(adam.get("/jobs.xlsx?state=done").data)).active.iter_rows())) == 1


def test_progress_is_told_to_who_asked_and_to_the_administrator_alone(app, a_dead_job):
    path = f"/jobs/{a_dead_job}/progress"
    answer = app.test_client().sign_in("alice").get(path).json
    assert (answer["state"], answer["done"], answer["total"]) == ("dead", 0, 0)
    assert app.test_client().sign_in("adam").get(path).status_code == 200
    assert app.test_client().sign_in("amir").get(path).status_code == 404


def test_health_names_database_worker_and_what_was_given_up(adam, a_dead_job, engine_name):
    page = adam.get("/operations").text
    assert {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[engine_name] in page
    assert "1项" in page
    assert "请关注" in page


def test_a_worker_that_does_not_come_is_noticed(app):
    with app.app_context():
        enqueue("import check", None, by=None, now=NOW - timedelta(minutes=5))
        commit()
        worker_found = [one for one in health.findings(now=NOW) if "5" in one.words and not one.well]
    assert worker_found


def test_the_invariants_can_be_checked_from_the_page(adam):
    assert "全部通过" in adam.fill("/operations", form_at="/operations").text


def test_liveness_is_public_and_says_nothing_more(client):
    answer = client.get("/health")
    assert answer.json == {"status": "ok"}
    assert client.get("/metrics").status_code == 302


def test_metrics_are_what_a_monitoring_system_reads(adam, a_dead_job):
    text = adam.get("/metrics").text
    assert 'casework_jobs{state="dead"} 1.0' in text
    assert "casework_audit_rows" in text


def test_the_head_is_anchored_daily_by_a_job_that_recurs(app, tmp_path, monkeypatch):
    from dataclasses import replace

    path = tmp_path / "anchor"
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], anchor=path))
    monkeypatch.setattr(jobs, "RECURRING", {"anchor": jobs.RECURRING["anchor"]})
    write_rows(app)
    with app.app_context():
        jobs.keep_recurring(now=NOW)
        commit()
        assert worker.run_one("test", now=NOW + timedelta(seconds=1))
        assert not worker.run_one("test", now=NOW + timedelta(hours=1))
        assert [seq for seq, _hash in anchor.anchored_heads()] == [3]

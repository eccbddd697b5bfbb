"""What every answer carries, and what happens when something is too large, foreign, busy or broken."""

import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from support.pages import PageClient, hidden_values
from test_access import WHO_MAY, doors

from casework import create_app
from casework.audit.models import AuditRow
from casework.db import db
from casework.users import sessions
from casework.web.door import public
from casework.web.forms import opened_with, read_opened
from config import Settings

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.slow
@pytest.mark.any_engine
@pytest.mark.parametrize("username", ["alice", "adam", "eve", None])
def test_every_page_carries_the_headers_and_a_strict_policy(app, username):
    client = app.test_client()
    if username:
        client.sign_in(username)
    for endpoint, method, url in doors(app):
        if method != "GET":
            continue
        answer = client.get(url)
        policy = answer.headers["Content-Security-Policy"]
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS, endpoint
        assert "frame-ancestors 'self'" in policy, endpoint
        if answer.mimetype == "text/html":
            assert "unsafe" not in policy, endpoint
            assert "default-src 'none'" in policy, endpoint
        if username and WHO_MAY[endpoint] != "*":
            assert answer.headers["Cache-Control"] == "no-store", endpoint


def test_the_nonce_is_another_on_every_page(client):
    nonces = {
        re.search(r"'nonce-([^']+)'", client.get("/sign-in").headers["Content-Security-Policy"])[1] for _ in "abc"
    }
    assert len(nonces) == 3


def test_another_host_name_is_refused(client):
    assert client.get("/sign-in", base_url="https://evil.example").status_code == 400


def test_what_is_too_large_is_refused_with_a_page(client, app, monkeypatch):
    client.sign_in("alice")
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 2000)
    answer = client.post("/account/password", data={"old": "x" * 3000})
    assert answer.status_code == 413
    assert "MB" in answer.text
    assert "过大" in answer.text


def test_a_crash_is_a_page_that_shows_nothing_of_the_inside(stage, app):
    broken = create_app(Settings(secret="s" * 40, database_url=stage.url, demo=True))
    broken.test_client_class = PageClient
    broken.add_url_rule("/crash", "crash", public(lambda: 1 // 0))
    answer = broken.test_client().get("/crash")
    with broken.app_context():
        db.engine.dispose()
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "意外" in answer.text


HOLD = {
    "sqlite": ("PRAGMA busy_timeout=100", "BEGIN IMMEDIATE"),
    "postgresql": ("SET lock_timeout='200ms'", "LOCK TABLE form_token IN ACCESS EXCLUSIVE MODE"),
}


@contextmanager
def held_by_somebody(app, impatient, hold):
    """Let another connection hold the database, and nobody wait long for it."""

    def hurry(connection, _record):
        cursor = connection.cursor()
        cursor.execute(impatient)
        cursor.close()
        connection.commit()  # else PostgreSQL takes the setting back with the transaction

    with app.app_context():
        engine = db.engine
        engine.dispose()
    sa.event.listen(engine, "connect", hurry)
    holder = engine.raw_connection()
    try:
        holder.driver_connection.execute(hold)
        yield
    finally:
        holder.driver_connection.execute("ROLLBACK")
        holder.close()
        sa.event.remove(engine, "connect", hurry)
        engine.dispose()


def test_a_database_that_somebody_holds_is_a_page_that_says_wait(app, client, engine_name):
    client.sign_in("alice")
    values = hidden_values(client.get("/account").text, "/account")
    with held_by_somebody(app, *HOLD[engine_name]):
        answer = client.post("/account", data=values | {"phone": "1", "language": "zh_Hans_CN"})
    assert answer.status_code == 503
    assert "系统繁忙" in answer.text
    again = client.post("/account", data=values | {"phone": "1", "language": "zh_Hans_CN"})
    assert again.status_code == 303


HOLD_TRAIL = HOLD | {"postgresql": ("SET lock_timeout='200ms'", "LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE")}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_refusal_that_cannot_be_noted_now_is_a_page_that_says_wait(app, client, engine_name, method):
    client.sign_in("alice")
    values = hidden_values(client.get("/account").text, "/account")
    with held_by_somebody(app, *HOLD_TRAIL[engine_name]):
        answer = getattr(client, method)("/accounts/new", data=values)
    assert answer.status_code == 503
    assert "系统繁忙" in answer.text
    assert getattr(client, method)("/accounts/new", data=values).status_code == 403
    with app.app_context():
        denied = sa.select(sa.func.count()).where(AuditRow.outcome == "denied")
        assert db.session.scalar(denied) == 1, "only what was noted was refused as such"


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"version": "x"}', "<script>"])
def test_a_page_that_does_not_say_what_it_was_opened_on_counts_as_stale(text):
    assert read_opened(text) == {"version": -1, "values": []}


def test_a_double_click_has_one_effect_and_is_shown_its_result(app, client):
    client.sign_in("alice")
    values = hidden_values(client.get("/account").text, "/account") | {"phone": "1", "language": "zh_Hans_CN"}
    first, second = client.post("/account", data=values), client.post("/account", data=values)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert "此前已完成" in client.get("/account").text


def test_the_page_of_a_conflict_does_not_wait_for_the_write_lock_again(app, client):
    client.sign_in("alice")
    values = hidden_values(client.get("/account").text, "/account") | {"phone": "1", "language": "zh_Hans_CN"}
    said = []
    with app.app_context():
        engine = db.engine
    listeners = {
        "rollback": lambda _connection: said.append("ROLLBACK"),
        "before_cursor_execute": lambda *args: said.append(args[2]),
    }
    for name, listener in listeners.items():
        sa.event.listen(engine, name, listener)
    answer = client.post("/account", data=values | {"opened": opened_with(99, [])})
    for name, listener in listeners.items():
        sa.event.remove(engine, name, listener)
    assert answer.status_code == 409
    spent = next(place for place, statement in enumerate(said) if statement.startswith("INSERT INTO form_token"))
    assert "ROLLBACK" in said[spent:]
    assert "BEGIN IMMEDIATE" not in said[spent:]


def test_what_was_done_is_acknowledged_although_the_session_cannot_be_kept(app, client, monkeypatch):
    @contextmanager
    def busy():
        raise OperationalError("planted", {}, Exception("database is locked"))
        yield

    client.sign_in("alice")
    values = hidden_values(client.get("/account").text, "/account") | {"phone": "0951-7", "language": "zh_Hans_CN"}
    with monkeypatch.context() as held:
        held.setattr(sessions, "write_transaction", busy)
        answer = client.post("/account", data=values)
    assert answer.status_code == 303
    assert "0951-7" in client.get("/account").text

"""Signing in: name and password, throttle, sessions that end, the first password."""

from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from support.cast import NOW, PASSWORD
from support.pages import hidden_values

from casework.audit.models import AuditRow
from casework.db import db
from casework.users.models import Account, SignIn
from casework.web import clock


def sign_in(client, username="alice", password=PASSWORD, **more):
    """Send the sign-in form."""
    page = client.get("/sign-in")
    values = hidden_values(page.text, "/sign-in") | {"username": username, "password": password}
    return client.post("/sign-in", data=values | more)


def cookie(client):
    """Return the session cookie's value."""
    found = client.get_cookie("__Host-casework", domain="127.0.0.1")
    return found.value if found else None


def change(username, **columns):
    """Change columns of an account, as an administrator would have."""
    db.session.execute(sa.update(Account).where(Account.username == username).values(**columns))
    db.session.commit()


def test_name_and_password_let_in_and_give_a_new_cookie(client):
    client.get("/sign-in")
    before = cookie(client)
    assert sign_in(client).status_code == 303
    assert cookie(client) != before
    assert client.get("/account/password").status_code == 200


def test_the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts(client):
    sign_in(client)
    found = client.get_cookie("__Host-casework", domain="127.0.0.1")
    assert found.secure
    assert found.http_only
    assert found.same_site == "Lax"


@pytest.mark.parametrize(("username", "password"), [("alice", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_or_password_is_refused_with_one_and_the_same_sentence(client, username, password):
    response = sign_in(client, username, password)
    assert response.status_code == 422
    assert "用户名或密码不正确" in response.text
    assert f'value="{username}"' in response.text


def test_a_disabled_account_is_not_let_in(app, client):
    with app.app_context():
        change("alice", active=False)
    assert sign_in(client).status_code == 422


def test_five_failures_hold_the_account_back_for_half_an_hour(app, client, monkeypatch):
    for _ in range(5):
        sign_in(client, password="wrong")
    refused = sign_in(client)
    assert refused.status_code == 422
    assert "半小时" in refused.text
    later = NOW + timedelta(minutes=31) - clock.datetime.now(clock.UTC)
    monkeypatch.setitem(app.config, "CLOCK_SHIFT", later)
    assert sign_in(client).status_code == 303


def test_failures_and_successes_are_in_the_trail(app, client):
    sign_in(client, password="wrong")
    sign_in(client)
    with app.app_context():
        rows = db.session.execute(sa.select(AuditRow.action, AuditRow.outcome).order_by(AuditRow.seq)).all()
    assert [tuple(row) for row in rows[-2:]] == [("sign in", "denied"), ("sign in", "done")]


def test_who_comes_through_the_proxy_is_held_back_by_the_address_of_his_own(app):
    def guess(address):
        client = app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = address
        return sign_in(client, password="wrong")

    for _ in range(5):
        guess("203.0.113.9")
    assert "半小时" in guess("203.0.113.9").text
    assert "半小时" not in guess("198.51.100.7").text
    with app.app_context():
        addresses = set(db.session.scalars(sa.select(AuditRow.address)))
    assert {"203.0.113.9", "198.51.100.7"} <= addresses


def test_signing_out_ends_the_session_on_the_server(app, client):
    sign_in(client)
    old = cookie(client)
    page = client.get("/account/password")
    client.post("/sign-out", data=hidden_values(page.text, "/sign-out"))
    client.set_cookie("__Host-casework", old, domain="127.0.0.1")
    assert client.get("/account/password").status_code == 302


def test_a_session_ends_after_fifteen_idle_minutes(app, client, monkeypatch):
    sign_in(client)
    shift = app.config["CLOCK_SHIFT"]
    monkeypatch.setitem(app.config, "CLOCK_SHIFT", shift + timedelta(minutes=14))
    assert client.get("/account/password").status_code == 200
    monkeypatch.setitem(app.config, "CLOCK_SHIFT", shift + timedelta(minutes=28))
    assert client.get("/account/password").status_code == 200
    monkeypatch.setitem(app.config, "CLOCK_SHIFT", shift + timedelta(minutes=44))
    assert client.get("/account/password").status_code == 302


def test_a_session_ends_after_eight_hours_however_busy(app, client, monkeypatch):
    sign_in(client)
    shift = app.config["CLOCK_SHIFT"]
    for minutes in range(0, 8 * 60, 10):
        monkeypatch.setitem(app.config, "CLOCK_SHIFT", shift + timedelta(minutes=minutes))
        assert client.get("/account/password").status_code == 200
    monkeypatch.setitem(app.config, "CLOCK_SHIFT", shift + timedelta(minutes=8 * 60 + 1))
    assert client.get("/account/password").status_code == 302


def test_a_page_view_writes_the_session_at_most_once_a_minute(app, client):
    client.sign_in("alice")
    with app.app_context():
        before = db.session.scalars(sa.select(SignIn.seen_at)).one()
        db.session.remove()
    client.get("/account/password")
    client.get("/account/password")
    with app.app_context():
        assert db.session.scalars(sa.select(SignIn.seen_at)).one() - before < timedelta(minutes=1)


def test_whoever_must_change_the_password_sees_nothing_else_first(app, client):
    with app.app_context():
        change("alice", must_change_password=True)
    sign_in(client)
    assert client.get("/worklist").location.endswith("/account/password")
    new = {"old": PASSWORD, "new": "Another-Horse-8", "again": "Another-Horse-8"}
    page = client.get("/account/password")
    client.post("/account/password", data=hidden_values(page.text, "/account/password") | new)
    with app.app_context():
        account = db.session.scalars(sa.select(Account).where(Account.username == "alice")).unique().one()
        assert not account.must_change_password


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("Short-1", "至少12个字符"),
        ("alllowercaseletters", "三类"),
        ("Alice-is-great-9", "不得包含用户名"),
        (PASSWORD, "前五次"),
    ],
)
def test_a_weak_password_is_refused_at_its_field(client, new, sentence):
    client.sign_in("alice")
    response = client.fill("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert response.status_code == 422
    assert sentence in response.text


def test_a_second_factor_is_asked_for_and_each_code_works_once(app, client):
    secret = pyotp.random_base32()
    with app.app_context():
        change("carol", totp_secret=secret)
    assert sign_in(client, "carol").location.endswith("/sign-in/code")
    code = pyotp.TOTP(secret).at(clock_now(app))
    assert client.fill("/sign-in/code", {"code": "000000"}).status_code == 422
    assert client.fill("/sign-in/code", {"code": code}, follow=False).status_code == 303
    other = app.test_client()
    sign_in(other, "carol")
    assert other.fill("/sign-in/code", {"code": code}).status_code == 422


def clock_now(app):
    """Return the program's present moment."""
    with app.app_context():
        return clock.now()


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/%09/evil\t", ""],
)
def test_nobody_is_sent_to_another_site_after_signing_in(client, target):
    response = sign_in(client, next=target)
    assert response.location in {"/", "https://127.0.0.1/"}


def test_the_page_asked_for_comes_after_signing_in(client):
    assert "next=" in client.get("/account/password").location
    assert sign_in(client, next="/account/password").location == "/account/password"


def test_a_post_without_the_csrf_token_is_refused(client):
    client.sign_in("alice")
    assert client.post("/account/password", data={"old": "x"}).status_code == 400

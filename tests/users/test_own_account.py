"""One's own account: contact, second factor, stand-ins."""

import re
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from support.cast import NOW

from casework.audit.actions import commit
from casework.db import db
from casework.settings.actions import change_setting
from casework.users.models import Account, AccountRole, Delegation, Scope
from casework.users.queries import absent_colleagues, account_by_name
from casework.web import clock


def account_id(app, username):
    with app.app_context():
        return account_by_name(username).id


def now(app):
    with app.app_context():
        return clock.now()


def test_contact_and_language_are_ones_own_to_change(app, client):
    client.sign_in("alice")
    page = client.fill("/account", {"email": "alice@example.cn", "phone": "0951-1", "language": "en"})
    assert "Your account was changed." in page.text
    with app.app_context():
        account = account_by_name("alice")
        assert (account.email, account.language) == ("alice@example.cn", "en")


def test_name_roles_and_region_are_not(app, client):
    client.sign_in("alice")
    client.fill("/account", {"language": "zh_Hans_CN", "name": "Mallory", "roles": "administrator", "active": ""})
    with app.app_context():
        account = account_by_name("alice")
        assert (account.name, account.active, len(account.roles)) == ("安丽", True, 1)


def enrol(client, app, **more):
    page = client.get("/account/second-factor")
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    code = pyotp.TOTP(secret).at(now(app))
    return secret, client.fill("/account/second-factor", {"code": code} | more)


def test_a_second_factor_is_set_up_with_a_code_of_the_shown_secret(app, client):
    client.sign_in("carol")
    secret, page = enrol(client, app)
    assert page.status_code == 200
    with app.app_context():
        assert account_by_name("carol").totp_secret == secret


def test_the_picture_is_a_picture_and_gone_once_set_up(app, client):
    client.sign_in("carol")
    client.get("/account/second-factor")
    picture = client.get("/account/second-factor.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    enrol(client, app)
    assert client.get("/account/second-factor.svg").status_code == 404


def test_a_wrong_code_sets_nothing_up(app, client):
    client.sign_in("carol")
    page = client.fill("/account/second-factor", {"code": "000000"})
    assert page.status_code == 422
    with app.app_context():
        assert account_by_name("carol").totp_secret is None


def test_replacing_a_second_factor_needs_the_password(app, client):
    client.sign_in("carol")
    first, _page = enrol(client, app)
    _secret, page = enrol(client, app, password="wrong")
    assert page.status_code == 422
    with app.app_context():
        assert account_by_name("carol").totp_secret == first
    second, _page = enrol(client, app, password="Correct-Horse-7")
    with app.app_context():
        assert account_by_name("carol").totp_secret == second != first


def test_where_the_setting_asks_leaders_must_set_it_up_first(app, client):
    with app.app_context():
        change_setting("second_factor_required", True, by=account_by_name("adam"), now=NOW)
        db.session.commit()
    client.sign_in("carol")
    assert client.get("/account").location.endswith("/account/second-factor")
    assert client.get("/account/second-factor.svg").status_code == 404
    enrol(client, app)
    assert client.get("/account").status_code == 200
    assert app.test_client().sign_in("alice").get("/account").status_code == 200


def account_like(like, username):
    """Another account of the same office and region."""
    person = account_by_name(like)
    same = {name: getattr(person, name) for name in ("region_id", "password_hash", "password_set_at", "created_at")}
    roles = [AccountRole(role=role) for role in person.roles]
    return Account(username=username, name=username, must_change_password=False, role_rows=roles, **same)


def name_delegate(client, app, delegate="carl", first="2026-11-22", last="2026-11-30", reason="休假", **more):
    values = {
        "delegate_id": str(account_id(app, delegate)),
        "from_day": first,
        "until_day": last,
        "reason": reason,
        **more,
    }
    return client.fill("/account/delegations", values)


def test_a_leader_names_another_who_then_stands_in_for_the_stated_time(app, client):
    client.sign_in("carol")
    assert "柯尔" in name_delegate(client, app).text
    with app.app_context():
        carl = account_by_name("carl")
        assert [one.username for one in absent_colleagues(carl, scope=Scope.CASES, now=clock.now())] == ["carol"]
        assert absent_colleagues(carl, scope=Scope.CASES, now=clock.now() + timedelta(days=9)) == []
    assert "代理" in app.test_client().sign_in("carl").get("/account").text


@pytest.mark.parametrize("delegate", ["alice", "dora", "adam"])
def test_only_the_same_office_is_offered_and_taken(app, client, delegate):
    client.sign_in("carol")
    page = name_delegate(client, app, delegate)
    assert page.status_code == 422
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Delegation)) == 0


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-11-25", "2026-11-24", "早于"),
        ("2026-11-01", "2026-11-21", "已过"),
        ("2026-11-22", "2028-11-22", "一年"),
        ("soon", "2026-11-30", "2026-11-22"),
    ],
)
def test_a_time_that_cannot_be_is_refused(app, client, first, last, sentence):
    client.sign_in("carol")
    page = name_delegate(client, app, first=first, last=last)
    assert page.status_code == 422
    assert sentence in page.text


def test_two_do_not_stand_in_for_each_other(app, client):
    name_delegate(client.sign_in("carol"), app)
    page = name_delegate(app.test_client().sign_in("carl"), app, "carol", first="2026-11-29", last="2026-12-05")
    assert page.status_code == 422
    assert "循环" in page.text


def test_nobody_has_two_delegates_at_once(app, client):
    client.sign_in("carol")
    name_delegate(client, app)
    page = name_delegate(client, app, first="2026-11-30", last="2026-12-01")
    assert page.status_code == 422


def test_one_stands_in_for_the_cases_and_another_for_the_letters(app, client):
    with app.app_context():
        db.session.add(account_like("carol", "cara"))
        commit()
    client.sign_in("carol")
    assert name_delegate(client, app, scope="cases").status_code == 200
    assert name_delegate(client, app, "cara", scope="letters").status_code == 200
    assert name_delegate(client, app, "cara", scope="all").status_code == 422
    with app.app_context():
        stood_in_for = {
            (name, scope): [one.name for one in absent_colleagues(account_by_name(name), scope=scope, now=clock.now())]
            for name in ("carl", "cara")
            for scope in (Scope.CASES, Scope.LETTERS)
        }
    assert {key for key, names in stood_in_for.items() if names == ["柯柔"]} == {
        ("carl", Scope.CASES), ("cara", Scope.LETTERS)
    }  # fmt: skip


def test_the_delegate_is_told_when_it_begins_and_when_it_is_ended(app, client):
    name_delegate(client.sign_in("carol"), app)
    with app.app_context():
        row_id = db.session.scalar(sa.select(Delegation.id))
    client.fill(f"/account/delegations/{row_id}/end", form_at="/account/delegations")
    assert app.test_client().sign_in("carl").get("/notices").text.count('<td data-label="单位或函件"') == 2
    assert "暂无" in client.get("/notices?show=all").text


def test_who_named_a_delegate_may_end_it_and_nobody_else(app, client):
    client.sign_in("carol")
    name_delegate(client, app)
    with app.app_context():
        row_id = db.session.scalar(sa.select(Delegation.id))
    carl = app.test_client().sign_in("carl")
    assert carl.fill(f"/account/delegations/{row_id}/end", form_at="/account/delegations").status_code == 403
    assert app.test_client().sign_in("alice").fill(
        f"/account/delegations/{row_id}/end", form_at="/account"
    ).status_code == 404  # fmt: skip
    client.fill(f"/account/delegations/{row_id}/end", form_at="/account/delegations")
    with app.app_context():
        assert absent_colleagues(account_by_name("carl"), scope=Scope.CASES, now=clock.now()) == []
        assert db.session.scalar(sa.select(Account.active).where(Account.username == "carl"))

"""What is typed into a long form is found again, by its writer alone, until the form takes effect."""

from datetime import timedelta

import pytest
from support.cast import NOW
from werkzeug.datastructures import MultiDict

from casework.audit.actions import commit
from casework.db import db
from casework.users.queries import account_by_name
from casework.web import typed as keeping
from casework.web.models import TypedText


def kept(app, username):
    with app.app_context():
        account = account_by_name(username)
        rows = db.session.query(TypedText).filter_by(account_id=account.id).all()
        return {row.form: dict(row.fields) for row in rows}


def send(client, key, **fields):
    page = client.get("/account/password")
    token = page.text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    return client.post(f"/typed/{key}", data={"csrf_token": token, "form_token": "x" * 32, **fields})


def test_what_is_typed_is_kept_without_the_tokens_of_the_page(app, client):
    client.sign_in("alice")
    assert send(client, "note-1", text="halb").status_code == 204
    assert send(client, "note-1", text="half written").status_code == 204
    assert kept(app, "alice") == {"note-1": {"text": "half written"}}
    assert kept(app, "amir") == {}


@pytest.mark.parametrize("key", ["Note-1", "note_1", "note--1", "x" * 130])
def test_a_name_no_form_has_is_not_found(client, key):
    client.sign_in("alice")
    assert send(client, key, text="x").status_code == 404


def test_a_text_beyond_all_measure_is_refused(app, client):
    client.sign_in("alice")
    assert send(client, "note-1", text="x" * 200_001).status_code == 413
    assert kept(app, "alice") == {}


def test_it_needs_a_session(client):
    assert client.post("/typed/note-1", data={"text": "x"}).status_code in {302, 400}


def test_one_person_cannot_fill_the_table(session):
    alice = account_by_name("alice")
    for number in range(keeping.FORMS_MOST + 5):
        moment = NOW + timedelta(minutes=number)
        keeping.keep(f"note-{number}", [("text", "x")], account_id=alice.id, now=moment)
        db.session.flush()
    commit()
    names = {row.form for row in db.session.query(TypedText)}
    assert len(names) == keeping.FORMS_MOST
    assert "note-4" not in names
    assert f"note-{keeping.FORMS_MOST + 4}" in names


def test_discarding_forgets_only_this_form(app, client):
    client.sign_in("alice")
    send(client, "note-1", text="one")
    send(client, "note-2", text="two")
    page = client.get("/account/password")
    token = page.text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    data = MultiDict({"csrf_token": token, "form_token": "y" * 32, "next": "/account/password"})
    assert client.post("/typed/note-1/discard", data=data).location == "/account/password"
    assert list(kept(app, "alice")) == ["note-2"]
    data["form_token"], data["next"] = "z" * 32, "//evil.example"
    assert client.post("/typed/note-2/discard", data=data).location == "/"

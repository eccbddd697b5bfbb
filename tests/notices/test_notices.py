"""Notices: told once, read by the person alone, marked read one by one or all."""

import pytest
import sqlalchemy as sa
from support.cases import a_case
from support.cast import NOW
from support.telling import a_telling

from casework.audit.actions import commit
from casework.db import db
from casework.notices.actions import tell
from casework.notices.models import Notice
from casework.users.queries import account_by_name


@pytest.fixture
def told(app):
    """Three notices for alice, one of them for amir too."""
    with app.app_context():
        alice, amir = account_by_name("alice").id, account_by_name("amir").id
        case_id = a_case().id
        for number in range(3):
            tell([alice], a_telling(f"case {number}", target={"case_id": case_id}), by=None, now=NOW)
        tell([amir, None], a_telling("case 0"), by=None, now=NOW)
        commit()
        ids = db.session.scalars(sa.select(Notice.id).order_by(Notice.id)).all()
        db.session.remove()
    return {"ids": ids, "case": case_id}


def rows():
    return db.session.execute(sa.select(Notice.account_id, Notice.key)).all()


def test_who_was_told_under_a_key_is_not_told_again(session):
    alice, bob = account_by_name("alice").id, account_by_name("bob").id
    for people in ([alice], [alice, alice, bob], [bob]):
        tell(people, a_telling(), by=None, now=NOW)
    assert sorted(rows()) == [(alice, "case 1"), (bob, "case 1")]


def test_nobody_is_told_what_he_does_himself(session):
    alice = account_by_name("alice").id
    tell([alice], a_telling(), by=alice, now=NOW)
    assert rows() == []


def test_the_bell_leads_to_what_is_unread_and_opening_one_marks_it_read(client, told):
    client.sign_in("alice")
    assert 'class="bare bell" href="/notices"' in client.get("/worklist").text
    page = client.get("/notices").text
    assert page.count("盛源热力") == 3
    opened = client.fill(f"/notices/{told['ids'][0]}/open", form_at="/notices")
    assert opened.request.path == f"/cases/{told['case']}"
    assert client.get("/notices").text.count("盛源热力") == 2
    assert client.get("/notices?show=all").text.count("盛源热力") == 3


def test_marking_all_read_leaves_what_came_after_the_page_was_shown(app, client, told):
    client.sign_in("alice")
    with app.app_context():
        shown = client.get("/notices").text
        tell([account_by_name("alice").id], a_telling("case 9"), by=None, now=NOW)
        commit()
        newest = max(told["ids"][:3])
        assert f'name="until" value="{newest}"' in shown
        page = client.fill("/notices/read", {"until": str(newest)}, form_at="/notices")
    assert page.text.count("盛源热力") == 1


def test_a_notice_of_another_is_not_there(client, told):
    client.sign_in("dora")
    assert "盛源热力" not in client.get("/notices?show=all").text
    client.checks = False
    for deed in ("open", "read"):
        assert client.fill(f"/notices/{told['ids'][0]}/{deed}", form_at="/account/mail").status_code == 404

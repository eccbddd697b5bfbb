"""Tasks without anybody: who is away with something open, and handing it over in one act."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from support.cases import a_case, account
from support.cast import NOW
from support.registering import signed_letters

from casework.audit.actions import commit, record
from casework.cases.models import Case
from casework.db import db
from casework.letters.models import Letter
from casework.notices.models import Notice
from casework.operations.unattended import gaps, owners_away
from casework.rules.letters import LetterState
from casework.rules.roles import Role
from casework.rules.workflow import State
from casework.users.models import Delegation, Scope


def seen(username, days_ago):
    person, moment = account(username), NOW - timedelta(days=days_ago)
    record("sign in", "account", person.id, by=person, now=moment)
    commit()


def away():
    return {(one.name, one.why.split(",")[0]) for one in owners_away(now=NOW)}


def stands_in(absent, delegate, **more):
    times = {"begins_at": NOW - timedelta(days=1), "ends_at": NOW + timedelta(days=1)}
    db.session.add(Delegation(absent_id=account(absent).id, delegate_id=account(delegate).id, **times, **more))
    db.session.flush()


def test_who_is_seen_or_has_a_delegate_or_nothing_open_is_left_out(session):
    a_case(State.ASSISTING)
    seen("alice", 1)
    assert away() == set()
    account("amir").active = False
    session.flush()
    assert away() == set()


def test_who_is_disabled_or_unseen_or_has_a_disabled_delegate_is_named(session):
    a_case(State.ASSISTING)
    seen("alice", 8)
    assert away() == {("安丽", "Not signed in for a week")}
    stands_in("alice", "amir")
    assert away() == set()
    account("amir").active = False
    session.flush()
    assert away() == {("安丽", "The delegate's account is disabled")}
    account("alice").active = False
    session.flush()
    assert away() == {("安丽", "The account is disabled")}


def test_a_delegate_for_letters_sees_to_no_case(session):
    a_case(State.ASSISTING)
    seen("alice", 8)
    stands_in("alice", "amir", scope=Scope.LETTERS)
    assert away() == {("安丽", "Not signed in for a week")}


def test_offices_that_nobody_holds_are_named_when_something_waits(session):
    a_case(State.ASSISTING, region_code="640300")
    a_case(State.ASSISTING, region_code="640200")
    signed_letters(2, state=LetterState.IN_REVIEW, signer_id=None, signed_at=None, signing_day=None)
    assert [(one.role, one.region, one.waiting) for one in gaps()] == [(Role.CITY, "吴忠市", 1)]
    account("bob").active = False
    session.flush()
    assert [(one.role, one.waiting) for one in gaps()][1:] == [(Role.REVIEWER, 2)]


@pytest.fixture
def left(app):
    """Alice has left: disabled, with a case, a draft and a letter in review."""
    with app.app_context():
        a_case(State.ASSISTING)
        for state in (LetterState.DRAFT, LetterState.IN_REVIEW, LetterState.SIGNED):
            signed_letters(1, state=state)
        account("alice").active = False
        commit()
        ids = account("alice").id, account("amir").id
        db.session.remove()
    return ids


def test_the_administrator_hands_everything_over_in_one_act_and_the_taker_is_told(app, client, left):
    alice, amir = left
    client.sign_in("adam")
    assert "安丽" in client.get("/accounts/unattended").text
    client.fill(f"/accounts/{alice}/hand-over", {"taker_id": str(amir), "reason": "岗位调动"})
    assert "安丽" not in client.get("/accounts/unattended").text
    with app.app_context():
        assert db.session.scalars(sa.select(Case.officer_id)).all() == [amir]
        drafters = dict(db.session.execute(sa.select(Letter.state, Letter.drafter_id)).all())
        assert drafters == {LetterState.DRAFT: amir, LetterState.IN_REVIEW: amir, LetterState.SIGNED: alice}
        assert db.session.scalars(sa.select(Notice.account_id)).all() == [amir]


def test_the_list_is_taken_away_as_a_workbook(client, left):
    sheet = load_workbook(BytesIO(client.sign_in("adam").get("/accounts/unattended.xlsx").data)).active
    assert [row[0] for row in sheet.iter_rows(values_only=True)][1:] == ["安丽"]


def test_disabling_an_account_leads_to_handing_over_what_it_has_open(app, client):
    with app.app_context():
        a_case(State.ASSISTING)
        commit()
        alice = account("alice").id
    page = client.sign_in("adam").fill(f"/accounts/{alice}/disable", form_at=f"/accounts/{alice}")
    assert page.request.path == f"/accounts/{alice}/hand-over"

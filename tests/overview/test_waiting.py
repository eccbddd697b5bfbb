"""The counts of the bell and the navigation: what waits for this person, and nothing that the person may not see."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from support.cases import TODAY, a_case
from support.cast import NOW
from support.templates import in_force

from casework.audit.actions import commit
from casework.db import db
from casework.letters.models import Letter, Recipient
from casework.overview.queries import waiting
from casework.overview.queries.task import Viewer
from casework.rules.letters import AddresseeKind, LetterKind, LetterState
from casework.rules.states import State
from casework.users.queries import account_by_name

LATE, LATER = TODAY - timedelta(days=3), TODAY + timedelta(days=1)


def viewer(name):
    account = account_by_name(name)
    return Viewer(account, account, TODAY)


def a_letter(state, *, drafter="alice", reviewer=None, region_code="640200", **sent):
    """A letter where its way has led it, with one recipient if it was sent."""
    region = account_by_name({"640200": "dora", "640100": "dan"}[region_code]).region
    numbered = state is LetterState.REGISTERED
    letter = Letter(
        template_version_id=in_force(LetterKind.WORK_SUPERVISION), kind=LetterKind.WORK_SUPERVISION,
        state=LetterState.DRAFT if numbered else state, region_id=region.id,
        addressee=region.government, addressee_kind=AddresseeKind.GOVERNMENT, title="函", content={},
        drafter_id=account_by_name(drafter).id, drafted_at=NOW,
        reviewer_id=account_by_name(reviewer).id if reviewer else None,
    )  # fmt: skip
    db.session.add(letter)
    db.session.flush()
    if sent:
        db.session.add(Recipient(letter_id=letter.id, region_id=region.id, name=region.government, **sent))
        db.session.flush()
    return letter


@pytest.mark.parametrize("name", ["victor", "eve", "bob", "carol", "adam"])
def test_who_works_on_no_case_has_none_due(session, name):
    a_case(State.ASSISTING, deadline=LATE)
    assert waiting.cases_due(viewer(name)) == 0


def test_an_officers_cases_count_from_the_day_they_are_due(session):
    for deadline in (LATE, TODAY, LATER):
        a_case(State.ASSISTING, deadline=deadline)
    a_case(State.ASSISTING, deadline=LATE, officer="amir")
    a_case(State.ASSISTING, deadline=LATE, paused=True)
    a_case(State.CLOSED, deadline=LATE)
    assert waiting.cases_due(viewer("alice")) == 2


def test_a_city_officer_is_told_of_the_own_region_only(session):
    a_case(State.ASSISTING, deadline=LATE, region_code="640200")
    a_case(State.ASSISTING, deadline=LATE, region_code="640100")
    assert waiting.cases_due(viewer("dora")) == 1


@pytest.mark.parametrize(
    ("name", "count"), [("alice", 2), ("amir", 1), ("bob", 2), ("carol", 1), ("carl", 1), ("victor", 0), ("dora", 0)]
)
def test_a_letter_waits_for_whoever_has_its_next_step(session, name, count):
    a_letter(LetterState.DRAFT)
    a_letter(LetterState.IN_REVIEW, drafter="amir")
    a_letter(LetterState.TO_SIGN, drafter="amir", reviewer="bob")
    a_letter(LetterState.SIGNED, drafter="amir", reviewer="bob")
    assert waiting.letters_waiting(viewer(name)) == count


def test_nobody_is_told_to_review_or_sign_the_own_work(session):
    a_letter(LetterState.IN_REVIEW, drafter="bob")
    a_letter(LetterState.TO_SIGN, drafter="alice", reviewer="carol")
    assert waiting.letters_waiting(viewer("bob")) == 0
    assert waiting.letters_waiting(viewer("carol")) == 0
    assert waiting.letters_waiting(viewer("carl")) == 1


def test_nothing_is_counted_beyond_a_hundred(session):
    first = a_letter(LetterState.SIGNED)
    columns = [column.key for column in sa.inspect(Letter).column_attrs if column.key != "id"]
    row = {name: getattr(first, name) for name in columns}
    session.execute(sa.insert(Letter), [row for _ in range(120)])
    assert waiting.letters_waiting(viewer("bob")) == waiting.MOST


def test_bell_and_navigation_show_what_waits(app, client):
    with app.app_context():
        a_case(State.ASSISTING, deadline=LATE)
        a_letter(LetterState.DRAFT)
        a_letter(LetterState.SIGNED)
        commit()
    page = client.sign_in("alice").get("/worklist").text
    assert "有1件案件今日到期或已逾期" in re.search(r'class="bare bell".*?</a>', page, re.S)[0]
    counts = re.findall(r'<a href="(/\w+)"[^>]*>(?:(?!</a>).)*class="count">.*?</span>(\d+)</span></a>', page, re.S)
    assert dict(counts) == {"/worklist": "1", "/letters": "2"}
    assert 'class="count"' not in client.sign_in("victor").get("/cases").text


def test_each_count_is_one_query_by_an_index(app, session):
    a_case(State.ASSISTING, deadline=LATE)
    people = {name: viewer(name) for name in ("alice", "dora", "carol", "bob")}
    assert all(person.account.region.path and person.account.roles for person in people.values())
    seen = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append((args[2], args[3])))
    try:
        for person in people.values():
            waiting.cases_due(person)
            waiting.letters_waiting(person)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) == 6  # a leader and a reviewer have no cases of their own
    if db.engine.dialect.name == "sqlite":
        for text, values in seen:
            plan = " ".join(
                row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            )
            assert not re.search(r"SCAN (\"?case\"?|letter|recipient)\b", plan), plan

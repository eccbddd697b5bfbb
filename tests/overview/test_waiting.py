"""The counts of the bell and the navigation: what waits for this person, and nothing that the person may not see."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from support.cases import TODAY, a_case
from support.cast import NOW
from support.hanging import BUY, a_plan, a_visit
from support.registering import letters_with_cases, signed_letters, stub
from support.templates import in_force

from casework.audit.actions import commit
from casework.cases.actions.letters import judge_reply, register_letter, take_reply
from casework.cases.models import CaseLetter, Extension, PlanState
from casework.db import db
from casework.letters import waiting
from casework.letters.models import Letter, LetterEvent, Recipient
from casework.letters.queries import waiting_for
from casework.operations.invariants import faults
from casework.overview.queries import tasks
from casework.rules.letters import AddresseeKind, LetterKind, LetterState, LetterStep
from casework.rules.roles import Role, permissions_of
from casework.rules.states import State
from casework.users.models import Delegation
from casework.users.queries import account_by_name
from casework.web.door import permissions_needed

LATE, LATER = TODAY - timedelta(days=3), TODAY + timedelta(days=1)
EVERYBODY = ("alice", "amir", "bob", "carol", "carl", "dora", "dan", "adam")


def due(name):
    return tasks.tasks_due(account_by_name(name), now=NOW, today=TODAY)


def letters(name):
    return waiting.letters_waiting(account_by_name(name), now=NOW, today=TODAY)


def on_page(name):
    mine = tasks.worklist_of(account_by_name(name), now=NOW, today=TODAY).tasks
    groups = {group.when: len(group.tasks) for group in tasks.grouped(mine, TODAY)}
    return groups.get(tasks.When.OVERDUE, 0) + groups.get(tasks.When.TODAY, 0)


def a_letter(state, *, drafter="alice", reviewer=None, region_code="640200", case=None, **sent):
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
    for step, name in ((LetterStep.EDIT, drafter), (LetterStep.PASS_REVIEW, reviewer)):
        if name:
            values = {"letter_id": letter.id, "step": step, "at": NOW, "actor_id": account_by_name(name).id}
            db.session.add(LetterEvent(**values, to_state=state))
    if sent:
        db.session.add(Recipient(letter_id=letter.id, region_id=region.id, name=region.government, **sent))
    if case is not None:
        db.session.add(CaseLetter(letter_id=letter.id, case_id=case.id, region_id=region.id))
    db.session.flush()
    return letter


def registered(case_too=False, **facts):
    """A registered letter to the region of dora, and where its one recipient stands; it names a case if asked."""
    letter_id = (letters_with_cases(1) if case_too else signed_letters(1))[0]
    version = db.session.get(Letter, letter_id).version
    register_letter(letter_id, version, render=stub, by=account_by_name("bob"), now=NOW, today=TODAY)
    db.session.execute(sa.update(Recipient).where(Recipient.letter_id == letter_id).values(reply_due=LATE, **facts))
    return letter_id


def stands_in(delegate, absent):
    times = {"begins_at": NOW - timedelta(days=1), "ends_at": NOW + timedelta(days=1)}
    people = {"absent_id": account_by_name(absent).id, "delegate_id": account_by_name(delegate).id}
    db.session.add(Delegation(**people, **times))
    db.session.flush()


def everything_that_may_wait():
    """Cases in every state, late, today and later, with what hangs on them, and letters at every stage."""
    for state in set(State):
        for deadline in (LATE, TODAY, LATER):
            case = a_case(state, deadline=deadline, paused=deadline is LATER and state in PAUSED_SOMETIMES)
            if state is not State.CLOSED:
                a_visit(case, follow_ups=[("报送资金计划", deadline)], day=LATE)
    for day in (LATE, TODAY, LATER):
        relief = a_case(State.RELIEF, officer="amir", region_code="640100", deadline=LATER)
        a_plan(relief, state=PlanState.APPROVED, measures=(BUY | {"due_day": day}, BUY | {"due_day": TODAY}))
        a_case(State.LISTED, officer=None, deadline=day)
        asked = a_case(State.ASSISTING, officer="amir", deadline=day)
        asked_by = {"asked_by_id": account_by_name("amir").id, "asked_at": NOW}
        db.session.add(Extension(case_id=asked.id, new_day=LATER, reason="融资", **asked_by))
    for state in (LetterState.DRAFT, LetterState.IN_REVIEW, LetterState.TO_SIGN, LetterState.SIGNED):
        a_letter(state, reviewer="bob" if state in {LetterState.TO_SIGN, LetterState.SIGNED} else None)
    registered(dispatched_day=None)
    registered(dispatched_day=LATE)
    registered(dispatched_day=LATE, received_day=LATE)
    registered(case_too=True, dispatched_day=LATE, received_day=LATE, replied_day=LATE)
    db.session.flush()


PAUSED_SOMETIMES = {State.ASSISTING, State.URGED}


@pytest.mark.slow
def test_the_bell_counts_what_the_worklist_shows_as_overdue_and_today(session):
    everything_that_may_wait()
    stands_in("amir", absent="alice")
    stands_in("carl", absent="carol")
    counts = {name: due(name) for name in EVERYBODY}
    assert counts == {name: on_page(name) for name in EVERYBODY}
    assert counts["amir"] > counts["alice"] > counts["dora"] > counts["carol"] == counts["carl"] > 0
    assert counts["adam"] == counts["bob"] == 0


@pytest.mark.parametrize("name", ["victor", "eve", "bob", "carol", "adam"])
def test_who_works_on_no_case_has_none_due(session, name):
    a_case(State.ASSISTING, deadline=LATE)
    assert due(name) == 0


def test_an_officers_cases_count_from_the_day_they_are_due(session):
    for deadline in (LATE, TODAY, LATER):
        a_case(State.ASSISTING, deadline=deadline)
    a_case(State.ASSISTING, deadline=LATE, officer="amir")
    a_case(State.ASSISTING, deadline=LATE, paused=True)
    a_case(State.CLOSED, deadline=LATE)
    assert due("alice") == 2


def test_a_city_officer_is_told_of_the_own_region_only(session):
    a_case(State.ASSISTING, deadline=LATE, region_code="640200")
    a_case(State.ASSISTING, deadline=LATE, region_code="640100")
    assert due("dora") == 1


def test_a_delegate_is_told_of_the_absent_ones_cases_and_whose_they_are(session):
    a_case(State.ASSISTING, deadline=LATE)
    a_case(State.ASSISTING, deadline=LATE, officer=None)
    assert due("amir") == 1
    stands_in("amir", absent="alice")
    assert due("amir") == 2
    found = tasks.worklist_of(account_by_name("amir"), now=NOW, today=TODAY).tasks
    assert sorted(task.on_behalf_of for task in found) == ["", "安丽"]


def test_a_reply_is_to_be_judged_until_it_has_a_verdict_for_every_case(session):
    letter_id = registered(case_too=True, dispatched_day=LATE, received_day=LATE)
    recipient = session.scalars(sa.select(Recipient).where(Recipient.letter_id == letter_id)).one()
    when = {"now": NOW, "today": TODAY}
    session.refresh(recipient)
    take_reply(letter_id, recipient.id, day=TODAY, text="已办", by=account_by_name("dora"), **when)
    assert due("alice") == due("amir") == 1
    case_id = session.scalars(sa.select(CaseLetter.case_id).where(CaseLetter.letter_id == letter_id)).one()
    judge_reply(recipient, case_id, accepted=True, reason="", by=account_by_name("amir"), now=NOW)
    assert recipient.judged
    assert due("alice") == 0
    assert list(faults(["D5"], now=NOW)) == []


def test_a_reply_to_a_letter_without_cases_needs_no_verdict(session):
    letter_id = registered(dispatched_day=LATE, received_day=LATE)
    recipient = session.scalars(sa.select(Recipient).where(Recipient.letter_id == letter_id)).one()
    dora = account_by_name("dora")
    take_reply(letter_id, recipient.id, day=TODAY, text="已办", by=dora, now=NOW, today=TODAY)
    assert recipient.judged
    assert list(faults(["D5"], now=NOW)) == []


@pytest.mark.parametrize(
    ("name", "tabs"),
    [
        ("alice", {"drafts": 1, "register": 1, "sent": 1}),
        ("amir", {"register": 1, "sent": 1}),
        ("bob", {"review": 1, "register": 1}),
        ("carol", {"sign": 1}),
        ("carl", {"sign": 1}),
        ("victor", {}),
        ("dora", {"sent": 1, "awaited": 1}),
        ("dan", {}),
    ],
)
def test_a_letter_waits_for_whoever_has_its_next_step(session, name, tabs):
    a_letter(LetterState.DRAFT)
    a_letter(LetterState.IN_REVIEW, drafter="amir")
    a_letter(LetterState.TO_SIGN, drafter="amir", reviewer="bob")
    a_letter(LetterState.SIGNED, drafter="amir", reviewer="bob")
    registered()
    registered(dispatched_day=LATE)
    registered(dispatched_day=LATE, received_day=LATE)
    assert letters(name) == tabs


def test_a_delegate_is_told_of_the_absent_ones_drafts(session):
    a_letter(LetterState.DRAFT)
    stands_in("amir", absent="alice")
    assert letters("amir") == {"drafts": 1}


def test_what_an_enterprise_sends_is_recorded_by_who_has_its_case_else_by_the_drafter(session):
    case = a_case(State.ASSISTING, officer="amir", deadline=LATER)
    unit = {"enterprise_id": case.enterprise_id, "dispatched_day": LATE}
    registered(**unit)
    about = registered(**unit, received_day=LATE)
    session.add(CaseLetter(letter_id=about, case_id=case.id, region_id=case.region_id))
    session.flush()

    def told(name):
        found = tasks.worklist_of(account_by_name(name), now=NOW, today=TODAY).tasks
        return [(task.verb, task.on_behalf_of) for task in found if "letter_id" in task.target]

    assert told("alice") == [("Record the receipt", "")]
    assert told("amir") == [("Record the reply", "")]
    assert told("dora") == []
    stands_in("amir", absent="alice")
    assert sorted(told("amir")) == [("Record the receipt", account_by_name("alice").name), ("Record the reply", "")]


def test_nobody_is_told_to_review_or_sign_the_own_work(session):
    a_letter(LetterState.IN_REVIEW, drafter="bob")
    a_letter(LetterState.TO_SIGN, drafter="alice", reviewer="carol")
    assert letters("bob") == letters("carol") == {}
    assert letters("carl") == {"sign": 1}
    assert [len(waiting_for(account_by_name(name))) for name in ("carol", "carl")] == [0, 1]


@pytest.mark.slow
def test_nothing_is_counted_beyond_a_hundred(session):
    first = a_letter(LetterState.SIGNED)
    columns = [column.key for column in sa.inspect(Letter).column_attrs if column.key != "id"]
    row = {name: getattr(first, name) for name in columns}
    session.execute(sa.insert(Letter), [row for _ in range(120)])
    assert letters("bob") == {"register": waiting.MOST}
    for _ in range(105):
        a_visit(a_case(State.ASSISTING), follow_ups=[("报送", LATE)], day=LATE)
    assert due("alice") == tasks.MOST
    mine = tasks.worklist_of(account_by_name("alice"), now=NOW, today=TODAY)
    assert set(mine.cut) == {"Work on the case", "Register the letter", "See to what the visit left open"}
    assert on_page("alice") == tasks.MOST


def test_bell_navigation_and_tabs_show_what_waits(app, client):
    with app.app_context():
        a_case(State.ASSISTING, deadline=LATE)
        a_letter(LetterState.DRAFT)
        a_letter(LetterState.DRAFT, drafter="amir")
        a_letter(LetterState.SIGNED)
        commit()
    page = client.sign_in("alice").get("/worklist").text
    assert "有1项待办今日到期或已逾期" in re.search(r'class="bare bell".*?</a>', page, re.S)[0]
    counts = re.findall(r'<a href="(/\w+)"[^>]*>(?:(?!</a>).)*class="count">.*?</span>(\d+)</span></a>', page, re.S)
    assert dict(counts) == {"/worklist": "1", "/letters": "2"}
    page = client.get("/letters").text
    tabs = re.findall(r'href="/letters\?tab=(\w+)"[^>]*>(?:(?!</a>).)*待您办理(\d+)', page, re.S)
    assert tabs == [("drafts", "1"), ("register", "1")]
    assert 'class="count"' not in client.sign_in("victor").get("/cases").text


def test_each_count_is_one_statement_made_once_and_answered_by_an_index(app, session):
    a_case(State.ASSISTING, deadline=LATE)
    people = [account_by_name(name) for name in ("alice", "dora", "carol", "bob")]
    assert all(person.region.path and person.roles for person in people)
    seen = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append((args[2], args[3])))
    try:
        for person in people:
            tasks.tasks_due(person, now=NOW, today=TODAY)
            waiting.letters_waiting(person, now=NOW, today=TODAY)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) == 7  # nothing that a reviewer does has a day
    assert tasks.due_statement(frozenset({Role.CITY})) is tasks.due_statement(people[1].roles)
    if db.engine.dialect.name == "sqlite":
        for text, values in seen:
            plan = " ".join(
                row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            )
            assert not re.search(
                r"SCAN (?!extension USING INDEX)(\"?case\"?|letter|recipient|extension|follow_up)\b", plan
            ), plan


def test_every_task_leads_to_a_page_that_its_roles_may_open(app):
    with app.app_context():
        for kind in tasks.KINDS:
            for _verb, place in [(kind.verb, kind.place), *kind.turns.values()]:
                need = permissions_needed(place.endpoint)
                assert all(set(need) & permissions_of(frozenset({role})) for role in kind.roles), (
                    kind.verb,
                    place.endpoint,
                )

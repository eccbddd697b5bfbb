"""The demonstration shows every state, every stage of a letter, something due today and something late."""

import re
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa
from support.cast import NOW

from casework.audit.queries import chain_faults
from casework.cases.models import Case, Measure
from casework.db import db
from casework.demo.people import PEOPLE
from casework.forecast.queries.history import read_history
from casework.forecast.queries.outlook import foreseen_on
from casework.letters.models import Letter, Recipient
from casework.overview.queries.tasks import When, grouped, tasks_due, worklist_of
from casework.registry.queries import current_cycle
from casework.rules.forecast_weights import Outlook, table_on
from casework.rules.letters import LetterState
from casework.rules.workflow import Outcome, State
from casework.users.models import Account
from casework.users.queries import IN_FULL

TODAY = date(2026, 11, 22)


@pytest.mark.slow
def test_the_demonstration_shows_all_there_is(demo):
    assert set(db.session.scalars(sa.select(Case.state))) == set(State)
    assert set(db.session.scalars(sa.select(Letter.state))) == set(LetterState)
    sent = db.session.scalars(sa.select(Recipient)).all()
    ways = {(one.dispatched_day is not None, one.received_day is not None, one.replied_day is not None) for one in sent}
    assert ways == {(False,) * 3, (True, False, False), (True, True, False), (True, True, True)}
    last_year = sa.select(Case.cycle_id).where(Case.state == State.REFERRED)
    live = db.session.scalars(sa.select(Case.state).where(Case.cycle_id.not_in(last_year)))
    assert set(live) == set(State) - {State.REFERRED}  # nobody is referred before the deadline
    assert db.session.scalar(sa.select(sa.func.count()).where(Case.outcome == Outcome.AFTER_PENALTY)) == 8
    assert db.session.scalar(sa.select(sa.func.count()).where(Case.working_deadline == TODAY)) >= 1
    assert db.session.scalar(sa.select(sa.func.count()).where(Measure.due_day == TODAY)) >= 1
    late = sa.select(sa.func.count()).where(Recipient.reply_due < TODAY, Recipient.replied_day.is_(None))
    assert db.session.scalar(late) >= 1
    assert list(chain_faults()) == []
    history = read_history(current_cycle(NOW), table=table_on(TODAY), days=[TODAY], reader=None)
    assert {one.forecast.outlook for one in foreseen_on(history, TODAY)} == set(Outlook)


@pytest.mark.slow
def test_everybody_who_works_finds_something_to_do(demo):
    for username in ("officer", "reviewer", "leader", "leader2", "shizuishan"):
        account = db.session.scalars(sa.select(Account).where(Account.username == username)).unique().one()
        assert worklist_of(account, now=NOW, today=TODAY).tasks, username
    officer = db.session.scalars(sa.select(Account).where(Account.username == "officer")).unique().one()
    groups = {group.when for group in grouped(worklist_of(officer, now=NOW, today=TODAY).tasks, TODAY)}
    assert {When.OVERDUE, When.TODAY} <= groups


@pytest.mark.slow
def test_everybodys_bell_counts_what_the_worklist_shows_as_overdue_and_today(demo):
    for account in db.session.scalars(sa.select(Account).options(*IN_FULL)).unique():
        shown = grouped(worklist_of(account, now=NOW, today=TODAY).tasks, TODAY)
        urgent = sum(len(group.tasks) for group in shown if group.when in {When.OVERDUE, When.TODAY})
        assert tasks_due(account, now=NOW, today=TODAY) == urgent, account.username


@pytest.mark.any_engine
@pytest.mark.slow
def test_every_task_leads_to_a_page_that_opens(demo):
    for username, *_ in PEOPLE:
        client = demo.test_client().sign_in(username)
        page = client.get("/worklist").text
        for place in set(re.findall(r'<tr data-href="([^"]+)"', page)):
            assert client.get(unescape(place).partition("#")[0]).status_code == 200, (username, place)


@pytest.mark.slow
def test_the_same_day_gives_the_same_demonstration_on_whichever_database(demo, new_demo):
    def picture():
        return sorted(str(value) for value in db.session.scalars(sa.select(Letter.sha256)))

    first = picture()
    with new_demo.app_context():
        assert picture() == first

"""However much there is to show, a page asks the database as often: from 10 to 1,000 rows of everything."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from support.cases import a_case, a_cycle
from support.cast import NOW
from support.telling import a_mail, a_telling

from casework.audit.actions import commit, record
from casework.cases.models import Case
from casework.db import db
from casework.demo.bulk.actions import enlarge
from casework.letters.models import Letter, Recipient
from casework.notices.actions import tell
from casework.registry.models import Direction, Enterprise, Obligation, Trade
from casework.rounds.actions.opening import RoundFacts, open_round
from casework.rounds.models import Report, Round
from casework.rules.letters import LetterKind, LetterState
from casework.rules.rounds import ReportState
from casework.rules.workflow import State
from casework.users.models import Account, AccountRole
from casework.users.queries import account_by_name

FILLED = {"surrendered": 9_000, "held": 0, "to_buy": 1_000, "account": "usable", "risk": "low"}
pytestmark = pytest.mark.slow
TODAY = date(2026, 11, 22)
PAGES = {
    "alice": (
        "/worklist",
        "/overview",
        "/forecast",
        "/forecast/units/{enterprise}",
        "/forecast/hindcast",
        "/overview/leaders",
        "/overview/leaders?day=2026-10-01",
        "/overview/effort",
        "/overview/screen",
        "/overview/behind/units",
        "/overview/behind/cases?step=start_assistance",
        "/overview/behind/letters",
        "/forecast/what-if?lost={enterprise}",
        "/cases",
        "/cases?sort=-short",
        "/cases?state=assisting",
        "/cases/board",
        "/cases/proposals",
        "/cases/{case}",
        "/cases/{case}/relief",
        "/cases/{case}/planner",
        "/enterprises",
        "/enterprises/{enterprise}",
        "/obligations",
        "/obligations?standing=short",
        "/trades",
        "/prices",
        "/cycles",
        "/imports",
        "/letters",
        "/letters?tab=awaited",
        "/letters?tab=sent",
        "/letters/{letter}",
        "/register",
        "/rule-sets",
        "/rule-sets/1",
        "/templates",
        "/templates/work_supervision/government",
        "/search?q=热电",
        "/notices",
        "/notices?show=all",
        "/rounds",
        "/rounds/{round}",
        "/rounds/{round}/regions",
        "/rounds/{round}?show=waiting",
        "/bulletins",
        "/bulletins/new",
        "/results",
    ),
    "carol": ("/worklist", "/cases", "/cases/{case}"),
    "dora": (
        "/worklist",
        "/overview",
        "/forecast",
        "/overview/leaders",
        "/results",
        "/cases",
        "/enterprises",
        "/obligations",
        "/letters",
        "/bulletins",
    ),
    "adam": ("/worklist", "/accounts", "/accounts/unattended", "/regions", "/settings", "/jobs", "/outbox"),
    "eve": ("/trail",),
}


def pdf_of(facts):
    """Print next to nothing."""
    return f"%PDF {facts.number}".encode()


def another(row, **changes):
    """The columns of a row like this one."""
    columns = [column.key for column in sa.inspect(type(row)).column_attrs if column.key != "id"]
    return {name: getattr(row, name) for name in columns} | changes


def grow(cases, others):
    """Add generated cases with what hangs on them, and so many letters of each state, accounts, trades, trail rows."""
    enlarge(cases, today=TODAY, render=pdf_of, say=lambda _words: None)
    alice = account_by_name("alice")
    for number in range(others):
        record("looked", "page", number, by=alice, now=NOW)
    _letters(others)
    _accounts(alice, others)
    _trades(others)
    _round()
    for number in range(others):
        tell([alice.id], a_telling(f"{others} {number}"), by=None, now=NOW)
        a_mail(alice, key=f"{others} {number}")
    commit()


def _letters(number):
    """Copy a generated letter into every state of the way, and its recipient with the sent ones."""
    sent = db.session.scalars(sa.select(Letter).where(Letter.state == LetterState.REGISTERED).limit(1)).one()
    undone = dict.fromkeys(("number", "year", "prefix", "pdf_id", "sha256", "registered_at", "registered_by_id"))
    for state in (LetterState.DRAFT, LetterState.IN_REVIEW, LetterState.TO_SIGN, LetterState.SIGNED):
        db.session.execute(sa.insert(Letter), [another(sent, state=state, **undone) for _ in range(number)])
    last = max(10_000, db.session.scalar(sa.select(sa.func.max(Letter.number))))
    kinds = (sent.kind, LetterKind.BULLETIN)
    copies = [another(sent, number=last + 1 + n, kind=kinds[n % 2]) for n in range(number)]
    ids = db.session.scalars(sa.insert(Letter).returning(Letter.id), copies).all()
    to, here = sent.recipients[0], account_by_name("dora").region_id
    db.session.execute(sa.insert(Recipient), [another(to, letter_id=one, region_id=here) for one in ids])


def _accounts(alice, number):
    there = db.session.scalar(sa.select(sa.func.count()).select_from(Account))
    names = [f"person{there + n}" for n in range(number)]
    db.session.execute(sa.insert(Account), [another(alice, username=name, name=name) for name in names])
    ids = db.session.scalars(sa.select(Account.id).where(Account.username.in_(names)))
    db.session.execute(sa.insert(AccountRole), [{"account_id": one, "role": "viewer"} for one in ids])


def _round():
    """A round of every open case that has opened since the last one, all of it reported."""
    facts = RoundFacts(period_first=TODAY, period_last=TODAY, due_at=NOW + timedelta(days=3))
    round_ = open_round(a_cycle("2025"), facts, by=account_by_name("alice"), now=NOW)
    given = {"state": ReportState.SUBMITTED, "first_submitted_at": NOW, "values": FILLED, "submitted": FILLED}
    db.session.execute(sa.update(Report).where(Report.round_id == round_.id).values(**given))


def _trades(number):
    units = db.session.scalars(sa.select(Enterprise.id).order_by(Enterprise.id.desc()).limit(number))
    bought = {"cycle_id": a_cycle().id, "day": TODAY, "direction": Direction.BUY, "tonnes": 1, "amount": 60}
    db.session.execute(sa.insert(Trade), [bought | {"enterprise_id": one} for one in units])


@pytest.mark.any_engine
def test_no_page_asks_more_of_a_thousand_than_of_ten(app):
    with app.app_context():
        a_cycle("2025")
        db.session.execute(sa.update(Account).values(phone="0951-0000000"))
        commit()
        grow(8, 10)
        for state in set(State) - set(db.session.scalars(sa.select(Case.state))):
            a_case(state)  # the board asks once for each state that holds a case
        commit()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 10
        ids = {
            "case": db.session.scalar(sa.select(sa.func.min(Case.id))),
            "enterprise": db.session.scalar(sa.select(sa.func.min(Enterprise.id))),
            "letter": db.session.scalar(sa.select(sa.func.min(Letter.id)).where(Letter.state == LetterState.DRAFT)),
        }
        db.session.remove()
    few = asked_by_all(app, ids)
    with app.app_context():
        grow(990, 990)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1_000
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Obligation)) == 1_000
        db.session.remove()
    many = asked_by_all(app, ids)
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
    assert max(many.values()) < 40


def asked_by_all(app, ids):
    """How many statements each page of each person sends, by person and page."""
    with app.app_context():
        ids = ids | {"round": db.session.scalar(sa.select(sa.func.max(Round.id)))}
    found = {}
    for name, paths in PAGES.items():
        client = app.test_client().sign_in(name)
        client.checks = False
        for path in paths:
            found[name, path] = asked_by(app, client, path.format(**ids))
    return found


def asked_by(app, client, path):
    """How many statements a page sends to the database, once it was seen before."""
    client.get(path)
    seen = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
    try:
        assert client.get(path).status_code == 200, path
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)

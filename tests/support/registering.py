"""Signed letters by the thousand, with a case each, and who registers them."""

import time
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from casework.audit.actions import commit, roll_back
from casework.cases.actions.letters import register_letter
from casework.cases.actions.tally import count_in
from casework.cases.models import Case, CaseEvent, CaseLetter
from casework.db import db
from casework.letters.content import as_stored
from casework.letters.models import Letter, Recipient, Series
from casework.operations.invariants import faults
from casework.registry.models import Enterprise, Obligation, Surrender
from casework.rules.letter_facts import Contact, LetterFacts
from casework.rules.letters import AddresseeKind, LetterKind, LetterState
from casework.rules.workflow import State
from casework.users.queries import account_by_name, region_by_code
from casework.web.forms import opened_with
from support.cases import a_case
from support.cast import NOW
from support.pages import hidden_values
from support.templates import in_force

DAY = date(2026, 11, 22)
PAUSE = 0.02  # seconds between two letters: nobody works without, and SQLite lets in whoever happens to ask


def stub(facts):
    """Print a page whose text is the number and nothing else, in no time."""
    number = facts.number or ""
    codes = "".join(f"{n:02x}" for n in range(33, 33 + len(number)))
    text = f"BT /F 16 Tf 60 700 Td <{codes}> Tj ET"
    pairs = " ".join(f"<{n:02x}> <{ord(char):04x}>" for n, char in enumerate(number, 33))
    spelt = (
        "/CIDInit/ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
        f"{len(number)} beginbfchar {pairs} endbfchar endcmap end"
    )
    return _pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",  # a Chinese font is slow to read
        f"<</Length {len(spelt)}>>stream\n{spelt}\nendstream",
    )


def _pdf(*objects):
    """Return the file of these objects; with its table of places, so that no reader has to search."""
    out, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{one}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{out}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    ).encode()


def signed_letters(count, facts=None, **values):
    """Write so many signed letters that name no case, and return their ids; the caller commits."""
    drafter, signer = account_by_name("alice"), account_by_name("carol")
    region = region_by_code("640200")
    facts = facts or LetterFacts(
        kind=LetterKind.WORK_SUPERVISION, organ="厅", prefix="宁环函", addressee=region.government,
        addressee_kind=AddresseeKind.GOVERNMENT, title="函", body=("请支持。",), reply_due=DAY,
        contact=Contact("安丽", "1"), drafted=DAY, signed=DAY, author="厅", subject="工作督促函",
    )  # fmt: skip
    row = {
        "kind": facts.kind, "state": LetterState.SIGNED, "region_id": region.id, "addressee": facts.addressee,
        "addressee_kind": facts.addressee_kind, "title": facts.title, "content": {}, "reply_due": facts.reply_due,
        "drafter_id": drafter.id, "drafted_at": NOW, "signer_id": signer.id, "signed_at": NOW, "signing_day": DAY,
        "facts": as_stored(facts), "template_version_id": in_force(facts.kind, facts.addressee_kind), **values,
    }  # fmt: skip
    letters = _insert(Letter, [row] * count)
    to = {"region_id": row["region_id"], "name": row["addressee"]}
    _insert(Recipient, [{"letter_id": letter, **to} for letter in letters])
    return letters


def letters_with_cases(count, each=1):
    """Write so many signed letters, each about cases of its own in assistance; the caller commits."""
    letters, cases = signed_letters(count), _cases(count * each)
    region = region_by_code("640200").id
    named = [{"letter_id": letters[n // each], "case_id": case, "region_id": region} for n, case in enumerate(cases)]
    db.session.execute(sa.insert(CaseLetter), named)
    return letters


def _cases(count):
    """Write copies of one case, with what hangs on it, in a few statements."""
    case = a_case(State.ASSISTING)
    owed = db.session.scalars(sa.select(Obligation).where(Obligation.enterprise_id == case.enterprise_id)).one()
    events = db.session.scalars(sa.select(CaseEvent).where(CaseEvent.case_id == case.id)).all()
    surrender = db.session.scalars(sa.select(Surrender).where(Surrender.obligation_id == owed.id)).one()
    units = _insert(Enterprise, [_copy(case.enterprise, code=f"91640299MA{n:08d}") for n in range(count)])
    obligations = _insert(Obligation, [_copy(owed, enterprise_id=unit) for unit in units])
    db.session.execute(sa.insert(Surrender), [_copy(surrender, obligation_id=one) for one in obligations])
    cases = _insert(Case, [_copy(case, enterprise_id=unit) for unit in units])
    db.session.execute(sa.insert(CaseEvent), [_copy(event, case_id=one) for one in cases for event in events])
    count_in(case.cycle_id, case.region_id, case.state, cases=count)
    return cases


def _copy(row, **changes):
    columns = sa.inspect(type(row)).columns
    return {column.key: getattr(row, column.key) for column in columns if column.key != "id"} | changes


def _insert(model, rows):
    ids = db.session.scalars(sa.insert(model).returning(model.id, sort_by_parameter_order=True), rows)
    return list(ids)


class Clerk:
    """A reviewer's browser that registers one letter after the other, and sends a form again if the program is busy."""

    def __init__(self, app, username="bob"):
        self.client = app.test_client().sign_in(username)
        self.client.checks = False
        self.csrf_token = hidden_values(self.client.get("/account").text, "/account")["csrf_token"]

    def form_of(self, letter_id):
        """Return what the form of a letter sends, with the same token each time."""
        return {
            "csrf_token": self.csrf_token, "form_token": f"register-{letter_id:020d}", "opened": opened_with(1, []),
        }  # fmt: skip

    def register(self, letter_id):
        """Send the form of a letter until it is done."""
        place, form = f"/letters/{letter_id}", self.form_of(letter_id)
        while (answer := self.client.post(f"{place}/step/register", data=form)).status_code == 503:
            pass
        assert (answer.status_code, answer.location) == (303, place), answer.text[-2000:]

    def register_all(self, letter_ids, tell):
        """Register these letters, and tell each once it was acknowledged."""
        for letter_id in letter_ids:
            self.register(letter_id)
            tell(letter_id)
            time.sleep(PAUSE)


def register_all(app, letter_ids, chance, share_undone, render, tell):
    """Register these letters below the views, a share of them at the second attempt; tell each number."""
    with app.app_context():
        for letter_id in letter_ids:
            tell(registered(letter_id, chance, share_undone, render))
            time.sleep(PAUSE)


def registered(letter_id, chance, share_undone, render):
    """Register one letter and return its number; who finds the database busy tries again, as a person would."""
    while True:
        try:
            by, version = account_by_name("bob"), db.session.get(Letter, letter_id).version
            roll_back()
            number = register_letter(letter_id, version, render=render, by=by, now=NOW, today=DAY).number
            if chance.random() >= share_undone:
                commit()
                return number
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
        roll_back()


def registered_numbers():
    """Return {letter: number}, after looking that all invariants hold and the numbers run from 1."""
    assert [f"{code} {fault}" for code, fault in faults(now=NOW)] == []
    rows = db.session.execute(sa.select(Letter.id, Letter.number).where(Letter.number.is_not(None)))
    found = {row.id: row.number for row in rows}
    assert sorted(found.values()) == list(range(1, len(found) + 1))
    assert db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(Series.last), 0))) == len(found)
    return found

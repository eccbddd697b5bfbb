"""What a row of the trail says, and what it is sealed with."""

import hashlib

import pytest
import sqlalchemy as sa
from support.cast import NOW

from casework.audit import actions
from casework.audit.actions import Origin, Program, begin_writing, chain_hash, commit, record, set_origin
from casework.audit.models import AuditHead, AuditRow
from casework.audit.queries import chain_faults
from casework.db import canonical, db
from casework.users.queries import account_by_name

NAMES = [column.key for column in sa.inspect(AuditRow).column_attrs]


def rows():
    return db.session.scalars(sa.select(AuditRow).order_by(AuditRow.seq)).all()


def test_a_row_says_who_did_what_to_which_thing_and_from_where(session):
    before = len(rows())
    alice = account_by_name("alice")
    record("try", "thing", 7, by=Program("tester"), now=NOW)
    set_origin(Origin("10.0.0.1", "r1"))
    record("deny", "case", "x", by=alice, now=NOW, before=1, after=[2], outcome="denied", on_behalf_of="carol")
    commit()
    plain, full = rows()[before:]
    assert {name: getattr(plain, name) for name in NAMES[1:-2]} == {
        "at": NOW, "actor_id": None, "actor": "tester", "on_behalf_of": None, "roles": "system", "address": "local",
        "action": "try", "object_kind": "thing", "object_id": "7", "before": None, "after": None, "outcome": "done",
        "request_id": "",
    }  # fmt: skip
    assert {name: getattr(full, name) for name in NAMES[1:-2]} == {
        "at": NOW, "actor_id": alice.id, "actor": alice.audit_name, "on_behalf_of": "carol",
        "roles": alice.audit_roles, "address": "10.0.0.1", "action": "deny", "object_kind": "case", "object_id": "x",
        "before": 1, "after": [2], "outcome": "denied", "request_id": "r1",
    }  # fmt: skip


def test_what_was_sealed_is_not_sealed_again_and_the_head_is_the_last_row(session):
    record("try", "thing", 1, by=Program("tester"), now=NOW)
    commit()
    count = len(rows())
    commit()
    assert len(rows()) == count
    head = session.execute(sa.select(AuditHead.seq, AuditHead.hash)).one()
    assert tuple(head) == (rows()[-1].seq, rows()[-1].hash)
    assert (rows()[0].seq, rows()[0].previous_hash) == (1, "0" * 64)


def test_a_row_is_sealed_with_the_row_before_and_everything_it_says():
    row = {"seq": 2, "actor": "爱丽丝", "previous_hash": "ab", "hash": "whatever"}
    facts = {"seq": 2, "actor": "爱丽丝", "previous_hash": "ab"}
    assert chain_hash(row) == hashlib.sha256(("ab" + canonical(facts)).encode()).hexdigest()


def test_who_begins_to_write_forgets_what_was_pending_and_may_write(session, monkeypatch):
    told = []
    monkeypatch.setattr(actions, "read_only_from_here", told.append)
    record("try", "thing", 1, by=Program("tester"), now=NOW)
    count = len(rows())
    begin_writing()
    commit()
    assert (told, len(rows())) == ([False], count)


@pytest.fixture
def three(session):
    """A trail of three rows, in a database that resists nothing."""
    assert rows() == []
    for number in range(3):
        record("try", "thing", number, by=Program("tester"), now=NOW)
    commit()
    on = " ON {}" if db.engine.dialect.name == "postgresql" else ""
    for trigger, table in (("row_stays", "row"), ("row_kept", "row"), ("head_kept", "head")):
        session.execute(sa.text(f"DROP TRIGGER audit_{trigger}{on.format(f'audit_{table}')}"))


CUT = "is not the head of the chain"


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (sa.delete(AuditRow).where(AuditRow.seq == 2), [(2, "missing"), (3, "does not follow the row before")]),
        (sa.delete(AuditRow).where(AuditRow.seq == 3), [(2, CUT)]),
        (sa.update(AuditRow).where(AuditRow.seq == 2).values(hash="1" * 64),
         [(2, "was changed"), (3, "does not follow the row before")]),
        (sa.update(AuditHead).values(seq=4), [(3, CUT)]),
        (sa.update(AuditHead).values(hash="1" * 64), [(3, CUT)]),
        (sa.delete(AuditHead), [(3, CUT)]),
        (sa.delete(AuditRow), [(0, CUT)]),
    ],
)  # fmt: skip
def test_each_break_is_named_where_it_is(three, tamper, found):
    db.session.execute(tamper)
    assert [(fault.seq, fault.what) for fault in chain_faults()] == found

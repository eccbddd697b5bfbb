"""The chain: what was recorded is sealed in order, and any change to it is found."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from support.cast import NOW

from casework.audit.actions import Program, commit, record, roll_back
from casework.audit.models import AuditRow
from casework.audit.queries import chain_faults
from casework.db import db

TESTER = Program("tester")


def note(number):
    """Record something."""
    record("try", "thing", number, by=TESTER, now=NOW, after={"n": number})


def test_rows_of_one_transaction_follow_each_other(session):
    for number in range(3):
        note(number)
    commit()
    note(3)
    commit()
    rows = session.scalars(sa.select(AuditRow).order_by(AuditRow.seq)).all()
    assert [row.object_id for row in rows[-4:]] == ["0", "1", "2", "3"]
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert list(chain_faults()) == []


def test_what_is_rolled_back_leaves_no_row(session):
    note(1)
    roll_back()
    note(2)
    commit()
    assert [row.object_id for row in session.scalars(sa.select(AuditRow)) if row.action == "try"] == ["2"]
    assert list(chain_faults()) == []


def test_the_database_refuses_to_change_a_row(session):
    note(1)
    commit()
    with pytest.raises(DatabaseError, match="never changed"):
        session.execute(sa.update(AuditRow).values(actor="somebody else"))
    roll_back()
    with pytest.raises(DatabaseError, match="never deleted"):
        session.execute(sa.delete(AuditRow))
    roll_back()


def test_a_changed_row_is_found(session):
    for number in range(3):
        note(number)
    commit()
    trigger = "DROP TRIGGER audit_row_stays" + (" ON audit_row" if db.engine.dialect.name == "postgresql" else "")
    session.execute(sa.text(trigger))
    session.execute(sa.update(AuditRow).where(AuditRow.seq == 2).values(actor="somebody else"))
    session.commit()
    assert [(fault.seq, fault.what) for fault in chain_faults()] == [(2, "was changed")]

"""Reading the trail."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from casework.audit.actions import FIRST_HASH, chain_hash
from casework.audit.models import AuditHead, AuditRow
from casework.db import db


@dataclass(frozen=True)
class ChainFault:
    """Where the chain is broken, in a sentence's worth of words."""

    seq: int
    what: str


_COLUMNS = [column.key for column in sa.inspect(AuditRow).column_attrs]


def chain_faults() -> Iterator[ChainFault]:
    """Walk the whole chain and yield every break in it."""
    expected_seq, previous = 1, FIRST_HASH
    rows = db.session.execute(
        sa.select(*(getattr(AuditRow, name) for name in _COLUMNS))
        .order_by(AuditRow.seq)
        .execution_options(yield_per=2000)
    )
    for row in rows:
        facts = dict(row._mapping)
        if row.seq != expected_seq:
            yield ChainFault(expected_seq, "missing")
        if row.previous_hash != previous:
            yield ChainFault(row.seq, "does not follow the row before")
        if chain_hash(facts) != row.hash:
            yield ChainFault(row.seq, "was changed")
        expected_seq, previous = row.seq + 1, row.hash
    head = db.session.execute(sa.select(AuditHead.seq, AuditHead.hash)).one_or_none()
    if head is None or (head.seq, head.hash) != (expected_seq - 1, previous):
        yield ChainFault(expected_seq - 1, "is not the head of the chain")

"""I7 and I12: the audit chain is whole, and what was written down outside is its beginning."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from casework.audit.models import AuditRow
from casework.audit.queries import chain_faults
from casework.db import db
from casework.letters.models import Letter
from casework.operations.anchor import anchored_heads
from casework.operations.invariants.fault import Fault
from casework.rules.words import N_

REGISTERED = "letter registered"
BREAKS = {
    "missing": N_("is missing"),
    "does not follow the row before": N_("does not follow the row before"),
    "was changed": N_("was changed"),
    "is not the head of the chain": N_("is not the head of the chain"),
}


def chain_is_whole(_now: datetime) -> Iterator[Fault]:
    """I7: no gap, every hash right, the head is the last row; as many registrations as numbered letters."""
    for fault in chain_faults():
        yield Fault(f"audit row {fault.seq}", BREAKS[fault.what])
    registered = db.session.scalar(
        sa.select(sa.func.count()).select_from(AuditRow).where(
            AuditRow.action == REGISTERED, AuditRow.outcome == "done"
        )
    )  # fmt: skip
    numbered = db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(Letter.number.is_not(None)))
    if registered != numbered:
        yield Fault(
            "audit trail", N_("%(rows)s registrations are noted and %(letters)s letters have a number"),
            rows=registered, letters=numbered,
        )  # fmt: skip


def anchor_is_a_prefix(_now: datetime) -> Iterator[Fault]:
    """I12: each head written down outside the database is a row of the chain."""
    for seq, row_hash in anchored_heads():
        if seq and db.session.scalar(sa.select(AuditRow.hash).where(AuditRow.seq == seq)) != row_hash:
            yield Fault(f"audit row {seq}", N_("is not the one that was anchored outside the database"))

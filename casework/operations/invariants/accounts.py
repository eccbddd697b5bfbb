"""I13: no account holds two of administrator, auditor and a working role."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from casework.db import db
from casework.operations.invariants.fault import Fault
from casework.rules.roles import roles_fit_together
from casework.rules.words import N_
from casework.users.models import AccountRole


def offices_are_separate(_now: datetime) -> Iterator[Fault]:
    """I13."""
    rows = db.session.execute(sa.select(AccountRole.account_id, AccountRole.role).order_by(AccountRole.account_id))
    for account_id, held in groupby(rows, key=lambda row: row.account_id):
        if not roles_fit_together(row.role for row in held):
            yield Fault(f"account {account_id}", N_("holds offices that exclude one another"))

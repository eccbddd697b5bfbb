"""Finding one case for a reader."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.cases.models import Case
from casework.db import db
from casework.rules.errors import NotFound
from casework.users.models import Account
from casework.users.queries import within_reach


def case_for(reader: Account, case_id: int) -> Case:
    """Return a case within the reader's region with what stands in its head, or say that there is none."""
    stmt = sa.select(Case).where(Case.id == case_id, within_reach(Case.region_id, reader))
    stmt = stmt.options(
        joinedload(Case.enterprise, innerjoin=True),
        joinedload(Case.cycle, innerjoin=True),
        joinedload(Case.region, innerjoin=True),
        joinedload(Case.officer),
        joinedload(Case.causes),
    )
    return _found(db.session.scalars(stmt).unique().one_or_none())


def case_to_change(reader: Account, case_id: int) -> Case:
    """Return a case within the reader's region with its row locked, so that its version holds until the commit."""
    stmt = sa.select(Case).where(Case.id == case_id, within_reach(Case.region_id, reader))
    return _found(db.session.scalars(stmt.with_for_update(of=Case)).one_or_none())


def _found(case: Case | None) -> Case:
    if case is None:
        raise NotFound("There is no such case, or it belongs to another region.")
    return case

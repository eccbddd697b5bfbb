"""Counting cases by cycle, region and state as they move, so that no page counts them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework.cases.models import CaseTally
from casework.db import db
from casework.rules.workflow import State


def count_in(cycle_id: int, region_id: int, state: State, *, cases: int = 1) -> None:
    """Count one case more in a state, or several at once."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    stmt = insert(CaseTally).values(cycle_id=cycle_id, region_id=region_id, state=state, cases=cases)
    keys = [CaseTally.cycle_id, CaseTally.region_id, CaseTally.state]
    db.session.execute(stmt.on_conflict_do_update(index_elements=keys, set_={"cases": CaseTally.cases + cases}))


def count_out(cycle_id: int, region_id: int, state: State) -> None:
    """Count one case less in a state."""
    here = (CaseTally.cycle_id == cycle_id, CaseTally.region_id == region_id, CaseTally.state == state)
    db.session.execute(
        sa.update(CaseTally).where(*here).values(cases=CaseTally.cases - 1).execution_options(synchronize_session=False)
    )

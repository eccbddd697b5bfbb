"""The board: open cases by state, the most urgent of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from casework.cases.models import Case
from casework.cases.queries.case_list import ORDER, CaseFilter, Row, conditions, rows_of, tally
from casework.db import db
from casework.rules.workflow import State
from casework.users.models import Account

SHOWN_MOST = 20


@dataclass(frozen=True)
class Column:
    """One state of the board: how many stand there, and the most urgent of them."""

    state: State
    total: int
    rows: Sequence[Row]


def board_of(wanted: CaseFilter, reader: Account, *, states: Sequence[State], today: date) -> list[Column]:
    """Return a column for each state; a column shows at most SHOWN_MOST cases."""
    totals = tally(wanted, reader)
    ids = {state: _most_urgent(replace(wanted, state=state), reader, today=today) for state in states if totals[state]}
    rows = {row.id: row for row in rows_of([id_ for some in ids.values() for id_ in some])}
    return [Column(state, totals[state], [rows[id_] for id_ in ids.get(state, [])]) for state in states]


def _most_urgent(wanted: CaseFilter, reader: Account, *, today: date) -> list[int]:
    stmt = sa.select(Case.id).where(*conditions(wanted, reader, today=today))
    return list(db.session.scalars(stmt.order_by(*ORDER.by("due", down=False)).limit(SHOWN_MOST)))

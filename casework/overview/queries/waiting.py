"""How much waits for a person: asked by every page, so each is one short query that stops counting at a hundred."""

from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case
from casework.db import db
from casework.letters.models import Letter, Recipient
from casework.overview.queries import case_tasks, letter_tasks
from casework.overview.queries.task import Viewer
from casework.rules.roles import Role

MOST = 100

_DUE = {Role.OFFICER: case_tasks.worked_on_by, Role.CITY: case_tasks.in_region_of}
_LETTERS = {
    Role.OFFICER: (letter_tasks.drafted_by, letter_tasks.to_register),
    Role.REVIEWER: (letter_tasks.in_review_for, letter_tasks.to_register),
    Role.LEADER: (letter_tasks.to_sign_for,),
}


def cases_due(viewer: Viewer) -> int:
    """Count the cases of one's own that are overdue or due today."""
    mine = [_DUE[role](viewer) for role in viewer.account.roles if role in _DUE]
    return _counted(sa.select(sa.literal(1)).where(Case.next_due <= viewer.today, sa.or_(*mine))) if mine else 0


def letters_waiting(viewer: Viewer) -> int:
    """Count the letters on which this person has the next step."""
    if Role.CITY in viewer.account.roles:
        unfinished = sa.or_(letter_tasks.UNRECEIVED, letter_tasks.UNANSWERED)
        sent = sa.select(sa.literal(1)).select_from(Recipient).join(Letter, Letter.id == Recipient.letter_id)
        return _counted(sent.where(letter_tasks.reached(viewer), unfinished))
    mine = [condition(viewer) for role in viewer.account.roles for condition in _LETTERS.get(role, ())]
    return _counted(sa.select(sa.literal(1)).select_from(Letter).where(sa.or_(*mine))) if mine else 0


def _counted(rows: sa.Select[Any]) -> int:
    few = rows.limit(MOST).subquery()
    return db.session.execute(sa.select(sa.func.count()).select_from(few)).scalar_one()

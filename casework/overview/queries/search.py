"""One search over units, cases and letters; two characters suffice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case
from casework.db import read_rows
from casework.letters.models import Letter
from casework.letters.queries import is_department, letters_within_reach
from casework.registry.models import Cycle, Enterprise
from casework.registry.search import Wanted, first_found, wanted
from casework.rules.letters import LetterState
from casework.users.models import Account, Region
from casework.users.queries import within_reach

MOST = 20
SHORTEST = 2


@dataclass(frozen=True)
class Found:
    """What a search gives, each kind at most MOST rows.

    units: id, name, code, region; cases: id, name, cycle, region, state, short;
    letters: id, title, document_number, state.
    """

    units: Sequence[Any]
    cases: Sequence[Any]
    letters: Sequence[Any]

    @property
    def nothing(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.units or self.cases or self.letters)


def search(words: str, *, reader: Account) -> Found:
    """Look for units, their cases and letters whose name, code, title or number holds the words."""
    asked = wanted(words)
    stmts = (_units(asked, reader), _cases(asked, reader), _letters(words, reader))
    return Found(*(read_rows(stmt.limit(MOST)).all() for stmt in stmts))


def _units(asked: Wanted, reader: Account) -> sa.Select[*tuple[Any, ...]]:
    stmt = (
        sa.select(Enterprise.id, Enterprise.name, Enterprise.code, Region.name.label("region"))
        .join(Region, Region.id == Enterprise.region_id)
        .where(within_reach(Enterprise.region_id, reader))
    )
    return first_found(stmt, asked)


def _cases(asked: Wanted, reader: Account) -> sa.Select[*tuple[Any, ...]]:
    stmt = (
        sa.select(
            Case.id, Enterprise.name, Cycle.label.label("cycle"), Region.name.label("region"), Case.state, Case.short
        )
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Region, Region.id == Case.region_id)
        .where(within_reach(Case.region_id, reader))
    )
    return first_found(stmt, asked).order_by(Case.id.desc())


def _letters(words: str, reader: Account) -> sa.Select[*tuple[Any, ...]]:
    stmt = sa.select(Letter.id, Letter.title, Letter.document_number, Letter.state).where(
        sa.or_(Letter.title.contains(words, autoescape=True), Letter.document_number.contains(words, autoescape=True)),
        letters_within_reach(reader),
    )
    if not is_department(reader):
        stmt = stmt.where(Letter.state == LetterState.REGISTERED)
    return stmt.order_by(Letter.id.desc())

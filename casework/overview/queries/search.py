"""One search over units, cases and letters; two characters suffice."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.cases.models import Case
from casework.db import db
from casework.letters.models import Letter, Recipient
from casework.registry.models import Enterprise
from casework.registry.search import matches
from casework.rules.letters import LetterState
from casework.rules.roles import Role
from casework.users.models import Account
from casework.users.queries import within_reach

MOST = 20
SHORTEST = 2


@dataclass(frozen=True)
class Found:
    """What a search gives, each kind at most MOST rows."""

    units: list[Enterprise]
    cases: list[Case]
    letters: list[Letter]

    @property
    def nothing(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.units or self.cases or self.letters)


def search(words: str, *, reader: Account) -> Found:
    """Look for units, their cases and letters whose name, code, title or number holds the words."""
    units = (
        sa.select(Enterprise)
        .where(matches(words), within_reach(Enterprise.region_id, reader))
        .order_by(Enterprise.name)
        .limit(MOST)
    )
    cases = (
        sa.select(Case)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .options(joinedload(Case.enterprise), joinedload(Case.cycle), joinedload(Case.region))
        .where(matches(words), within_reach(Case.region_id, reader))
        .order_by(Case.id.desc())
        .limit(MOST)
    )
    return Found(list(db.session.scalars(units)), list(db.session.scalars(cases)), _letters(words, reader))


def _letters(words: str, reader: Account) -> list[Letter]:
    number = Letter.prefix + "〔" + sa.cast(Letter.year, sa.String) + "〕" + sa.cast(Letter.number, sa.String) + "号"
    stmt = sa.select(Letter).where(
        sa.or_(Letter.title.contains(words, autoescape=True), number.contains(words, autoescape=True)),
        within_reach(Letter.region_id, reader),
    )
    if Role.CITY in reader.roles:
        sent = sa.exists().where(Recipient.letter_id == Letter.id, Recipient.dispatched_day.is_not(None))
        stmt = stmt.where(Letter.state == LetterState.REGISTERED, sent)
    return list(db.session.scalars(stmt.order_by(Letter.id.desc()).limit(MOST)))

"""Limits of failed tries, counted in the database, so that they hold over several processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from casework.db import db
from casework.users.models import Attempt

WINDOW = timedelta(minutes=30)


@dataclass(frozen=True)
class Limit:
    """So many failures of a kind are let pass within half an hour, for one account, one address or both."""

    name: str
    most: int

    def is_reached(self, *whose: str, now: datetime) -> bool:
        """Tell whether no further try is let pass."""
        counted = sa.select(sa.func.count()).select_from(Attempt)
        stmt = counted.where(Attempt.key == self._key(whose), Attempt.at > now - WINDOW)
        return bool(db.session.execute(stmt).scalar_one() >= self.most)

    def note(self, *whose: str, now: datetime) -> None:
        """Count a failure, and forget those that count no more."""
        db.session.execute(sa.delete(Attempt).where(Attempt.at <= now - WINDOW))
        db.session.add(Attempt(key=self._key(whose), at=now))

    def _key(self, whose: tuple[str, ...]) -> str:
        return f"{self.name}:{'|'.join(whose)}"[:120]

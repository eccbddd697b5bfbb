"""The trail as the auditor reads it: newest first, by filters; the next page begins below the last row shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from casework.audit.models import AuditRow
from casework.db import db
from casework.operations.words import ACTIONS, OBJECTS, OUTCOMES
from casework.rules.deadlines import SHANGHAI
from casework.rules.states import Step

PER_PAGE = 50
EXPORTED_MOST = 50_000


@dataclass(frozen=True)
class TrailFilter:
    """What the trail may be narrowed to; what is not known is left out."""

    person: str = ""
    action: str = ""
    object_kind: str = ""
    object_id: str = ""
    outcome: str = ""
    from_day: date | None = None
    until_day: date | None = None
    before: int | None = None  # rows below this sequence

    def arguments(self) -> dict[str, Any]:
        """Return the filter as the URL names it, without the place."""
        names = ("person", "action", "object_kind", "object_id", "outcome", "from_day", "until_day")
        return {name: str(value) for name in names if (value := getattr(self, name))}


def read_filter(args: MultiDict[str, str]) -> TrailFilter:
    """Return the filter that the URL names."""
    before = args.get("before", "")
    action, kind, outcome = args.get("action", ""), args.get("object_kind", ""), args.get("outcome", "")
    return TrailFilter(
        person=args.get("person", "").strip()[:60],
        action=action if action in actions_known() else "",
        object_kind=kind if kind in OBJECTS else "",
        object_id=args.get("object_id", "").strip()[:64],
        outcome=outcome if outcome in OUTCOMES else "",
        from_day=_day(args.get("from_day", "")),
        until_day=_day(args.get("until_day", "")),
        before=int(before) if before.isdecimal() and len(before) < 16 else None,
    )


def actions_known() -> list[str]:
    """Return the actions that the trail can be narrowed to."""
    return [*ACTIONS, *(f"case {step.value}" for step in Step)]


def rows_of(asked: TrailFilter, *, most: int) -> Sequence[AuditRow]:
    """Return the newest rows that fit, at most so many."""
    stmt = sa.select(AuditRow).order_by(AuditRow.seq.desc()).limit(most)
    for column in ("action", "object_kind", "object_id", "outcome"):
        if value := getattr(asked, column):
            stmt = stmt.where(getattr(AuditRow, column) == value)
    if asked.person:
        parts = (AuditRow.actor, AuditRow.on_behalf_of)
        stmt = stmt.where(sa.or_(*(part.contains(asked.person, autoescape=True) for part in parts)))
    if asked.from_day:
        stmt = stmt.where(AuditRow.at >= _midnight(asked.from_day))
    if asked.until_day:
        stmt = stmt.where(AuditRow.at < _midnight(asked.until_day + timedelta(days=1)))
    if asked.before is not None:
        stmt = stmt.where(AuditRow.seq < asked.before)
    return db.session.scalars(stmt).all()


def _day(text: str) -> date | None:
    try:
        return min(date.fromisoformat(text), date(9000, 1, 1))
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)

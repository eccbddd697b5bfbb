"""Telling people, and noting what they have read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework.db import db
from casework.notices.models import Notice, Topic


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is to be told: in `what` and `stage` English msgids, and the page it leads to."""

    key: str
    topic: Topic
    what: str
    subject: str
    endpoint: str
    target: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    due: date | None = None


def tell(account_ids: Iterable[int | None], told: Told, *, by: int | None, now: datetime) -> None:
    """Tell some people the same, except whoever does it; who was told under this key already is not told again."""
    people = sorted({one for one in account_ids if one is not None and one != by})
    if not people:
        return
    facts = {name: getattr(told, name) for name in ("key", "topic", "what", "endpoint", "due")}
    facts |= {
        "subject": told.subject[:200],
        "note": told.note[:400],
        "target": dict(told.target),
        "stage": "",
        "thing": "",
    }
    rows = [facts | {"account_id": one, "made_at": now} for one in people]
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(Notice).values(rows).on_conflict_do_nothing())


def note_read(notice: Notice, *, now: datetime) -> None:
    """Note that the person has read it."""
    notice.read_at = notice.read_at or now


def note_all_read(account_id: int, *, until: int, now: datetime) -> None:
    """Note that a person has read everything up to the newest notice on the page."""
    mine = (Notice.account_id == account_id, Notice.read_at.is_(None), Notice.id <= until)
    db.session.execute(sa.update(Notice).where(*mine).values(read_at=now))

"""Telling people what comes near and what has passed: once for each rung, in one statement for many.

The key of a notice is deadline, day, return and rung: unique for a person, so that nothing is told twice by however
many workers; only the rung that holds now is looked for, so that an outage brings no old ones; and another day (an
extension, a pause, a new calendar) or a return makes another key, which arms it anew.
"""

from datetime import date, datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from casework.db import db
from casework.notices.models import Notice, Topic
from casework.registry.calendar import working_calendar
from casework.reminders.deadlines import WATCHED, Audience, Watched
from casework.rules.chasing import Rung, rungs_reached
from casework.settings.queries import chasing_rules, reminder_rules
from casework.users.models import Account
from casework.users.reader import NOW

NEVER = date(1, 1, 1)
_COUNTED = {"preserve_rowcount": True}  # else PostgreSQL's driver tells of no insert how many rows it made
_NOTICE = cast(sa.Table, Notice.__table__)


def remind(*, now: datetime) -> int:
    """Tell everybody what has reached a rung that was not told yet; return how many notices that were."""
    reached = rungs_reached(working_calendar(), reminder_rules(), chasing_rules(), now=now)
    days = {_day(rung).key: reached.get(rung, NEVER) for rung in Rung}  # a rung that the settings leave out is none
    connection, told = db.session.connection(), 0
    for watched in WATCHED:
        for audience in watched.audiences:
            since = max(reached[rung] for rung in _ladder(watched) if rung in reached and _is_from(rung, audience))
            stmt = _to_tell(watched, audience, connection.dialect.name)
            found = connection.execute(stmt, {**days, "since": since, "now": now}, execution_options=_COUNTED)
            told += found.rowcount
    if told:
        _put_aside_what_was_told_again(now)
    return told


@cache
def _to_tell(watched: Watched, audience: Audience, dialect: str) -> sa.Insert:
    """Make the statement, once, that writes the notices of one kind for those who are told."""
    rows, pairs = watched.rows.subquery(), audience.pairs.subquery()
    rung, label = (
        sa.case(*((rows.c.due <= _day(one), sa.literal(text)) for one, text in texts))
        for texts in ([(one, one.value) for one in _ladder(watched)], [(one, one.label) for one in _ladder(watched)])
    )
    thing = _joined(watched.name, ":", rows.c.id, ":", sa.func.coalesce(sa.cast(rows.c.part, sa.String), ""))
    columns = {
        "account_id": pairs.c.account_id, "thing": thing, "stage": label, "topic": sa.literal(Topic.DEADLINES.value),
        "key": _joined(thing, ":", rows.c.due, ":", rows.c.arm, ":", rung), "what": rows.c.what,
        "subject": sa.func.substr(rows.c.subject, 1, 200), "note": sa.func.substr(rows.c.note, 1, 400),
        "due": rows.c.due, "endpoint": sa.literal(watched.endpoint), "target": _target(watched, rows), "made_at": NOW,
    }  # fmt: skip
    found = (
        sa.select(*(column.label(name) for name, column in columns.items()))
        .join_from(rows, pairs, pairs.c.key == rows.c[audience.key])
        .join(Account, sa.and_(Account.id == pairs.c.account_id, Account.active))
        .where(rows.c.due <= sa.bindparam("since", type_=sa.Date))
    )
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(_NOTICE).from_select(list(columns), found).on_conflict_do_nothing()


def _day(rung: Rung) -> sa.BindParameter[date]:
    return sa.bindparam(f"day_{rung.value}", type_=sa.Date)


def _ladder(watched: Watched) -> list[Rung]:
    return [rung for rung in reversed(Rung) if _stands_on(rung, watched)]


def _stands_on(rung: Rung, watched: Watched) -> bool:
    return rung is watched.alone if watched.alone else rung is not Rung.LETTER


def _is_from(rung: Rung, audience: Audience) -> bool:
    return list(Rung).index(rung) >= list(Rung).index(audience.since)


def _joined(*parts: Any) -> sa.ColumnElement[str]:
    texts = [sa.literal(part) if isinstance(part, str) else sa.cast(part, sa.String) for part in parts]
    whole: sa.ColumnElement[str] = texts[0]
    for text in texts[1:]:
        whole = whole.concat(text)
    return whole


def _target(watched: Watched, rows: sa.Subquery) -> sa.ColumnElement[str]:
    """Write the parameters of the page as JSON."""
    parts: list[Any] = []
    for name, column in zip(watched.parameters, (rows.c.id, rows.c.part), strict=False):
        parts += ["," if parts else "{", f'"{name}":', column]
    return _joined(*parts, "}")


def _put_aside_what_was_told_again(now: datetime) -> None:
    """Leave of each thing only the newest notice unread, so that nobody reads six stages of one deadline."""
    newer = aliased(Notice)
    again = sa.exists().where(
        newer.account_id == Notice.account_id, newer.thing == Notice.thing, newer.id > Notice.id
    )  # fmt: skip
    old = sa.update(Notice).where(Notice.read_at.is_(None), Notice.topic == Topic.DEADLINES, Notice.thing != "", again)
    db.session.execute(old.values(read_at=now), execution_options={"synchronize_session": False})

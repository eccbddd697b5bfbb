"""Reading notices: each person one's own."""

from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from werkzeug.routing import BuildError

from casework.db import db, read_rows
from casework.notices.models import Notice
from casework.rules.errors import NotFound


def notices_of(account_id: int, *, unread: bool) -> sa.Select[Any]:
    """Select a person's notices, all or those not read yet."""
    mine = sa.select(Notice).where(Notice.account_id == account_id)
    return mine.where(Notice.read_at.is_(None)) if unread else mine


def unread_count(account_id: int) -> int:
    """Count what a person has not read."""
    stmt = sa.select(sa.func.count()).where(Notice.account_id == account_id, Notice.read_at.is_(None))
    return int(read_rows(stmt).scalar_one())


def own_notice(notice_id: int, account_id: int) -> Notice:
    """Return one of a person's notices, or say that there is none."""
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.account_id != account_id:
        raise NotFound("There is no such notice.")
    return notice


def place_of(notice: Notice) -> str:
    """Return the address a notice leads to; the page may have gone since."""
    try:
        return url_for(notice.endpoint, **notice.target)
    except BuildError:
        return url_for("notices.notices")


def address_of(notice: Notice, base: str) -> str:
    """Return the same address outside a request, for a mail; `base` is where people open the program."""
    scheme, _sign, rest = base.partition("://")
    host, _slash, path = rest.partition("/")
    urls = current_app.url_map.bind(host, script_name=f"/{path}", url_scheme=scheme)
    try:
        return urls.build(notice.endpoint, notice.target, force_external=True)
    except BuildError:
        return urls.build("notices.notices", force_external=True)

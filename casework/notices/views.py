"""The page behind the bell."""

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.notices.actions import note_all_read, note_read
from casework.notices.models import Notice
from casework.notices.queries import notices_of, own_notice, place_of, unread_count
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.lists import Order, count, list_page

bp = Blueprint("notices", __name__)
ORDER = Order({"made": Notice.id}, default="-made", tie=Notice.id)


@bp.get("/notices")
@requires(Permission.ACCOUNT_SELF)
def notices() -> Page:
    """Show what this person was told, the newest first."""
    every = request.args.get("show") == "all"
    unread = unread_count(current_user.id)
    stmt = notices_of(current_user.id, unread=not every)
    total = count(stmt.with_only_columns(Notice.id)) if every else unread
    listing = list_page(stmt, ORDER, request.args, total=total)
    tabs = [
        (_("Unread"), url_for("notices.notices"), not every, unread),
        (_("All"), url_for("notices.notices", show="all"), every, None),
    ]
    newest = max((row.id for row in listing.rows), default=0)
    return page("notices/notices.html", listing=listing, tabs=tabs, unread=unread, newest=newest, today=g.today)


@bp.post("/notices/<int:notice_id>/open")
@requires(Permission.ACCOUNT_SELF)
def notice_open(notice_id: int) -> Response:
    """Note that a notice was read, and go where it leads."""
    notice = own_notice(notice_id, current_user.id)
    note_read(notice, now=g.now)
    return finish(place_of(notice))


@bp.post("/notices/<int:notice_id>/read")
@requires(Permission.ACCOUNT_SELF)
def notice_read(notice_id: int) -> Response:
    """Note that a notice was read, and stay."""
    note_read(own_notice(notice_id, current_user.id), now=g.now)
    return finish(url_for("notices.notices"))


@bp.post("/notices/read")
@requires(Permission.ACCOUNT_SELF)
def all_read() -> Response:
    """Note that everything up to the newest notice shown was read; what came since stays."""
    until = request.form.get("until", "")
    note_all_read(current_user.id, until=int(until) if until.isdecimal() and len(until) < 19 else 0, now=g.now)
    return finish(url_for("notices.notices"), _("All are marked as read."))

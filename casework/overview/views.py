"""The worklist, the dashboard with its charts, and the search."""

from flask import Blueprint, g
from flask_babel import gettext as _
from flask_login import current_user

from casework.overview.queries.tasks import grouped, tasks_of
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page

bp = Blueprint("overview", __name__)


@bp.route("/worklist")
@requires(Permission.WORKLIST_SEE)
def worklist() -> Page:
    """Show what this person should do, soonest first."""
    tasks = tasks_of(current_user, now=g.now, today=g.today)
    what_next = _("New tasks appear here as soon as a case, a letter or a record needs you.")
    return page(
        "overview/worklist.html", groups=grouped(tasks, g.today), count=len(tasks), today=g.today, what_next=what_next
    )

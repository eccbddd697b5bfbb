"""The overview that a leader reads in a minute, its second page, and the same for a large screen; as of any day."""

from datetime import date

from flask import Response, abort, g, request
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download
from casework.overview.drawings import COURSES
from casework.overview.queries.effort import effort
from casework.overview.queries.glance import SHOWN, Glance, courses, glance
from casework.overview.queries.glance_letters import Reply
from casework.overview.views import bp
from casework.registry.as_of import course_of
from casework.registry.models import Cycle
from casework.registry.queries import all_cycles, current_of
from casework.rules.deadlines import end_of_day
from casework.rules.leading import RECENT, Age, Then
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page


def day_asked() -> date:
    """Return the past day that the URL names, else today; what is no day or lies ahead is today."""
    today: date = g.today
    try:
        return min(date.fromisoformat(request.args.get("day", "")), today)
    except ValueError:
        return today


def cycle_asked(day: date) -> Cycle | None:
    """Return the cycle that the URL names, else the one that was next on that day."""
    return current_of(all_cycles(), min(g.now, end_of_day(day)), label=request.args.get("cycle"))


def _glance() -> Glance | None:
    day = day_asked()
    cycle = cycle_asked(day)
    return None if cycle is None else glance(cycle, day=day, reader=current_user)


@bp.route("/overview/leaders")
@requires(Permission.OVERVIEW_SEE)
def leaders() -> Page:
    """Show where a cycle stood when a day ended, on one sheet."""
    return page(
        "overview/leaders.html", seen=_glance(), cycles=all_cycles(), today=g.today, shown=SHOWN, ages=list(Age),
        replies=list(Reply), recent=RECENT,
    )  # fmt: skip


@bp.route("/overview/screen")
@requires(Permission.OVERVIEW_SEE)
def screen() -> Page:
    """Show the same in large type, part by part, for a screen that nobody touches."""
    return page("overview/screen.html", seen=_glance(), today=g.today, replies=list(Reply), recent=RECENT)


@bp.route("/overview/effort", endpoint="effort")
@requires(Permission.OVERVIEW_SEE)
def effort_page() -> Page:
    """Show how long cases stay in each state, what followed, and who has how much to do."""
    day = day_asked()
    cycle = cycle_asked(day)
    seen = None if cycle is None else effort(cycle, day=day, reader=current_user)
    return page(
        "overview/effort.html", seen=seen, cycle=cycle, day=day, cycles=all_cycles(), today=g.today, thens=list(Then),
        recent=RECENT,
    )  # fmt: skip


@bp.route("/overview/course/<name>.svg")
@requires(Permission.OVERVIEW_SEE)
def course_chart(name: str) -> Response:
    """Draw the course of a cycle beside those before it, by units or by tonnes."""
    day = day_asked()
    cycle = cycle_asked(day)
    if name not in COURSES or cycle is None:
        abort(404)
    found = courses(cycle, course_of(current_user, cycle), day=day, reader=current_user)
    return download(COURSES[name](cycle, found), f"{_('Completion')}.svg", "image/svg+xml", inline=True)

"""The overview that a leader reads in a minute, its second page, and the same for a large screen; as of any day."""

from datetime import date

from flask import g, request
from flask_login import current_user

from casework.overview.charts import as_address
from casework.overview.drawings import COURSES
from casework.overview.forms import AsOfForm
from casework.overview.queries.effort import effort
from casework.overview.queries.glance import SHOWN, Glance, glance
from casework.overview.queries.glance_letters import Reply
from casework.overview.views import bp
from casework.registry.models import Cycle
from casework.registry.queries import all_cycles, current_of
from casework.rules.deadlines import end_of_day
from casework.rules.leading import RECENT, Age, Then
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page


def as_of_asked() -> AsOfForm:
    """Return the day that the URL names, read and judged."""
    form = AsOfForm(request.args)
    form.validate()
    return form


def day_asked() -> date:
    """Return the past day that the URL names, else today; what is no day or lies ahead is today."""
    return as_of_asked().on


def cycle_asked(day: date) -> Cycle | None:
    """Return the cycle that the URL names, else the one that was next on that day."""
    return current_of(all_cycles(), min(g.now, end_of_day(day)), label=request.args.get("cycle"))


def _glance(day: date) -> tuple[Glance | None, dict[str, str]]:
    """Read the page of the cycle asked for, and draw its charts out of what was read."""
    cycle = cycle_asked(day)
    if cycle is None:
        return None, {}
    seen = glance(cycle, day=day, reader=current_user)
    return seen, {name: as_address(draw(cycle, seen.courses)) for name, draw in COURSES.items()}


@bp.route("/overview/leaders")
@requires(Permission.OVERVIEW_SEE)
def leaders() -> Page:
    """Show where a cycle stood when a day ended, on one sheet."""
    as_of = as_of_asked()
    seen, drawn = _glance(as_of.on)
    return page(
        "overview/leaders.html", as_of=as_of, seen=seen, drawn=drawn, cycles=all_cycles(), today=g.today, shown=SHOWN,
        ages=list(Age), replies=list(Reply), recent=RECENT,
    )  # fmt: skip


@bp.route("/overview/screen")
@requires(Permission.OVERVIEW_SEE)
def screen() -> Page:
    """Show the same in large type, part by part, for a screen that nobody touches."""
    seen, drawn = _glance(day_asked())
    return page("overview/screen.html", seen=seen, drawn=drawn, today=g.today, replies=list(Reply), recent=RECENT)


@bp.route("/overview/effort", endpoint="effort")
@requires(Permission.OVERVIEW_SEE)
def effort_page() -> Page:
    """Show how long cases stay in each state, what followed, and who has how much to do."""
    as_of = as_of_asked()
    day = as_of.on
    cycle = cycle_asked(day)
    seen = None if cycle is None else effort(cycle, day=day, reader=current_user)
    return page(
        "overview/effort.html", as_of=as_of, seen=seen, cycle=cycle, day=day, cycles=all_cycles(), today=g.today,
        thens=list(Then), recent=RECENT,
    )  # fmt: skip

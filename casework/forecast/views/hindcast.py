"""What the forecast would have said before the deadlines of past cycles, beside what came."""

from flask import Response, abort, g, request
from flask_babel import gettext as _

from casework.files.views import download_list
from casework.forecast.queries.outlook import HINDSIGHT, Hindsight, days_before, hindcasts, hindsight
from casework.forecast.views import bp
from casework.forecast.views.asked import history_of
from casework.registry.models import Cycle
from casework.registry.queries import all_cycles, current_of
from casework.rules.compliance import Completion
from casework.rules.deadlines import has_passed, last_day
from casework.rules.forecast_weights import Outlook
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page

SHOWN_MOST = 100


def _over() -> tuple[list[Cycle], Cycle | None]:
    """Return the cycles that are over, and the one asked for, else the last."""
    over = [cycle for cycle in all_cycles() if has_passed(cycle.deadline, g.now)]
    return over, current_of(over, g.now, label=request.args.get("cycle"))


def _seen(cycle: Cycle) -> list[Hindsight]:
    return hindsight(history_of(cycle, *days_before(last_day(cycle.deadline))))


@bp.route("/forecast/hindcast", endpoint="hindcast")
@requires(Permission.OVERVIEW_SEE)
def hindcast_page() -> Page:
    """Count what would have been said of a past cycle's units against what became of them."""
    cycles, cycle = _over()
    if cycle is None:
        return page("forecast/hindcast.html", cycles=cycles, cycle=None, counts=[])
    units = _seen(cycle)
    telling = sorted(filter(_tells, units), key=lambda one: (one.result is Completion.ON_TIME, -one.said[-1].score))
    return page(
        "forecast/hindcast.html", cycles=cycles, cycle=cycle, units=telling, most=SHOWN_MOST, results=list(Completion),
        outlooks=list(Outlook), watch=Outlook.WATCH, hindsight=HINDSIGHT,
        counts=hindcasts(cycle, units) if units else [],
    )  # fmt: skip


def _tells(one: Hindsight) -> bool:
    """Tell whether a unit did not complete in time, or was ever warned of."""
    return one.result is not Completion.ON_TIME or not all(said.outlook.completes for said in one.said)


@bp.route("/forecast/hindcast.xlsx")
@requires(Permission.OVERVIEW_SEE)
def hindcast_export() -> Response:
    """Return what would have been said of every unit, and what came, as a workbook."""
    _cycles, cycle = _over()
    if cycle is None:
        abort(404)
    head = [_("Unit"), _("Credit code"), _("Region"), _("What came")]
    for days in HINDSIGHT:
        head += [_("Forecast %(days)s days before", days=days), _("Points %(days)s days before", days=days)]
    body = (
        [one.unit.name, one.unit.code, one.unit.region, _(one.result.label), *_said(one)] for one in _seen(cycle)
    )  # fmt: skip
    return download_list(_("Forecast against outcome %(name)s", name=cycle.label), head, body)


def _said(one: Hindsight) -> list[object]:
    return [value for said in one.said for value in (_(said.outlook.label), said.score)]

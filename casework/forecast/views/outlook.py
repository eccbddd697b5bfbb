"""Where the cycle will end: the units by score and why, as a list, as a workbook and unit by unit."""

from datetime import timedelta

from flask import Response, abort, g, request
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.forecast.lists import Wanted, sorted_units, unit_page, wanted
from casework.forecast.queries.outlook import Ending, Foreseen, ending_on, foreseen_on
from casework.forecast.views import bp
from casework.forecast.views.asked import cycle_asked, history_of, latest_day
from casework.registry.models import Cycle
from casework.registry.queries import all_cycles, enterprise_by_id
from casework.rules.forecast_weights import Outlook, table_on
from casework.rules.roles import Permission
from casework.users.queries import region_names
from casework.web.door import requires
from casework.web.forms import Page, page, say_rule

COURSE = (0, 7, 30, 60)  # days before the latest one on which the page of a unit looks back


def _asked() -> tuple[list[Cycle], Cycle | None, Wanted, Ending | None]:
    cycles = all_cycles()
    cycle = cycle_asked(cycles)
    if cycle is None:
        return cycles, None, Wanted(g.today), None
    asked = wanted(request.args, latest=latest_day(cycle))
    return cycles, cycle, asked, ending_on(history_of(cycle, asked.day), asked.day)


@bp.route("/forecast", endpoint="forecast")
@requires(Permission.OVERVIEW_SEE)
def forecast_page() -> Page:
    """Show the units of a cycle by score, and where the cycle ends if the forecasts come true."""
    cycles, cycle, asked, ending = _asked()
    if cycle is None or ending is None:
        return page("cases/no_cycle.html")
    listing = unit_page([one for one in ending.units if asked.holds(one)], request.args)
    return page(
        "forecast/forecast.html", cycles=cycles, cycle=cycle, asked=asked, ending=ending, listing=listing,
        regions=region_names(current_user), outlooks=list(Outlook), table=table_on(g.today),
        latest=latest_day(cycle), today=g.today,
    )  # fmt: skip


@bp.route("/forecast.xlsx", endpoint="export")
@requires(Permission.OVERVIEW_SEE)
def forecast_export() -> Response:
    """Return the list as it is narrowed and sorted, with the reasons, as a workbook."""
    _cycles, _cycle, asked, ending = _asked()
    if ending is None:
        abort(404)
    head = [
        _("Unit"), _("Credit code"), _("Region"), _("Forecast"), _("Points"), _("Due (t)"), _("Surrendered (t)"),
        _("Short (t)"), _("Reasons"),
    ]  # fmt: skip
    units, _key, _down = sorted_units([one for one in ending.units if asked.holds(one)], request.args)
    return download_list(_("Forecast of %(day)s", day=ending.day), head, map(_exported, units))


def _exported(one: Foreseen) -> list[object]:
    reasons = "\n".join(f"{say_rule(why.message, why.params)}（{why.points}）" for why in one.forecast.reasons)
    return [
        one.unit.name, one.unit.code, one.unit.region, _(one.forecast.outlook.label), one.forecast.score,
        one.facts.due, one.facts.surrendered, one.facts.short, reasons,
    ]  # fmt: skip


@bp.route("/forecast/units/<int:enterprise_id>", endpoint="unit")
@requires(Permission.OVERVIEW_SEE)
def unit_forecast(enterprise_id: int) -> Page:
    """Show why a unit has its score, with the records and the weights, and how it came to it."""
    unit = enterprise_by_id(enterprise_id, current_user)
    cycle = cycle_asked(all_cycles()) or abort(404)
    days = [latest_day(cycle) - timedelta(days=back) for back in COURSE]
    history = history_of(cycle, *days, unit_id=unit.id)
    course = [(day, one) for day in days for one in foreseen_on(history, day)]
    return page("forecast/unit.html", unit=unit, cycle=cycle, course=course, table=table_on(g.today))

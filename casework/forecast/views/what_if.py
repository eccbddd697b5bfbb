"""What if: tick units as solved or lost, move the price, and see where the cycle ends; nothing is stored."""

from flask import g, request

from casework.cases.queries.relief import last_price
from casework.forecast.forms import WhatIfForm, assumed
from casework.forecast.queries.what_if import LARGEST, what_if
from casework.forecast.views import bp
from casework.forecast.views.asked import cycle_asked, history_of, latest_day
from casework.registry.queries import all_cycles
from casework.rules.ending import Assumed
from casework.rules.roles import Permission
from casework.settings.queries import setting
from casework.web.door import requires
from casework.web.forms import Page, page

SHOWN_MOST = 200


@bp.route("/forecast/what-if", endpoint="what_if")
@requires(Permission.OVERVIEW_SEE)
def what_if_page() -> Page:
    """Show the ending that is assumed in the address beside the one foreseen."""
    cycle = cycle_asked(all_cycles())
    if cycle is None:
        return page("cases/no_cycle.html")
    day, known, form = latest_day(cycle), last_price(today=g.today), WhatIfForm(request.args)
    if known and "price" not in request.args:
        form.price.data = known.close
    ticked, stress = assumed(request.args), setting("price_stress")
    found = what_if(history_of(cycle, day), day, ticked, form.terms(stress=stress))
    shown = [one for place, one in enumerate(found.open_units) if place < SHOWN_MOST or one.assumed]
    return page(
        "forecast/what_if.html", cycle=cycle, found=found, shown=shown, terms=form, known=known, stress=stress,
        ticked={kind: sum(one.assumed is kind for one in shown) for kind in Assumed}, largest=LARGEST,
    )  # fmt: skip

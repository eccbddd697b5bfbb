"""Trades of the carbon market."""

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.registry import lists
from casework.registry.figures import trades_by_cycle
from casework.registry.models import Direction
from casework.registry.queries import all_cycles
from casework.registry.views import bp
from casework.registry.views.page_parts import region_chips, tabs
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page
from casework.web.lists import whole_list


@bp.get("/trades")
@requires(Permission.REGISTRY_SEE)
def trades() -> Page:
    """Trades within reach, with the sums of each cycle above them."""
    asked = lists.read_filter(request.args)
    listing = lists.listed(lists.trades(asked, current_user), lists.TRADE_ORDER, request.args)
    return render_template(
        "registry/trades.html",
        listing=listing,
        asked=asked,
        figures=trades_by_cycle(current_user, cycle_id=asked.cycle_id),
        tabs=tabs(),
        regions=region_chips(listing, asked),
        cycles=listing.chips("cycle", asked.cycle_id, [(one.id, one.label) for one in all_cycles()]),
        directions=listing.chips("direction", asked.direction, [(one, _(one.label)) for one in Direction]),
        export=listing.export_url("registry.trades_export"),
    )


@bp.get("/trades.xlsx")
@requires(Permission.REGISTRY_SEE)
def trades_export() -> Page:
    """The same list as a workbook."""
    asked = lists.read_filter(request.args)
    rows = whole_list(lists.trades(asked, current_user), lists.TRADE_ORDER, request.args)
    head = [
        _("Day"), _("Enterprise"), _("Credit code"), _("Region"), _("Direction"), _("Quantity (t)"),
        _("Amount (yuan)"),
    ]  # fmt: skip
    body = (
        [
            row.day, row.enterprise.name, row.enterprise.code, row.enterprise.region.name, _(row.direction.label),
            row.tonnes, row.amount,
        ]
        for row in rows
    )  # fmt: skip
    return download_list(_("Trades"), head, body)

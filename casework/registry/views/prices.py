"""Prices of allowances: the table by day, and taking days over after a look at what changes."""

import sqlalchemy as sa
from flask import g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.registry.actions.prices import price_changes, take_over_prices
from casework.registry.models import MarketPrice
from casework.registry.price_forms import PricesForm
from casework.registry.prices import prices_version
from casework.registry.views import bp
from casework.registry.views.page_parts import tabs
from casework.rules.prices import as_lines
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.i18n import ngettext
from casework.web.lists import Order, count, list_page, whole_list

ORDER = Order(
    {"day": MarketPrice.day, "close": MarketPrice.close, "tonnes": MarketPrice.tonnes},
    default="-day",
    tie=MarketPrice.day,
)


@bp.get("/prices")
@requires(Permission.REGISTRY_SEE)
def prices() -> Page:
    """Show the prices by day, the latest first."""
    stmt = sa.select(MarketPrice)
    listing = list_page(stmt, ORDER, request.args, total=count(stmt))
    export = listing.export_url("registry.prices_export")
    return page("registry/prices.html", listing=listing, tabs=tabs(), export=export)


@bp.get("/prices.xlsx")
@requires(Permission.REGISTRY_SEE)
def prices_export() -> Page:
    """Give the prices as a workbook, which can be taken in again."""
    rows = whole_list(sa.select(MarketPrice), ORDER, request.args)
    head = [_("Day"), _("Closing price (yuan/t)"), _("Quantity (t)"), _("Amount (yuan)")]
    return download_list(_("Prices"), head, ([row.day, row.close, row.tonnes, row.amount] for row in rows))


@bp.route("/prices/import", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT)
def prices_import() -> Page:
    """Take prices in: read file or text, show what would change, then take it over in one act."""
    form, version, changes = PricesForm(), prices_version(), None
    form.open_on(version)
    if form.validate_on_submit():
        with form.refusals():
            days = form.read()
            lines = as_lines(days.values())
            if request.form.get("then") == "enter" and form.was_checked(lines):
                form.check_version(version)
                changed = take_over_prices(days, by=current_user, now=g.now, today=g.today)
                said = ngettext("%(num)s day was taken over.", "%(num)s days were taken over.", changed)
                return finish(url_for("registry.prices"), said)
            changes = price_changes(days)
            form.show(lines, form.text)
    return page("registry/prices_import.html", form, changes=changes)

"""The lists behind the numbers of the overview, as of the same day and with the same filter, as page and workbook."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, g, request
from flask_babel import gettext as _
from flask_login import current_user

from casework.db import read_rows
from casework.files.views import download_list
from casework.overview.queries.glance_lists import LISTS, Asked
from casework.overview.views import bp
from casework.overview.views.glance import cycle_asked, day_asked
from casework.rules.deadlines import day_of
from casework.rules.roles import Permission, Role
from casework.rules.words import N_
from casework.users.queries import people_with, region_names
from casework.web.door import requires
from casework.web.forms import Page, page
from casework.web.lists import EXPORTED_MOST, Ordering, count, list_page


def _asked(what: str) -> Asked:
    day = day_asked()
    cycle = cycle_asked(day)
    if what not in LISTS or cycle is None:
        abort(404)
    return Asked.of(request.args, cycle, day)


def titles() -> dict[str, str]:
    """The names of the lists."""
    return {"units": _("Units and obligations"), "cases": _("Cases"), "letters": _("Letters and recipients")}


@bp.route("/overview/behind/<what>", endpoint="behind")
@requires(Permission.OVERVIEW_SEE)
def behind_page(what: str) -> Page:
    """Show what a number of the overview counts."""
    asked = _asked(what)
    stmt, order = LISTS[what](asked, current_user)
    listing = list_page(stmt, order, request.args, total=count(stmt), read=_read)
    return page(
        "overview/behind.html", what=what, title=titles()[what], asked=asked, listing=listing, today=g.today,
        narrowed=dict(_narrowed(asked)),
    )  # fmt: skip


def _read(stmt: sa.Select[Any], _ordering: Ordering) -> list[Any]:
    return list(read_rows(stmt))


def _narrowed(asked: Asked) -> Iterator[tuple[str, str]]:
    """Say in words by what the list is narrowed; the keys are the names in the URL."""
    for name, value in asked.chosen.items():
        yield name, _(value.label)
    for region in region_names(current_user):
        if region.id == asked.region_id:
            yield "region", region.name
    if asked.nobody:
        yield "officer", _("no officer yet")
    for officer in people_with(Role.OFFICER) if asked.officer_id is not None else ():
        if officer.id == asked.officer_id:
            yield "officer", officer.name


@bp.route("/overview/behind/<what>.xlsx")
@requires(Permission.OVERVIEW_SEE)
def behind_export(what: str) -> Response:
    """Give the list as a workbook."""
    asked = _asked(what)
    stmt, order = LISTS[what](asked, current_user)
    key, down = order.read(request.args)
    rows = read_rows(stmt.order_by(*order.by(key, down=down)).limit(EXPORTED_MOST))
    heads, written = _SHEETS[what]
    title = _("%(list)s as of %(day)s", list=titles()[what], day=asked.day)
    return download_list(title, [_(head) for head in heads], map(written, rows))


def _unit(row: Any) -> list[object]:
    return [row.name, row.region, row.year, row.due, row.surrendered, row.short]


def _case(row: Any) -> list[object]:
    return [row.name, row.region, _(row.state.label), day_of(row.since), row.short, row.officer]


def _letter(row: Any) -> list[object]:
    replied = row.replied or (_("returned") if row.answered else None)
    return [row.title, row.number, _(row.kind.label), row.recipient, day_of(row.registered), row.due, replied]


_SHEETS: Mapping[str, tuple[tuple[str, ...], Any]] = {
    "units": ((N_("Unit"), N_("Region"), N_("Year"), N_("Due (t)"), N_("Surrendered (t)"), N_("Short (t)")), _unit),
    "cases": ((N_("Unit"), N_("Region"), N_("State"), N_("Since"), N_("Short (t)"), N_("Officer")), _case),
    "letters": (
        (
            N_("Title"),
            N_("Number"),
            N_("Kind"),
            N_("Recipient"),
            N_("Registered on"),
            N_("Reply due"),
            N_("Replied on"),
        ),
        _letter,
    ),
}

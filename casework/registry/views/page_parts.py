"""What the pages of the registers share: tabs, chips, and lists as workbooks."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download
from casework.registry.lists import Filter, regions_to_choose
from casework.rules.roles import Permission
from casework.users.models import Region
from casework.web.lists import Listing
from casework.web.xlsx import Out, workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Chip = tuple[str, str, bool, int | None]
Page = Response | tuple[str, int] | str | Any


def tabs() -> list[tuple[str, str, bool]]:
    """The registers side by side."""
    entries = [
        ("registry.enterprises", _("Enterprises"), Permission.REGISTRY_SEE),
        ("registry.obligations", _("Obligations"), Permission.REGISTRY_SEE),
        ("registry.trades", _("Trades"), Permission.REGISTRY_SEE),
        ("registry.cycles", _("Compliance cycles"), Permission.REGISTRY_SEE),
    ]
    return [
        (label, url_for(endpoint), request.endpoint == endpoint)
        for endpoint, label, permission in entries
        if current_user.may(permission)
    ]


def chips(listing: Listing, name: str, chosen: object, options: Iterable[tuple[object, str]]) -> list[Chip]:
    """One chip for all, and one for each value that the list may be narrowed to."""
    every: Chip = (_("All"), listing.url(**{name: None, "page": None}), chosen is None, None)
    return [
        every,
        *(
            (label, listing.url(**{name: value, "page": None}), str(chosen) == str(value), None)
            for value, label in options
        ),
    ]


def region_chips(listing: Listing, asked: Filter) -> list[Chip]:
    """Chips of the regions below the reader's own; none where there is only one."""
    regions: Sequence[Region] = regions_to_choose(current_user)
    if len(regions) < 2:
        return []
    return chips(listing, "region", asked.region_id, [(region.id, region.name) for region in regions])


def export_url(endpoint: str) -> str:
    """The address that gives the list as it is filtered now as a workbook."""
    asked: dict[str, Any] = {name: values for name, values in request.args.lists() if name != "page"}
    return url_for(endpoint, **asked)


def as_workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A list for the reader to take away."""
    content = workbook([Out(title, [head, *rows])])
    return download(content, f"{title} {g.today}.xlsx", XLSX)

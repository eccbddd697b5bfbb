"""What the pages of the registers share: tabs, and chips of regions."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.registry.lists import Filter, regions_to_choose
from casework.rules.roles import Permission
from casework.web.lists import Chip, Listing


def tabs() -> list[tuple[str, str, bool]]:
    """The registers side by side."""
    entries = [
        ("registry.enterprises", _("Enterprises"), Permission.REGISTRY_SEE),
        ("registry.obligations", _("Obligations"), Permission.REGISTRY_SEE),
        ("registry.trades", _("Trades"), Permission.REGISTRY_SEE),
        ("registry.prices", _("Prices"), Permission.REGISTRY_SEE),
        ("registry.cycles", _("Compliance cycles"), Permission.REGISTRY_SEE),
        ("registry.calendar_now", _("Working calendar"), Permission.REGISTRY_SEE),
    ]
    return [
        (label, url_for(endpoint), (request.endpoint or "").startswith(endpoint.removesuffix("_now")))
        for endpoint, label, permission in entries
        if current_user.may(permission)
    ]


def region_chips(listing: Listing, asked: Filter) -> list[Chip]:
    """Chips of the regions below the reader's own; none where there is only one."""
    regions = regions_to_choose(current_user)
    if len(regions) < 2:
        return []
    return listing.chips("region", asked.region_id, [(region.id, region.name) for region in regions])

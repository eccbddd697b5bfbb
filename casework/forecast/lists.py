"""The list of forecasts: narrowed, sorted and paged from the address, over what was computed for the whole cycle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from casework.forecast.queries.outlook import Foreseen
from casework.rules.forecast_weights import Outlook
from casework.web.lists import PER_PAGE, Listing, page_number

_DEFAULT = "-score"
_ORDERS: Mapping[str, Callable[[Foreseen], Any]] = {
    "score": lambda one: (one.forecast.score, one.facts.short),
    "short": lambda one: one.facts.short,
    "due": lambda one: one.facts.due,
}


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to, and as of which day it is asked for."""

    day: date
    region_id: int | None = None
    outlook: Outlook | None = None

    def holds(self, one: Foreseen) -> bool:
        """Tell whether a unit is wanted."""
        here = self.region_id is None or one.unit.region_id == self.region_id
        return here and (self.outlook is None or one.forecast.outlook is self.outlook)


def wanted(args: MultiDict[str, str], *, latest: date) -> Wanted:
    """Read the filter out of the address; a day that is not known yet is the latest one."""
    region, outlook = args.get("region", ""), args.get("outlook", "")
    try:
        day = date.fromisoformat(args.get("day", ""))
    except ValueError:
        day = latest
    return Wanted(
        min(day, latest),
        int(region) if region.isdecimal() and len(region) < 9 else None,
        Outlook(outlook) if outlook in set(Outlook) else None,
    )


def sorted_units(units: Sequence[Foreseen], args: MultiDict[str, str]) -> tuple[list[Foreseen], str, bool]:
    """Return the units in the order asked for, its key and whether it falls; equals stay by region and name."""
    asked = args.get("sort", _DEFAULT)
    key, down = (asked.lstrip("-"), asked.startswith("-")) if asked.lstrip("-") in _ORDERS else ("score", True)
    return sorted(units, key=_ORDERS[key], reverse=down), key, down


def unit_page(units: Sequence[Foreseen], args: MultiDict[str, str]) -> Listing:
    """Return one page of the list."""
    found, key, down = sorted_units(units, args)
    page = page_number(args, len(found))
    part = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Listing(part, len(found), page, PER_PAGE, key, down, args.to_dict(flat=False))

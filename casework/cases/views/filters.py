"""The filters in force as chips, each with the address of the list without it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import gettext as _

from casework.cases.queries.case_list import CaseFilter
from casework.users.queries import Person, RegionName


class Chip(NamedTuple):
    """A filter in force: its words and where it is gone."""

    words: str
    url: str


def without(*names: str, **changes: str) -> str:
    """Return the address of this list with filters taken away or changed, from its first page."""
    args: dict[str, Any] = {
        key: values for key, values in request.args.lists() if key not in {*names, *changes, "page"}
    }
    return url_for(request.endpoint or "", **{**args, **changes})


def chips_of(wanted: CaseFilter, regions: Iterable[RegionName], officers: Iterable[Person]) -> list[Chip]:
    """Name the filters in force besides the state."""
    region = {region.id: region.name for region in regions}.get(wanted.region_id or 0)
    officer = {officer.id: officer.name for officer in officers}.get(wanted.officer_id or 0)
    words = {
        "region": region,
        "cause": _(wanted.cause.label) if wanted.cause else None,
        "officer": _("no officer yet") if wanted.unassigned else officer,
        "overdue": _("overdue") if wanted.overdue else None,
        "q": f"“{wanted.words}”" if wanted.words else None,
    }
    return [Chip(text, without(name)) for name, text in words.items() if text]

"""What a what-if is computed with, as one asks for it in the address of the page."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form

from casework.cases.forms.planner import price_per_tonne
from casework.rules.ending import Assumed
from casework.rules.planning import Terms
from casework.web.fields import YuanField


class WhatIfForm(Form):
    """The price assumed; it changes nothing."""

    price = YuanField(_l("Price of allowances (yuan/t)"), [price_per_tonne])

    def terms(self, *, stress: int) -> Terms | None:
        """Return the terms, or None while they are wrong or no price is known; certified reductions cost as much."""
        if not self.validate() or self.price.data is None:
            return None
        price: Decimal = self.price.data
        return Terms(price=price, ccer_price=price, stress_percent=stress)


def assumed(args: MultiDict[str, str]) -> dict[int, Assumed]:
    """Read which units are assumed solved or lost; of both, lost."""
    found: dict[int, Assumed] = {}
    for kind in (Assumed.SOLVED, Assumed.LOST):
        for id_ in args.getlist(kind.value):
            if id_.isdecimal() and len(id_) < 12:
                found[int(id_)] = kind
    return found

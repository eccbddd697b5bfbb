"""What a plan is computed with, as one asks for it in the address of the page."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, ValidationError

from casework.rules.planning import Terms
from casework.web.fields import TonnesField, YuanField


def price_per_tonne(_form: Form, field: YuanField) -> None:
    """Refuse what is no price of a tonne."""
    if field.data is not None and not 0 < field.data <= 10_000:
        raise ValidationError(_("Enter yuan per tonne, more than 0 and at most 10,000."))


class TermsForm(Form):  # type: ignore[misc]
    """Prices, the money there is, and what another firm has promised; it changes nothing."""

    price = YuanField(_l("Price of allowances (yuan/t)"), [price_per_tonne])
    ccer_price = YuanField(
        _l("Price of CCER (yuan/t)"), [price_per_tonne], description=_l("Empty: as dear as allowances.")
    )
    money = YuanField(_l("Money at hand (yuan)"), description=_l("Empty: as much as it takes."))
    gift = TonnesField(_l("Gift promised (t)"), description=_l("Counts only where the rules leave a gift open."))

    def terms(self, *, stress: int) -> Terms | None:
        """Return the terms, or None while they are wrong or no price is known."""
        if not self.validate() or self.price.data is None:
            return None
        price: Decimal = self.price.data
        return Terms(
            price=price, ccer_price=self.ccer_price.data or price, stress_percent=stress,
            money=self.money.data, gift=self.gift.data or 0,
        )  # fmt: skip

    def asked(self) -> dict[str, Any]:
        """Return what was typed, to go on in an address."""
        return {field.name: field.raw_data[0] for field in self if field.raw_data and field.raw_data[0]}

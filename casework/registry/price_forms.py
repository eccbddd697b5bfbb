"""The form of the price table."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from casework.registry.checked_forms import TEXT_MOST, CheckedForm
from casework.rules.prices import PriceDay, names_a_price, read_prices
from casework.web.fields import at_most


class PricesForm(CheckedForm):
    """Prices by day, from a file or as text."""

    text = TextAreaField(
        _l("Or as text"),
        [at_most(TEXT_MOST)],
        description=_l(
            "One day a line: day, closing price, tonnes and yuan traded, as 2026-11-20 62.36 120000 7483200."
        ),
    )

    def read(self) -> dict[date, PriceDay]:
        """Return the days as they were given; a file counts before the text."""
        self.take_file(self.text, names_a_price)
        return read_prices(self.text.data or "")

"""The form of confirmed holdings."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from casework.web.fields import DayField, TonnesField, at_most, required
from casework.web.forms import Form


class HoldingsForm(Form):
    """How many tonnes lie in the accounts, as of which day, and who said so."""

    holdings = TonnesField(
        _l("Allowances held (t)"),
        [required(_l("Enter the tonnes; 0 where nothing is left."))],
        description=_l("In the unit's account and, for it, in the provincial one."),
    )
    holdings_day = DayField(_l("As of"), [required(_l("Enter the day for which it was confirmed."))])
    holdings_source = StringField(
        _l("Confirmed by"),
        [required(_l("Say who confirmed it, or in which paper it stands.")), at_most(120)],
        description=_l("The registry's answer, say, with its number. What a city reports is no confirmation."),
    )

"""The form of a penalty record."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from casework.rules.penalties import PenaltyRecord
from casework.web.fields import DayField, FilesField, TonnesField, YuanField, at_most, required
from casework.web.forms import Form


class PenaltyForm(Form):
    """What the city bureau ordered and decided; which rules apply follows from the deadline that passed."""

    order_day = DayField(_l("Day of the order to correct"), [required(_l("Enter the day of the order to correct."))])
    decision_number = StringField(
        _l("Decision number"), [required(_l("Enter the number of the decision.")), at_most(80)]
    )
    decision_day = DayField(_l("Day of the decision"), [required(_l("Enter the day of the decision."))])
    amount = YuanField(_l("Fine (yuan)"), [required(_l("Enter the fine as decided."))])
    corrected_day = DayField(_l("Corrected on"), description=_l("Leave empty while the unit has not corrected."))
    allocation_cut = TonnesField(
        _l("Cut of the next allocation (t)"),
        description=_l("Only where the rules on the day of the decision allow a cut."),
    )
    files = FilesField(_l("Files"))

    def record(self) -> PenaltyRecord:
        """Return the record as the rules see it."""
        return PenaltyRecord(
            order_day=self.order_day.data,
            decision_number=self.decision_number.data.strip(),
            decision_day=self.decision_day.data,
            amount=self.amount.data,
            corrected_day=self.corrected_day.data,
            allocation_cut=self.allocation_cut.data,
        )


class PenaltyAcceptForm(Form):
    """An officer's acceptance of exactly what the page shows."""

    agrees = True

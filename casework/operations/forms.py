"""Forms of keeping the program running."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from casework.web.fields import OneOfField, at_most, required
from casework.web.forms import Form


class HandoverForm(Form):
    """Who takes over, and why."""

    taker_id = OneOfField(_l("To"), coerce=int)
    reason = StringField(
        _l("Reason"),
        [required(_l("Give a reason: it stays in the history of the case.")), at_most(200)],
        description=_l("Such as a transfer to another office."),
    )

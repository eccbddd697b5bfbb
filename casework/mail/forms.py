"""What a person wants by e-mail."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from casework.mail.models import Way
from casework.notices.models import Topic
from casework.web.fields import OneOfField
from casework.web.forms import Form


class WishForm(Form):
    """For each topic how it comes, and from which hour of the day."""

    deadlines = OneOfField(_l(Topic.DEADLINES.label), coerce=Way)
    work = OneOfField(_l(Topic.WORK.label), coerce=Way)
    standing_in = OneOfField(_l(Topic.STANDING_IN.label), coerce=Way)
    hour = SelectField(
        _l("The day's mail leaves from"),
        coerce=int,
        description=_l("One mail a day, on working days, with everything you have not read in the program by then."),
    )

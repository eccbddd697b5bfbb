"""Forms that move the working deadline: extensions, pauses."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from casework.users.behalf import BehalfForm
from casework.web.fields import DayField, at_most, required
from casework.web.forms import Form


class ExtensionForm(Form):
    """Asking for a later working deadline."""

    new_day = DayField(_l("New working deadline"), [required(_l("Enter the new day."))])
    reason = TextAreaField(
        _l("Reason"), [required(_l("Give a reason: it stays in the history of the case.")), at_most(2000)]
    )


class ExtensionDecisionForm(BehalfForm):
    """A leader's answer; a refusal needs its reason, which the step asks for."""

    agrees = True

    reason = TextAreaField(_l("Reason or remark"), [at_most(2000)])


class PauseForm(Form):
    """Letting a case rest."""

    new_day = DayField(_l("Expected end"), [required(_l("Enter the day on which the case is expected to go on."))])
    reason = TextAreaField(
        _l("Reason"), [required(_l("Give a reason: it stays in the history of the case.")), at_most(2000)]
    )


class ResumeForm(Form):
    """Letting a case go on."""

    reason = TextAreaField(_l("Remark"), [at_most(2000)])

"""The forms of an application for policy support and of its answer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from casework.cases.models import Answer
from casework.web.fields import DayField, FilesField, OneOfFewField, at_most, required
from casework.web.forms import Form


class ApplicationForm(Form):
    """To whom it went, when, what it asks for, and by when an answer is expected."""

    sent_to = StringField(_l("Sent to"), [required(_l("Say to whom the application went.")), at_most(120)])
    sent_day = DayField(_l("Sent on"), [required(_l("Enter the day on which it was sent."))])
    asks = TextAreaField(
        _l("Support asked for"), [required(_l("Say what support is asked for, and why.")), at_most(4000)]
    )
    answer_due = DayField(
        _l("Answer expected by"),
        [required(_l("Enter the day by which you expect an answer."))],
        description=_l("It stands among your tasks until the answer is noted."),
    )
    files = FilesField(_l("Files"))

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        return {
            "sent_to": self.sent_to.data, "sent_day": self.sent_day.data, "asks": self.asks.data,
            "answer_due": self.answer_due.data, "uploads": self.files.uploads,
        }  # fmt: skip


class AnswerForm(Form):
    """What was answered, and when."""

    answer = OneOfFewField(
        _l("Answer to the application"),
        [required(_l("Choose what was answered."))],
        choices=[(answer.value, _l(answer.label)) for answer in Answer],
    )
    answered_day = DayField(_l("Answered on"), [required(_l("Enter the day of the answer."))])
    answer_text = TextAreaField(_l("What was answered"), [required(_l("Say what was answered.")), at_most(4000)])
    files = FilesField(_l("Files"))

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        return {
            "answer": Answer(self.answer.data), "answered_day": self.answered_day.data,
            "answer_text": self.answer_text.data, "uploads": self.files.uploads,
        }  # fmt: skip

"""The form of a step: it asks for just what the step needs."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from casework.rules.steps import StepRule
from casework.rules.workflow import Ending, Step
from casework.users.behalf import BehalfForm
from casework.users.models import Account
from casework.users.queries import Person
from casework.web.fields import DayField, FilesField, OneOfField, at_most, required


class StepForm(BehalfForm):
    """Reason, and what else a step asks for; fields that the step does not ask for are taken away."""

    agrees = True

    officer = OneOfField(_l("Officer"), [required(_l("Choose an officer."))])
    ending = OneOfField(
        _l("What ended the matter"),
        [required(_l("Say what ended the matter."))],
        choices=[("", _l("Choose one")), *((ending.value, _l(ending.label)) for ending in Ending)],
    )
    new_day = DayField(_l("New working deadline"), [required(_l("Enter the day."))])
    evidence = FilesField(_l("Evidence"), [required(_l("Attach the evidence of the surrender."))])
    reason = TextAreaField(_l("Reason"), [at_most(2000)])

    @classmethod
    def asking(cls, rule: StepRule, officers: Iterable[Person], absent: Iterable[Account]) -> "StepForm":
        """Make the form of a step."""
        form = cls()
        form.offer(absent)
        wanted = {
            "officer": rule.step is Step.ASSIGN,
            "ending": rule.step is Step.CONCLUDE,
            "new_day": rule.step is Step.REOPEN,
            "evidence": rule.step is Step.SETTLE,
        }
        for name in [name for name, asked in wanted.items() if not asked]:
            delattr(form, name)
        if wanted["officer"]:
            form.officer.choices = [(str(officer.id), officer.name) for officer in officers]
        if rule.needs_reason:
            form.reason.validators = [
                required(_l("Give a reason: it stays in the history of the case.")),
                at_most(2000),
            ]
            form.reason.flags.required = True
        return form

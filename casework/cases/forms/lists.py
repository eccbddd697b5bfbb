"""Forms that put units on the problem list and hand cases to officers, singly or many at once."""

from collections.abc import Iterable
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from casework.rules.causes import Cause
from casework.users.queries import Person
from casework.web.fields import DayField, OneOfField, SomeOfFewField, at_most, required
from casework.web.forms import Form


def _officers(officers: Iterable[Person]) -> list[tuple[str, str]]:
    return [(str(officer.id), officer.name) for officer in officers]


class AssignManyForm(Form):
    """Whom the chosen cases go to."""

    officer = OneOfField(_l("Officer"), [required(_l("Choose an officer."))])

    @classmethod
    def offering(cls, officers: Iterable[Person]) -> Self:
        """Make the form with these officers to choose from."""
        form = cls()
        form.officer.choices = [("", _l("Choose an officer")), *_officers(officers)]
        return form


class ListingForm(Form):
    """What is said of units that are put on the problem list."""

    causes = SomeOfFewField(
        _l("Causes"),
        [required(_l("Choose at least one cause."))],
        choices=[(cause.value, _l(cause.label)) for cause in Cause],
        description=_l("Why the unit is in difficulty; several may apply."),
    )
    reason = TextAreaField(
        _l("Reason"),
        [required(_l("Give a reason: it stays in the history of the case.")), at_most(2000)],
    )
    officer = OneOfField(_l("Officer"))
    working_deadline = DayField(_l("Working deadline"), [required(_l("Enter the day."))])

    @classmethod
    def offering(cls, officers: Iterable[Person], **defaults: object) -> Self:
        """Make the form with these officers to choose from."""
        form = cls(**defaults)
        form.officer.choices = [("", _l("assign later")), *_officers(officers)]
        return form

    @property
    def chosen_causes(self) -> list[Cause]:
        """The causes that were ticked."""
        return [Cause(value) for value in self.causes.data or []]

"""Forms of visits and of what follows from them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from casework.cases.models import VisitKind
from casework.rules.errors import RuleError
from casework.rules.visits import visit_refusals
from casework.web.fields import DayField, FilesField, OneOfFewField, Row, RowsField, at_most, required
from casework.web.forms import Form


class PersonRow(Row):
    """Somebody who took part, and the certificate that an inspection needs."""

    name = StringField(_l("Name"), [required(_l("Enter the name.")), at_most(30)])
    certificate = StringField(_l("Certificate number"), [at_most(30)])


class FollowUpRow(Row):
    """What is to follow, and by when."""

    text = StringField(_l("What is to be done"), [required(_l("Say what is to be done.")), at_most(400)])
    due_day = DayField(_l("Due"), [required(_l("Enter the day by which it is due."))])


class VisitForm(Form):
    """A visit as it is recorded or corrected."""

    kind = OneOfFewField(
        _l("Kind of visit"),
        [required(_l("Say what kind of visit it was."))],
        choices=[(kind.value, _l(kind.label)) for kind in VisitKind],
    )
    day = DayField(_l("Day of the visit"), [required(_l("Enter the day of the visit."))])
    officers = RowsField(PersonRow, _l("Who took part"), min_entries=2, needed=True)
    findings = TextAreaField(_l("Findings"), [required(_l("Write down what was found.")), at_most(5000)])
    follow_ups = RowsField(FollowUpRow, _l("What is to follow"), min_entries=1)
    files = FilesField(_l("Files"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def refused_by_the_rules(self) -> Iterable[RuleError]:
        """Say everything that the rules refuse, as far as what is typed can be read."""
        return visit_refusals(
            day=self.day.data,
            people=self._people(),
            inspection=self.kind.data == VisitKind.INSPECTION.value,
            due_days=[(row.form.due_day.name, row.form.due_day.data) for row in self.follow_ups.entries],
            today=self.today,
        )

    def _people(self) -> list[tuple[str, str]]:
        return [(row["name"] or "", row["certificate"] or "") for row in self.officers.filled]

    def facts(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {
            "kind": VisitKind(self.kind.data),
            "day": self.day.data,
            "officers": self._people(),
            "findings": self.findings.data,
            "follow_ups": [(row["text"], row["due_day"]) for row in self.follow_ups.filled],
            "uploads": self.files.uploads,
        }


class FollowUpDoneForm(Form):
    """When a follow-up was done."""

    done_day = DayField(_l("Done on"), [required(_l("Enter the day on which it was done."))])

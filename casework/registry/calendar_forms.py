"""Forms of the working calendar."""

from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from casework.registry.checked_forms import CheckedForm
from casework.rules.calendar_days import NAME_MOST, DayKind, kind_of, names_a_day, read_year
from casework.rules.deadlines import CalendarYear
from casework.rules.errors import RuleError
from casework.web.fields import DayField, OneOfFewField, at_most, required
from casework.web.forms import Form

_ORDINARY = "ordinary"


class YearForm(CheckedForm):
    """A year of the calendar, from a file or as text."""

    days = TextAreaField(
        _l("Or as text"),
        [at_most(20_000)],
        description=_l(
            "One day a line, as 2027-02-06 放假 春节; or the State Council's notice as it was published, "
            "one numbered holiday a line."
        ),
    )

    def read(self, year: int) -> CalendarYear:
        """Return the year as it was given; a file counts before the text."""
        self.take_file(self.days, names_a_day)
        return read_year(year, self.days.data or "")


class DayForm(Form):
    """One day of the calendar."""

    day = DayField(_l("Day"), [required(_l("Enter the day."))])
    kind = OneOfFewField(_l("Kind"), [required(_l("Choose one."))])
    name = StringField(_l("Festival"), [at_most(NAME_MOST)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            *((kind.value, _l(kind.label)) for kind in DayKind),
            (_ORDINARY, _l("as its weekday says")),
        ]

    @property
    def chosen_kind(self) -> DayKind | None:
        """What the day shall be; None is what its weekday says."""
        return None if self.kind.data == _ORDINARY else DayKind(self.kind.data)

    def start_at(self, text: str, days: CalendarYear) -> None:
        """Begin with the day that was asked for, as the calendar has it."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return
        if not self.is_submitted():
            kind = kind_of(day, days)
            self.day.data, self.name.data = day, days.names.get(day, "")
            self.kind.data = kind.value if kind else _ORDINARY

    def day_of(self, year: int) -> date:
        """Return the day, which must lie in the year."""
        day = cast(date, self.day.data)
        if day.year != year:
            raise RuleError("Enter a day of the year %(year)s.", field="day", year=str(year))
        return day

"""Forms of the working calendar."""

import hashlib
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField

from casework.registry.tables.workbook import Value, read_workbook
from casework.rules.calendar_days import NAME_MOST, DayKind, as_lines, kind_of, names_a_day, read_year
from casework.rules.deadlines import CalendarYear
from casework.rules.errors import RuleError
from casework.web.fields import DayField, OneOfFewField, at_most, required
from casework.web.forms import Form

_ORDINARY = "ordinary"


class YearForm(Form):
    """A year of the calendar, from a file or as text."""

    agrees = True

    file = FileField(
        _l("Workbook"),
        description=_l(".xlsx or .csv with a day, its kind (放假 or 上班) and the festival in each row."),
        render_kw={"accept": ".xlsx,.csv,.txt"},
    )
    days = TextAreaField(
        _l("Or as text"),
        [at_most(20_000)],
        description=_l(
            "One day a line, as 2027-02-06 放假 春节; or the State Council's notice as it was published, "
            "one numbered holiday a line."
        ),
    )
    checked = HiddenField()

    def read(self, year: int) -> CalendarYear:
        """Return the year as it was given; a file counts before the text."""
        upload: Any = self.file.data
        if upload:
            self.days.data = _lines_of(upload.read(), upload.filename or "table")
            self.days.raw_data = None
        return read_year(year, self.days.data or "")

    def was_checked(self, days: CalendarYear) -> bool:
        """Tell whether exactly these days were shown before."""
        return bool(self.checked.data == _digest(days))

    def show_check(self, days: CalendarYear) -> None:
        """Show the days as they were read, and remember that they were shown."""
        self.days.data, self.days.raw_data = as_lines(days), None
        self.checked.data, self.checked.raw_data = _digest(days), None


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


def _digest(days: CalendarYear) -> str:
    return hashlib.sha256(as_lines(days).encode()).hexdigest()


def _lines_of(content: bytes, name: str) -> str:
    """Return the rows of a workbook that hold a day as lines of text; heads and titles hold none."""
    rows = [
        [_text(value) for value in row if value != ""] for sheet in read_workbook(content, name) for row in sheet.rows
    ]
    return "\n".join(line for line in map(" ".join, rows) if names_a_day(line))


def _text(value: Value) -> str:
    return value.isoformat()[:10] if isinstance(value, date) else str(value).strip()

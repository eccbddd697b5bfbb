"""The ladder after a due day: the officer, the head of the bureau, the department, the letter of the next step.

Counted in working days from the first one on which it is too late. Like the stages before the due day
(rules/reminding.py) a rung is a last due day that has reached it, so that a query asks `due <= day`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from casework.rules.deadlines import WorkingCalendar, day_of, working_day_back
from casework.rules.reminding import ReminderRules, Stage, days_reached
from casework.rules.words import N_


class Rung(StrEnum):
    """How far a deadline has come: the stages up to the due day, then the ladder; `label` is the English msgid."""

    FIRST = "first"
    SECOND = "second"
    DUE = "due"
    OVERDUE = "overdue"
    HEAD = "head"
    DEPARTMENT = "department"
    LETTER = "letter"

    @property
    def label(self) -> str:
        """English msgid of the rung."""
        return _LABELS.get(self) or Stage(self.value).label


_LABELS = {
    Rung.HEAD: N_("Overdue, the head is told"),
    Rung.DEPARTMENT: N_("Overdue, the department is told"),
    Rung.LETTER: N_("Overdue, time for a letter"),
}


@dataclass(frozen=True)
class ChasingRules:
    """After how many working days of being overdue each rung of the ladder is reached."""

    head_days: int = 3
    department_days: int = 5
    letter_days: int = 10

    @property
    def days_overdue(self) -> Mapping[Rung, int]:
        """Working days of each rung; however they were entered, the ladder is climbed upwards."""
        head, department, letter = sorted((self.head_days, self.department_days, self.letter_days))
        return {Rung.HEAD: head, Rung.DEPARTMENT: department, Rung.LETTER: letter}


def rungs_reached(
    calendar: WorkingCalendar, reminding: ReminderRules, chasing: ChasingRules, *, now: datetime
) -> dict[Rung, date]:
    """Return for each rung the last due day that has reached it by now, in office hours of a working day.

    The latest rung of a deadline is the last whose day is not before the due day.
    """
    found = {Rung(stage.value): day for stage, day in days_reached(calendar, reminding, now=now).items()}
    for rung, days in chasing.days_overdue.items():
        first_overdue = working_day_back(day_of(now), days, calendar)
        found[rung] = min(first_overdue - timedelta(days=1), found[Rung.OVERDUE])
    return found


def rung_of(due: date, reached: Mapping[Rung, date]) -> Rung | None:
    """Return how far a deadline has come, or None long before it."""
    return next((rung for rung in reversed(Rung) if rung in reached and due <= reached[rung]), None)

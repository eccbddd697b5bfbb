"""One person's open tasks, gathered from cases, letters, plans and records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from casework.overview.queries import case_tasks, letter_tasks
from casework.overview.queries.task import Task, Viewer
from casework.rules.words import N_
from casework.users.models import Account
from casework.users.queries import absent_colleagues


class When(StrEnum):
    """The groups of the worklist, soonest first; `label` is the English msgid."""

    OVERDUE = "overdue"
    TODAY = "today"
    THIS_WEEK = "this_week"
    LATER = "later"

    @property
    def label(self) -> str:
        """English msgid."""
        return _WHEN[self]


_WHEN = {
    When.OVERDUE: N_("Overdue"),
    When.TODAY: N_("Today"),
    When.THIS_WEEK: N_("Within a week"),
    When.LATER: N_("Later, or without a day"),
}


@dataclass(frozen=True)
class TaskGroup:
    """Tasks that are due about the same time."""

    when: When
    tasks: list[Task]


def when_due(due: date | None, today: date) -> When:
    """Say into which group a day falls."""
    if due is None or due > today + timedelta(days=7):
        return When.LATER
    if due < today:
        return When.OVERDUE
    return When.TODAY if due == today else When.THIS_WEEK


def tasks_of(account: Account, *, now: datetime, today: date) -> list[Task]:
    """Return what this person should do, soonest first; a delegate sees the absent one's tasks too."""
    found = _own_tasks(Viewer(account=account, acts_for=account, today=today))
    for absent in absent_colleagues(account, now=now):
        found += _own_tasks(Viewer(account=account, acts_for=absent, today=today))
    return sorted(found, key=lambda task: (task.due or date.max, task.subject))


def _own_tasks(viewer: Viewer) -> list[Task]:
    sources = (*case_tasks.SOURCES, *letter_tasks.SOURCES)
    return [task for roles, source in sources if roles & viewer.acts_for.roles for task in source(viewer)]


def grouped(tasks: Iterable[Task], today: date) -> list[TaskGroup]:
    """Put tasks under their headings, leaving out empty ones."""
    groups: dict[When, list[Task]] = {when: [] for when in When}
    for task in tasks:
        groups[when_due(task.due, today)].append(task)
    return [TaskGroup(when, rows) for when, rows in groups.items() if rows]

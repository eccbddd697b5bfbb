"""One person's open tasks, gathered from cases, letters, plans and records, and how many of them are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa

from casework.db import read_rows
from casework.overview.queries import case_tasks, letter_tasks, round_tasks
from casework.overview.queries.task import MOST, Task, TaskKind, task_of
from casework.rules.roles import Role
from casework.rules.words import N_
from casework.users.models import Account
from casework.users.reader import TODAY, read_by

KINDS: tuple[TaskKind, ...] = (*case_tasks.KINDS, *letter_tasks.KINDS, *round_tasks.KINDS)


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


@dataclass(frozen=True)
class Worklist:
    """The tasks of one person, soonest first, and the verbs of the kinds of which there are more than it holds."""

    tasks: list[Task]
    cut: list[str]


def when_due(due: date | None, today: date) -> When:
    """Say into which group a day falls."""
    if due is None or due > today + timedelta(days=7):
        return When.LATER
    if due < today:
        return When.OVERDUE
    return When.TODAY if due == today else When.THIS_WEEK


def worklist_of(account: Account, *, now: datetime, today: date) -> Worklist:
    """Return what this person should do, a delegate the absent one's cases and drafts too: the soonest of each kind."""
    statement = page_statement(account.roles)
    found: list[list[Task]] = [[] for _ in KINDS]
    if statement is not None:
        for row in read_rows(statement, read_by(account, now=now, today=today)):
            found[row.kind].append(task_of(KINDS[row.kind], row))
    tasks = [task for of_kind in found for task in of_kind[:MOST]]
    return Worklist(
        sorted(tasks, key=lambda task: (task.due or date.max, task.subject)),
        [kind.verb for kind, of_kind in zip(KINDS, found, strict=True) if len(of_kind) > MOST],
    )


def tasks_due(account: Account, *, now: datetime, today: date) -> int:
    """Count what of the worklist is overdue or due today, up to a hundred: every page asks."""
    statement = due_statement(account.roles)
    return 0 if statement is None else read_rows(statement, read_by(account, now=now, today=today)).scalar_one()


@cache
def page_statement(roles: frozenset[Role]) -> sa.CompoundSelect[Any] | None:
    """Make the statement of the worklist for these roles, once: the soonest of each kind, and one more."""
    kinds = [sa.select(_soonest(number, kind).subquery()) for number, kind in enumerate(KINDS) if kind.roles & roles]
    return sa.union_all(*kinds) if kinds else None


def _soonest(number: int, kind: TaskKind) -> sa.Select[Any]:
    rows = kind.rows.add_columns(sa.literal_column(str(number)).label("kind"))
    return rows.order_by(kind.due.nulls_last(), rows.selected_columns["id"]).limit(MOST + 1)


@cache
def due_statement(roles: frozenset[Role]) -> sa.Select[Any] | None:
    """Make the statement of the bell for these roles, once: the same rows, and only whether there are any."""
    kinds: list[sa.Select[Any]] = [
        kind.rows.with_only_columns(sa.literal_column("1").label("one")).where(kind.due <= TODAY)
        for kind in KINDS
        if kind.roles & roles and kind.has_days
    ]
    return sa.select(sa.func.count()).select_from(sa.union_all(*kinds).limit(MOST).subquery()) if kinds else None


def grouped(tasks: Iterable[Task], today: date) -> list[TaskGroup]:
    """Put tasks under their headings, leaving out empty ones."""
    groups: dict[When, list[Task]] = {when: [] for when in When}
    for task in tasks:
        groups[when_due(task.due, today)].append(task)
    return [TaskGroup(when, rows) for when, rows in groups.items() if rows]

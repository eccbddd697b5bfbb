"""What a task is: a verb, a subject, a day and the place where it is done; and what a kind of task is: data.

The rows of every kind have the same columns, so that the kinds of a role go into one statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.rules.roles import Role

MOST = 100  # of each kind: nobody reads further, and the page says so

NO_DAY = sa.cast(sa.null(), sa.Date)
_NO_ID, _NO_WORDS, _NO_TONNES = (sa.cast(sa.null(), kind) for kind in (sa.Integer, sa.String, sa.BigInteger))


def columns(*ids: Any, subject: Any, due: Any = NO_DAY, **others: Any) -> list[sa.ColumnElement[Any]]:
    """Return the columns of a task's row: up to three ids that name its place, its subject, its day.

    Others, where a kind has them: `turn` (which of the kind's turns it is), `behalf` (name of the absent colleague),
    `what` (English msgid), `tonnes`, `note` (as it was entered) and `provisional` (the day may still move).
    """
    empty: dict[str, sa.ColumnElement[Any]] = dict.fromkeys(("turn", "behalf", "what", "note"), _NO_WORDS)
    empty |= {"tonnes": _NO_TONNES, "provisional": sa.false()}
    named = dict(zip(("id", "part", "piece"), (*ids, _NO_ID, _NO_ID), strict=False))
    named |= {"subject": subject, "due": due} | empty | others
    return [column.label(name) for name, column in named.items()]


@dataclass(frozen=True)
class Place:
    """The page where a task is done; its parameters are the row's ids, in their order, and what is the same for all."""

    endpoint: str
    parameters: tuple[str, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskKind:
    """One kind of task: what to do, whose it is, the rows that ask for it, and where it is done.

    Where it depends on the row, `turns` says for each turn what to do and where.
    """

    verb: str  # English msgid
    roles: frozenset[Role]
    rows: sa.Select[Any]
    place: Place
    turns: Mapping[str, tuple[str, Place]] = field(default_factory=dict)

    @property
    def due(self) -> sa.ColumnElement[date]:
        """Return the day of its rows."""
        due: sa.ColumnElement[date] = self.rows.selected_columns["due"]
        return due

    @property
    def has_days(self) -> bool:
        """Tell whether its tasks are due on days; the others never are."""
        return getattr(self.due, "element", None) is not NO_DAY


@dataclass(frozen=True)
class Task:
    """One line of the worklist."""

    verb: str  # English msgid
    subject: str
    endpoint: str
    target: dict[str, Any]
    due: date | None = None
    what: str = ""  # English msgid
    tonnes: int | None = None
    note: str = ""
    on_behalf_of: str = ""
    provisional: bool = False


def task_of(kind: TaskKind, row: sa.Row[Any]) -> Task:
    """Return the task that a row of this kind asks for."""
    verb, place = kind.turns.get(row.turn, (kind.verb, kind.place))
    target = {**dict(zip(place.parameters, (row.id, row.part, row.piece), strict=False)), **place.fixed}
    return Task(
        verb, row.subject, place.endpoint, target, row.due,
        what=row.what or "", tonnes=row.tonnes, note=row.note or "", on_behalf_of=row.behalf or "",
        provisional=bool(row.provisional),
    )  # fmt: skip

"""Letters about the cases of a cycle as of a day: how many are out, to whom, and who had replied."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from casework.cases.queries.as_of import ASKED, answered_by, out_on
from casework.db import read_rows
from casework.letters.models import Letter, Recipient
from casework.letters.queries import is_department
from casework.rules.letters import LetterKind
from casework.rules.words import N_
from casework.users.models import Account
from casework.users.queries import within_reach


class Reply(StrEnum):
    """How it stands with the reply of one recipient; `label` is the English msgid."""

    OUT = "out"
    ASKED = "asked"
    ANSWERED = "answered"
    AWAITED = "awaited"
    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        """English msgid."""
        return _REPLIES[self]


_REPLIES = {
    Reply.OUT: N_("Sent out"),
    Reply.ASKED: N_("Asked to reply"),
    Reply.ANSWERED: N_("Replied"),
    Reply.AWAITED: N_("Reply awaited"),
    Reply.OVERDUE: N_("Reply overdue"),
}


@dataclass(frozen=True)
class LetterLine:
    """The letters of one kind: how many there are, and their recipients by how it stands with the reply."""

    kind: LetterKind
    letters: int
    recipients: dict[Reply, int]


def stands(reply: Reply, day: date) -> sa.ColumnElement[bool]:
    """The condition on recipients that their reply stood so as of a day."""
    waits = sa.and_(ASKED, sa.not_(answered_by(day)))
    return {
        Reply.OUT: sa.true(),
        Reply.ASKED: ASKED,
        Reply.ANSWERED: sa.and_(ASKED, answered_by(day)),
        Reply.AWAITED: waits,
        Reply.OVERDUE: sa.and_(waits, Recipient.reply_due < day),
    }[reply]


def seen(cycle_id: int, day: date, reader: Account) -> sa.ColumnElement[bool]:
    """The condition on letters and recipients: out as of the day; to a region what was dispatched to its offices."""
    if is_department(reader):
        return out_on(cycle_id, day)
    own = sa.and_(Recipient.enterprise_id.is_(None), within_reach(Recipient.region_id, reader))
    return sa.and_(out_on(cycle_id, day), own, Recipient.dispatched_day <= day)


def by_kind(cycle_id: int, *, day: date, reader: Account) -> list[LetterLine]:
    """Count letters and recipients by kind, in the order of kinds; a kind without letters is left out."""
    counted: list[Any] = [sa.func.sum(sa.case((stands(reply, day), 1), else_=0)) for reply in Reply]
    stmt = (
        sa.select(Letter.kind, sa.func.count(sa.distinct(Letter.id)), *counted)
        .join(Recipient, Recipient.letter_id == Letter.id)
        .where(seen(cycle_id, day, reader))
        .group_by(Letter.kind)
    )
    rows = {row[0]: row for row in read_rows(stmt)}
    return [
        LetterLine(kind, int(rows[kind][1]), {reply: int(rows[kind][at]) for at, reply in enumerate(Reply, 2)})
        for kind in LetterKind
        if kind in rows
    ]

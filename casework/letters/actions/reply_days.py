"""Reply days that were counted in working days, counted anew by another calendar.

Only what nobody has submitted yet moves. A text in review or waiting for a signature was read with its day, and a
signed one is printed with it: both stand, and whoever wants the other day takes the letter back and changes it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.db import db
from casework.letters.models import Letter
from casework.registry.actions.followers import Recount, counts_days
from casework.rules.deadlines import DueDay, WorkingCalendar, add_working_days
from casework.rules.letters import LetterState

_UNSIGNED = (LetterState.DRAFT, LetterState.IN_REVIEW, LetterState.TO_SIGN)


@counts_days
def replies_counted_otherwise(calendar: WorkingCalendar) -> Iterator[Recount]:
    """Yield the unsigned letters whose reply day this calendar counts otherwise, or makes certain or provisional."""
    for letter in db.session.scalars(_counted().order_by(Letter.id)):
        if found := _recount(letter, calendar):
            yield found


def recount_replies(calendar: WorkingCalendar, *, by: Who, now: datetime) -> list[Recount]:
    """Write the reply days anew, and return what changed; done twice it changes nothing more."""
    found = []
    for letter in db.session.scalars(_counted().order_by(Letter.id).with_for_update(of=Letter)):
        if changed := _recount(letter, calendar):
            _write(letter, changed, by=by, now=now)
            found.append(changed)
    return found


def _counted() -> sa.Select[Letter]:
    return sa.select(Letter).where(Letter.state.in_(_UNSIGNED), Letter.reply_from.is_not(None))


def _recount(letter: Letter, calendar: WorkingCalendar) -> Recount | None:
    due = _due(letter, calendar)
    if due is None or letter.reply_due is None:
        return None
    stands = letter.state is not LetterState.DRAFT
    moves = due.day != letter.reply_due and not stands
    if not moves and due.provisional == letter.reply_provisional:
        return None
    return Recount("letter", letter.id, letter.reply_due, due.day, due.provisional, stands)


def _due(letter: Letter, calendar: WorkingCalendar) -> DueDay | None:
    if letter.reply_from is None or letter.reply_days is None:
        return None
    return add_working_days(letter.reply_from, letter.reply_days, calendar)


def _write(letter: Letter, changed: Recount, *, by: Who, now: datetime) -> None:
    letter.reply_provisional = changed.provisional
    if not changed.stands:
        letter.reply_due = changed.after
        letter.content = _moved(letter.content, changed.before, changed.after)
    letter.touch(now=now)
    day = changed.before if changed.stands else changed.after
    record(
        "letter reply counted anew", "letter", letter.id, by=by, now=now,
        before={"reply_due": changed.before}, after={"reply_due": day, "provisional": changed.provisional},
    )  # fmt: skip


def _moved(content: Any, before: date, after: date) -> Any:
    """Return the text with the requests that are due on the reply day due on the new one."""
    requests = [
        {**request, "by": after.isoformat()} if request.get("by") == before.isoformat() else request
        for request in content.get("requests", ())
    ]
    return {**content, "requests": requests}

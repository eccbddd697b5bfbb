"""Working deadlines counted anew by another calendar: those that pauses moved; a day that was set never moves."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.cases.actions.figures import refresh_due
from casework.cases.actions.steps import tell
from casework.cases.models import Case
from casework.cases.queries.deadlines import deadline_facts_of
from casework.db import db
from casework.letters.actions.reply_days import recount_replies
from casework.registry.actions.followers import Recount, counts_days
from casework.registry.queries import in_parts
from casework.rules.deadlines import WorkingCalendar
from casework.rules.words import N_
from casework.rules.workflow import State
from casework.rules.working_deadlines import working_deadline
from casework.users.models import Account

COUNTED_ANEW = N_("Working deadline counted anew by the calendar")
Told = Callable[[int, int], None]


@counts_days
def deadlines_counted_otherwise(calendar: WorkingCalendar) -> Iterator[Recount]:
    """Yield the open cases whose working deadline this calendar counts otherwise, or makes certain or provisional."""
    for some in in_parts(_moved_cases()):
        cases = db.session.scalars(sa.select(Case).where(Case.id.in_(some)).order_by(Case.id))
        yield from (recount for _case, recount in _recounts(cases.all(), calendar))


def recount_deadlines(calendar: WorkingCalendar, *, by: Who, now: datetime, told: Told) -> list[Recount]:
    """Write every deadline anew that the calendar counts otherwise, and return those; done twice it changes nothing.

    `told` is called after each part, with how many are done of how many; it may commit.
    """
    found, ids = [], _moved_cases()
    for number, some in enumerate(in_parts(ids), 1):
        stmt = sa.select(Case).where(Case.id.in_(some)).order_by(Case.id).with_for_update(of=Case)
        recounts = list(_recounts(db.session.scalars(stmt).all(), calendar))
        for case, recount in recounts:
            _write(case, recount, by=by, now=now)
        refresh_due([case for case, _recount in recounts])
        found += [recount for _case, recount in recounts]
        told(min(number * 500, len(ids)), len(ids))
    return found + recount_replies(calendar, by=by, now=now)


def _moved_cases() -> list[int]:
    stmt = sa.select(Case.id).where(Case.state != State.CLOSED, Case.deadline_set.is_not(None))
    return list(db.session.scalars(stmt.order_by(Case.id)))


def _recounts(cases: Iterable[Case], calendar: WorkingCalendar) -> Iterator[tuple[Case, Recount]]:
    cases = list(cases)
    facts = deadline_facts_of(cases)
    for case in cases:
        due = working_deadline(facts[case.id], calendar)
        if due and (due.day, due.provisional) != (case.working_deadline, case.deadline_provisional):
            yield case, Recount("case", case.id, case.working_deadline, due.day, due.provisional)


def _write(case: Case, recount: Recount, *, by: Who, now: datetime) -> None:
    """Write the day, with a line of history where an account announced the year, and in the trail in any case."""
    case.working_deadline, case.deadline_provisional = recount.after, recount.provisional
    if isinstance(by, Account):
        tell(case, COUNTED_ANEW, by=by, now=now, details={"working_deadline": [recount.before, recount.after]})
        return
    case.touch(now=now)
    before, after = {"working_deadline": recount.before}, {"working_deadline": recount.after}
    record(f"case {COUNTED_ANEW.lower()}", "case", case.id, by=by, now=now, before=before, after=after)

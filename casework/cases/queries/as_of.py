"""The problem list as of a day: where each case stood when it ended, since when, and what its letters had led to.

A case stands where its last step by then had led it; its region, officer and causes are those of now, as no history of
them is kept. A letter is out from its registration until it was voided or repealed, and answered by its first reply.
"""

from datetime import date

import sqlalchemy as sa

from casework.cases.models import Case, CaseEvent, CaseLetter
from casework.letters.models import Letter, Recipient, ReturnedReply
from casework.rules.deadlines import end_of_day
from casework.rules.workflow import State
from casework.users.models import Account
from casework.users.queries import within_reach

MOVED = CaseEvent.from_state.is_distinct_from(CaseEvent.to_state)  # also the listing, which comes from nowhere


def states_on(cycle_id: int, day: date, reader: Account | None) -> sa.Subquery:
    """Each case of a cycle that was on the list by then, closed ones too: case_id, state, since (a moment)."""
    last = (
        sa.select(CaseEvent.case_id, sa.func.max(CaseEvent.seq).label("seq"))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle_id, CaseEvent.at < end_of_day(day), MOVED)
        .group_by(CaseEvent.case_id)
    )
    if reader is not None:
        last = last.where(within_reach(Case.region_id, reader))
    found = last.subquery()
    return (
        sa.select(CaseEvent.case_id, CaseEvent.to_state.label("state"), CaseEvent.at.label("since"))
        .join(found, sa.and_(found.c.case_id == CaseEvent.case_id, found.c.seq == CaseEvent.seq))
        .subquery("standing")
    )


def is_open(standing: sa.Subquery) -> sa.ColumnElement[bool]:
    """The condition that a case was not closed as of that day."""
    return standing.c.state != State.CLOSED


def out_on(cycle_id: int, day: date) -> sa.ColumnElement[bool]:
    """The condition on letters: about cases of this cycle, and in force as of that day."""
    end = end_of_day(day)
    about = sa.exists().where(
        CaseLetter.letter_id == Letter.id, Case.id == CaseLetter.case_id, Case.cycle_id == cycle_id
    )
    in_force = sa.or_(Letter.ended_at.is_(None), Letter.ended_at >= end)
    return sa.and_(Letter.registered_at < end, in_force, about)


ASKED = Recipient.reply_due.is_not(None)


def answered_by(day: date) -> sa.ColumnElement[bool]:
    """The condition on recipients: a reply had come by then, be it that it was returned since."""
    returned = sa.exists().where(ReturnedReply.recipient_id == Recipient.id, ReturnedReply.replied_day <= day)
    return sa.or_(sa.and_(Recipient.replied_day.is_not(None), Recipient.replied_day <= day), returned)

"""D1 to D6: what is stored although it follows from other rows still follows from them."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from casework.cases.actions.recount import deadlines_counted_otherwise
from casework.cases.models import Case, CaseLetter, CaseTally, ReplyVerdict
from casework.db import db
from casework.jobs.models import Job, JobState
from casework.letters.models import Recipient
from casework.operations.invariants.fault import Fault
from casework.registry.actions.calendar import RECOUNT
from casework.registry.calendar import working_calendar
from casework.registry.models import ComplianceYear, Enterprise, Obligation, Surrender
from casework.rules.states import State
from casework.rules.words import N_

_UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


def obligations_add_up(_now: datetime) -> Iterator[Fault]:
    """D1: surrendered is the sum of the surrenders, short what is due beyond it."""
    sums = (
        sa.select(Surrender.obligation_id, sa.func.sum(Surrender.tonnes).label("tonnes"))
        .group_by(Surrender.obligation_id)
        .subquery()
    )
    tonnes = sa.func.coalesce(sums.c.tonnes, 0)
    left = Obligation.due - Obligation.surrendered
    wrong = sa.or_(Obligation.surrendered != tonnes, Obligation.short != sa.case((left > 0, left), else_=0))
    stmt = sa.select(Obligation.id).join(sums, sums.c.obligation_id == Obligation.id, isouter=True).where(wrong)
    for obligation_id in db.session.scalars(stmt.order_by(Obligation.id)):
        yield Fault(f"obligation {obligation_id}", N_("its sums do not follow from its surrenders"))


def cases_show_their_shortfall(_now: datetime) -> Iterator[Fault]:
    """D2: an open case shows the shortfall of its obligations."""
    owed = (
        sa.select(Obligation.enterprise_id, ComplianceYear.cycle_id, sa.func.sum(Obligation.short).label("short"))
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .group_by(Obligation.enterprise_id, ComplianceYear.cycle_id)
        .subquery()
    )
    same = sa.and_(owed.c.enterprise_id == Case.enterprise_id, owed.c.cycle_id == Case.cycle_id)
    stmt = (
        sa.select(Case.id)
        .join(owed, same, isouter=True)
        .where(Case.state != State.CLOSED, Case.short != sa.func.coalesce(owed.c.short, 0))
        .order_by(Case.id)
    )
    for case_id in db.session.scalars(stmt):
        yield Fault(f"case {case_id}", N_("its shortfall is not that of its obligations"))


def tallies_count_the_cases(_now: datetime) -> Iterator[Fault]:
    """D3: the tally of each cycle, region and state is the number of such cases."""
    counted = {
        (row.cycle_id, row.region_id, row.state): row.cases
        for row in db.session.execute(
            sa.select(Case.cycle_id, Case.region_id, Case.state, sa.func.count().label("cases")).group_by(
                Case.cycle_id, Case.region_id, Case.state
            )
        )
    }
    kept = {(row.cycle_id, row.region_id, row.state): row.cases for row in db.session.scalars(sa.select(CaseTally))}
    for place in sorted(counted.keys() | kept.keys()):
        if counted.get(place, 0) != kept.get(place, 0):
            yield Fault(
                "tally", N_("cycle %(cycle)s, region %(region)s: %(kept)s are counted, %(there)s are there"),
                cycle=place[0], region=place[1], kept=kept.get(place, 0), there=counted.get(place, 0),
            )  # fmt: skip


def cases_stand_with_their_enterprise(_now: datetime) -> Iterator[Fault]:
    """D4: an open case stands in the region of its enterprise."""
    stmt = (
        sa.select(Case.id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Case.state != State.CLOSED, Case.region_id != Enterprise.region_id)
        .order_by(Case.id)
    )
    for case_id in db.session.scalars(stmt):
        yield Fault(f"case {case_id}", N_("its enterprise stands in another region"))


def replies_are_marked_as_judged(_now: datetime) -> Iterator[Fault]:
    """D5: a recipient is marked as judged if and only if a reply came that has a verdict for every case it answers."""
    given = sa.exists().where(ReplyVerdict.recipient_id == Recipient.id, ReplyVerdict.case_id == CaseLetter.case_id)
    asked = sa.and_(CaseLetter.letter_id == Recipient.letter_id, CaseLetter.region_id == Recipient.region_id)
    open_ones = sa.exists().where(asked, ~given)
    judged = sa.and_(Recipient.replied_day.is_not(None), ~open_ones)
    stmt = sa.select(Recipient.id).where(sa.case((judged, sa.true()), else_=sa.false()) != Recipient.judged)
    for recipient_id in db.session.scalars(stmt.order_by(Recipient.id)):
        yield Fault(f"recipient {recipient_id}", N_("whether its reply is judged does not follow from the verdicts"))


def working_deadlines_follow_from_their_facts(_now: datetime) -> Iterator[Fault]:
    """D6: the working deadline of an open case follows from the day set, extensions, pauses and the calendar.

    Nothing is said while a change of the calendar waits to be counted.
    """
    waiting = sa.select(Job.id).where(Job.kind == RECOUNT, Job.key.is_(None), Job.state.in_(_UNDER_WAY))
    if db.session.execute(waiting).first() is None:
        for found in deadlines_counted_otherwise(working_calendar()):
            yield Fault(f"case {found.id}", N_("its working deadline does not follow from pauses and extensions"))

"""Figures of cases that follow from other records: shortfall, gap rate, next due day.

Shortfall and gap rate are stored on the case so that a list of a hundred thousand sorts and filters by an index alone.
The register does not know cases: it tells whoever follows it, in the transaction that changed it, and this module
follows. Due days of letters are kept by the features above them calling `refresh_due` with the cases named.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from casework.cases.actions.tally import count_in, count_out
from casework.cases.models import Case, CaseLetter
from casework.cases.queries.facts import ANSWERS
from casework.db import db
from casework.letters.models import Letter, Recipient
from casework.registry.actions.followers import follows_register
from casework.registry.models import ComplianceYear, Enterprise, Obligation
from casework.registry.queries import in_parts
from casework.rules.compliance import gap_rate
from casework.rules.letters import LetterState
from casework.rules.workflow import Category, State


def refresh_figures(case: Case) -> None:
    """Write shortfall and gap rate of one case anew from its obligations, and its next due day."""
    refresh_short([case])
    refresh_due([case])


def refresh_short(cases: Iterable[Case]) -> None:
    """Write shortfall and gap rate of cases anew."""
    cases = list(cases)
    sums = _sums({case.cycle_id for case in cases}, [case.enterprise_id for case in cases])
    for case in cases:
        short, verified, allocation = sums.get((case.cycle_id, case.enterprise_id), (0, 0, 0))
        rate = gap_rate(verified, allocation)
        case.short, case.gap_rate = short, 0 if rate is None else int(rate * 10_000)


def _sums(cycle_ids: set[int], enterprise_ids: list[int]) -> dict[tuple[int, int], tuple[int, int, int]]:
    stmt = (
        sa.select(
            ComplianceYear.cycle_id,
            Obligation.enterprise_id,
            sa.func.sum(Obligation.short),
            sa.func.sum(Obligation.verified),
            sa.func.sum(Obligation.allocation),
        )
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.cycle_id.in_(cycle_ids), Obligation.enterprise_id.in_(enterprise_ids))
        .group_by(ComplianceYear.cycle_id, Obligation.enterprise_id)
    )
    return {
        (cycle, enterprise): (int(short), int(verified), int(allocation))
        for cycle, enterprise, short, verified, allocation in db.session.execute(stmt)
    }


def refresh_due(cases: Iterable[Case]) -> None:
    """Write the next due day anew: the earliest of the working deadline and the replies still awaited.

    The working deadline counts while there is work to do: not while the case rests, is settled or closed.
    """
    cases = list(cases)
    stmt = (
        sa.select(CaseLetter.case_id, sa.func.min(Recipient.reply_due))
        .join(Letter, Letter.id == CaseLetter.letter_id)
        .join(Recipient, ANSWERS)
        .where(CaseLetter.case_id.in_([case.id for case in cases]))
        .where(Letter.state == LetterState.REGISTERED, Recipient.replied_day.is_(None))
        .where(Recipient.reply_due.is_not(None))
        .group_by(CaseLetter.case_id)
    )
    replies = {row[0]: row[1] for row in db.session.execute(stmt)}
    for case in cases:
        at_work = case.state.category is not Category.FINAL and case.state is not State.SETTLED
        reply = None if case.state.category is Category.FINAL else replies.get(case.id)
        deadline = case.working_deadline if at_work and not case.paused else None
        case.next_due = min((day for day in (deadline, reply) if day is not None), default=None)


@follows_register
def refresh_cases(enterprise_ids: Iterable[int], *, now: datetime) -> None:
    """Follow the register: figures and region of every open case of these enterprises."""
    for some in in_parts(list(enterprise_ids)):
        stmt = (
            sa.select(Case, Enterprise.region_id)
            .join(Enterprise, Enterprise.id == Case.enterprise_id)
            .where(Case.enterprise_id.in_(some), Case.state != State.CLOSED)
            .order_by(Case.id)
            .with_for_update(of=Case)
        )
        rows = db.session.execute(stmt).all()
        refresh_short([case for case, _region in rows])
        for case, region_id in rows:
            _move_region(case, region_id)
            if case in db.session.dirty:
                case.touch(now=now)


def _move_region(case: Case, region_id: int) -> None:
    """Let the case follow its enterprise into another region."""
    if case.region_id != region_id:
        count_out(case.cycle_id, case.region_id, case.state)
        count_in(case.cycle_id, region_id, case.state)
        case.region_id = region_id

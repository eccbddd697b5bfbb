"""I1 and I2: states follow from legal steps, taken by people who were entitled to them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from casework.audit.models import AuditRow
from casework.cases.models import Case, CaseEvent
from casework.db import db
from casework.operations.invariants.fault import Fault
from casework.rules.roles import Role
from casework.rules.steps import STEPS, targets
from casework.rules.words import N_
from casework.rules.workflow import State, Step
from casework.users.models import Account, Region


def states_follow_history(_now: datetime) -> Iterator[Fault]:
    """I1: every step in the history is a legal one, each begins where the last ended, the last ends at the state."""
    columns = (CaseEvent.seq, CaseEvent.step, CaseEvent.from_state, CaseEvent.to_state)
    rows = db.session.execute(
        sa.select(Case.id, Case.state, *columns)
        .join(CaseEvent, CaseEvent.case_id == Case.id, isouter=True)
        .order_by(Case.id, CaseEvent.seq)
        .execution_options(yield_per=2000)
    )
    for case_id, history in groupby(rows, key=lambda row: row.id):
        at = state = None
        for row in history:
            state = row.state
            if row.seq is None:
                break
            if row.from_state != at or not _is_legal(row.step, row.from_state, row.to_state):
                yield Fault(f"case {case_id}", N_("step %(seq)s of its history is not a legal one"), seq=row.seq)
            at = row.to_state
        if at != state:
            yield Fault(f"case {case_id}", N_("its state is not the one its history ends at"))


def _is_legal(step: Step | None, source: State | None, target: State) -> bool:
    if step is None:  # put on the list, or something hanging on the case changed
        return source is None or source is target
    return source is not None and target in targets(step, source)


def actors_were_entitled(_now: datetime) -> Iterator[Fault]:
    """I2: the role noted at the step allowed it, and a city officer's region covers the case.

    An account that was moved to another region since is judged by its role alone.
    """
    moved = set(db.session.scalars(sa.select(AuditRow.object_id).where(AuditRow.action == "change account").distinct()))
    actor_region, case_region = sa.alias(Region.__table__, "actor_region"), sa.alias(Region.__table__, "case_region")
    rows = db.session.execute(
        sa.select(
            CaseEvent.case_id, CaseEvent.seq, CaseEvent.step, CaseEvent.actor_id, CaseEvent.actor_role,
            actor_region.c.path.label("own"), case_region.c.path.label("place"),
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .join(Account, Account.id == CaseEvent.actor_id)
        .join(actor_region, actor_region.c.id == Account.region_id)
        .join(case_region, case_region.c.id == Case.region_id)
        .where(CaseEvent.step.is_not(None))
        .execution_options(yield_per=2000)
    )  # fmt: skip
    for row in rows:
        about, roles = f"case {row.case_id}", set(row.actor_role.split(","))
        if not roles & _may_take(row.step):
            yield Fault(about, N_("step %(seq)s was taken by a role that may not"), seq=row.seq)
        elif str(row.actor_id) not in moved and not row.place.startswith(row.own):
            yield Fault(about, N_("step %(seq)s was taken from another region"), seq=row.seq)


def _may_take(step: Step) -> set[str]:
    """Return the roles of a step; an administrator assigns only by handing over."""
    roles = {role.value for role in STEPS[step].roles}
    return roles | {Role.ADMINISTRATOR.value} if step is Step.ASSIGN else roles

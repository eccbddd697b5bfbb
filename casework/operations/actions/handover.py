"""Handing over: what one person has open becomes another's, so that nothing waits for somebody who left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from casework.audit.actions import record
from casework.cases.models import Case, CaseEvent
from casework.db import db, next_value
from casework.letters.models import Letter
from casework.notices.actions import Told, tell
from casework.notices.models import Topic
from casework.rules.errors import RuleError
from casework.rules.letters import LetterState
from casework.rules.roles import Role
from casework.rules.states import State, Step
from casework.rules.words import N_
from casework.users.models import Account
from casework.web.lists import count

# Not signed yet: a letter that is sent back from review must reach somebody who is there.
ON_ITS_WAY = (LetterState.DRAFT, LetterState.IN_REVIEW, LetterState.TO_SIGN)


@dataclass(frozen=True)
class Open:
    """How much an account has open: cases, and letters that are not signed yet."""

    cases: int
    drafts: int

    def __bool__(self) -> bool:
        return bool(self.cases or self.drafts)


def open_tasks(account: Account) -> Open:
    """Count the open cases of an account and the letters it drafts."""
    cases, letters = _of(account)
    return Open(cases=count(cases.with_only_columns(Case.id)), drafts=count(letters.with_only_columns(Letter.id)))


def _of(account: Account) -> tuple[sa.Select[Case], sa.Select[Letter]]:
    return (
        sa.select(Case).where(Case.officer_id == account.id, Case.state != State.CLOSED),
        sa.select(Letter).where(Letter.drafter_id == account.id, Letter.state.in_(ON_ITS_WAY)),
    )


def hand_over(giver: Account, taker: Account, *, reason: str, by: Account, now: datetime) -> Open:
    """Move open cases and unsigned letters to another officer, who is told; each case's history says so."""
    if taker.id == giver.id or not taker.active or Role.OFFICER not in taker.roles:
        raise RuleError("Tasks are handed over to another active officer.", field="taker_id")
    if not giver.region.path.startswith(taker.region.path):
        raise RuleError("This officer does not see all the regions in question.", field="taker_id")
    moved = Open(
        cases=sum(1 for _case in _move_cases(giver, taker, reason=reason, by=by, now=now)),
        drafts=sum(1 for _letter in _move_drafts(giver, taker, by=by, now=now)),
    )
    if not moved:
        raise RuleError("This account has nothing open.")
    after = {"to": taker.username, "cases": moved.cases, "drafts": moved.drafts, "reason": reason}
    record("hand over", "account", giver.id, by=by, now=now, after=after)
    told = Told(
        key=f"hand over {giver.id} {now.isoformat()}", topic=Topic.WORK, what=N_("Tasks were handed over to you"),
        subject=giver.name, note=reason, endpoint="overview.worklist",
    )  # fmt: skip
    tell([taker.id], told, by=by.id, now=now)
    return moved


def _move_cases(giver: Account, taker: Account, *, reason: str, by: Account, now: datetime) -> Iterator[Case]:
    cases, _letters = _of(giver)
    for case in db.session.scalars(cases.order_by(Case.id).with_for_update()).all():
        case.officer_id = taker.id
        case.touch(now=now)
        seq = db.session.execute(sa.select(next_value(CaseEvent.seq.expression, CaseEvent.case_id == case.id)))
        event = CaseEvent(case_id=case.id, seq=seq.scalar_one(), step=Step.ASSIGN, at=now, reason=reason)
        event.from_state = event.to_state = case.state
        event.actor_id, event.actor_role = by.id, by.audit_roles
        event.details = {"officer": [giver.name, taker.name]}
        db.session.add(event)
        db.session.flush()
        record(
            "case assign",
            "case",
            case.id,
            by=by,
            now=now,
            before={"officer": giver.name},
            after={"officer": taker.name},
        )
        yield case


def _move_drafts(giver: Account, taker: Account, *, by: Account, now: datetime) -> Iterator[Letter]:
    _cases, letters = _of(giver)
    for letter in db.session.scalars(letters.order_by(Letter.id).with_for_update(of=Letter)).all():
        letter.drafter_id = taker.id
        letter.touch(now=now)
        before, after = {"drafter": giver.name}, {"drafter": taker.name}
        record("letter hand over", "letter", letter.id, by=by, now=now, before=before, after=after)
        yield letter

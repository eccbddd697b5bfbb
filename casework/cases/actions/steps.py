"""The one door through which a case moves: every step is judged, taken, counted and written down here."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from casework.audit.actions import record
from casework.cases.actions.deadlines import end_pause, let_request_lapse
from casework.cases.actions.figures import refresh_figures
from casework.cases.actions.tally import count_in, count_out
from casework.cases.models import Case, CaseEvent
from casework.cases.queries.facts import facts_of, moves_of
from casework.db import db, next_value
from casework.rules.facts import Actor, CaseFacts
from casework.rules.workflow import STEPS, State, Step, Where, advance, ends_work, outcome_of, paused_after
from casework.users.models import Account, Scope
from casework.users.queries import actor_of, actor_standing_in


def take_step(
    case: Case,
    step: Step,
    *,
    by: Account,
    now: datetime,
    today: date,
    on_behalf_of: Account | None = None,
    actor: Actor | None = None,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    letter_id: int | None = None,
    **asked: Any,
) -> CaseEvent:
    """Take a step of the workflow, or raise RuleError and change nothing.

    `by` is who sits at the screen and stands in the audit trail. `actor` is who takes the step where that is somebody
    else: the signer of a letter, as of the signing. `details` is what changed besides the state, as
    {"field": [before, after]}. `asked` is what the step's own form or letter brings: evidence, ending, new_day,
    letter_at_hand, signer_reason, penalty_filled. The case's row stays locked until the commit; a page opened on an
    older version is refused. Columns that the step changes besides (officer, working deadline) are written by the
    caller afterwards, followed by `refresh_figures` where a due day depends on them.
    """
    case.hold()
    actor = actor or who_acts(by, on_behalf_of, now=now)
    facts = facts_of(case, today=today, now=now, reason=reason, **asked)
    before = case.state
    with db.session.no_autoflush:  # one UPDATE of the case, not one for each query on the way
        if ends_work(step) and (asked_for := let_request_lapse(case, now=now)):
            details = {**(details or {}), "extension_lapsed": [asked_for, None]}
        _move(case, step, facts, advance(facts, step, actor), now=now, today=today)
        refresh_figures(case)
        event = _write_event(case, step, before, actor, now=now, reason=reason, details=details, letter_id=letter_id)
    _note(case, step.value, before, event, by=by, now=now)
    return event


def who_acts(by: Account, on_behalf_of: Account | None, *, now: datetime) -> Actor:
    """Return who acts as the rules see it; nobody acts for a colleague for whom he does not stand in now."""
    return actor_standing_in(by, on_behalf_of, scope=Scope.CASES, now=now)


def tell(
    case: Case,
    what: str,
    *,
    by: Account,
    now: datetime,
    details: Mapping[str, Any],
    on_behalf_of: Account | None = None,
    reason: str = "",
) -> CaseEvent:
    """Write a line of history that is no step of the workflow; `what` is its sentence, an English msgid.

    The event has no step and leaves the state alone; the caller holds the lock.
    """
    actor = who_acts(by, on_behalf_of, now=now)
    case.touch(now=now)
    told = {"what": what, **details}
    event = _write_event(case, None, case.state, actor, now=now, reason=reason, details=told)
    _note(case, what.lower(), case.state, event, by=by, now=now)
    return event


def _move(case: Case, step: Step, facts: CaseFacts, target: State, *, now: datetime, today: date) -> None:
    """Write what the step makes of the case, and count it where it stands now."""
    if target is not case.state:
        count_out(case.cycle_id, case.region_id, case.state)
        count_in(case.cycle_id, case.region_id, target)
        case.state_before = _state_before(case, step)
    case.state = target
    case.outcome = outcome_of(facts, step)
    case.closed_at = now if case.outcome else None
    _end_or_keep_pause(case, paused_after(facts, step), today=today)
    case.touch(now=now)


def _state_before(case: Case, step: Step) -> State | None:
    """Return what lies behind the case after a step that leaves its present state."""
    if STEPS[step].target is not Where.BEFORE:
        return case.state
    moves = moves_of(case.id)
    return moves[-2].source if len(moves) > 1 else None


def put_on_list(case: Case, *, by: Account, now: datetime) -> CaseEvent:
    """Write the first line of a new case's history, count it, and derive its figures."""
    db.session.add(case)
    db.session.flush()
    refresh_figures(case)
    count_in(case.cycle_id, case.region_id, case.state)
    return _write_event(case, None, None, actor_of(by), now=now, reason=case.listing_reason, details=None)


def _write_event(
    case: Case,
    step: Step | None,
    before: State | None,
    actor: Actor,
    *,
    now: datetime,
    reason: str,
    details: Mapping[str, Any] | None,
    letter_id: int | None = None,
) -> CaseEvent:
    seq = db.session.execute(sa.select(next_value(CaseEvent.seq.expression, CaseEvent.case_id == case.id)))
    event = CaseEvent(
        case_id=case.id,
        seq=seq.scalar_one(),
        step=step,
        from_state=before,
        to_state=case.state,
        at=now,
        actor_id=actor.account_id,
        actor_role=",".join(sorted(actor.roles)),
        on_behalf_of_id=actor.on_behalf_of,
        reason=reason.strip(),
        details=dict(details) if details else None,
        letter_id=letter_id,
    )
    db.session.add(event)
    db.session.flush()
    return event


def _end_or_keep_pause(case: Case, paused: bool, *, today: date) -> None:
    """Let the case rest or go on; a pause that ends here ends today."""
    if case.paused and not paused:
        end_pause(case, today=today)
    case.paused = paused


def _note(case: Case, what: str, before: State, event: CaseEvent, *, by: Account, now: datetime) -> None:
    behalf = db.session.get(Account, event.on_behalf_of_id) if event.on_behalf_of_id else None
    after = {"state": case.state, "reason": event.reason, "event": event.seq, "actor": event.actor_id}
    after |= {key: change[-1] for key, change in (event.details or {}).items() if isinstance(change, list)}
    if event.letter_id:
        after["letter"] = event.letter_id
    record(
        f"case {what}", "case", case.id, by=by, now=now, before={"state": before}, after=after,
        on_behalf_of=behalf.audit_name if behalf else None,
    )  # fmt: skip

"""Opening rounds: by hand, or by a schedule at its moments; each period once, whatever happens."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from casework.audit.actions import Program, Who, record
from casework.db import db, next_value
from casework.registry.models import Cycle
from casework.rounds.models import Report, Round, RoundRegion
from casework.rounds.units import EVERY_OPEN_CASE, UnitFilter, included
from casework.rules.deadlines import last_day
from casework.rules.errors import RuleError
from casework.rules.report_forms import NEWEST_FORM
from casework.rules.rounds import RoundState, check_due
from casework.users.models import Account

BY_SCHEDULE = Program("reporting schedule")


@dataclass(frozen=True, kw_only=True)
class RoundFacts:
    """What a round is opened with."""

    period_first: date
    period_last: date
    due_at: datetime
    units: UnitFilter = EVERY_OPEN_CASE
    note: str = ""


def open_round(cycle: Cycle, facts: RoundFacts, *, by: Account, now: datetime) -> Round:
    """Open a round by hand: each unit included gets its report to be filled in."""
    check_due(facts.due_at, now=now)
    if facts.period_last < facts.period_first:
        raise RuleError("The last day lies before the first.", field="period_last")
    round_ = make_round(cycle.id, facts, reader=by, by=by, now=now)
    if not db.session.scalar(sa.select(RoundRegion.round_id).where(RoundRegion.round_id == round_.id).limit(1)):
        raise RuleError("No open case fits: choose other units.", field="regions")
    return round_


def make_round(
    cycle_id: int,
    facts: RoundFacts,
    *,
    reader: Account,
    by: Who,
    now: datetime,
    schedule_id: int | None = None,
    state: RoundState = RoundState.OPEN,
) -> Round:
    """Write a round with its regions and reports; a missed one asks nobody."""
    lock_cycle(cycle_id)
    number = db.session.execute(sa.select(next_value(Round.number.expression, Round.cycle_id == cycle_id)))
    round_ = Round(
        cycle_id=cycle_id, number=number.scalar_one(), schedule_id=schedule_id, period_first=facts.period_first,
        period_last=facts.period_last, opens_at=now, due_at=facts.due_at, due_day=last_day(facts.due_at),
        units=facts.units.stored(), form_version=NEWEST_FORM, note=facts.note.strip(), state=state,
        opened_by_id=by.audit_id,
    )  # fmt: skip
    db.session.add(round_)
    db.session.flush()
    if state is RoundState.OPEN:
        asked = _ask(round_, facts.units, reader)
        record("round opened", "round", round_.id, by=by, now=now, after=_as_facts(round_) | {"units": asked})
    else:
        record("round missed", "round", round_.id, by=by, now=now, after=_as_facts(round_))
    return round_


def lock_cycle(cycle_id: int) -> None:
    """Let nobody else number a round of this cycle until the commit."""
    db.session.execute(sa.select(Cycle.id).where(Cycle.id == cycle_id).with_for_update(key_share=True))


def _ask(round_: Round, units: UnitFilter, reader: Account) -> int:
    """Write the reports to be filled in and count them by region; return how many there are."""
    rows = [(row.id, row.region_id) for row in db.session.execute(included(round_.cycle_id, units, reader))]
    if rows:
        counted = Counter(region_id for _case_id, region_id in rows)
        regions = [{"round_id": round_.id, "region_id": one, "units": count} for one, count in counted.items()]
        db.session.execute(sa.insert(RoundRegion), regions)
        reports = [{"round_id": round_.id, "case_id": case_id, "region_id": region_id} for case_id, region_id in rows]
        db.session.execute(sa.insert(Report), reports)
    return len(rows)


def _as_facts(round_: Round) -> dict[str, Any]:
    names = ("cycle_id", "number", "schedule_id", "period_first", "period_last", "due_at", "note")
    return {name: getattr(round_, name) for name in names} | {"filter": round_.units}

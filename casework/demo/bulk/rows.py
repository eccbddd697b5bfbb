"""The rows of generated units and cases, as plain dictionaries for one INSERT of many."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from casework.cases.models import PlanState
from casework.demo.bulk.cast import Cast, at_work
from casework.demo.bulk.letters import LettersOfBatch
from casework.demo.bulk.lives import Move, spread
from casework.demo.bulk.units import Unit
from casework.demo.registers import office_hours
from casework.registry.search import pieces_of
from casework.rules.compliance import gap_rate
from casework.rules.measures import MeasureKind
from casework.rules.penalties import regime_on
from casework.rules.roles import Role
from casework.rules.states import Category, Ending, State, Step

Row = dict[str, Any]


def enterprise(unit: Unit) -> Row:
    """The register's row of a unit."""
    invented = unit.enterprise
    return {"code": invented.code, "name": invented.name, "region_id": unit.region_id, "sector": invented.sector}


def name_pieces(unit: Unit, enterprise_id: int) -> Iterator[Row]:
    """The pieces under which a unit is found."""
    for piece in pieces_of(unit.enterprise.name, unit.enterprise.code):
        yield {"piece": piece, "enterprise_id": enterprise_id}


def _quantities(unit: Unit) -> Row:
    return {"verified": unit.verified, "allocation": unit.allocation, "due": unit.verified}


def obligation(unit: Unit, enterprise_id: int) -> Row:
    """What a unit owes, with the columns that follow from its surrenders."""
    return _quantities(unit) | {
        "enterprise_id": enterprise_id,
        "year_id": unit.era.year.id,
        "surrendered": unit.surrendered,
        "last_surrender_day": unit.surrendered_on,
        "short": unit.short,
    }


def correction(unit: Unit, obligation_id: int, cast: Cast) -> Row:
    """How the obligation was entered."""
    entered = cast.day_of(None, past=unit.life.past, shift=20)
    now = office_hours(entered)
    return _quantities(unit) | {"obligation_id": obligation_id, "from_day": entered, "recorded_at": now}


def surrender(unit: Unit, obligation_id: int) -> Iterator[Row]:
    """The one surrender, if anything was surrendered."""
    if unit.surrendered_on:
        now = office_hours(unit.surrendered_on)
        day = {"day": unit.surrendered_on, "recorded_at": now}
        yield {"obligation_id": obligation_id, "tonnes": unit.surrendered, **day}


def case(unit: Unit, enterprise_id: int, letters: LettersOfBatch, cast: Cast) -> Row:
    """The case with the columns that follow from its history and the register."""
    life, rate = unit.life, gap_rate(unit.verified, unit.allocation) or 0
    last = max(_moments(unit, letters, cast).values())
    officer = None if life.state is State.LISTED and unit.number % 3 == 0 else cast.officer(unit.number).id
    return {
        "enterprise_id": enterprise_id,
        "cycle_id": unit.era.cycle.id,
        "region_id": unit.region_id,
        "state": life.state,
        "state_before": life.state_before,
        "outcome": life.outcome,
        "officer_id": officer,
        "working_deadline": unit.working_deadline,
        "paused": life.paused,
        "listed_at": _moments(unit, letters, cast)[None],
        "listed_by_id": cast.officer(unit.number).id,
        "listing_reason": "到期节点尚未清缴",
        "closed_at": last if life.outcome else None,
        "short": unit.short,
        "gap_rate": int(rate * 10_000),
        "next_due": _next_due(unit, letters),
        "version": 1 + len(life.moves),
        "changed_at": last,
    }


def _next_due(unit: Unit, letters: LettersOfBatch) -> date | None:
    life = unit.life
    days = [letter.reply_due for letter in letters.naming(unit)]
    if life.state is not State.SETTLED and not life.paused:
        days.append(unit.working_deadline)
    return None if life.state.category is Category.FINAL else min(days, default=None)


def _moments(unit: Unit, letters: LettersOfBatch, cast: Cast) -> dict[Step | None, datetime]:
    """When each step was taken; the key None is the listing."""
    shift = spread(unit.number, 10, salt=7)
    moments: dict[Step | None, datetime] = {}
    for place, step in enumerate((None, *unit.life.steps)):
        letter = letters.of(unit, step) if step else None
        day = letter.signed_on if letter else cast.day_of(step, past=unit.life.past, shift=shift)
        moments[step] = office_hours(day, 15) if letter else at_work(day, place)
    return moments


def events(unit: Unit, case_id: int, letters: LettersOfBatch, cast: Cast) -> Iterator[Row]:
    """The case's history from the listing on."""
    moments, officer = _moments(unit, letters, cast), cast.officer(unit.number).id
    shared = {"case_id": case_id, "reason": "", "details": None, "letter_id": None}
    yield shared | {
        "seq": 1, "step": None, "from_state": None, "to_state": State.LISTED, "at": moments[None],
        "actor_id": officer, "actor_role": Role.OFFICER.value, "reason": "到期节点尚未清缴",
    }  # fmt: skip
    for seq, move in enumerate(unit.life.moves, 2):
        letter = letters.of(unit, move.step)
        yield shared | {
            "seq": seq, "step": move.step, "from_state": move.source, "to_state": move.target,
            "at": moments[move.step], "actor_id": cast.leader.id if move.role is Role.LEADER else officer,
            "actor_role": move.role.value, "letter_id": letter.letter_id if letter else None, **_why(move),
        }  # fmt: skip


_WHY: Mapping[Step, Row] = {
    Step.PAUSE: {"reason": "企业停产检修"},
    Step.WITHDRAW: {"reason": "经核实不属于困难企业"},
    Step.CONCLUDE: {"details": {"ending": [None, Ending.CORRECTED.label]}},
}


def _why(move: Move) -> Row:
    return _WHY.get(move.step, {})


def causes(unit: Unit, case_id: int) -> Iterator[Row]:
    """Why the unit is in difficulty."""
    for cause in unit.causes:
        yield {"case_id": case_id, "cause": cause}


def case_letters(unit: Unit, case_id: int, letters: LettersOfBatch) -> Iterator[Row]:
    """Which letters name the case."""
    for letter in letters.naming(unit):
        yield {"letter_id": letter.letter_id, "case_id": case_id, "region_id": unit.region_id}


def pause(unit: Unit, case_id: int, cast: Cast) -> Iterator[Row]:
    """The rest of a case that rests."""
    if unit.life.paused:
        day = cast.day_of(Step.PAUSE, past=False, shift=spread(unit.number, 10, salt=7))
        yield {
            "case_id": case_id, "from_day": day, "expected_end": cast.today + timedelta(days=20),
            "reason": "企业停产检修",
        }  # fmt: skip


def plan(unit: Unit, case_id: int, cast: Cast) -> Row:
    """The approved relief plan of a case that carries one out."""
    day = cast.day_of(Step.AGREE_PLAN, past=False, shift=12)
    return {
        "case_id": case_id, "number": 1, "state": PlanState.APPROVED, "summary": "购买配额与融资并举",
        "author_id": cast.officer(unit.number).id, "written_at": at_work(day, 0),
        "decided_by_id": cast.leader.id, "decided_at": at_work(day, 3), "version": 2,
    }  # fmt: skip


def measure(unit: Unit, plan_id: int) -> Row:
    """The one measure, which covers the shortfall."""
    return {
        "plan_id": plan_id, "position": 1, "kind": MeasureKind.BUY, "tonnes": unit.short,
        "amount": Decimal(unit.short * 70), "responsible": "企业财务部", "due_day": unit.working_deadline,
    }  # fmt: skip


def penalty(unit: Unit, case_id: int, cast: Cast) -> Iterator[Row]:
    """The decision by which a case was concluded."""
    if Step.CONCLUDE not in unit.life.steps:
        return
    day = cast.day_of(Step.CONCLUDE, past=True, shift=40)
    regime, officer = regime_on(cast.past.last_day), cast.officer(unit.number).id
    assert regime is not None
    yield {
        "case_id": case_id, "order_day": day - timedelta(days=20), "decision_day": day,
        "decision_number": f"环罚决〔{day.year}〕{unit.number}号", "amount": Decimal(50_000), "regime": regime.code,
        "corrected_day": unit.surrendered_on, "recorded_by_id": officer, "recorded_at": at_work(day, 1),
        "accepted_by_id": officer, "accepted_at": at_work(day, 2), "version": 2,
    }  # fmt: skip


def flat(parts: Iterable[Iterable[Row]]) -> list[Row]:
    """One list of the rows of many."""
    return [row for rows in parts for row in rows]

"""Adds any number of generated cases: one transaction, one letter of each kind and one audit row per batch."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import sqlalchemy as sa

from casework.audit.actions import commit, record
from casework.cases.actions.tally import count_in
from casework.cases.models import Case, CaseCause, CaseEvent, CaseLetter, Measure, Pause, Penalty, Plan
from casework.db import Model, db
from casework.demo.bulk import rows
from casework.demo.bulk.cast import Cast, cast_of
from casework.demo.bulk.letters import LettersOfBatch, issue_letters
from casework.demo.bulk.units import Unit, units_of
from casework.demo.people import DEMO
from casework.demo.registers import office_hours
from casework.letters.printing import Render
from casework.registry.models import Enterprise, NamePiece, Obligation, ObligationCorrection, Surrender
from casework.rules.states import Step
from casework.users.models import Region

BATCH = 5_000


def enlarge(count: int, *, today: date, render: Render, say: Callable[[str], None]) -> None:
    """Add `count` generated cases, most in the live cycle; commits after each batch."""
    cast = cast_of(today)
    first = db.session.execute(sa.select(sa.func.count()).select_from(Enterprise)).scalar_one()
    size = min(BATCH, -(-count // len(cast.regions)))
    for batch, start in enumerate(range(0, count, size)):
        region = cast.regions[batch % len(cast.regions)]
        _add_batch(units_of(first + start, min(size, count - start), region, cast), region, cast, render=render)
        commit()
        say(f"{min(start + size, count):,} of {count:,} generated cases")


def _add_batch(units: Sequence[Unit], region: Region, cast: Cast, *, render: Render) -> None:
    enterprise_ids = _add_to_register(units, cast)
    letters = issue_letters(units, region, cast, render=render)
    case_ids = _insert_for_ids(
        Case, [rows.case(unit, id_, letters, cast) for unit, id_ in zip(units, enterprise_ids, strict=True)]
    )
    _add_what_hangs_on_cases(units, case_ids, letters, cast)
    tally = Counter((unit.era.cycle.id, unit.region_id, unit.life.state) for unit in units)
    for place, cases in sorted(tally.items()):
        count_in(*place, cases=cases)
    after = {"cases": len(units), "first": case_ids[0], "last": case_ids[-1]}
    record("cases generated", "region", region.id, by=DEMO, now=office_hours(cast.today), after=after)


def _add_to_register(units: Sequence[Unit], cast: Cast) -> list[int]:
    """Write enterprises and what they owe, and return the enterprises' ids."""
    enterprise_ids = _insert_for_ids(Enterprise, [rows.enterprise(unit) for unit in units])
    known = list(zip(units, enterprise_ids, strict=True))
    _insert(NamePiece, rows.flat(rows.name_pieces(unit, id_) for unit, id_ in known))
    obligation_ids = _insert_for_ids(Obligation, [rows.obligation(unit, id_) for unit, id_ in known])
    owed = list(zip(units, obligation_ids, strict=True))
    _insert(ObligationCorrection, [rows.correction(unit, id_, cast) for unit, id_ in owed])
    _insert(Surrender, rows.flat(rows.surrender(unit, id_) for unit, id_ in owed))
    return enterprise_ids


def _add_what_hangs_on_cases(
    units: Sequence[Unit], case_ids: Sequence[int], letters: LettersOfBatch, cast: Cast
) -> None:
    cases = list(zip(units, case_ids, strict=True))
    _insert(CaseEvent, rows.flat(rows.events(unit, id_, letters, cast) for unit, id_ in cases))
    _insert(CaseCause, rows.flat(rows.causes(unit, id_) for unit, id_ in cases))
    _insert(CaseLetter, rows.flat(rows.case_letters(unit, id_, letters) for unit, id_ in cases))
    _insert(Pause, rows.flat(rows.pause(unit, id_, cast) for unit, id_ in cases))
    _insert(Penalty, rows.flat(rows.penalty(unit, id_, cast) for unit, id_ in cases))
    planned = [(unit, id_) for unit, id_ in cases if Step.AGREE_PLAN in unit.life.steps]
    plan_ids = _insert_for_ids(Plan, [rows.plan(unit, id_, cast) for unit, id_ in planned])
    _insert(Measure, [rows.measure(unit, id_) for (unit, _case), id_ in zip(planned, plan_ids, strict=True)])


def _insert(model: type[Model], values: Sequence[rows.Row]) -> None:
    if values:
        db.session.execute(sa.insert(_table(model)), values)


def _insert_for_ids(model: type[Model], values: Sequence[rows.Row]) -> list[int]:
    """Insert and return the new ids in the order of the rows."""
    if not values:
        return []
    table = _table(model)
    stmt = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.execute(stmt, values).scalars())


def _table(model: type[Model]) -> sa.Table:
    table = sa.inspect(model).local_table
    assert isinstance(table, sa.Table)
    return table

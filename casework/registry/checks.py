"""The dry run of an import: a workbook read, compared with the register, and told as plain values."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.db import canonical, db
from casework.registry.comparison import (
    Difference,
    KnownEnterprise,
    KnownObligation,
    SurrenderComparison,
    TradeComparison,
    TradeKey,
    compare_surrenders,
    compare_trades,
)
from casework.registry.models import ComplianceYear, Cycle, Enterprise, Obligation, Trade
from casework.registry.queries import enterprises_by_code, obligations_by_enterprise, region_words, tonnes_by_day
from casework.registry.tables.mapping import Mapping as ColumnMapping
from casework.registry.tables.problems import LeftOut, Problem
from casework.registry.tables.rows import Reading, SurrenderRow, TradeRow, find_mappings, read_surrenders, read_trades
from casework.registry.tables.words import Field, Kind
from casework.registry.tables.workbook import Sheet, read_workbook
from casework.users.models import Account, Region
from casework.users.queries import all_regions, regions_seen_by
from casework.web.i18n import listed

Chosen = Mapping[str, Mapping[str, str]]  # sheet -> column (from 0, as text) -> field


@dataclass(frozen=True)
class Table:
    """A workbook that was read, and what it is about: a year for surrenders, a cycle for trades."""

    kind: Kind
    sheets: Sequence[Sheet]
    mappings: Sequence[ColumnMapping]


@dataclass(frozen=True)
class Check:
    """What a table would do; `digest` tells whether a later check says the same."""

    reading: Reading[SurrenderRow] | Reading[TradeRow]
    comparison: SurrenderComparison | TradeComparison
    outcome: dict[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of the outcome."""
        return hashlib.sha256(canonical(self.outcome).encode()).hexdigest()


def open_table(kind: Kind, data: bytes, filename: str, chosen: Chosen | None = None) -> Table:
    """Read a workbook and map its columns, as a person chose them or by their heads."""
    sheets = read_workbook(data, filename)
    mappings = find_mappings(sheets, kind)
    if chosen is not None:
        mappings = [
            mapping.corrected({int(column): Field(field) for column, field in chosen[mapping.sheet].items()})
            for mapping in mappings
            if chosen.get(mapping.sheet)
        ]
    return Table(kind, sheets, mappings)


def chosen_of(mappings: Sequence[ColumnMapping]) -> dict[str, dict[str, str]]:
    """The mapping as an import keeps it."""
    return {
        mapping.sheet: {str(column): field.value for column, field in mapping.fields.items()} for mapping in mappings
    }


def check_surrenders(table: Table, year: ComplianceYear, *, reader: Account | None, today: date) -> Check:
    """Compare a surrender table with the register for one compliance year."""
    regions = _regions(reader)
    reading = read_surrenders(table.sheets, table.mappings, region_words(regions), today=today)
    enterprises = known_enterprises([row.code for row in reading.rows], regions)
    ids = {enterprise.id: enterprise for enterprise in enterprises.values()}
    obligations = obligations_by_enterprise(year.id, list(ids))
    comparison = compare_surrenders(reading, enterprises, known_obligations(obligations))
    words = {region.code: region.name for region in all_regions()}
    return Check(reading, comparison, _surrender_outcome(reading, comparison, words))


def check_trades(table: Table, cycle: Cycle, *, reader: Account | None, today: date) -> Check:
    """Compare a trade table with the register for one cycle."""
    reading = read_trades(table.sheets, table.mappings, today=today)
    enterprises = known_enterprises([row.code for row in reading.rows], _regions(reader))
    comparison = compare_trades(reading, enterprises, _known_trades(cycle.id))
    return Check(reading, comparison, _trade_outcome(reading, comparison))


def known_enterprises(codes: Sequence[str], regions: Sequence[Region]) -> dict[str, KnownEnterprise]:
    """Enterprises by credit code as a comparison sees them."""
    reach = {region.id for region in regions}
    return {
        code: KnownEnterprise(
            id=enterprise.id,
            code=code,
            name=enterprise.name,
            region=enterprise.region.code,
            sector=enterprise.sector.value,
            within_reach=enterprise.region_id in reach,
        )
        for code, enterprise in enterprises_by_code(codes).items()
    }


def known_obligations(obligations: Mapping[int, Obligation]) -> dict[int, KnownObligation]:
    """Obligations by enterprise as a comparison sees them."""
    tonnes = tonnes_by_day([obligation.id for obligation in obligations.values()])
    return {
        enterprise_id: KnownObligation(
            id=obligation.id,
            verified=obligation.verified,
            allocation=obligation.allocation,
            due=obligation.due,
            note=obligation.note,
            tonnes_by_day=tonnes.get(obligation.id, {}),
        )
        for enterprise_id, obligation in obligations.items()
    }


def _regions(reader: Account | None) -> list[Region]:
    return all_regions() if reader is None else regions_seen_by(reader)


def _known_trades(cycle_id: int) -> Counter[TradeKey]:
    stmt = (
        sa.select(Enterprise.code, Trade.day, Trade.direction, Trade.tonnes, Trade.amount)
        .join(Enterprise, Enterprise.id == Trade.enterprise_id)
        .where(Trade.cycle_id == cycle_id)
    )
    rows = db.session.execute(stmt)
    return Counter((code, day, direction.value, tonnes, amount) for code, day, direction, tonnes, amount in rows)


def _surrender_outcome(
    reading: Reading[SurrenderRow], comparison: SurrenderComparison, regions: Mapping[str, str]
) -> dict[str, Any]:
    new = [change for change in comparison.changes if change.is_new]
    changed = [change for change in comparison.changes if not change.is_new]

    def told(difference: Difference) -> list[Any]:
        old, fresh = difference.old, difference.new
        if difference.field is Field.REGION:
            old, fresh = regions.get(str(old), old), regions.get(str(fresh), fresh)
        return [difference.field.value, _plain(old), _plain(fresh)]

    return {
        "new": len(new),
        "changed": len(changed),
        "unchanged": comparison.unchanged,
        "enterprises": sum(change.enterprise is None for change in new),
        "errors": [problem_facts(problem) for problem in comparison.problems],
        "held_back": held_back(comparison.problems),
        "added": [
            [change.row.sheet, change.row.row, change.row.name, change.row.code, change.enterprise is None]
            for change in new
        ],
        "changes": [
            [change.row.sheet, change.row.row, change.row.name, change.row.code, [told(d) for d in change.differences]]
            for change in [*changed, *(change for change in new if change.differences)]
        ],
        "left_out": _left_out(reading.left_out),
    }


def _trade_outcome(reading: Reading[TradeRow], comparison: TradeComparison) -> dict[str, Any]:
    return {
        "new": len(comparison.new),
        "changed": 0,
        "unchanged": comparison.unchanged,
        "enterprises": 0,
        "errors": [problem_facts(problem) for problem in comparison.problems],
        "held_back": held_back(comparison.problems),
        "added": [[row.sheet, row.row, row.name, row.code, False] for row in comparison.new],
        "changes": [],
        "left_out": _left_out(reading.left_out),
    }


def held_back(problems: Sequence[Problem]) -> int:
    """How many rows are not taken over because of problems."""
    return len({place for problem in problems for place in problem.places})


def problem_facts(problem: Problem) -> dict[str, Any]:
    """A problem as plain values; `expected` stays a msgid, its parameters beside it."""
    return {
        "sheet": problem.sheet,
        "rows": list(problem.rows),
        "cell": problem.cell,
        "column": problem.column,
        "found": problem.found,
        "expected": problem.expected,
        "params": {key: _plain(value) for key, value in problem.params.items()},
        "elsewhere": [list(place) for place in problem.elsewhere],
    }


def problem_of(facts: Mapping[str, Any]) -> Problem:
    """The problem that these plain values tell of."""
    return Problem(
        **{key: facts[key] for key in ("sheet", "cell", "column", "found", "expected", "params")},
        rows=tuple(facts["rows"]),
        elsewhere=tuple((sheet, row) for sheet, row in facts["elsewhere"]),
    )


def expected_words(problem: Problem, translate: Callable[..., str]) -> str:
    """What was expected, in the reader's language."""
    params = {name: listed(value) if isinstance(value, list) else value for name, value in problem.params.items()}
    return translate(problem.expected, **params) if params else translate(problem.expected)


def _left_out(rows: Sequence[LeftOut]) -> list[list[Any]]:
    return [[left.sheet, left.row, left.reason.value, left.text] for left in rows]


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | str | list) else str(value)

"""What a table would change in the register: new, changed with old and new value, unchanged, and what does not fit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from casework.registry.surrenders import rows_to_reach
from casework.registry.tables.problems import Problem
from casework.registry.tables.rows import Reading, SurrenderRow, TradeRow
from casework.registry.tables.words import Field
from casework.rules.words import N_

_REGION_WANTED = N_("a region, since this unit is not in the register yet")
_QUANTITY_WANTED = N_("a quantity, since this unit's obligation is not in the register yet")
_OWN_REGION = N_("a unit of your own region")
_KNOWN_UNIT = N_("a unit that is in the register; import its surrender table first")
_KNOWN_NAME = N_("the name that belongs to this credit code, %(name)s")


@dataclass(frozen=True)
class KnownEnterprise:
    """An enterprise as the register has it; `region` and `sector` are keys."""

    id: int
    code: str
    name: str
    region: str
    sector: str
    within_reach: bool = True


@dataclass(frozen=True)
class KnownObligation:
    """An obligation as the register has it, with its tonnes by day."""

    id: int
    verified: int
    allocation: int
    due: int
    note: str = ""
    tonnes_by_day: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One value that a table changes."""

    field: Field
    old: object
    new: object


@dataclass(frozen=True)
class SurrenderChange:
    """What one row of a surrender table does to the register."""

    row: SurrenderRow
    enterprise: KnownEnterprise | None
    obligation: KnownObligation | None
    differences: tuple[Difference, ...]
    surrenders: tuple[tuple[date, int], ...]

    @property
    def is_new(self) -> bool:
        """Whether the obligation is not in the register yet."""
        return self.obligation is None


@dataclass(frozen=True)
class SurrenderComparison:
    """A surrender table beside the register."""

    changes: tuple[SurrenderChange, ...]  # new and changed ones, in the order of the table
    unchanged: int
    problems: tuple[Problem, ...]


def compare_surrenders(
    reading: Reading[SurrenderRow],
    enterprises: Mapping[str, KnownEnterprise],
    obligations: Mapping[int, KnownObligation],
) -> SurrenderComparison:
    """Compare rows with enterprises by code and obligations of the year by enterprise."""
    changes, problems, unchanged = [], list(reading.problems), 0
    for row in reading.rows:
        enterprise = enterprises.get(row.code)
        obligation = obligations.get(enterprise.id) if enterprise else None
        wrong = _misfits(reading, row, enterprise, obligation)
        problems += wrong
        if wrong:
            continue
        change = _change(row, enterprise, obligation)
        if change.is_new or change.differences:
            changes.append(change)
        else:
            unchanged += 1
    return SurrenderComparison(tuple(changes), unchanged, _in_order(problems, reading))


def _misfits(
    reading: Reading[SurrenderRow],
    row: SurrenderRow,
    enterprise: KnownEnterprise | None,
    obligation: KnownObligation | None,
) -> list[Problem]:
    wrong = []
    if enterprise is not None and not enterprise.within_reach:
        wrong.append(reading.problem(row, Field.CODE, row.code, _OWN_REGION))
    if enterprise is None and row.region is None:
        wrong.append(reading.problem(row, Field.REGION, "", _REGION_WANTED))
    if obligation is None:
        wrong += [
            reading.problem(row, wanted, "", _QUANTITY_WANTED)
            for wanted in (Field.VERIFIED, Field.ALLOCATION)
            if getattr(row, wanted.value) is None
        ]
    return wrong


def _change(
    row: SurrenderRow, enterprise: KnownEnterprise | None, obligation: KnownObligation | None
) -> SurrenderChange:
    last = row.last_day if row.surrendered else None
    if obligation is None:
        added = rows_to_reach({}, row.surrendered, last)
        return SurrenderChange(row, enterprise, None, _renamed(row, enterprise), tuple(added))
    known = obligation.tonnes_by_day
    added = rows_to_reach(known, row.surrendered, last)
    old = {
        Field.VERIFIED: obligation.verified,
        Field.ALLOCATION: obligation.allocation,
        Field.DUE: obligation.due,
        Field.REMARK: obligation.note,
        Field.SURRENDERED: sum(known.values()),
        Field.LAST_DAY: max((day for day, tonnes in known.items() if tonnes), default=None),
    }
    new = {key: getattr(row, key.value) for key in old} | {Field.LAST_DAY: last}
    keeps = {Field.VERIFIED, Field.ALLOCATION, Field.REMARK}  # a table that does not say leaves these as they are
    differences = tuple(
        Difference(key, old[key], new[key])
        for key in old
        if new[key] != old[key] and not (new[key] is None and key in keeps)
    )
    return SurrenderChange(row, enterprise, obligation, (*_renamed(row, enterprise), *differences), tuple(added))


def _renamed(row: SurrenderRow, enterprise: KnownEnterprise | None) -> tuple[Difference, ...]:
    if enterprise is None:
        return ()
    pairs = (
        (Field.NAME, enterprise.name, row.name),
        (Field.REGION, enterprise.region, row.region),
        (Field.SECTOR, enterprise.sector, row.sector),
    )
    return tuple(Difference(key, old, new) for key, old, new in pairs if new is not None and new != old)


TradeKey = tuple[str, date, str, int, Decimal]


@dataclass(frozen=True)
class TradeComparison:
    """A trade table beside the register; a trade is known by unit, day, direction, quantity and amount."""

    new: tuple[TradeRow, ...]
    unchanged: int
    problems: tuple[Problem, ...]


def compare_trades(
    reading: Reading[TradeRow], enterprises: Mapping[str, KnownEnterprise], known: Counter[TradeKey]
) -> TradeComparison:
    """Compare rows with the trades of the cycle."""
    new, problems, unchanged = [], list(reading.problems), 0
    left = Counter(known)
    for row in reading.rows:
        enterprise = enterprises.get(row.code)
        if enterprise is None:
            problems.append(reading.problem(row, Field.CODE, row.code, _KNOWN_UNIT))
        elif not enterprise.within_reach:
            problems.append(reading.problem(row, Field.CODE, row.code, _OWN_REGION))
        elif enterprise.name != row.name:
            problems.append(reading.problem(row, Field.NAME, row.name, _KNOWN_NAME, name=enterprise.name))
        elif left[trade_key(row)] > 0:
            left[trade_key(row)] -= 1
            unchanged += 1
        else:
            new.append(row)
    return TradeComparison(tuple(new), unchanged, _in_order(problems, reading))


def trade_key(row: TradeRow) -> TradeKey:
    """What a trade is known by."""
    return row.code, row.day, row.direction, row.tonnes, row.amount


def _in_order(problems: Sequence[Problem], reading: Reading[SurrenderRow] | Reading[TradeRow]) -> tuple[Problem, ...]:
    order = {mapping.sheet: index for index, mapping in enumerate(reading.mappings)}
    return tuple(sorted(problems, key=lambda problem: (order[problem.sheet], problem.rows[0])))

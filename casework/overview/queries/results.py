"""The published result table of a compliance year: each unit with whether it completed in time, from the records."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from casework.cases.models import Case, Penalty
from casework.db import read_rows
from casework.registry.models import ComplianceYear, Enterprise, Obligation, Surrender
from casework.rules.compliance import Completion, Surrendered, completion
from casework.rules.letter_facts import day_text
from casework.users.models import Account, Region
from casework.users.queries import within_reach
from casework.web.lists import PER_PAGE, Listing, Order, Ordering, count, list_page

# The columns as the ministry has them; a public table is Chinese whoever takes it away.
HEAD = (
    "序号", "单位名称", "是否按时完成履约", "是否超时完成履约", "是否未完成履约", "未按时完成的是否已作出处罚", "备注",
)  # fmt: skip
ORDER = Order({"unit": Region.position * 1_000_000 + Region.id}, default="unit", tie=Enterprise.name)
YES, NO, NONE = "是", "否", "—"


@dataclass(frozen=True)
class Result:
    """One unit's line."""

    unit: str
    result: Completion
    penalised: bool
    completed_on: date | None  # of a unit that completed late

    def cells(self, number: int) -> tuple[str, ...]:
        """The line as it is published."""
        marks = tuple(YES if self.result is one else NO for one in Completion)
        penalty = NONE if self.result is Completion.ON_TIME else (YES if self.penalised else NO)
        note = f"{day_text(self.completed_on)}完成" if self.completed_on else ""
        return (str(number), self.unit, *marks, penalty, note)


def results_of(year: ComplianceYear, reader: Account) -> list[Result]:
    """The lines of a year, by region and name, as far as the reader sees the units."""
    return _judged(read_rows(_owed(year, reader).order_by(*ORDER.by("unit", down=False))).all(), year)


def results_on_page(year: ComplianceYear, reader: Account, args: MultiDict[str, str]) -> Listing:
    """One page of the same lines."""
    stmt = _owed(year, reader)

    def read(part: sa.Select[Any], _ordering: Ordering) -> list[Any]:
        return _judged(read_rows(part).all(), year)

    return list_page(stmt, ORDER, args, total=count(stmt), read=read)


def _judged(owed: Sequence[Any], year: ComplianceYear) -> list[Result]:
    penalised = set(read_rows(_penalised(year)).scalars())
    surrenders = _surrenders(year, {row.id for row in owed})
    return [_result(row, surrenders.get(row.id, []), year, penalised=row.enterprise_id in penalised) for row in owed]


def _owed(year: ComplianceYear, reader: Account) -> sa.Select[Any]:
    columns: list[Any] = [Obligation.id, Obligation.due, Obligation.enterprise_id, Enterprise.name]
    stmt = sa.select(*columns).join(Enterprise, Enterprise.id == Obligation.enterprise_id)
    stmt = stmt.join(Region, Region.id == Enterprise.region_id)
    return stmt.where(Obligation.year_id == year.id, within_reach(Enterprise.region_id, reader))


def _surrenders(year: ComplianceYear, wanted: Collection[int]) -> Mapping[int, list[Surrendered]]:
    """The surrenders of these obligations; of many those of the whole year are read at once."""
    stmt = sa.select(Surrender.obligation_id, Surrender.day, Surrender.tonnes)
    if len(wanted) <= PER_PAGE:
        stmt = stmt.where(Surrender.obligation_id.in_(wanted))
    else:
        stmt = stmt.join(Obligation, Obligation.id == Surrender.obligation_id).where(Obligation.year_id == year.id)
    found: dict[int, list[Surrendered]] = {}
    for row in read_rows(stmt):
        found.setdefault(row.obligation_id, []).append(Surrendered(row.day, row.tonnes))
    return found


def _penalised(year: ComplianceYear) -> sa.Select[Any]:
    """Select the units with a penalty record that the department accepted."""
    stmt = sa.select(Case.enterprise_id).join(Penalty, Penalty.case_id == Case.id)
    return stmt.where(Case.cycle_id == year.cycle_id, Penalty.accepted_by_id.is_not(None)).distinct()


def _result(row: Any, surrenders: Sequence[Surrendered], year: ComplianceYear, *, penalised: bool) -> Result:
    result = completion(surrenders, row.due, year.cycle.deadline)
    day = max((one.day for one in surrenders), default=None) if result is Completion.LATE else None
    return Result(row.name, result, penalised, day)


def published(results: Sequence[Result], first: int = 1) -> Iterator[tuple[str, ...]]:
    """The lines as they are published, numbered on from the first."""
    return (one.cells(number) for number, one in enumerate(results, first))

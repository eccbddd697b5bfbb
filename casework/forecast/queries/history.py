"""What the records of a cycle said as of any day: only rows dated or recorded by the end of that day are used.

A surrender counts from its day, quantities from the day of their correction (the first ones from the beginning), a
case from its listing, a plan from its approval, a report from the moment in which it was handed in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from casework.cases.models import PlanState
from casework.forecast.queries import rows
from casework.registry.models import Cycle
from casework.registry.prices import prices_up_to
from casework.registry.queries import cycle_before
from casework.rules.causes import Cause
from casework.rules.compliance import Completion, Surrendered, completion
from casework.rules.deadlines import day_of, end_of_day, last_day
from casework.rules.ending import worst
from casework.rules.forecast import PlanFacts, ReportFacts, UnitFacts, Year, pace_from
from casework.rules.forecast_weights import Table
from casework.rules.measures import is_broken
from casework.rules.prices import PriceDay, price_on
from casework.rules.report_forms import Risk
from casework.users.models import Account

_PRICE_DAYS = 31


@dataclass(frozen=True)
class Unit:
    """A unit of the cycle and its obligations there, as rows."""

    id: int
    name: str
    code: str
    region_id: int
    region: str
    sector: str
    owed: Sequence[Any]


@dataclass(frozen=True)
class Listing:
    """A case of a unit: when it stood on the problem list, and why."""

    id: int
    listed: date
    closed: date | None
    causes: frozenset[Cause]


@dataclass(frozen=True, kw_only=True)
class History:
    """Everything that forecasts of a cycle rest on."""

    cycle: Cycle
    before: Cycle | None
    table: Table
    units: Sequence[Unit]
    last_owed: Mapping[int, Sequence[Any]]  # of the cycle before, by unit
    surrenders: Mapping[int, Sequence[Surrendered]]
    corrections: Mapping[int, Sequence[Any]]
    listings: Mapping[int, Sequence[Listing]]
    plans: Mapping[int, Sequence[Sequence[Any]]]  # measures plan by plan, by case
    reports: Mapping[tuple[date, int], ReportFacts] = field(default_factory=dict)
    prices: Mapping[date, PriceDay] = field(default_factory=dict)

    @property
    def deadline_day(self) -> date:
        """Last day in time."""
        return last_day(self.cycle.deadline)

    def facts_on(self, unit: Unit, day: date) -> UnitFacts:
        """Return what the records said of a unit when that day ended, or the cycle, whichever came first."""
        day = min(day, self.deadline_day)
        years = tuple(Year(row.year, self._due(row, day), self._surrendered(row, day)) for row in unit.owed)
        made = [one for row in unit.owed for one in self.surrenders.get(row.id, ()) if one.day <= day and one.tonnes]
        since, case = pace_from(day, self.table), self.case_on(unit, day)
        price, (last, last_day_) = price_on(self.prices, day), self._last_cycle(unit, day)
        return UnitFacts(
            day=day,
            deadline_day=self.deadline_day,
            years=years,
            lately=max(sum(one.tonnes for one in made if one.day > since), 0),
            last_surrender=max((one.day for one in made), default=None),
            price=price.close if price else None,
            report=self.reports.get((day, case.id)) if case else None,
            plan=_plan_on(self.plans.get(case.id, ()), day) if case else None,
            listed=case.listed if case else None,
            causes=case.causes if case else frozenset(),
            last_cycle=last,
            last_cycle_day=last_day_,
        )

    def outcome(self, unit: Unit) -> Completion | None:
        """Return how the cycle ended for a unit, as the records tell now."""
        return worst(completion(self.surrenders.get(row.id, ()), row.due, self.cycle.deadline) for row in unit.owed)

    def case_on(self, unit: Unit, day: date) -> Listing | None:
        """Return the case that a unit had open when that day ended."""
        open_then = [
            one for one in self.listings.get(unit.id, ()) if one.listed <= day and (not one.closed or one.closed > day)
        ]
        return open_then[-1] if open_then else None

    def _due(self, row: Any, day: date) -> int:
        """Return what was due as of a day: as corrected last by then, else as first entered."""
        known = self.corrections.get(row.id)
        if not known:
            return int(row.due)
        return int(next((one.due for one in reversed(known) if one.from_day <= day), known[0].due))

    def _surrendered(self, row: Any, day: date) -> int:
        return max(sum(one.tonnes for one in self.surrenders.get(row.id, ()) if one.day <= day), 0)

    def _last_cycle(self, unit: Unit, day: date) -> tuple[Completion | None, date | None]:
        """Return how the cycle before had ended for the unit by that day, and the day of it."""
        before = self.last_owed.get(unit.id)
        if not before or self.before is None or (over := last_day(self.before.deadline)) >= day:
            return None, None
        made = {row.id: [one for one in self.surrenders.get(row.id, ()) if one.day <= day] for row in before}
        result = worst(completion(made[row.id], self._due(row, day), self.before.deadline) for row in before)
        late = max((one.day for some in made.values() for one in some), default=over)
        return result, max(late, over) if result is Completion.LATE else over


def read_history(
    cycle: Cycle,
    *,
    table: Table,
    days: Sequence[date],
    reader: Account | None,
    units: sa.Select[Any] | None = None,
) -> History:
    """Read the history of a cycle with the reports as of some days, in eight statements for any number of units.

    No reader is the program itself, which sees all; `units` narrows it to some of them.
    """
    before, scope = cycle_before(cycle), rows.Scope(reader, units)
    both = [cycle, before] if before else [cycle]
    days = sorted({min(day, last_day(cycle.deadline)) for day in days})
    owed: dict[int, dict[int, list[Any]]] = {one.id: defaultdict(list) for one in both}
    for row in rows.owed(both, scope):
        owed[row.cycle_id][row.enterprise_id].append(row)
    span = (days[-1] - days[0]).days + _PRICE_DAYS
    return History(
        cycle=cycle,
        before=before,
        table=table,
        units=[_unit(some) for some in owed[cycle.id].values()],
        last_owed=owed[before.id] if before else {},
        surrenders=_surrenders(rows.surrenders(both, scope)),
        corrections=_by(rows.corrections(both, scope), "obligation_id"),
        listings=dict(_listings(rows.cases(cycle, scope))),
        plans={
            case: list(_by(some, "number").values()) for case, some in _by(rows.plans(cycle, scope), "case_id").items()
        },
        reports={(days[row.number], row.case_id): _report(row) for row in rows.last_reports(cycle, days, scope)},
        prices=prices_up_to(days[-1], span),
    )


def _unit(some: Sequence[Any]) -> Unit:
    row = some[0]
    return Unit(row.enterprise_id, row.name, row.code, row.region_id, row.region, row.sector.value, some)


def _by(some: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in some:
        found[getattr(row, name)].append(row)
    return found


def _surrenders(some: Iterable[Any]) -> dict[int, list[Surrendered]]:
    found: dict[int, list[Surrendered]] = defaultdict(list)
    for row in some:
        found[row.obligation_id].append(Surrendered(row.day, int(row.tonnes)))
    return found


def _listings(some: Sequence[Any]) -> Iterator[tuple[int, list[Listing]]]:
    for unit_id, of_unit in _by(some, "enterprise_id").items():
        yield unit_id, [
            Listing(
                case_id, day_of(parts[0].listed_at), day_of(parts[0].closed_at) if parts[0].closed_at else None,
                frozenset(one.cause for one in parts if one.cause),
            )
            for case_id, parts in _by(of_unit, "id").items()
        ]  # fmt: skip


def _plan_on(plans: Sequence[Sequence[Any]], day: date) -> PlanFacts | None:
    """Return the plan approved last by the end of a day, with what was late and whether it had failed by then."""
    moment = end_of_day(day)
    known = [some for some in plans if some[0].decided_at and some[0].decided_at < moment]
    if not known:
        return None
    plan = known[-1][0]
    failed = plan.state is PlanState.FAILED and plan.changed_at is not None and plan.changed_at < moment
    late = [
        one.due_day
        for one in known[-1]
        if is_broken(one.kind, one.tonnes, one.due_day, one.done_day, one.done_tonnes, day=day)
    ]
    return PlanFacts(
        number=plan.number, approved=day_of(plan.decided_at), late=len(late), late_since=min(late, default=None),
        failed=day_of(plan.changed_at) if failed else None,
    )  # fmt: skip


def _report(row: Any) -> ReportFacts:
    """Read what was handed in out of the plain JSON in which it is kept."""
    said: Mapping[str, Any] = row.submitted or {}
    expected, risk = said.get("expected_day"), said.get("risk")
    return ReportFacts(
        day=day_of(row.submitted_at),
        surrendered=int(said.get("surrendered") or 0),
        held=int(said.get("held") or 0),
        money=Decimal(str(said.get("money") or 0)),
        risk=Risk(risk) if risk else None,
        expected_day=date.fromisoformat(expected) if expected else None,
    )

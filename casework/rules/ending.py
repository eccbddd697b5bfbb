"""Where a cycle ends if the forecasts come true, or if some units are solved and others lost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from casework.rules.compliance import Completion, CompletionFigures, percent
from casework.rules.forecast import Forecast, UnitFacts, Year, forecast
from casework.rules.forecast_weights import Outlook, Table
from casework.rules.words import N_


class Assumed(StrEnum):
    """What somebody assumes of a unit in a what-if; `label` is the English msgid."""

    SOLVED = "solved"
    LOST = "lost"

    @property
    def label(self) -> str:
        """English msgid."""
        return {Assumed.SOLVED: N_("Solved"), Assumed.LOST: N_("Lost")}[self]


def completes(found: Forecast, assumed: Assumed | None = None) -> bool:
    """Tell whether a unit is counted as completing: as assumed, else by its class."""
    return found.outlook.completes if assumed is None else assumed is Assumed.SOLVED or not found.score


def on_course(found: Forecast, assumed: Assumed | None = None) -> bool:
    """Tell whether a unit is counted as completing even if those to be watched do not."""
    return found.outlook is Outlook.ON_COURSE if assumed is None else completes(found, assumed)


def figures_of(years: Iterable[Year], *, completing: bool) -> CompletionFigures:
    """Count a unit's years, each by itself: all of them if it completes, else what is surrendered already."""
    rows = tuple(years)
    full = [year for year in rows if completing or not year.short]
    tonnes = sum(year.due if completing else min(year.due, year.surrendered) for year in rows)
    due = sum(year.due for year in rows)
    return CompletionFigures(
        units_due=len(rows), units_on_time=len(full), units_late=0,
        tonnes_due=due, tonnes_surrendered=tonnes, tonnes_short=due - tonnes,
    )  # fmt: skip


@dataclass(frozen=True)
class MilestoneOutlook:
    """A milestone and the percent of units that reached it, or will; `past` tells which of the two.

    `least` leaves out the units that are to be watched.
    """

    day: date
    wanted: Decimal
    reached: Decimal | None
    past: bool
    least: Decimal | None = None

    @property
    def met(self) -> bool:
        """Tell whether it is reached."""
        return self.reached is not None and self.reached >= self.wanted

    @property
    def met_at_least(self) -> bool:
        """Tell whether it is reached even if the units to be watched do not complete."""
        return self.least is not None and self.least >= self.wanted


def forecast_until(day: date, facts: UnitFacts, table: Table) -> Forecast:
    """Foresee a unit at a milestone: the same forecast, with the milestone's day in place of the deadline."""
    return forecast(replace(facts, deadline_day=day), table)


def milestone_ahead(
    day: date, wanted: Decimal, units: Iterable[tuple[UnitFacts, Forecast, Assumed | None]]
) -> MilestoneOutlook:
    """Count who is foreseen to complete by a milestone, or assumed to."""
    rows = tuple(units)
    most, least = (
        _rate([figures_of(facts.years, completing=judged(found, assumed)) for facts, found, assumed in rows])
        for judged in (completes, on_course)
    )
    return MilestoneOutlook(day, wanted, most, past=False, least=least)


def milestone_passed(day: date, wanted: Decimal, units: Iterable[UnitFacts]) -> MilestoneOutlook:
    """Say how a milestone was reached, from the facts as of its day."""
    return MilestoneOutlook(day, wanted, _rate([figures_of(one.years, completing=False) for one in units]), past=True)


def _rate(parts: list[CompletionFigures]) -> Decimal | None:
    return percent(sum(one.units_on_time for one in parts), sum(one.units_due for one in parts))


def worst(results: Iterable[Completion]) -> Completion | None:
    """Return the result of a unit over its years, the worst of them; None of nothing."""
    return max(results, key=list(Completion).index, default=None)

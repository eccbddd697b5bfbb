"""The forecasts of a cycle on a day: unit by unit, by region, against the milestones; and what came of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from casework.forecast.queries.history import History, Unit
from casework.registry.figures import added
from casework.registry.models import Cycle
from casework.rules.compliance import Completion, CompletionFigures
from casework.rules.deadlines import last_day
from casework.rules.ending import (
    Assumed,
    MilestoneOutlook,
    completes,
    figures_of,
    forecast_until,
    milestone_ahead,
    milestone_passed,
    on_course,
)
from casework.rules.forecast import Forecast, UnitFacts, forecast
from casework.rules.forecast_weights import Outlook

HINDSIGHT = (90, 60, 30, 10)  # days before the deadline


@dataclass(frozen=True)
class Foreseen:
    """The forecast of one unit with what it rests on, and what somebody assumes of it in a what-if.

    `ahead` are its forecasts for the milestones to come, by their days.
    """

    unit: Unit
    case_id: int | None
    facts: UnitFacts
    forecast: Forecast
    ahead: Mapping[date, Forecast] = field(default_factory=dict)
    assumed: Assumed | None = None

    @property
    def completes(self) -> bool:
        """Tell whether it is counted as completing in time."""
        return completes(self.forecast, self.assumed)

    @property
    def figures(self) -> CompletionFigures:
        """Its years, as counted at the end."""
        return figures_of(self.facts.years, completing=self.completes)

    @property
    def least(self) -> CompletionFigures:
        """Its years, as counted if whoever is to be watched does not complete."""
        return figures_of(self.facts.years, completing=on_course(self.forecast, self.assumed))


@dataclass(frozen=True)
class RegionEnding:
    """How a region ends: units of each class, its figures now, at the end, and if the watched do not complete."""

    region_id: int
    region: str
    classes: Mapping[Outlook, int]
    now: CompletionFigures
    end: CompletionFigures
    least: CompletionFigures


@dataclass(frozen=True)
class Ending:
    """Where a cycle ends by the forecasts of a day."""

    day: date
    units: Sequence[Foreseen]
    milestones: Sequence[MilestoneOutlook]

    @cached_property
    def regions(self) -> list[RegionEnding]:
        """Return region by region, in their order."""
        groups: dict[int, list[Foreseen]] = defaultdict(list)
        for one in self.units:
            groups[one.unit.region_id].append(one)
        return [
            RegionEnding(
                id_, some[0].unit.region, counted(some), now_of(some), added(one.figures for one in some),
                added(one.least for one in some),
            )
            for id_, some in groups.items()
        ]  # fmt: skip

    @cached_property
    def figures(self) -> CompletionFigures:
        """Return the figures at the end."""
        return added(region.end for region in self.regions)

    @cached_property
    def least(self) -> CompletionFigures:
        """Return the figures at the end if the units to be watched do not complete."""
        return added(region.least for region in self.regions)

    @cached_property
    def now(self) -> CompletionFigures:
        """Return the figures of the day itself."""
        return added(region.now for region in self.regions)

    @cached_property
    def classes(self) -> dict[Outlook, int]:
        """Return how many units are in each class."""
        return counted(self.units)


def counted(some: Iterable[Foreseen]) -> dict[Outlook, int]:
    """Count units by class."""
    found = Counter(one.forecast.outlook for one in some)
    return {outlook: found[outlook] for outlook in Outlook}


def now_of(some: Iterable[Foreseen]) -> CompletionFigures:
    """Add up what is surrendered already."""
    return added(figures_of(one.facts.years, completing=False) for one in some)


def foreseen_on(history: History, day: date) -> list[Foreseen]:
    """Return the forecast of each unit as of a day, in the order of regions and names."""
    found, ahead = [], [one.day for one in history.cycle.milestones if one.day > day]
    for unit in history.units:
        facts, case = history.facts_on(unit, day), history.case_on(unit, min(day, history.deadline_day))
        by_milestone = {until: forecast_until(until, facts, history.table) for until in ahead}
        said = forecast(facts, history.table)
        found.append(Foreseen(unit, case.id if case else None, facts, said, by_milestone))
    return found


def ending_on(history: History, day: date) -> Ending:
    """Return where the cycle ends by the forecasts of a day."""
    units, milestones = foreseen_on(history, day), []
    for one in history.cycle.milestones:
        wanted = Decimal(one.share) / 100
        if one.day > day:
            milestones.append(_ahead(one.day, wanted, units))
        else:
            then = (history.facts_on(unit, one.day) for unit in history.units)
            milestones.append(milestone_passed(one.day, wanted, then))
    return Ending(min(day, history.deadline_day), units, milestones)


def assuming(ending: Ending, assumed: Mapping[int, Assumed]) -> Ending:
    """Return the ending if some units are solved or lost, whatever was foreseen of them."""
    units = [replace(one, assumed=assumed.get(one.unit.id)) for one in ending.units]
    milestones = [one if one.past else _ahead(one.day, one.wanted, units) for one in ending.milestones]
    return Ending(ending.day, units, milestones)


def _ahead(day: date, wanted: Decimal, units: Iterable[Foreseen]) -> MilestoneOutlook:
    return milestone_ahead(day, wanted, ((one.facts, one.ahead[day], one.assumed) for one in units))


@dataclass(frozen=True)
class Hindcast:
    """What the forecast would have said so many days before the deadline, and what came: units by class and result."""

    days_before: int
    day: date
    counts: Mapping[tuple[Outlook, Completion], int]

    def units(self, outlook: Outlook) -> int:
        """Return how many units were in a class."""
        return sum(self.counts[outlook, result] for result in Completion)

    @property
    def warned(self) -> int:
        """Return how many units were not expected to complete."""
        return sum(self.units(one) for one in Outlook if not one.completes)

    def failed(self, outlook: Outlook) -> int:
        """Return how many units of a class did not complete in time."""
        return self.units(outlook) - self.counts[outlook, Completion.ON_TIME]

    @property
    def defaulted(self) -> int:
        """Return how many units did not complete in time."""
        return sum(number for (_one, result), number in self.counts.items() if result is not Completion.ON_TIME)

    @property
    def right(self) -> int:
        """Return how many of those that did not complete in time were warned of."""
        return sum(
            number
            for (one, result), number in self.counts.items()
            if not one.completes and result is not Completion.ON_TIME
        )


@dataclass(frozen=True)
class Hindsight:
    """A unit of a past cycle: what was said of it on each day, and how it ended."""

    unit: Unit
    said: Sequence[Forecast]
    result: Completion


def days_before(deadline_day: date) -> list[date]:
    """Return the days of hindsight of a cycle."""
    return [deadline_day - timedelta(days=days) for days in HINDSIGHT]


def hindsight(history: History) -> list[Hindsight]:
    """Return each unit's forecasts on the days of hindsight, beside how the cycle ended for it."""
    days, found = days_before(history.deadline_day), []
    for unit in history.units:
        result = history.outcome(unit)
        if result is not None:
            said = [forecast(history.facts_on(unit, day), history.table) for day in days]
            found.append(Hindsight(unit, said, result))
    return found


def hindcasts(cycle: Cycle, units: Sequence[Hindsight]) -> list[Hindcast]:
    """Count forecasts against results for each day of hindsight."""
    found = []
    for place, (number, day) in enumerate(zip(HINDSIGHT, days_before(last_day(cycle.deadline)), strict=True)):
        counts = Counter((one.said[place].outlook, one.result) for one in units)
        found.append(Hindcast(number, day, {(a, b): counts[a, b] for a in Outlook for b in Completion}))
    return found

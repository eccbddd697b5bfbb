"""The facts of a bulletin (通报): plain values counted from the records and one round of reports. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casework.rules.compliance import CompletionFigures

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Help that a region wants, in its own words, and for how many units."""

    text: str
    units: int


@dataclass(frozen=True, kw_only=True)
class RegionFacts:
    """One region: its completion, what it reported in the round, what it has not answered. No unit is named."""

    name: str
    figures: CompletionFigures
    completed_since: int = 0  # units, since the day of `BulletinFacts.since`
    surrendered_since: int = 0  # tonnes
    units: int = 0  # that were to report
    on_time: int = 0
    late: int = 0
    changed: int = 0
    worse: int = 0
    at_risk: int = 0
    unanswered: int = 0  # letters beyond their reply day
    wishes: tuple[Wish, ...] = ()

    @property
    def missing(self) -> int:
        """Units of which nothing was reported."""
        return self.units - self.on_time - self.late

    @property
    def by_units(self) -> Decimal:
        """Percent of units completed on time, 0 of nothing."""
        return self.figures.rate_by_units or ZERO

    @property
    def by_tonnes(self) -> Decimal:
        """Percent of tonnes surrendered, 0 of nothing."""
        return self.figures.rate_by_tonnes or ZERO


@dataclass(frozen=True, kw_only=True)
class RiskUnit:
    """A unit judged at high risk; named only where the settings let every city read the names."""

    region: str
    name: str
    short: int
    to_buy: int | None


@dataclass(frozen=True, kw_only=True)
class RoundFacts:
    """The round of reports that a bulletin rests on."""

    number: int
    frozen: bool  # else it is still being reported


@dataclass(frozen=True, kw_only=True)
class BulletinFacts:
    """Everything that a bulletin tells, as of a day."""

    day: date
    total: CompletionFigures
    milestone: tuple[date, Decimal] | None  # the last that has passed, else the next, and its share in percent
    regions: tuple[RegionFacts, ...]
    round: RoundFacts | None = None
    since: date | None = None  # the due day of the round before
    risks: tuple[RiskUnit, ...] = ()

    @property
    def owing(self) -> tuple[RegionFacts, ...]:
        """The regions that owe anything: nobody else has a place."""
        return tuple(region for region in self.regions if region.figures.units_due)

    def sum_of(self, name: str) -> int:
        """A number of the regions added up."""
        return sum(int(getattr(region, name)) for region in self.regions)


Rate = Callable[[RegionFacts], Decimal]


def places(regions: Sequence[RegionFacts], rate: Rate) -> list[tuple[int, RegionFacts]]:
    """The regions best first, each with its place; equals share one, and the next place is counted past them."""
    ordered = sorted(regions, key=rate, reverse=True)
    return [(1 + sum(rate(other) > rate(one) for other in ordered), one) for one in ordered]

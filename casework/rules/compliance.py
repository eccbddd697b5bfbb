"""What is owed, what was done about it, and who belongs on the problem list; whole tonnes, no floats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from casework.rules.deadlines import last_day
from casework.rules.words import N_

CENT = Decimal("0.01")


def shortfall(due: int, surrendered: int) -> int:
    """Return what is still owed (缺口) in whole tonnes, never below 0."""
    return max(due - surrendered, 0)


def gap_rate(verified: int, allocation: int) -> Decimal | None:
    """Return (verified - allocation) / verified to four places, negative for a surplus; None without emissions."""
    if verified == 0:
        return None
    return (Decimal(verified - allocation) / verified).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def average_price(amount: Decimal, tonnes: int) -> Decimal | None:
    """Return yuan per tonne to the fen, or None where nothing was traded."""
    return (amount / tonnes).quantize(CENT, ROUND_HALF_UP) if tonnes else None


def percent(part: int, whole: int) -> Decimal | None:
    """Return the share in percent with two places, or None of nothing."""
    return (Decimal(100 * part) / whole).quantize(CENT, ROUND_HALF_UP) if whole else None


@dataclass(frozen=True)
class Surrendered:
    """Tonnes surrendered on a day; a correction may be negative."""

    day: date
    tonnes: int


class Completion(StrEnum):
    """The three columns of the published result table; `label` is the English msgid."""

    ON_TIME = "on_time"
    LATE = "late"
    NOT_COMPLETED = "not_completed"

    @property
    def label(self) -> str:
        """English msgid of the result."""
        return _COMPLETION_LABELS[self]


_COMPLETION_LABELS = {
    Completion.ON_TIME: N_("Completed on time"),
    Completion.LATE: N_("Completed late"),
    Completion.NOT_COMPLETED: N_("Not completed"),
}


def completion(surrenders: Iterable[Surrendered], due: int, deadline: datetime) -> Completion:
    """Judge one obligation; a surrender that a later correction took back does not count as in time."""
    rows = tuple(surrenders)
    by_then = sum(row.tonnes for row in rows if row.day <= last_day(deadline))
    return judged(due, by_then, sum(row.tonnes for row in rows))


def judged(due: int, by_then: int, surrendered: int) -> Completion:
    """Judge what was surrendered by the deadline and in all."""
    if surrendered < due:
        return Completion.NOT_COMPLETED
    return Completion.ON_TIME if by_then >= due else Completion.LATE


def completed_on_time(surrenders: Iterable[Surrendered], due: int, deadline: datetime) -> bool:
    """Whether the full quantity was surrendered by the deadline."""
    return completion(surrenders, due, deadline) is Completion.ON_TIME


def completed_late(surrenders: Iterable[Surrendered], due: int, deadline: datetime) -> bool:
    """Whether the full quantity was surrendered, but only after the deadline."""
    return completion(surrenders, due, deadline) is Completion.LATE


@dataclass(frozen=True, kw_only=True)
class CompletionFigures:
    """Counts over the obligations of a year; completed late stands beside the rates, never in them."""

    units_due: int
    units_on_time: int
    units_late: int
    tonnes_due: int
    tonnes_surrendered: int  # of each obligation at most what it owes
    tonnes_short: int

    @property
    def units_not_completed(self) -> int:
        """Units that still owe something."""
        return self.units_due - self.units_on_time - self.units_late

    @property
    def rate_by_units(self) -> Decimal | None:
        """Percent of units completed on time: Ningxia's way."""
        return percent(self.units_on_time, self.units_due)

    @property
    def rate_by_tonnes(self) -> Decimal | None:
        """Percent of tonnes surrendered: the national way."""
        return percent(self.tonnes_surrendered, self.tonnes_due)


def completion_figures(obligations: Iterable[tuple[int, int, Completion]]) -> CompletionFigures:
    """Add up obligations given as (due, surrendered, completion)."""
    rows = tuple(obligations)
    results = [result for _, _, result in rows]
    return CompletionFigures(
        units_due=len(rows),
        units_on_time=results.count(Completion.ON_TIME),
        units_late=results.count(Completion.LATE),
        tonnes_due=sum(due for due, _, _ in rows),
        tonnes_surrendered=sum(min(due, surrendered) for due, surrendered, _ in rows),
        tonnes_short=sum(shortfall(due, surrendered) for due, surrendered, _ in rows),
    )


class ListingReason(StrEnum):
    """Why the records propose a unit for the problem list; `label` is the English msgid."""

    SHORT = "short"
    NOTHING_SURRENDERED = "nothing_surrendered"
    SHORT_LAST_CYCLE = "short_last_cycle"
    FORESEEN = "foreseen"

    @property
    def label(self) -> str:
        """English msgid of the reason."""
        return _LISTING_LABELS[self]


_LISTING_LABELS = {
    ListingReason.SHORT: N_("Still short after a milestone"),
    ListingReason.NOTHING_SURRENDERED: N_("Nothing surrendered by a milestone"),
    ListingReason.SHORT_LAST_CYCLE: N_("Short in the last cycle"),
    ListingReason.FORESEEN: N_("Not expected to complete in time"),
}


@dataclass(frozen=True, kw_only=True)
class ListingFacts:
    """What a proposal looks at: a unit's obligations of a cycle together, and the cycle before."""

    surrendered: int
    short: int  # over its obligations; a surplus of one year does not fill another
    milestone_passed: bool  # a milestone of the cycle, or the deadline itself
    short_last_cycle: bool  # something was owed when the last cycle's deadline passed
    foreseen: bool = False  # the forecast puts the unit at risk, or worse


def reasons_for_listing(facts: ListingFacts) -> list[ListingReason]:
    """Say why the unit belongs on the problem list; being short is no news before the first milestone."""
    if facts.short == 0:
        return []
    reasons = []
    if facts.milestone_passed:
        reasons.append(ListingReason.NOTHING_SURRENDERED if facts.surrendered == 0 else ListingReason.SHORT)
    if facts.short_last_cycle:
        reasons.append(ListingReason.SHORT_LAST_CYCLE)
    if facts.foreseen:
        reasons.append(ListingReason.FORESEEN)
    return reasons

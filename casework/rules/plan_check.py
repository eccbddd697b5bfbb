"""A plan held against the rules: what each measure rests on, what it may bring, and what is to be minded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from casework.rules.cautions import Caution, Taken, cautions
from casework.rules.figures import Figure, added, paid
from casework.rules.measures import MeasureKind
from casework.rules.planning import MANNERS, Manner
from casework.rules.relief import Opening, measure_faults
from casework.rules.relief_formulas import MISSING
from casework.rules.rule_sets import Rule
from casework.rules.words import N_

Measures = Sequence[tuple[MeasureKind, int, Decimal | None]]  # kind, tonnes, yuan


@dataclass(frozen=True)
class Judged:
    """The measures of one kind in a plan, with what the rules of its years say of that kind."""

    kind: MeasureKind
    tonnes: Figure[int]
    openings: tuple[Opening, ...]

    @property
    def told(self) -> Opening | None:
        """What is said of it: of the year in which it is open, else of the first."""
        return next((one for one in self.openings if one.open), self.openings[0] if self.openings else None)

    @property
    def most(self) -> Figure[int] | None:
        """At most how many tonnes the rules allow over the years; None where it brings none or is not open."""
        found = [one.most for one in self.openings if one.open and one.most]
        return added(found) if found else None

    @property
    def rule(self) -> Rule | None:
        """By which rule."""
        return self.told.rule if self.told else None

    @property
    def manner(self) -> Manner:
        """How it is gone about."""
        return MANNERS[self.kind]


@dataclass(frozen=True)
class PlanSums:
    """What the measures of a plan add up to, beside what is short."""

    short: Figure[int]
    brought: Figure[int]
    missing: Figure[int]
    amount: Figure[Decimal]


def sums_of(measures: Measures, short: Figure[int]) -> PlanSums:
    """Add up a plan."""
    brought = added(tonnes for kind, tonnes, _yuan in measures if kind.brings_tonnes)
    missing = MISSING.of(short=short, brought=brought)
    return PlanSums(short, brought, missing, paid(yuan for _kind, _tonnes, yuan in measures if yuan))


def judged(measures: Measures, years: Iterable[Iterable[Opening]]) -> tuple[Judged, ...]:
    """Return the kinds of measures of a plan in their order, each with what the rules say of it."""
    said = [opening for openings in years for opening in openings]
    found = []
    for kind in MeasureKind:
        tonnes = [brought for one, brought, _yuan in measures if one is kind]
        if tonnes:
            found.append(Judged(kind, added(tonnes), tuple(one for one in said if one.kind is kind)))
    return tuple(found)


def cautions_of(
    measures: Measures, years: Sequence[Sequence[Opening]], missing: int, stress_percent: int, *, decided: bool
) -> tuple[Caution, ...]:
    """Return what is to be minded about a plan: what breaks a rule, then what may go wrong.

    Of a plan that was decided on, what is short no longer measures it: only what may go wrong is said.
    """
    rules = {one.kind: one.rule for one in judged(measures, years)}
    taken = [Taken(kind, tonnes, yuan or Decimal(0), rules[kind]) for kind, tonnes, yuan in measures]
    found = cautions(taken, 0 if decided else missing, stress_percent)
    if not all(years):
        return (Caution(N_("No rule set was entered for a year of this plan, so no rule was checked.")), *found)
    if decided:
        return found
    faults = measure_faults([(kind, tonnes) for kind, tonnes, _yuan in measures], years)
    return (*(_as_caution(MeasureKind(fault.field or ""), fault) for fault in faults), *found)


def _as_caution(kind: MeasureKind, fault: object) -> Caution:
    return Caution(N_("“%(measure)s”: %(why)s"), {"measure": kind.label, "why": fault})

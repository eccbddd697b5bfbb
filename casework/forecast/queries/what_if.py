"""What if: the ending of a cycle with some units assumed solved or lost, and what it costs, beside the forecast."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework.cases.queries.rule_sets import InForce, rules_in_force
from casework.forecast.queries.history import History
from casework.forecast.queries.outlook import Ending, Foreseen, assuming, ending_on
from casework.rules.bill import Bill, Way, Years, bill, way_of
from casework.rules.ending import Assumed
from casework.rules.figures import Figure
from casework.rules.penalties import PenaltyRegime, regime_on
from casework.rules.planning import Terms
from casework.rules.relief import Opening, openings
from casework.rules.unit_facts import UnitFacts, with_causes

LARGEST = 3


@dataclass(frozen=True)
class WhatIf:
    """An ending as assumed beside the one foreseen, with the bill of each (None: no price is known)."""

    foreseen: Ending
    ending: Ending
    regime: PenaltyRegime | None
    foreseen_bill: Bill | None
    bill: Bill | None

    @property
    def open_units(self) -> list[Foreseen]:
        """Return the units that are short, the largest shortfall first."""
        return sorted((one for one in self.ending.units if one.facts.short), key=lambda one: -one.facts.short)

    @property
    def largest(self) -> list[int]:
        """Return the ids of the units with the largest shortfalls of those that are foreseen to complete."""
        return [one.unit.id for one in self.open_units if one.forecast.outlook.completes][:LARGEST]

    @property
    def warned(self) -> list[int]:
        """Return the ids of the units that are foreseen not to complete."""
        return [one.unit.id for one in self.open_units if not one.forecast.outlook.completes]


def what_if(history: History, day: date, assumed: Mapping[int, Assumed], terms: Terms | None) -> WhatIf:
    """Compute both endings and their bills."""
    foreseen = ending_on(history, day)
    ending, regime = assuming(foreseen, assumed), regime_on(history.deadline_day)
    if terms is None:
        return WhatIf(foreseen, ending, regime, None, None)
    in_force = rules_in_force()
    ways = {one.unit.id: way_of(_years(one, in_force), terms) for one in ending.units if one.facts.short}
    return WhatIf(foreseen, ending, regime, *(_bill(one.units, ways, terms, regime) for one in (foreseen, ending)))


def _bill(units: Collection[Foreseen], ways: Mapping[int, Way], terms: Terms, regime: PenaltyRegime | None) -> Bill:
    short = [one for one in units if one.facts.short]
    solved = [ways[one.unit.id] for one in short if one.completes]
    return bill(solved, [one.facts.short for one in short if not one.completes], terms, regime)


def _years(one: Foreseen, in_force: Mapping[str, InForce]) -> Years:
    """Return what is short in each year of a unit, and what its rules leave open."""
    found: dict[str, tuple[Figure[int], Sequence[Opening] | None]] = {}
    for row, year in zip(one.unit.owed, one.facts.years, strict=True):
        facts = UnitFacts(
            verified=row.verified, allocation=row.allocation, due=year.due, surrendered=year.surrendered,
            sector=one.unit.sector, due_day=one.facts.deadline_day,
        )  # fmt: skip
        rules = in_force[row.year].rules if row.year in in_force else None
        found[row.year] = (facts.shortage, openings(with_causes(facts, one.facts.causes), rules) if rules else None)
    return found

"""Measures the planner of one unit beside one evaluation of the same unit's rules, in the same run.

python -m tools.bench_planner [--rounds 2000]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import import_module

from casework.rules.planning import Terms, alternatives
from casework.rules.relief import openings
from casework.rules.rule_sets import Ground, RuleSet, stored_rule_set
from casework.rules.unit_facts import UnitFacts

TARGET_TIMES = 50
# Everything that can be open is: borrowing for one unit, gift and compulsory surrender for the other.
POOR = UnitFacts(
    verified=5_128_612, allocation=4_200_000, due=5_128_612, surrendered=4_263_312, sector="power",
    due_day=date(2023, 12, 31),
    in_difficulty=True, individual_approved=30_000,
)  # fmt: skip
STOPPED = UnitFacts(
    verified=5_128_612, allocation=4_200_000, due=5_128_612, surrendered=4_263_312, sector="power",
    due_day=date(2023, 12, 31),
    grounds=frozenset(Ground), holdings=50_000,
)  # fmt: skip
TERMS = Terms(
    price=Decimal("62.36"), ccer_price=Decimal("58.00"), money=Decimal("20000000.00"), gift=100_000
)  # fmt: skip


def measured(facts: UnitFacts, rules: RuleSet, rounds: int) -> tuple[float, float]:
    """Return the median microseconds of one evaluation of the rules, and of the planner of all the rule set's years."""

    def evaluated() -> None:
        openings(facts, rules)

    def planned() -> None:
        alternatives({year: (facts.shortage, openings(facts, rules)) for year in rules.years}, TERMS)

    return _medians(rounds, evaluated, planned)


def _medians(rounds: int, *deeds: Callable[[], None]) -> tuple[float, float]:
    times: list[list[float]] = [[] for _deed in deeds]
    for turn in range(rounds + 50):
        for place, deed in enumerate(deeds):
            begun = time.perf_counter()
            deed()
            if turn >= 50:
                times[place].append((time.perf_counter() - begun) * 1_000_000)
    first, second = (statistics.median(values) for values in times)
    return first, second


def main() -> int:
    """Print for each rule set and unit how many evaluations of the rules the planner takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    asked = parser.parse_args()
    for rules in map(stored_rule_set, import_module("casework.migrations.versions.0025_rule_sets").SETS):
        for name, facts in (("in difficulty", POOR), ("stopped", STOPPED)):
            once, plan = measured(facts, rules, asked.rounds)
            print(f"planner, rules of {rules.code}, unit {name}: {plan:.0f} µs", end=" ")
            print(f"beside {once:.0f} µs for the rules once: {plan / once:.1f} times", end=" ")
            print(f"(target {TARGET_TIMES} times)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

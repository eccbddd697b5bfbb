"""What an ending costs: solved units fill what is short by the cheapest lawful mix, lost ones are fined."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import assert_explained
from support.rule_sets import RULE_SETS

from casework.rules.bill import bill, fines, way_of
from casework.rules.penalties import exposure, regime_on
from casework.rules.planning import Terms, alternatives
from casework.rules.relief import openings
from casework.rules.unit_facts import UnitFacts

OLD = RULE_SETS[0]
TERMS = Terms(price=Decimal("60.00"), ccer_price=Decimal("50.00"), stress_percent=20)
NOBODY, TIMES, UNVERIFIED = None, regime_on(date(2025, 12, 31)), regime_on(date(2026, 12, 31))
FIXED = regime_on(date(2021, 12, 31))


def years(short, due=1_000_000, rules=OLD):
    facts = UnitFacts(
        verified=due,
        allocation=due * 8 // 10,
        due=due,
        surrendered=due - short,
        sector="power",
        due_day=date(2023, 12, 31),
        in_difficulty=True,
    )
    return {"2021": (facts.shortage, openings(facts, rules) if rules else None)}


def test_the_bill_is_the_sum_of_the_mixes_that_the_planner_finds():
    some = [years(100_000), years(40_000)]
    found = bill([way_of(one, TERMS) for one in some], [7_000, 0], TERMS, UNVERIFIED)
    mixes = [alternatives(one, TERMS)[0].mix for one in some]
    assert found.to_find == 140_000
    assert found.cheapest == sum(mix.cost.value for mix in mixes)
    assert found.owed_back == sum(mix.owed_back.value for mix in mixes) > 0
    assert (found.buying, found.stressed) == (Decimal("8400000.00"), Decimal("10080000.00"))
    assert (found.lost, found.unruled) == (7_000, 0)
    assert found.fines.why_not


def test_a_unit_whose_years_have_no_rules_buys():
    found = bill([way_of(years(short, rules=None), TERMS) for short in (10, 0)], [], TERMS, TIMES)
    assert (found.cheapest, found.buying, found.unruled) == (Decimal("600.00"), Decimal("600.00"), 1)


def test_nothing_to_solve_and_nobody_lost_costs_nothing():
    found = bill([], [], TERMS, TIMES)
    assert (found.to_find, found.cheapest, found.buying, found.lost) == (0, 0, 0, 0)
    assert found.fines.lowest is None


@given(st.lists(st.integers(0, 200_000), max_size=4), st.integers(1, 200_000))
def test_one_more_unit_to_solve_never_makes_it_cheaper_than_buying_or_than_before(shorts, more):
    before = bill([way_of(years(short), TERMS) for short in shorts], [], TERMS, TIMES)
    after = bill([way_of(years(short), TERMS) for short in (*shorts, more)], [], TERMS, TIMES)
    assert before.cheapest <= after.cheapest <= after.buying <= after.stressed
    assert after.to_find - before.to_find == more


@pytest.mark.parametrize("regime", [TIMES, FIXED])
def test_fines_add_up_unit_by_unit(regime):
    found = fines([100, 0, 300], regime, Decimal("98.00"))
    parts = [exposure(regime, short, Decimal("98.00")) for short in (100, 300)]
    assert found.lowest.value == sum(one.lowest.value for one in parts)
    assert found.highest.value == sum(one.highest.value for one in parts)
    assert_explained(found.lowest, found.highest)


@pytest.mark.parametrize("regime", [NOBODY, UNVERIFIED])
def test_where_one_fine_is_not_known_none_is_shown(regime):
    found = fines([100, 300], regime, Decimal("98.00"))
    assert (found.why_not, found.rule) == (exposure(regime, 100, None).why_not, regime and regime.rule)
    assert found.lowest is None


def test_the_published_example_is_found_again():
    assert fines([865_300], TIMES, Decimal("98.00")).lowest.value == Decimal("423997000.00")

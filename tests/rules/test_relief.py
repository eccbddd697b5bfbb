"""Relief by the three rule sets: what is open, what is not and why, how much; old rules give what they gave."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import assert_explained
from support.rule_sets import RULE_SETS, rule_set_of

from casework.rules.measures import MeasureKind
from casework.rules.money import cost
from casework.rules.relief import (
    CarryOverFacts,
    allocation_by_rule,
    carry_over,
    gap,
    measure_faults,
    openings,
    pre_allocation,
    rate_of_gap,
)
from casework.rules.rule_sets import Ground, SourceStatus
from casework.rules.unit_facts import UnitFacts

OLD, MIDDLE, NEW = RULE_SETS
# 1,000,000 t verified, 850,000 t allocated: a gap of 15 %, half of it surrendered beyond the allocation.
DUE = date(2021, 12, 31)
UNIT = UnitFacts(
    verified=1_000_000, allocation=850_000, due=1_000_000, surrendered=900_000, sector="power", due_day=DUE
)
POOR = replace(UNIT, in_difficulty=True)
HELD = replace(UNIT, holdings=400_000)
FROZEN = replace(HELD, grounds=frozenset({Ground.FROZEN}))
K = MeasureKind


def most_of(facts, rules):
    """The most tonnes of each measure that is open and brings tonnes."""
    return {one.kind: one.most.value for one in openings(facts, rules) if one.open and one.most}


def why(facts, rules, kind):
    return next(one.why for one in openings(facts, rules) if one.kind is kind)


@pytest.mark.parametrize(
    ("year", "code"),
    [("2019-2020", None), ("2021", "2021-2022"), ("2022", "2021-2022"), ("2023", "2023-2024"), ("2024", "2023-2024"),
     ("2025", "2025"), ("2026", None)],
)  # fmt: skip
def test_a_compliance_year_has_the_rules_of_its_time(year, code):
    found = rule_set_of(year)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("facts", "rules", "most"),
    [
        (UNIT, OLD, {K.BUY: 100_000, K.CCER: 50_000}),
        (POOR, OLD, {K.BUY: 100_000, K.CCER: 50_000, K.BORROW: 75_000}),
        (POOR, MIDDLE, {K.BUY: 100_000, K.CCER: 50_000}),
        (POOR, NEW, {K.BUY: 100_000, K.CCER: 50_000}),
        (replace(POOR, surrendered=950_000), OLD, {K.BUY: 50_000, K.CCER: 50_000, K.BORROW: 50_000}),
        (replace(POOR, individual_approved=30_000), OLD,
         {K.BUY: 100_000, K.CCER: 50_000, K.BORROW: 75_000, K.INDIVIDUAL: 30_000}),
        (replace(FROZEN, in_difficulty=True), OLD,
         {K.BUY: 100_000, K.CCER: 50_000, K.GIFT: 100_000, K.COMPULSORY: 100_000}),
        (replace(HELD, grounds=frozenset({Ground.DEFAULTED})), OLD, {K.BUY: 100_000, K.CCER: 50_000}),
        (replace(HELD, grounds=frozenset({Ground.DEFAULTED})), MIDDLE,
         {K.BUY: 100_000, K.CCER: 50_000, K.COMPULSORY: 100_000}),
        (replace(FROZEN, holdings=30_000), OLD,
         {K.BUY: 100_000, K.CCER: 50_000, K.GIFT: 100_000, K.COMPULSORY: 30_000}),
        (replace(FROZEN, holdings=None), OLD, {K.BUY: 100_000, K.CCER: 50_000, K.GIFT: 100_000}),
    ],
)  # fmt: skip
def test_each_measure_allows_what_the_rules_of_the_year_allow(facts, rules, most):
    assert most_of(facts, rules) == most


@pytest.mark.parametrize(
    ("facts", "rules", "kind", "said"),
    [
        (POOR, MIDDLE, K.BORROW, "know no borrowing"),
        (UNIT, OLD, K.BORROW, "real financial difficulty"),
        (replace(POOR, sued=True), OLD, K.BORROW, "lawsuit"),
        (replace(FROZEN, in_difficulty=True), OLD, K.BORROW, "frozen"),
        (replace(POOR, allocation=900_001), OLD, K.BORROW, "is less than"),
        (UNIT, OLD, K.INDIVIDUAL, "ministry must approve"),
        (UNIT, NEW, K.INDIVIDUAL, "no individual relief"),
        (UNIT, OLD, K.GIFT, "frozen"),
        (UNIT, OLD, K.COMPULSORY, "None of the grounds"),
        (replace(FROZEN, holdings=None), OLD, K.COMPULSORY, "not confirmed: ask the registry"),
    ],
)
def test_what_is_not_open_says_why_and_by_which_rule(facts, rules, kind, said):
    found = next(one for one in openings(facts, rules) if one.kind is kind)
    assert not found.open
    assert said in found.why
    assert found.rule.source
    assert found.most.value == 0


def test_borrowing_opens_at_exactly_ten_percent():
    at = replace(POOR, verified=999_999, due=999_999, allocation=899_999)  # 100,000 of 999,999: a little over
    assert K.BORROW in most_of(at, OLD)
    below = replace(at, allocation=900_000)  # 99,999 of 999,999: a little under, though it rounds to 10.00 %
    assert K.BORROW not in most_of(below, OLD)


@pytest.mark.parametrize(
    ("facts", "rules", "allocation", "missing"),
    [
        (UNIT, OLD, 850_000, 150_000),
        (replace(UNIT, allocation=700_000), OLD, 800_000, 200_000),
        (replace(UNIT, allocation=700_000), NEW, 800_000, 200_000),
        (replace(UNIT, allocation=700_000, sector="steel"), NEW, 700_000, 300_000),
        (replace(UNIT, allocation=700_000, gas_fired=True), MIDDLE, 1_000_000, 0),
        (replace(UNIT, allocation=1_100_000), OLD, 1_100_000, 0),
        (replace(UNIT, verified=1_004, allocation=700), OLD, 804, 200),  # 20 % of 1,004 t is 200.8 t, rounded down
    ],
)
def test_gas_units_have_no_gap_and_the_gap_of_the_others_is_capped(facts, rules, allocation, missing):
    assert allocation_by_rule(facts, rules).value == allocation
    assert gap(facts, rules).value == missing


@pytest.mark.parametrize(
    ("facts", "tonnes"),
    [
        (CarryOverFacts(net_sales=0, holdings=50_000), 10_000),
        (CarryOverFacts(net_sales=20_000, holdings=50_000), 40_000),
        (CarryOverFacts(net_sales=20_001, holdings=50_000), 40_001),  # 40,001.5 t, rounded down
        (CarryOverFacts(net_sales=20_000, holdings=30_000), 30_000),
        (CarryOverFacts(net_sales=-5_000, holdings=50_000), 10_000),
        (CarryOverFacts(net_sales=20_000, holdings=50_000, late=True), 0),
    ],
)
def test_the_carry_over_is_ten_thousand_tonnes_and_one_and_a_half_of_what_was_sold_net(facts, tonnes):
    assert carry_over(facts, MIDDLE.carry_over).value == tonnes


def test_the_pre_allocation_is_the_years_share_of_the_last_verified_emissions():
    assert [found and found.value for found in (pre_allocation(1_001, rules) for rules in RULE_SETS)] == [
        None, 700, 500,
    ]  # fmt: skip


def test_a_plan_that_breaks_a_rule_is_told_at_the_measure():
    faults = measure_faults([(K.BORROW, 1), (K.CCER, 30_000), (K.CCER, 30_000), (K.BUY, 40_000)], [openings(UNIT, OLD)])
    assert [fault.field for fault in faults] == ["borrow", "ccer"]
    assert faults[1].params == {"asked": 60_000, "most": 50_000}
    assert measure_faults([(K.CCER, 50_000), (K.BUY, 50_000), (K.FINANCING, 0)], [openings(UNIT, OLD)]) == []


def test_over_two_years_a_measure_may_bring_what_both_allow_and_is_open_if_it_is_in_one():
    both = [openings(POOR, OLD), openings(UNIT, OLD)]
    assert measure_faults([(K.BORROW, 75_000), (K.CCER, 100_000)], both) == []
    assert [fault.field for fault in measure_faults([(K.BORROW, 75_001), (K.CCER, 100_001)], both)] == [
        "borrow",
        "ccer",
    ]


def test_tonnes_cost_their_price_to_the_fen():
    assert cost(50_000, Decimal("67.67")) == Decimal("3383500.00")
    assert cost(3, Decimal("0.335")) == Decimal("1.01")


def test_every_rule_names_its_source_and_a_draft_says_that_it_is_one():
    for rules in RULE_SETS:
        for one in openings(replace(POOR, grounds=frozenset(Ground)), rules):
            assert one.rule is None or one.rule.source
    assert NEW.ccer.status is SourceStatus.DRAFT
    assert OLD.individual.status is SourceStatus.UNVERIFIED


TONNES = st.integers(0, 5_000_000)
FACTS = st.builds(
    UnitFacts,
    verified=TONNES,
    allocation=TONNES,
    due=TONNES,
    surrendered=TONNES,
    sector=st.sampled_from(["power", "steel"]),
    gas_fired=st.booleans(),
    in_difficulty=st.booleans(),
    sued=st.booleans(),
    grounds=st.frozensets(st.sampled_from(Ground)),
    individual_approved=TONNES,
    holdings=st.none() | TONNES,
    holdings_spent=st.booleans(),
    due_day=st.just(DUE),
)
SETS = st.sampled_from(RULE_SETS)


@given(FACTS, SETS)
def test_no_measure_is_negative_exceeds_what_is_short_or_its_own_share(facts, rules):
    for one in openings(facts, rules):
        if one.most:
            assert 0 <= one.most.value <= facts.short
            assert one.open or one.most.value == 0
    most = most_of(facts, rules)
    assert most[K.CCER] * 100 <= facts.due * rules.ccer.most_percent_of_due
    assert most.get(K.BORROW, 0) * 2 <= gap(facts, rules).value


@given(FACTS, SETS, TONNES)
def test_whoever_surrenders_more_is_never_allowed_more(facts, rules, more):
    before = most_of(facts, rules)
    after = most_of(replace(facts, surrendered=facts.surrendered + more), rules)
    assert after.keys() == before.keys()
    assert all(after[kind] <= before[kind] for kind in before)


@given(FACTS, SETS)
def test_the_gap_lies_between_nothing_and_the_cap_and_never_grows_by_an_exemption(facts, rules):
    found = gap(facts, rules).value
    assert 0 <= found <= max(facts.verified - facts.allocation, 0)
    if rules.cap.sectors is None or facts.sector in rules.cap.sectors:
        assert found * 100 <= facts.verified * rules.cap.percent
    if facts.gas_fired:
        assert found == 0


@given(FACTS, SETS, st.lists(st.tuples(st.sampled_from(MeasureKind), TONNES), max_size=6))
def test_measures_without_a_fault_keep_to_every_limit_and_add_up(facts, rules, measures):
    if measure_faults(measures, [openings(facts, rules)]):
        return
    most = most_of(facts, rules)
    for kind in {kind for kind, _tonnes in measures if kind.brings_tonnes} - {K.BUY}:
        assert sum(tonnes for one, tonnes in measures if one is kind) <= most[kind]


def test_a_figure_says_its_formula_and_its_rule():
    rule = MIDDLE.carry_over
    carried = carry_over(CarryOverFacts(net_sales=20_000, holdings=50_000), rule)
    assert carried.formula % carried.numbers == (
        "10000 t + 1.5 x 20000 t sold net is 40000 t, at most the 50000 t held"
    )
    late = carry_over(CarryOverFacts(net_sales=0, holdings=1, late=True), rule)
    assert (carried.rule, late.rule) == (rule, rule)
    assert carry_over(CarryOverFacts(net_sales=0, holdings=-1), rule).value == 0
    before = pre_allocation(1_001, NEW)
    assert before.formula % before.numbers == "50 % of the 1001 t verified last"
    assert before.rule == NEW.pre_allocation


@pytest.mark.parametrize(
    ("facts", "rules", "kind", "said"),
    [
        (UNIT, OLD, K.BUY, "the 100000 t short"),
        (UNIT, OLD, K.CCER, "5 % of the 1000000 t due is 50000 t, at most the 100000 t short"),
        (POOR, OLD, K.BORROW, "50 % of the gap of 150000 t is 75000 t, at most the 100000 t short"),
        (FROZEN, OLD, K.GIFT, "the 100000 t short"),
        (replace(UNIT, individual_approved=30_000), OLD, K.INDIVIDUAL, "30000 t approved, at most the 100000 t short"),
        (FROZEN, OLD, K.COMPULSORY, "at most the allocation of 850000 t, the 400000 t held and the 100000 t short"),
    ],
)
def test_how_much_a_measure_allows_is_said_with_its_numbers_and_its_rule(facts, rules, kind, said):
    found = next(one for one in openings(facts, rules) if one.kind is kind)
    assert found.most.formula % found.most.numbers == said
    assert found.open
    assert found.most.rule == found.rule
    assert found.rule.source


@pytest.mark.parametrize(
    ("facts", "rules", "kind", "said"),
    [
        (POOR, OLD, K.BORROW, "From the pre-allocation of 2023"),
        (replace(POOR, allocation=900_001), OLD, K.BORROW,
         "The gap of 99999 t is less than 10 % of the 1000000 t verified."),
        (FROZEN, OLD, K.COMPULSORY, "Open because "),
        (UNIT, OLD, K.FINANCING, "A loan, "),
        (UNIT, OLD, K.UNBLOCKING, "It makes other measures possible"),
    ],
)  # fmt: skip
def test_why_a_measure_is_open_or_not_is_said_in_words(facts, rules, kind, said):
    found = next(one for one in openings(facts, rules) if one.kind is kind)
    assert (found.why % found.params).startswith(said)
    if not found.open:
        assert (found.most.formula, found.most.numbers) == (found.why, found.params)
        assert found.most.rule == found.rule


@pytest.mark.parametrize(
    ("facts", "rules", "said", "rule"),
    [
        (UNIT, OLD, "As recorded: 850000 t.", OLD.plan),
        (replace(UNIT, gas_fired=True), OLD,
         "A gas-fired unit gets the verified emissions of 1000000 t.", OLD.gas_topped_up),
        (replace(UNIT, gas_fired=True, allocation=1_000_000), OLD, "As recorded: 1000000 t.", OLD.plan),
        (replace(UNIT, allocation=800_000), OLD, "As recorded: 800000 t.", OLD.plan),
        (replace(UNIT, allocation=799_999), OLD,
         "1000000 t less 20 % of it (200000 t), at which the gap is capped.", OLD.cap),
    ],
)  # fmt: skip
def test_the_allocation_and_the_gap_are_said_with_their_rule(facts, rules, said, rule):
    found, missing = allocation_by_rule(facts, rules), gap(facts, rules)
    assert found.formula % found.numbers == said
    assert missing.formula % missing.numbers == f"1000000 t verified less {found.value} t allocated"
    assert (found.rule, missing.rule) == (rule, rule)


@given(FACTS, SETS)
def test_every_figure_can_be_said_in_words_with_its_numbers(facts, rules):
    figures = [gap(facts, rules), allocation_by_rule(facts, rules), *(one.most for one in openings(facts, rules))]
    for figure in filter(None, figures):
        assert figure.formula % figure.numbers


@given(FACTS, SETS)
def test_the_numbers_that_explain_a_figure_evaluate_to_it_and_each_is_named(facts, rules):
    most = [one.most for one in openings(facts, rules) if one.open and one.most]
    assert_explained(
        facts.shortage, gap(facts, rules), rate_of_gap(facts, rules), allocation_by_rule(facts, rules), *most
    )
    assert facts.shortage.value == facts.short


@given(FACTS, SETS)
def test_what_is_not_open_is_told_at_the_measure(facts, rules):
    for one in openings(facts, rules):
        assert one.why % one.params if one.params else one.why

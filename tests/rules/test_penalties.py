from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from support.figures import assert_explained

from casework.rules.errors import RuleError
from casework.rules.penalties import REGIMES, PenaltyRecord, exposure, fits_range, regime_of, regime_on
from casework.rules.rule_sets import SourceStatus


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2021, 12, 31), "trial-measures-2021"),
        (date(2024, 4, 30), "trial-measures-2021"),
        (date(2024, 5, 1), "regulation-2024"),
        (date(2026, 8, 14), "regulation-2024"),
        (date(2026, 8, 15), "code-2026"),
        (date(2030, 1, 1), "code-2026"),
    ],
)
def test_the_day_of_the_act_chooses_the_regime(day, code):
    assert regime_on(day).code == code


def test_before_the_first_regime_there_is_none():
    assert regime_on(date(2020, 12, 31)) is None
    assert exposure(None, 100, None).why_not.startswith("No penalty regime")


def test_the_published_case_of_2023_costs_five_to_ten_times_the_value():
    short = 5_128_612 - 4_263_312
    found = exposure(regime_on(date(2024, 12, 31)), short, Decimal("98.00"))
    assert short == 865_300
    assert found.lowest.value == Decimal(423_997_000)
    assert found.highest.value == Decimal(847_994_000)
    assert_explained(found.lowest, found.highest)
    assert "国令第775号" in found.rule.source
    assert found.why_not is None


def test_under_the_trial_measures_the_fine_does_not_depend_on_the_shortfall():
    found = exposure(regime_on(date(2023, 12, 31)), 1, None)
    assert (found.lowest.value, found.highest.value) == (Decimal(20_000), Decimal(30_000))
    assert_explained(found.lowest, found.highest)


@pytest.mark.parametrize(
    ("day", "short", "price", "sentence"),
    [
        (date(2026, 12, 31), 100, Decimal("98.00"), "has not been verified"),
        (date(2024, 12, 31), 100, None, "Enter the average market price"),
        (date(2024, 12, 31), 0, Decimal("98.00"), "Nothing is short"),
    ],
)
def test_where_no_amount_can_be_known_the_screen_says_why(day, short, price, sentence):
    found = exposure(regime_on(day), short, price)
    assert found.lowest is None
    assert found.highest is None
    assert sentence in found.why_not
    assert found.rule == regime_on(day).rule
    assert (found.rule.status is SourceStatus.PUBLISHED) is (day.year < 2026)


ACT, TODAY = date(2024, 12, 31), date(2025, 6, 30)
DECIDED = PenaltyRecord(
    order_day=date(2025, 1, 10), decision_number="1号", decision_day=date(2025, 3, 1), amount=Decimal("0.01")
)  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"order_day": TODAY, "decision_day": TODAY},
        {"corrected_day": DECIDED.order_day},
        {"corrected_day": TODAY},
        {"allocation_cut": 100},
    ],
)
def test_a_penalty_record_that_agrees_with_itself_has_the_regime_of_the_act(changes):
    assert regime_of(replace(DECIDED, **changes), act_day=ACT, today=TODAY).code == "regulation-2024"


@pytest.mark.parametrize(
    ("changes", "act", "field", "said"),
    [
        ({"order_day": date(2025, 7, 1), "decision_day": date(2025, 7, 1)}, ACT, "order_day", "lies in the future"),
        ({"decision_day": date(2025, 7, 1)}, ACT, "decision_day", "lies in the future"),
        ({"decision_day": date(2025, 1, 9)}, ACT, "decision_day", "cannot come before"),
        ({"corrected_day": date(2025, 1, 9)}, ACT, "corrected_day", "check the day"),
        ({"corrected_day": date(2025, 7, 1)}, ACT, "corrected_day", "check the day"),
        ({"amount": Decimal(0)}, ACT, "amount", "as decided"),
        ({}, date(2020, 12, 31), "decision_day", "No penalty regime"),
        ({"order_day": date(2021, 1, 1), "decision_day": date(2021, 1, 31)}, ACT, "decision_day", "No penalty regime"),
    ],
)
def test_a_penalty_record_that_contradicts_itself_or_the_rules_is_refused(changes, act, field, said):
    with pytest.raises(RuleError, match=said) as refused:
        regime_of(replace(DECIDED, **changes), act_day=act, today=TODAY)
    assert refused.value.field == field


def test_whether_an_allocation_is_still_cut_follows_from_the_day_of_the_decision():
    late = replace(DECIDED, decision_day=date(2026, 8, 15), allocation_cut=1)
    with pytest.raises(RuleError, match="By the rules in force on 2026-08-15") as refused:
        regime_of(late, act_day=ACT, today=date(2026, 12, 31))
    assert refused.value.field == "allocation_cut"
    assert regime_of(replace(late, allocation_cut=0), act_day=ACT, today=date(2026, 12, 31)).code == "regulation-2024"


@pytest.mark.parametrize(
    ("day", "amount", "fits"),
    [
        (date(2023, 12, 31), "19999.99", False),
        (date(2023, 12, 31), "20000", True),
        (date(2023, 12, 31), "30000", True),
        (date(2023, 12, 31), "30000.01", False),
        (date(2024, 12, 31), "1", True),
    ],
)
def test_a_fine_fits_where_the_regime_fixes_no_amounts_or_it_lies_between_them(day, amount, fits):
    assert fits_range(regime_on(day), Decimal(amount)) is fits


def test_allocations_are_no_longer_cut_under_the_code():
    assert [regime.cuts_allocation for regime in REGIMES] == [True, True, False]


def test_every_regime_names_its_source():
    assert all(regime.sources and regime.name and regime.consequence for regime in REGIMES)

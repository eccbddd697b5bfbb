from datetime import date
from decimal import Decimal

import pytest

from casework.rules.penalties import REGIMES, exposure, regime_on


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
    assert found.lowest == Decimal(423_997_000)
    assert found.highest == Decimal(847_994_000)
    assert found.why_not is None


def test_under_the_trial_measures_the_fine_does_not_depend_on_the_shortfall():
    found = exposure(regime_on(date(2023, 12, 31)), 1, None)
    assert (found.lowest, found.highest) == (Decimal(20_000), Decimal(30_000))


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


def test_allocations_are_no_longer_cut_under_the_code():
    assert [regime.cuts_allocation for regime in REGIMES] == [True, True, False]


def test_every_regime_names_its_source():
    assert all(regime.sources and regime.name and regime.consequence for regime in REGIMES)

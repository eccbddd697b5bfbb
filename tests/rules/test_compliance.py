from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.compliance import (
    Completion,
    ListingFacts,
    ListingReason,
    Surrendered,
    average_price,
    completed_late,
    completed_on_time,
    completion,
    completion_figures,
    gap_rate,
    percent,
    reasons_for_listing,
    shortfall,
)
from casework.rules.deadlines import statutory_deadline

DEADLINE = statutory_deadline(date(2023, 12, 31))
TONNES = st.integers(0, 10**9)


@given(TONNES, TONNES)
def test_a_shortfall_is_what_is_owed_and_never_below_zero(due, surrendered):
    assert shortfall(due, surrendered) == (due - surrendered if due > surrendered else 0)


@pytest.mark.parametrize(
    ("verified", "allocation", "rate"),
    [
        (1_000_000, 900_000, "0.1000"),
        (3, 2, "0.3333"),
        (900_000, 1_000_000, "-0.1111"),
        (80_000, 79_996, "0.0001"),  # 0.00005 is rounded up, as offices round
    ],
)
def test_the_gap_rate_is_a_share_of_verified_emissions(verified, allocation, rate):
    assert gap_rate(verified, allocation) == Decimal(rate)


def test_a_rate_is_rounded_as_offices_round():
    assert [percent(1, 800), percent(3, 800), percent(2, 3), percent(1, 0)] == [
        Decimal("0.13"), Decimal("0.38"), Decimal("66.67"), None,
    ]  # fmt: skip


def test_without_emissions_there_is_no_gap_rate():
    assert gap_rate(0, 100) is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], Completion.NOT_COMPLETED),
        ([(date(2023, 12, 31), 100)], Completion.ON_TIME),
        ([(date(2024, 1, 1), 100)], Completion.LATE),
        ([(date(2023, 11, 1), 60), (date(2023, 12, 31), 40)], Completion.ON_TIME),
        ([(date(2023, 11, 1), 60), (date(2024, 1, 5), 40)], Completion.LATE),
        ([(date(2023, 11, 1), 99)], Completion.NOT_COMPLETED),
        ([(date(2023, 11, 1), 130)], Completion.ON_TIME),
        ([(date(2023, 12, 1), 100), (date(2024, 2, 1), -1)], Completion.NOT_COMPLETED),
    ],
)
def test_an_obligation_is_completed_on_time_late_or_not(rows, expected):
    surrenders = [Surrendered(*row) for row in rows]
    assert completion(surrenders, 100, DEADLINE) is expected
    assert completed_on_time(surrenders, 100, DEADLINE) is (expected is Completion.ON_TIME)
    assert completed_late(surrenders, 100, DEADLINE) is (expected is Completion.LATE)


def test_a_surrender_on_the_day_of_an_afternoon_deadline_is_in_time_as_records_carry_days():
    deadline = statutory_deadline(date(2021, 12, 31), time(17))
    assert completed_on_time([Surrendered(date(2021, 12, 31), 100)], 100, deadline)


@pytest.mark.parametrize(
    ("units", "on_time", "rate"), [(35, 29, "82.86"), (38, 36, "94.74"), (38, 38, "100.00"), (3, 0, "0.00")]
)
def test_the_published_rates_come_out_of_the_counts(units, on_time, rate):
    rows = [(100, 100, Completion.ON_TIME)] * on_time + [(100, 40, Completion.NOT_COMPLETED)] * (units - on_time)
    assert completion_figures(rows).rate_by_units == Decimal(rate)


def test_late_stands_beside_the_rate_and_a_surplus_fills_no_other_gap():
    figures = completion_figures(
        [(100, 150, Completion.ON_TIME), (100, 100, Completion.LATE), (200, 50, Completion.NOT_COMPLETED)]
    )
    assert (figures.units_on_time, figures.units_late, figures.units_not_completed) == (1, 1, 1)
    assert (figures.tonnes_due, figures.tonnes_surrendered, figures.tonnes_short) == (400, 250, 150)
    assert figures.rate_by_units == Decimal("33.33")
    assert figures.rate_by_tonnes == Decimal("62.50")


def test_of_nothing_there_is_no_rate():
    figures = completion_figures([])
    assert figures.rate_by_units is None
    assert figures.rate_by_tonnes is None


def test_the_average_price_of_the_second_cycle_is_as_published():
    assert average_price(Decimal(764_000_000), 11_290_000) == Decimal("67.67")
    assert average_price(Decimal(0), 0) is None


@pytest.mark.parametrize(
    ("due", "surrendered", "milestone_passed", "short_last_cycle", "reasons"),
    [
        (100, 100, True, True, []),
        (100, 0, False, False, []),
        (100, 0, True, False, [ListingReason.NOTHING_SURRENDERED]),
        (100, 40, True, False, [ListingReason.SHORT]),
        (100, 40, False, True, [ListingReason.SHORT_LAST_CYCLE]),
        (100, 0, True, True, [ListingReason.NOTHING_SURRENDERED, ListingReason.SHORT_LAST_CYCLE]),
        (0, 0, True, True, []),
    ],
)
def test_the_records_say_who_belongs_on_the_problem_list_and_why(
    due, surrendered, milestone_passed, short_last_cycle, reasons
):
    facts = ListingFacts(
        surrendered=surrendered,
        short=shortfall(due, surrendered),
        milestone_passed=milestone_passed,
        short_last_cycle=short_last_cycle,
    )
    assert reasons_for_listing(facts) == reasons
    warned = [*reasons, ListingReason.FORESEEN] if due > surrendered else []
    assert reasons_for_listing(replace(facts, foreseen=True)) == warned

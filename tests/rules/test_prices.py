"""Prices by day: how they are read, the average before a deadline, what buying costs, and the published fine."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import assert_explained

from casework.rules.errors import RuleError
from casework.rules.figures import RECORDED
from casework.rules.penalties import exposure, regime_on
from casework.rules.prices import (
    PriceDay,
    as_lines,
    average_before,
    month_before,
    names_a_price,
    price_on,
    read_prices,
    scenarios,
)

NOVEMBER = PriceDay(date(2024, 11, 30), Decimal("105.00"), 1_000, Decimal("105000.00"))
DECEMBER = [
    PriceDay(date(2024, 12, 2), Decimal("99.00"), 100_000, Decimal("9900000.00")),
    PriceDay(date(2024, 12, 31), Decimal("97.00"), 100_000, Decimal("9700000.00")),
]
DAYS = {one.day: one for one in (NOVEMBER, *DECEMBER)}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "2026-11-20 62.36 120000 7483200.00",
            PriceDay(date(2026, 11, 20), Decimal("62.36"), 120_000, Decimal(7_483_200)),
        ),
        (
            "2026/11/20\t62.36\t120,000\t7,483,200",
            PriceDay(date(2026, 11, 20), Decimal("62.36"), 120_000, Decimal(7_483_200)),
        ),
        ("2026年11月20日 62.4", PriceDay(date(2026, 11, 20), Decimal("62.40"))),
        ("2026-11-20 00:00:00 62", PriceDay(date(2026, 11, 20), Decimal(62))),
    ],
)
def test_a_day_is_read_with_its_price_and_what_was_traded(text, read):
    assert read_prices(f"{text}\n\n") == {read.day: read}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-20 10000.01", "two decimals"),
        ("2026-11-20 10 1.5 15", "whole tonnes"),
        ("2026-11-20 10 1 10.001", "whole tonnes"),
        ("2026-11-20 10 0 10", "both or neither"),
        ("2026-11-20 10 10 0", "both or neither"),
        (f"2026-11-20 10 {10**15 + 1} {10**15}", "that large"),
        (f"2026-11-20 10 {10**15} {10**15 + 1}", "that large"),
        ("2026-11-20 10 100 499.99", "499.99 yuan for 100 t"),
        ("2026-11-20 10 100 2000.01", "another unit"),
        ("\n" + "长" * 70, "Line 2 cannot be read: “" + "长" * 60 + "”"),
        ("2026-13-20 " + "1" * 70, "Line 1 cannot be read: “2026-13-20 " + "1" * 49 + "”"),
        ("", "no price"),
        ("2026-11-20", "Line 1 cannot be read"),
        ("2026-11-20 62.36 120000", "cannot be read"),
        ("2026-13-20 62.36", "cannot be read"),
        ("2026-11-20 -5", "cannot be read"),
        ("2026-11-20 0", "two decimals"),
        ("2026-11-20 62.365", "two decimals"),
        ("2026-11-20 62.36 120000 748.32", "another unit"),
        ("2026-11-20 62.36 0 100", "both or neither"),
        (f"2026-11-20 62.36 1 {'9' * 40}", "that large"),
        ("2026-11-20 62.36\n2026-11-20 62.37", "given twice"),
    ],
)
def test_what_is_no_price_is_refused_with_its_line_or_day(text, why):
    with pytest.raises(RuleError) as refused:
        read_prices(text)
    assert why in str(refused.value)
    assert refused.value.field == "text"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 10000", "2026-11-20 0.01", "2026-11-20 10 100 500", "2026-11-20 10 100 2000",
        f"2026-11-20 1 {10**15} {10**15}", "2026-11-20 10；100；1000.00",
        "2026-11-20 10\n2026-11-20 10.00",
    ],
)  # fmt: skip
def test_what_lies_at_the_edge_is_read(text):
    assert list(read_prices(text)) == [date(2026, 11, 20)]


def test_titles_and_heads_are_no_prices():
    assert [names_a_price(words) for words in ("全国碳市场行情", "日期 收盘价", "2026-11-20 62.36")] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("deadline", "first"),
    [
        (date(2024, 12, 31), date(2024, 12, 1)),
        (date(2023, 3, 31), date(2023, 3, 1)),
        (date(2026, 6, 15), date(2026, 5, 16)),
        (date(2026, 3, 1), date(2026, 2, 2)),
    ],
)
def test_the_month_before_a_deadline_ends_with_its_day(deadline, first):
    assert month_before(deadline) == (first, deadline)


def test_the_published_fine_follows_from_the_prices_of_december():
    average = average_before(DAYS, date(2024, 12, 31))
    assert average.value == Decimal("98.00")
    fine = exposure(regime_on(date(2024, 12, 31)), 5_128_612 - 4_263_312, average).lowest
    assert fine.value == Decimal(423_997_000)
    assert fine.formula % fine.numbers == "5 x 865300 t x 98.00 yuan/t"
    assert average.formula % average.numbers == ("19600000.00 yuan for 200000 t traded from 2024-12-01 to 2024-12-31")
    assert [(one.day, one.until) for one in average.records] == [(date(2024, 12, 2), date(2024, 12, 31))]
    assert_explained(fine)
    assert average_before(DAYS, date(2026, 1, 1)) is None


def test_buying_is_shown_at_three_prices_or_not_at_all():
    found = scenarios(RECORDED.of(tonnes=1_000), DAYS, date(2024, 12, 31), stress=20)
    assert [one.label for one in found] == [
        "at the last price", "at the average of the last month", "at a stressed price",
    ]  # fmt: skip
    assert_explained(*(one.cost for one in found))
    assert [(one.price.value, one.cost.value) for one in found] == [
        (Decimal("97.00"), Decimal("97000.00")),
        (Decimal("98.00"), Decimal("98000.00")),
        (Decimal("116.40"), Decimal("116400.00")),
    ]
    assert scenarios(RECORDED.of(tonnes=1_000), DAYS, date(2024, 11, 1), stress=20) == []
    later = scenarios(RECORDED.of(tonnes=1), DAYS, date(2026, 1, 1), stress=0)
    assert [one.price.value for one in later] == [Decimal("97.00")] * 2


PRICES = st.builds(
    lambda offset, cents, tonnes: PriceDay(
        date(2024, 1, 1) + timedelta(days=offset), Decimal(cents) / 100, tonnes, tonnes * Decimal(cents) / 100
    ),
    st.integers(0, 700), st.integers(1, 50_000), st.integers(0, 10**7),
)  # fmt: skip


@given(st.lists(PRICES, max_size=30))
def test_an_average_lies_among_the_prices_and_what_is_written_is_read_back(rows):
    days = {one.day: one for one in rows}
    if days:
        assert read_prices(as_lines(days.values())) == days
    deadline = date(2024, 12, 31)
    average = average_before(days, deadline)
    within = [one.close for one in days.values() if month_before(deadline)[0] <= one.day <= deadline and one.tonnes]
    assert (average is None) is not bool(within)
    if within:
        assert min(within) <= average.value <= max(within)
    last = price_on(days, deadline)
    assert last is None or all(one.day <= last.day or one.day > deadline for one in days.values())

"""What stands in a cell is understood in every shape offices write, and nothing is guessed."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.registry.tables import values
from casework.registry.tables.values import NotUnderstood

TODAY = date(2026, 11, 22)
WIDE = str.maketrans("0123456789,.", "０１２３４５６７８９，．")


@given(st.integers(0, 10**11))
def test_a_quantity_is_read_in_every_shape(tonnes):
    shapes = [tonnes, float(tonnes), str(tonnes), f"{tonnes:,}", f"{tonnes:,}".translate(WIDE), f" {tonnes} 吨"]
    assert {values.quantity(shape) for shape in shapes} == {tonnes}


@given(st.integers(0, 10**9))
def test_ten_thousands_of_tonnes_are_multiplied_out(tonnes):
    assert values.quantity(tonnes / 10_000, Decimal(10_000)) == tonnes


@given(st.text(max_size=30) | st.floats() | st.booleans() | st.datetimes())
def test_a_quantity_is_understood_or_named_as_not_understood(value):
    with suppress(NotUnderstood):
        assert values.quantity(value) >= 0


@given(st.text(max_size=30) | st.floats() | st.booleans() | st.datetimes())
def test_a_day_is_understood_or_named_as_not_understood(value):
    with suppress(NotUnderstood):
        assert values.day(value, today=TODAY) <= TODAY


@given(st.text(max_size=30) | st.floats() | st.booleans() | st.datetimes())
def test_money_and_codes_are_understood_or_named_as_not_understood(value):
    for parse in (values.money, values.credit_code, values.name, values.direction, values.words):
        with suppress(NotUnderstood):
            parse(value)


@pytest.mark.parametrize("text", ["约120万", "120万", "1,23", "12,34,567", "1e5", "-", "三百", "0x10", "1 2a", "--5"])
def test_what_is_no_quantity_is_not_guessed(text):
    with pytest.raises(NotUnderstood):
        values.quantity(text)


@pytest.mark.parametrize("value", [-500, "-500", "－500", -0.5])
def test_a_negative_quantity_is_refused(value):
    with pytest.raises(NotUnderstood, match="negative"):
        values.quantity(value)


def test_a_fraction_of_a_tonne_is_refused():
    with pytest.raises(NotUnderstood, match="whole"):
        values.quantity("12.5")


@given(st.dates(date(2000, 1, 1), TODAY))
def test_a_day_is_read_in_every_shape(day):
    year, month, number = day.year, day.month, day.day
    shapes = [
        day,
        datetime(year, month, number, 10, 30),
        float((day - date(1899, 12, 30)).days),
        f"{year}.{month}.{number}",
        f"{year}/{month:02}/{number:02}",
        f"{year}-{month}-{number}",
        f"{year}年{month}月{number}日",
        f"{year} 年 {month} 月 {number} 日",
        f"{year}年{month}月{number}日".translate(WIDE),
        f"{year}{month:02}{number:02}",
        float(f"{year}{month:02}{number:02}"),
        f"{year}-{month:02}-{number:02} 10:30:00",
    ]
    assert {values.day(shape, today=TODAY) for shape in shapes} == {day}


@pytest.mark.parametrize("value", ["2023-02-30", "12.31", "去年年底", 12.0, "2023年", "1823-01-01", 0.5])
def test_what_is_no_day_is_not_guessed(value):
    with pytest.raises(NotUnderstood):
        values.day(value, today=TODAY)


def test_money_is_read_to_the_cent_and_not_beyond():
    assert values.money(6022372.74) == Decimal("6022372.74")
    assert values.money("6,022,372.7元") == Decimal("6022372.70")
    assert values.money(602.237274, Decimal(10_000)) == Decimal("6022372.74")
    assert values.money(8597015.960000001) == Decimal("8597015.96")
    with pytest.raises(NotUnderstood, match="decimals"):
        values.money("1.005")


def test_names_lose_spaces_but_nothing_else():
    assert values.name(" 银川 澄屿热电\u3000有限公司\n") == "银川澄屿热电有限公司"
    assert values.name("宁夏(银川) 热电") == "宁夏（银川）热电"
    assert values.name(" ACME  Power ") == "ACME Power"


def test_credit_codes_are_capitals_with_a_fitting_check_character():
    assert values.credit_code(" ９1640100ma700001xt ") == "91640100MA700001XT"
    with pytest.raises(NotUnderstood, match="last character"):
        values.credit_code("91640100MA700005XA")
    with pytest.raises(NotUnderstood, match="18 digits"):
        values.credit_code("9164010")


def test_directions_are_read_in_both_voices():
    assert [values.direction(word) for word in ("买入", " 卖 出 ", "受让", "转让")] == ["buy", "sell", "buy", "sell"]

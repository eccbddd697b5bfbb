"""The rows that bring a register to a table's totals."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.registry.surrenders import last_day_of, rows_to_reach

DAYS = st.integers(0, 6).map(lambda number: date(2023, 11, 1) + timedelta(days=number))


def after(known, rows):
    tonnes = dict(known)
    for day, quantity in rows:
        tonnes[day] = tonnes.get(day, 0) + quantity
    return tonnes


@given(st.dictionaries(DAYS, st.integers(-50, 100)), st.integers(0, 200), DAYS)
def test_total_and_last_day_are_reached_whatever_was_known(known, total, last):
    reached = after(known, rows_to_reach(known, total, last))
    assert sum(reached.values()) == total
    assert last_day_of(reached) == (last if total else last_day_of(reached))
    if not total:
        assert last_day_of(reached) is None


@given(st.dictionaries(DAYS, st.integers(-50, 100)), st.integers(0, 200), DAYS)
def test_the_second_time_nothing_is_added(known, total, last):
    reached = after(known, rows_to_reach(known, total, last))
    assert rows_to_reach(reached, total, last if total else None) == []


def test_growth_is_one_row_with_the_difference():
    known = {date(2023, 11, 1): 60}
    assert rows_to_reach(known, 100, date(2023, 12, 1)) == [(date(2023, 12, 1), 40)]
    assert rows_to_reach({date(2023, 12, 1): 100}, 90, date(2023, 12, 1)) == [(date(2023, 12, 1), -10)]

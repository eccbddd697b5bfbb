"""What a relief plan may be built of: its measures add up, and none brings tonnes that it has not."""

from datetime import date

import pytest

from casework.rules.errors import RuleError
from casework.rules.measures import MeasureKind, check_measures, is_broken, tonnes_brought

K = MeasureKind


def test_financing_and_solving_a_problem_bring_no_tonnes_whatever_is_typed():
    assert tonnes_brought((kind, 10) for kind in MeasureKind) == 10 * (len(MeasureKind) - 2)


@pytest.mark.parametrize(
    "measures", [[(K.BUY, 100)], [(K.BUY, 60), (K.CCER, 41)], [(K.BUY, 100), (K.FINANCING, 0), (K.UNBLOCKING, 0)]]
)
def test_measures_that_bring_what_is_short_are_taken(measures):
    check_measures(measures, 100)


@pytest.mark.parametrize(
    ("measures", "said", "params"),
    [
        ([], "at least one measure", {}),
        ([(K.BUY, 100), (K.FINANCING, 1)], "bring no tonnes themselves", {}),
        ([(K.BUY, 60), (K.CCER, 39)], "1 t are missing", {"brought": 99, "short": 100, "missing": 1}),
    ],
)
def test_measures_that_do_not_add_up_are_refused_as_a_whole(measures, said, params):
    with pytest.raises(RuleError, match=said) as refused:
        check_measures(measures, 100)
    assert (refused.value.field, refused.value.params) == ("measures", params)


@pytest.mark.parametrize(
    ("kind", "done", "brought", "broken"),
    [
        (K.BUY, None, None, True),
        (K.BUY, date(2026, 11, 9), 100, False),
        (K.BUY, date(2026, 11, 9), 99, True),
        (K.BUY, date(2026, 11, 12), 100, True),  # after the day that is asked about
        (K.FINANCING, date(2026, 11, 9), None, False),
        (K.FINANCING, None, None, True),
    ],
)
def test_a_measure_is_broken_once_its_day_is_past_and_not_before(kind, done, brought, broken):
    due = date(2026, 11, 10)
    assert is_broken(kind, 100, due, done, brought, day=date(2026, 11, 11)) == broken
    assert not is_broken(kind, 100, due, done, brought, day=due)
    assert not is_broken(kind, 100, None, done, brought, day=date(2026, 11, 11))

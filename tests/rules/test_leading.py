"""How long stays last, what followed a step, and why a case matters."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.leading import (
    Age,
    MatterFacts,
    Spread,
    Stay,
    Then,
    Why,
    followed_by,
    spread_of,
    why_it_matters,
)
from casework.rules.states import State, Step

DAY = date(2026, 11, 1)
QUIET = {"short": 10, "short_of_all": 1_000, "surrendered": 5, "reply_overdue": False, "days_in_state": 3}


@pytest.mark.parametrize(
    ("days", "spread"),
    [([], None), ([7], (1, 7, 7, 7)), ([1, 2, 3, 4], (4, 1, 2, 3)), ([9, 1, 5, 3, 7], (5, 3, 5, 7))],
)
def test_quartiles_are_stays_that_really_were(days, spread):
    assert spread_of(days) == (spread and Spread(*spread))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_quartiles_are_ordered_and_halve_the_stays(days):
    found = spread_of(days)
    assert min(days) <= found.lower <= found.median <= found.upper <= max(days)
    assert sum(one <= found.median for one in days) * 2 >= len(days)


def test_every_number_of_days_has_one_age():
    for days in range(400):
        within = [age for age in Age if age.days[0] <= days and (age.days[1] is None or days <= age.days[1])]
        assert len(within) == 1


@pytest.mark.parametrize(
    ("change", "whys"),
    [
        ({}, []),
        ({"short": 100}, [Why.GREAT_SHARE]),
        ({"short": 99}, []),
        ({"surrendered": 0}, [Why.NOTHING_SURRENDERED]),
        ({"reply_overdue": True}, [Why.REPLY_OVERDUE]),
        ({"days_in_state": 30}, []),
        ({"days_in_state": 31}, [Why.STANDS_STILL]),
        ({"short_of_all": 0}, []),
    ],
)
def test_a_case_matters_for_reasons_that_are_named(change, whys):
    assert why_it_matters(MatterFacts(**QUIET | change)) == whys


def history(case_id, *stays):
    """Stays given as (step, state, days)."""
    found, came = [], DAY
    for at, (step, state, days) in enumerate(stays):
        left = None if at == len(stays) - 1 else came + timedelta(days=days)
        found.append(Stay(case_id, step, state, came, left))
        came = left
    return found


LISTED, HELPED = (None, State.LISTED, 5), (Step.START_ASSISTANCE, State.ASSISTING, 30)
SETTLED, URGED = (Step.SETTLE, State.SETTLED, 2), (Step.URGE, State.URGED, 31)
CLOSED = (Step.STRIKE_OFF, State.CLOSED, 0)
HISTORIES = [
    history(1, LISTED),  # nothing was done yet
    history(2, LISTED, HELPED),
    history(3, LISTED, HELPED, SETTLED, CLOSED),
    history(4, LISTED, HELPED, URGED, SETTLED),
    history(5, LISTED, HELPED, (Step.WITHDRAW, State.CLOSED, 0)),
]


def test_what_followed_assistance_is_counted_case_by_case():
    cases, then = followed_by(Step.START_ASSISTANCE, HISTORIES)
    assert cases == {2, 3, 4, 5}
    assert then == {Then.SOON: {3}, Then.SETTLED: {3, 4}, Then.PRESSED: {4}, Then.OPEN: {2}}


def test_settled_on_the_thirty_first_day_is_not_soon():
    cases, then = followed_by(Step.URGE, HISTORIES)
    assert (cases, then[Then.SOON], then[Then.SETTLED]) == ({4}, set(), {4})


def test_a_step_that_nobody_took_was_followed_by_nothing():
    assert followed_by(Step.REFER, HISTORIES) == (set(), {one: set() for one in Then})

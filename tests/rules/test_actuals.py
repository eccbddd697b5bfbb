"""What the registers say of a plan's measures: nothing twice, nothing beyond what was planned or what is there."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.actuals import Actual, actuals
from casework.rules.measures import MeasureKind
from casework.rules.report_forms import MeasureFacts

K = MeasureKind
DAY = date(2026, 12, 1)


def a_measure(id_, tonnes, kind=K.BUY, *, due=0, done=None, noted=None):
    day = DAY + timedelta(days=due)
    return MeasureFacts(id=id_, kind=kind, tonnes=tonnes, due_day=day, done_day=done, done_tonnes=noted)


def on(days, tonnes):
    return DAY + timedelta(days=days), tonnes


def said(measures, surrendered=(), bought=()):
    found = actuals(measures, surrendered, bought)
    return [(one.measure_id, one.tonnes, (one.day - DAY).days) for one in found]


@pytest.mark.parametrize(
    ("measures", "surrendered", "bought", "wanted"),
    [
        ([a_measure(1, 500)], [], [], []),
        ([a_measure(1, 500)], [on(2, 500)], [], [(1, 500, 2)]),
        ([a_measure(1, 500)], [on(2, 900)], [], [(1, 500, 2)]),
        ([a_measure(1, 500)], [on(2, 200), on(5, 100)], [], [(1, 300, 5)]),
        ([a_measure(1, 500, due=9), a_measure(2, 300, K.CCER)], [on(1, 400)], [], [(2, 300, 1), (1, 100, 1)]),
        ([a_measure(1, 500, K.FINANCING), a_measure(2, 300, K.GIFT)], [on(1, 400)], [], [(2, 300, 1)]),
        ([a_measure(1, 500, noted=200)], [on(2, 200)], [], []),
        ([a_measure(1, 500, noted=200)], [on(2, 200), on(3, 50)], [], [(1, 250, 3)]),
        ([a_measure(1, 500, done=DAY, noted=450), a_measure(2, 300)], [on(1, 500)], [], [(2, 50, 1)]),
        ([a_measure(1, 500)], [], [on(4, 450)], [(1, 450, 4)]),
        ([a_measure(1, 500), a_measure(2, 300, K.CCER)], [on(6, 600)], [on(4, 500)], [(1, 500, 4), (2, 100, 6)]),
        ([a_measure(1, 300, K.CCER)], [], [on(4, 500)], []),
        ([a_measure(1, 500)], [on(2, 400), on(3, -150)], [], [(1, 250, 2)]),
        ([a_measure(1, 500)], [on(1, -300), on(4, 500)], [], [(1, 200, 4)]),
        ([a_measure(1, 500, noted=400)], [on(2, 100)], [], []),
        ([a_measure(1, 500)], [on(2, -100)], [], []),
    ],
    ids=[
        "nothing came", "all came", "more came than planned", "in parts", "by due days", "financing brings none",
        "noted already", "beyond what is noted", "a measure that is done keeps its tonnes", "bought",
        "bought, then more", "a purchase is no offset", "a correction takes the latest away",
        "taken back and entered anew", "less than noted", "less than before the plan",
    ],
)  # fmt: skip
def test_what_came_since_the_plan_fills_its_measures(measures, surrendered, bought, wanted):
    assert said(measures, surrendered, bought) == wanted


def test_it_says_what_was_noted_before():
    assert actuals([a_measure(1, 500, noted=200)], [on(2, 300)], []) == [Actual(1, 200, 300, DAY + timedelta(days=2))]


MEASURES = st.lists(
    st.builds(
        lambda tonnes, kind, due, noted, done: (tonnes, kind, due, min(noted, tonnes), done),
        st.integers(0, 1_000), st.sampled_from(K), st.integers(0, 9), st.integers(0, 1_000), st.booleans(),
    ),
    max_size=5,
)  # fmt: skip
ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(-300, 900)), max_size=5)


def made(drawn):
    return [
        a_measure(id_, tonnes, kind, due=due, noted=noted or None, done=DAY if done else None)
        for id_, (tonnes, kind, due, noted, done) in enumerate(drawn)
    ]


@given(MEASURES, ROWS, ROWS)
def test_no_measure_gets_more_than_it_was_to_bring_and_all_no_more_than_there_is(drawn, surrendered, bought):
    measures = {one.id: one for one in made(drawn)}
    rows, buys = [on(*one) for one in surrendered], [on(days, abs(tonnes)) for days, tonnes in bought]
    found = actuals(measures.values(), rows, buys)
    for one in found:
        measure = measures[one.measure_id]
        assert measure.done_day is None
        assert measure.kind.brings_tonnes
        assert (measure.done_tonnes or 0) < one.tonnes <= measure.tonnes
        assert one.day in {day for day, _tonnes in [*rows, *buys]}
    added = sum(one.tonnes - (one.before or 0) for one in found)
    assert added <= max(sum(tonnes for _day, tonnes in rows), 0) + sum(tonnes for _day, tonnes in buys)


@given(MEASURES, ROWS)
def test_what_was_taken_over_is_not_found_again(drawn, surrendered):
    measures = {one.id: one for one in made(drawn)}
    rows = [on(*one) for one in surrendered]
    for one in actuals(measures.values(), rows, []):
        old = measures[one.measure_id]
        measures[one.measure_id] = MeasureFacts(
            id=old.id, kind=old.kind, tonnes=old.tonnes, due_day=old.due_day, done_tonnes=one.tonnes,
            done_day=one.day if one.tonnes == old.tonnes else None,
        )  # fmt: skip
    assert actuals(measures.values(), rows, []) == []


@given(MEASURES, ROWS, st.integers(1, 500))
def test_the_more_is_surrendered_the_more_each_measure_shows(drawn, surrendered, more):
    measures, rows = made(drawn), [on(days, abs(tonnes)) for days, tonnes in surrendered]
    before = {one.measure_id: one.tonnes for one in actuals(measures, rows, [])}
    after = {one.measure_id: one.tonnes for one in actuals(measures, [*rows, on(10, more)], [])}
    assert all(after.get(id_, 0) >= tonnes for id_, tonnes in before.items())

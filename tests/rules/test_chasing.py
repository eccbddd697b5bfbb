"""The ladder of a deadline: the real calendar of 2026, and a year in fast motion with outages."""

from datetime import date, datetime, time, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.registry.calendar import base_calendar
from casework.rules.chasing import ChasingRules, Rung, rung_of, rungs_reached
from casework.rules.deadlines import SHANGHAI, is_working_day
from casework.rules.reminding import ReminderRules, in_office_hours

CALENDAR, REMINDING, CHASING = base_calendar(), ReminderRules(), ChasingRules()
ONE_DAY = timedelta(days=1)


def on(day, hour=9, minute=5):
    return datetime.combine(day, time(hour, minute), SHANGHAI)


@cache
def reached_at(now, chasing=CHASING):
    return rungs_reached(CALENDAR, REMINDING, chasing, now=now)


@cache
def is_open(now):
    return in_office_hours(now, CALENDAR, REMINDING)


def rung_on(day, due, chasing=CHASING):
    return rung_of(due, reached_at(on(day), chasing))


@pytest.mark.parametrize(
    ("day", "rung"),
    [
        ((12, 1), None), ((12, 2), Rung.FIRST), ((12, 9), Rung.FIRST), ((12, 10), Rung.SECOND), ((12, 11), Rung.DUE),
        ((12, 14), Rung.OVERDUE), ((12, 16), Rung.OVERDUE), ((12, 17), Rung.HEAD), ((12, 21), Rung.DEPARTMENT),
        ((12, 25), Rung.DEPARTMENT), ((12, 28), Rung.LETTER),
    ],
)  # fmt: skip
def test_what_was_due_on_a_friday_climbs_the_ladder(day, rung):
    assert rung_on(date(2026, *day), date(2026, 12, 11)) is rung


def test_the_ladder_is_climbed_upwards_however_it_was_entered():
    turned = ChasingRules(head_days=10, department_days=5, letter_days=3)
    assert list(turned.days_overdue.values()) == [3, 5, 10]
    assert rung_on(date(2026, 12, 17), date(2026, 12, 11), turned) is Rung.HEAD


def test_every_rung_has_its_words():
    assert len({rung.label for rung in Rung}) == len(Rung)


# --- a year in fast motion -------------------------------------------------------------------------------------------

BEGIN, DAYS = date(2026, 7, 1), 365  # over the year's end, into a year that may not be announced


@st.composite
def deadlines(draw):
    """A deadline, and what moves it: (day, new due day) of an extension, days on which it comes back."""
    due = BEGIN + timedelta(days=draw(st.integers(0, DAYS)))
    moved = draw(st.none() | st.tuples(st.integers(0, DAYS), st.integers(1, 90)))
    back = draw(st.lists(st.integers(0, DAYS), max_size=2, unique=True))
    extension = None if moved is None else (BEGIN + timedelta(days=moved[0]), due + timedelta(days=moved[1]))
    return due, extension, sorted(BEGIN + timedelta(days=number) for number in back)


outages = st.lists(st.tuples(st.integers(0, DAYS), st.sampled_from((1, 7))), max_size=4)


def facts_on(day, deadline):
    """Due day and number of returns as they are known on a day."""
    due, extension, back = deadline
    return extension[1] if extension and day >= extension[0] else due, sum(one <= day for one in back)


def told_in_a_year(deadline, down):
    """Run the program as it runs: ask several times a day what has been reached and was not told."""
    told, keys = [], set()
    for number in range(DAYS + 60):
        day = BEGIN + timedelta(days=number)
        for hour in (3, 9, 15, 20):
            now = on(day, hour)
            if day in down or not is_open(now):
                continue
            due, returns = facts_on(day, deadline)
            rung = rung_of(due, reached_at(now))
            key = (due, returns, rung)
            if rung and key not in keys:
                keys.add(key)
                told.append((now, key))
    return told


@given(deadlines(), outages)
@settings(max_examples=15)
def test_in_a_year_with_outages_every_rung_that_held_is_told_exactly_once_and_never_on_a_day_off(deadline, falls):
    down = {BEGIN + timedelta(days=first + n) for first, length in falls for n in range(length)}
    told = told_in_a_year(deadline, down)
    keys = [key for _now, key in told]
    assert len(keys) == len(set(keys))
    assert all(is_working_day(now.date(), CALENDAR) and 9 <= now.hour < 18 for now, _key in told)
    up = [day for day in (BEGIN + timedelta(days=n) for n in range(DAYS + 60)) if day not in down]
    expected = {}
    for day in up:
        if is_working_day(day, CALENDAR):
            due, returns = facts_on(day, deadline)
            if rung := rung_on(day, due):
                expected.setdefault((due, returns, rung), day)
    assert {key: now.date() for now, key in told} == expected, "told on the first day up on which it held"


@given(st.integers(0, DAYS))
@settings(max_examples=30)
def test_without_an_outage_no_rung_is_left_out_and_each_is_told_at_nine(days):
    due = BEGIN + timedelta(days=days)
    told = told_in_a_year((due, None, []), set())
    first = [key[2] for _now, key in told]
    assert first == list(Rung)[list(Rung).index(first[0]) :][: len(first)]
    assert {now.hour for now, _key in told} == {9}


def test_a_year_that_is_not_announced_knows_only_weekends():
    assert not CALENDAR.is_announced(date(2031, 1, 1))
    assert rung_on(date(2031, 1, 1), date(2031, 1, 1)) is Rung.DUE

"""The working deadline of a case and its explanation, on the real calendar of 2023, and properties over all years."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.registry.calendar import base_calendar
from casework.rules.deadlines import (
    CalendarYear,
    NotWorked,
    WorkingCalendar,
    add_working_days,
    end_of_day,
    is_working_day,
    statutory_deadline,
)
from casework.rules.explaining import Chosen, Counted, Skipped, Statutory, explain
from casework.rules.working_deadlines import DeadlineFacts, Extension, Pause, working_deadline

CALENDAR = base_calendar()
DAYS = st.dates(date(2022, 6, 1), date(2024, 6, 30))

FIRST = DeadlineFacts(first_day=date(2023, 11, 30))


def with_facts(*, extensions=(), pauses=()):
    return DeadlineFacts(first_day=FIRST.first_day, extensions=extensions, pauses=pauses)


def test_a_working_deadline_is_the_day_first_set_or_the_last_extension():
    assert working_deadline(FIRST, CALENDAR).day == date(2023, 11, 30)
    extended = with_facts(extensions=(Extension(date(2023, 11, 1), date(2023, 12, 8)),))
    assert working_deadline(extended, CALENDAR).day == date(2023, 12, 8)


def test_each_working_day_of_a_pause_moves_the_working_deadline_by_one():
    facts = with_facts(pauses=(Pause(date(2023, 11, 16), date(2023, 11, 21)),))  # Thursday, Friday, Monday
    found = working_deadline(facts, CALENDAR)
    assert found.day == date(2023, 12, 5)
    assert [day for day, why in found.skipped if why is NotWorked.PAUSE] == [
        date(2023, 11, day) for day in (16, 17, 20)
    ]


def test_a_pause_begun_and_ended_on_one_day_moves_nothing():
    facts = with_facts(pauses=(Pause(date(2023, 11, 16), date(2023, 11, 16)),))
    assert working_deadline(facts, CALENDAR).day == date(2023, 11, 30)


def test_a_case_that_rests_without_an_end_has_no_working_deadline():
    assert working_deadline(with_facts(pauses=(Pause(date(2023, 11, 16)),)), CALENDAR) is None
    late = with_facts(pauses=(Pause(date(2023, 12, 4)),))
    assert working_deadline(late, CALENDAR).day == date(2023, 11, 30)


def test_what_a_case_rested_before_an_extension_is_in_the_extended_day_already():
    pause = Pause(date(2023, 11, 6), date(2023, 11, 10))
    extension = Extension(date(2023, 11, 13), date(2023, 12, 8))
    assert working_deadline(with_facts(extensions=(extension,), pauses=(pause,)), CALENDAR).day == date(2023, 12, 8)
    later = Pause(date(2023, 11, 27), date(2023, 11, 29))
    found = working_deadline(with_facts(extensions=(extension,), pauses=(pause, later)), CALENDAR)
    assert found.day == date(2023, 12, 12)


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_a_pause_never_brings_a_deadline_forward(first, offset, length):
    start = first - timedelta(days=offset)
    pause = Pause(start, start + timedelta(days=length))
    found = working_deadline(DeadlineFacts(first_day=first, pauses=(pause,)), CALENDAR)
    assert found.day >= first
    assert found == working_deadline(DeadlineFacts(first_day=first, pauses=(pause,)), CALENDAR)


def test_a_case_that_began_to_rest_before_the_day_that_an_earlier_pause_moved_it_to_has_no_working_deadline():
    pauses = (Pause(date(2023, 11, 6), date(2023, 11, 20)), Pause(date(2023, 12, 4)))
    assert working_deadline(with_facts(pauses=pauses), CALENDAR) is None


def test_what_was_before_a_case_was_reopened_no_longer_counts():
    facts = DeadlineFacts(
        first_day=date(2023, 12, 20),
        since=date(2023, 11, 20),
        extensions=(Extension(date(2023, 11, 1), date(2023, 12, 29)),),
        pauses=(Pause(date(2023, 11, 6), date(2023, 11, 10)),),
    )
    assert working_deadline(facts, CALENDAR).day == date(2023, 12, 20)
    again = replace(facts, pauses=(*facts.pauses, Pause(date(2023, 11, 20), date(2023, 11, 21))))
    assert working_deadline(again, CALENDAR).day == date(2023, 12, 21)


PAUSES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), max_size=4)


def rests(begun, spans):
    """Pauses one after the other: so many days after the last, so many days long."""
    found = []
    for gap, length in spans:
        first = begun + timedelta(days=gap)
        begun = first + timedelta(days=length)
        found.append(Pause(first, begun))
    return tuple(found)


@given(DAYS, st.integers(0, 60), PAUSES)
def test_a_longer_rest_never_brings_a_deadline_forward_and_the_order_of_the_rows_does_not_matter(first, ahead, spans):
    facts = DeadlineFacts(first_day=first + timedelta(days=ahead), since=first, pauses=rests(first, spans))
    due = working_deadline(facts, CALENDAR)
    assert working_deadline(replace(facts, pauses=facts.pauses[::-1]), CALENDAR) == due
    assert due.day >= facts.first_day
    if facts.pauses:
        last = facts.pauses[-1]
        longer = replace(facts, pauses=(*facts.pauses[:-1], Pause(last.first, last.until + timedelta(days=3))))
        assert working_deadline(longer, CALENDAR).day >= due.day


@given(DAYS, st.integers(0, 60), st.integers(0, 20), st.integers(0, 20))
def test_a_rest_that_was_interrupted_for_no_time_counts_as_one(first, ahead, one, two):
    day, middle = first + timedelta(days=ahead), first + timedelta(days=one)
    end = middle + timedelta(days=two)
    whole = DeadlineFacts(first_day=day, since=first, pauses=(Pause(first, end),))
    parts = replace(whole, pauses=(Pause(first, middle), Pause(middle, end)))
    assert (
        working_deadline(parts, CALENDAR).day >= working_deadline(whole, CALENDAR).day
    )  # it is checked up to the moved day
    if end <= day:
        assert working_deadline(parts, CALENDAR).day == working_deadline(whole, CALENDAR).day


@given(DAYS, st.integers(0, 60), PAUSES)
def test_the_explanation_ends_at_the_day_and_its_pauses_lead_there_one_after_the_other(first, ahead, spans):
    facts = DeadlineFacts(first_day=first + timedelta(days=ahead), since=first, pauses=rests(first, spans))
    found = explain(facts, CALENDAR)
    moves = [line.params for line in found.lines if "before" in line.params]
    assert found.day == working_deadline(facts, CALENDAR).day
    chain = [facts.first_day, *[day for move in moves for day in (move["before"], move["after"])], found.day]
    assert all(a == b for a, b in list(pairwise(chain))[::2])


@given(st.dates(date(2019, 1, 1), date(2027, 6, 30)), st.integers(1, 40))
def test_the_days_skipped_and_the_days_counted_make_up_the_whole_span(start, count):
    found = explain(Counted(start, count), CALENDAR)
    skipped = [row for line in found.lines for row in line.skipped]
    days = [one.first + timedelta(days=n) for one in skipped for n in range((one.last - one.first).days + 1)]
    assert len(days) == len(set(days)) == (found.day - start).days - count
    assert not any(is_working_day(day, CALENDAR) for day in days)
    assert found.provisional == (found.day.year > 2026)


def test_ten_working_days_over_the_national_holiday_are_explained_day_by_day():
    found = explain(Counted(date(2023, 9, 27), 3), CALENDAR)
    assert found.day == date(2023, 10, 8)
    assert found.lines[1].skipped == (
        Skipped(date(2023, 9, 29), date(2023, 9, 29), NotWorked.HOLIDAY, "中秋"),
        Skipped(date(2023, 9, 30), date(2023, 10, 6), NotWorked.HOLIDAY, "国庆节"),
    )


def test_a_day_counted_into_an_unannounced_year_is_provisional_until_the_year_is_announced():
    facts = Counted(date(2026, 12, 28), 10)
    before = explain(facts, CALENDAR)
    assert (before.day, before.unannounced) == (date(2027, 1, 11), (2027,))
    announced = WorkingCalendar({**CALENDAR.years, 2027: CalendarYear(frozenset({date(2027, 1, 1)}))})
    after = explain(facts, announced)
    assert (after.day, after.provisional) == (date(2027, 1, 12), False)


def test_a_rest_in_an_unannounced_year_makes_the_deadline_provisional_but_a_day_that_was_set_does_not():
    set_by_hand = DeadlineFacts(first_day=date(2027, 1, 20), since=date(2026, 12, 1))
    assert not explain(set_by_hand, CALENDAR).provisional
    rested = replace(set_by_hand, pauses=(Pause(date(2026, 12, 28), date(2027, 1, 5)),))
    assert explain(rested, CALENDAR).unannounced == (2027,)


def test_a_text_that_was_submitted_keeps_its_day_and_says_what_the_calendar_would_give_now():
    unsigned = explain(Counted(date(2026, 12, 28), 10, fixed=date(2027, 1, 11)), CALENDAR)
    assert (unsigned.day, unsigned.provisional) == (date(2027, 1, 11), True)
    signed = explain(Counted(date(2026, 12, 28), 10, fixed=date(2027, 1, 11), signed=True), CALENDAR)
    assert not signed.provisional
    same = explain(Counted(date(2026, 11, 23), 10, fixed=date(2026, 12, 7)), CALENDAR)
    assert (same.day, same.provisional) == (date(2026, 12, 7), False)
    other = explain(Counted(date(2026, 11, 23), 10, fixed=date(2026, 12, 8)), CALENDAR)
    assert other.day == date(2026, 12, 8)
    assert other.lines[-1].params == {"fixed": date(2026, 12, 8), "day": date(2026, 12, 7)}


@pytest.mark.parametrize(
    ("facts", "day", "said"),
    [
        (Chosen(date(2027, 1, 15)), date(2027, 1, 15), {}),
        (Statutory(end_of_day(date(2026, 12, 31))), date(2026, 12, 31), {"day": date(2026, 12, 31), "hour": "24:00"}),
        (
            Statutory(statutory_deadline(date(2021, 12, 31), datetime(2021, 12, 31, 17).time())),
            date(2021, 12, 31),
            {"day": date(2021, 12, 31), "hour": "17:00"},
        ),
    ],
)
def test_what_was_chosen_or_is_law_is_never_provisional(facts, day, said):
    found = explain(facts, CALENDAR)
    assert (found.day, found.provisional, found.lines[0].params) == (day, False, said)


def test_a_case_at_rest_says_that_its_day_is_not_known_yet():
    found = explain(with_facts(pauses=(Pause(date(2023, 11, 16)),)), CALENDAR)
    assert found.day is None
    assert found.lines[-1].params == {"first": date(2023, 11, 16)}


@pytest.mark.parametrize("year", range(2019, 2027))
def test_a_year_of_the_real_calendar_has_as_many_working_days_as_were_announced(year):
    """The days worked as the notices of the State Council give them; 2020 after its longer Spring Festival."""
    counted = 0
    day = date(year - 1, 12, 31)
    while (day := add_working_days(day, 1, CALENDAR).day).year == year:
        counted += 1
    assert counted == {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}[year]

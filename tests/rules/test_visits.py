"""What a visit needs: everything that is wrong is said at once, each at its own field."""

from datetime import date

import pytest

from casework.rules.errors import Refusals, refuse_all
from casework.rules.visits import visit_refusals

TODAY = date(2026, 11, 22)
PEOPLE = [("李河", "宁A001"), ("安洁", "宁A002")]


def refused(*, day=TODAY, people=(("李河", ""),), inspection=False, due_days=()):
    found = visit_refusals(day=day, people=people, inspection=inspection, due_days=due_days, today=TODAY)
    return [one.field for one in found]


@pytest.mark.parametrize("certificates", [[], [""], ["宁A001"], ["宁A001", ""], ["宁A001", "宁A001"], ["宁A001", " "]])
def test_an_inspection_is_refused_without_two_certificates_of_two_people(certificates):
    people = [("李河", one) for one in certificates] or [("李河", "")]
    assert refused(people=people, inspection=True) == ["officers"]
    assert refused(people=people) == []


def test_an_inspection_by_two_officers_with_certificates_is_fine():
    assert refused(people=PEOPLE, inspection=True) == []


def test_every_fault_is_said_at_once_and_at_its_own_field():
    tomorrow, before = date(2026, 11, 23), date(2026, 11, 1)
    due_days = [("follow_ups-0-due_day", before), ("follow_ups-1-due_day", None), ("follow_ups-2-due_day", before)]
    assert refused(day=tomorrow, people=(), inspection=True, due_days=due_days) == [
        "day", "officers", "follow_ups-0-due_day", "follow_ups-2-due_day",
    ]  # fmt: skip


def test_a_day_that_cannot_be_read_hides_no_other_fault():
    assert refused(day=None, people=(), due_days=[("follow_ups-0-due_day", TODAY)]) == ["officers"]


def test_refusals_are_raised_together_and_none_raise_nothing():
    found = list(visit_refusals(day=TODAY, people=(), inspection=False, due_days=(), today=TODAY))
    with pytest.raises(Refusals, match="Say who took part") as raised:
        refuse_all(found * 2)
    assert len(raised.value.refusals) == 2
    refuse_all([])

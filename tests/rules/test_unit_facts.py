"""What is owed for a year: figures from records, and by which law."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import assert_explained

from casework.rules.compliance import Surrendered, completion
from casework.rules.figures import Record
from casework.rules.rule_sets import SourceStatus
from casework.rules.unit_facts import UnitFacts, duty_on, market_on

DEADLINE = datetime(2026, 12, 31, 16, tzinfo=UTC)
ROWS = st.lists(
    st.builds(
        lambda days, tonnes: Record("Surrender", date(2026, 12, 31) + timedelta(days=days), tonnes=tonnes),
        st.integers(-3, 3), st.integers(-1_000, 5_000),
    ),
    max_size=5,
)  # fmt: skip


@given(ROWS, st.integers(0, 10_000))
def test_surrendered_short_and_completion_follow_from_the_records_that_explain_them(rows, due):
    facts = UnitFacts(
        verified=due, allocation=due, due=due, surrendered=sum(row.tonnes for row in rows), sector="power",
        due_day=DEADLINE.date(), filled_by=tuple(rows),
    )  # fmt: skip
    judged = facts.completion(DEADLINE)
    assert_explained(facts.owed, facts.filled, facts.shortage, judged)
    assert facts.filled.value == facts.surrendered
    assert facts.shortage.value == facts.short == max(due - facts.surrendered, 0)
    assert judged.value is completion([Surrendered(row.day, row.tonnes) for row in rows], due, DEADLINE)


@pytest.mark.parametrize(
    ("day", "source"),
    [(date(2020, 1, 1), "试行"), (date(2024, 4, 30), "试行"), (date(2024, 5, 1), "775"), (date(2026, 12, 31), "775")],
)
def test_the_law_of_the_day_lays_the_duty_on_the_unit_and_lets_it_trade(day, source):
    assert source in duty_on(day).source
    assert source in market_on(day).source
    assert duty_on(day).status is SourceStatus.UNVERIFIED
    assert market_on(day).status is SourceStatus.PUBLISHED

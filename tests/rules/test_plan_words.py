"""What a letter tells of relief plans: agreed, done by a day, and not kept."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.letters import AddresseeKind
from casework.rules.measures import MeasureKind as K
from casework.rules.plan_words import MOST_ONE_BY_ONE, PlannedMeasure, PlanRow, plans_text
from casework.rules.wording import demanding_words, wording_refusal

DAY, ORGAN = date(2026, 11, 22), "自治区生态环境厅"
BOUGHT = PlannedMeasure(K.BUY, 50_000, date(2026, 11, 1), date(2026, 10, 30), 50_000)
LESS = PlannedMeasure(K.CCER, 9_000, date(2026, 11, 10), date(2026, 11, 9), 4_000)
LATE = PlannedMeasure(K.GIFT, 1_000, date(2026, 11, 12))
OPEN = PlannedMeasure(K.FINANCING, 0, date(2026, 12, 15))
PLAN = PlanRow("甲公司", 2, date(2026, 10, 23), (BOUGHT, LATE, LESS, OPEN))


def test_a_plan_is_told_with_its_measures_tonnes_days_and_what_was_not_kept():
    assert plans_text((PLAN,), DAY, ORGAN) == (
        "2026年10月23日，我厅批准甲公司个性化纾困方案（第2版），列明措施4项、合计60,000吨，最后一项于2026年12月15日到期。"
        "截至2026年11月22日，方案已执行30天，完成2项、落实54,000吨；未按方案落实2项："
        "使用CCER抵销9,000吨（2026年11月10日到期，实际落实4,000吨）、受赠配额1,000吨（2026年11月12日到期，已逾期10天）。"
    )


def test_a_plan_that_is_kept_says_no_more_and_one_that_failed_says_so():
    kept = replace(PLAN, measures=(BOUGHT, OPEN))
    assert plans_text((kept,), DAY, ORGAN).endswith("完成1项、落实50,000吨。")
    assert plans_text((replace(kept, failed=True),), DAY, ORGAN).endswith("落实50,000吨。该方案已认定未能落实。")


def test_of_many_plans_the_sums_are_told():
    many = (PLAN,) * MOST_ONE_BY_ONE
    assert len(plans_text(many, DAY, ORGAN).splitlines()) == MOST_ONE_BY_ONE
    told = plans_text((*many, replace(PLAN, failed=True)), DAY, ORGAN)
    assert told == (
        "上述单位中，我厅已批准9家的个性化纾困方案，列明措施36项、合计540,000吨。"
        "截至2026年11月22日，完成18项、落实486,000吨，未按方案落实18项，其中1家的方案已认定未能落实。"
    )


@pytest.mark.parametrize(("plans", "day"), [((), DAY), ((PLAN,), None)])
def test_without_a_plan_or_a_day_nothing_is_told(plans, day):
    assert plans_text(plans, day, ORGAN) == ""


MEASURES = st.builds(
    PlannedMeasure,
    st.sampled_from(K), st.integers(0, 10**6), st.dates(date(2026, 10, 1), date(2026, 12, 31)),
    st.none() | st.dates(date(2026, 10, 1), DAY), st.none() | st.integers(0, 10**6),
)  # fmt: skip


@given(st.lists(MEASURES, min_size=1, max_size=6), st.booleans(), st.integers(1, 10))
def test_whatever_is_told_demands_nothing_of_a_government_and_names_what_was_not_kept(measures, failed, number):
    plan = replace(PLAN, measures=tuple(measures), failed=failed)
    told = plans_text((plan,) * number, DAY, ORGAN)
    assert demanding_words(told) == ()
    assert wording_refusal(AddresseeKind.GOVERNMENT, [*told.splitlines(), "请予支持。"], None) is None
    assert ("未按方案落实" in told) or (number <= MOST_ONE_BY_ONE and not plan.broken_on(DAY))
    later = plan.broken_on(DAY + timedelta(days=365))
    assert set(plan.broken_on(DAY)) <= set(later)

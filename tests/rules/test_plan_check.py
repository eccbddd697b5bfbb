"""A plan held against the rules: what its measures rest on, what they add up to, what is to be minded."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from support.figures import assert_explained
from support.rule_sets import RULE_SETS

from casework.rules.measures import MeasureKind as K
from casework.rules.plan_check import cautions_of, judged, sums_of
from casework.rules.relief import openings
from casework.rules.rule_sets import Ground
from casework.rules.unit_facts import UnitFacts

OLD, _MIDDLE, NEW = RULE_SETS
UNIT = UnitFacts(
    verified=1_000_000,
    allocation=850_000,
    due=1_000_000,
    surrendered=900_000,
    sector="power",
    due_day=date(2023, 12, 31),
)
BUY_ALL = [(K.BUY, 100_000, Decimal(6_000_000))]


def minded(measures, facts=UNIT, rules=NEW, *, missing=0, decided=False):
    found = cautions_of(measures, [openings(facts, rules)], missing, 20, decided=decided)
    return [one.message % one.params for one in found]


def test_a_plan_says_what_breaks_a_rule_first_then_what_is_not_sure():
    said = minded([(K.CCER, 60_000, None), (K.GIFT, 40_000, None)], missing=5)
    assert said[0].endswith("60000 t are more than the 50000 t that the rule allows.")
    assert "frozen" in said[1]
    assert said[2].startswith("5 t stay short")
    assert any("depends on the consent" in one for one in said)
    assert said[-1].startswith("The rules of 2 of these measures are a draft or not verified")


def test_buying_alone_is_sure_but_for_its_price():
    assert minded(BUY_ALL) == ["It costs 1200000.00 yuan more if prices rise by 20 % before it is bought."]


def test_a_plan_that_was_decided_on_is_no_longer_measured_by_what_is_short_now():
    said = minded([(K.CCER, 50_000, None)], replace(UNIT, surrendered=999_000), missing=9, decided=True)
    assert said == ["The rules of 1 of these measures are a draft or not verified: ask before relying on them."]


def test_compulsory_surrender_of_what_nobody_confirmed_is_told_as_not_open():
    stopped = replace(UNIT, grounds=frozenset({Ground.SHUT_DOWN}))
    assert "not confirmed" in minded([(K.COMPULSORY, 100_000, None)], stopped)[0]
    said = minded([(K.COMPULSORY, 100_000, None)], replace(stopped, holdings=200_000))
    assert not any("not confirmed" in one for one in said)


def test_without_rules_for_a_year_it_says_that_nothing_was_checked():
    assert "no rule was checked" in cautions_of(BUY_ALL, [openings(UNIT, NEW), ()], 0, 20, decided=False)[0].message


@given(
    st.lists(st.tuples(st.sampled_from(K), st.integers(0, 10**6), st.none() | st.decimals(0, 10**9, places=2))),
    st.sampled_from(RULE_SETS),
)
def test_what_a_plan_adds_up_to_is_explained_and_every_measure_judged_once(measures, rules):
    sums = sums_of(measures, UNIT.shortage)
    assert_explained(sums.short, sums.brought, sums.missing, sums.amount)
    assert sums.brought.value == sum(tonnes for kind, tonnes, _yuan in measures if kind.brings_tonnes)
    assert sums.missing.value == max(UNIT.short - sums.brought.value, 0)
    found = judged(measures, [openings(UNIT, rules), openings(UNIT, rules)])
    assert {one.kind for one in found} == {kind for kind, _tonnes, _yuan in measures}
    assert sum(one.tonnes.value for one in found) == sum(tonnes for _kind, tonnes, _yuan in measures)
    assert_explained(*(one.most for one in found if one.most))
    assert all(one.manner.ask and one.told for one in found)

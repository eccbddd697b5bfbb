"""The planner: the cheapest lawful mix is the one that brute force finds, and keeps within every limit."""

from datetime import date
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from support.figures import assert_explained
from support.rule_sets import RULE_SETS

from casework.rules.cautions import Caution
from casework.rules.figures import RECORDED
from casework.rules.measures import MeasureKind
from casework.rules.money import ASSUMED
from casework.rules.planning import MANNERS, Answerable, Source, Terms, alternatives, begin_by, cheapest
from casework.rules.relief import measure_faults, openings
from casework.rules.rule_sets import Ground
from casework.rules.unit_facts import UnitFacts

K = MeasureKind
OLD, _MIDDLE, NEW = RULE_SETS
TERMS = Terms(price=Decimal("60.00"), ccer_price=Decimal("50.00"), stress_percent=50)
# 150,000 t gap of 1,000,000 t; 100,000 t are still short.
DUE = date(2023, 12, 31)
POOR = UnitFacts(
    verified=1_000_000,
    allocation=850_000,
    due=1_000_000,
    surrendered=900_000,
    sector="power",
    due_day=DUE,
    in_difficulty=True,
)


def planned(facts, rules=OLD, terms=TERMS):
    return {one.code: one for one in alternatives({"2021": (facts.shortage, openings(facts, rules))}, terms)}


def of_tonnes(number):
    return RECORDED.of(tonnes=number)


def tonnes(mix):
    return {kind: amount for kind, (amount, _cost) in mix.by_kind().items()}


small_sources = st.lists(
    st.builds(
        Source,
        st.sampled_from(["2021", "2022"]),
        st.sampled_from(sorted(kind for kind in K if kind.brings_tonnes)),
        st.integers(0, 4).map(of_tonnes),
        st.sampled_from([Decimal(0), Decimal("0.50"), Decimal(1), Decimal(3)]).map(
            lambda price: ASSUMED.of(price=price)
        ),
    ),
    max_size=4,
    unique_by=lambda source: (source.year, source.kind),
)


@given(
    short=st.fixed_dictionaries({"2021": st.integers(0, 6), "2022": st.integers(0, 6)}),
    found=small_sources,
    money=st.none() | st.sampled_from([Decimal(0), Decimal(2), Decimal("4.50")]),
)
def test_no_mix_leaves_less_short_or_costs_less_than_the_one_proposed(short, found, money):
    mix = cheapest({year: of_tonnes(number) for year, number in short.items()}, found, money)
    best = None
    for taken in product(*(range(source.most.value + 1) for source in found)):
        lines = list(zip(found, taken, strict=True))
        brought = {year: sum(n for source, n in lines if source.year == year) for year in short}
        paid = sum((source.price.value * n for source, n in lines), Decimal(0))
        if all(brought[year] <= short[year] for year in short) and (money is None or paid <= money):
            outcome = (sum(short.values()) - sum(brought.values()), paid)
            best = outcome if best is None else min(best, outcome)
    assert (mix.missing.value, mix.cost.value) == best
    assert all(0 < line.tonnes.value <= line.source.most.value for line in mix.lines)
    assert mix.tonnes.value + mix.missing.value == sum(short.values())
    assert_explained(mix.missing, mix.cost, mix.tonnes, *(line.cost for line in mix.lines))


def test_the_cheapest_mix_borrows_what_it_may_and_offsets_before_it_buys():
    found = planned(POOR)
    assert tonnes(found["cheapest"].mix) == {K.BORROW: 75_000, K.CCER: 25_000}
    assert found["cheapest"].mix.cost.value == Decimal("1250000.00")
    assert found["cheapest"].mix.owed_back.value == 75_000
    assert tonnes(found["own"].mix) == {K.CCER: 50_000, K.BUY: 50_000}
    assert found["own"].mix.cost.value == Decimal("5500000.00")
    assert found["stressed"].mix.cost.value == Decimal("1875000.00")


def test_with_the_money_there_is_as_much_as_it_buys_is_covered_and_the_rest_is_said_to_stay_short():
    facts = UnitFacts(verified=1_000, allocation=900, due=1_000, surrendered=900, sector="power", due_day=DUE)
    found = planned(facts, NEW, Terms(price=Decimal(60), ccer_price=Decimal(50), money=Decimal("2620.00")))
    assert tonnes(found["money"].mix) == {K.CCER: 50, K.BUY: 2}
    assert found["money"].mix.missing.value == 48
    assert found["money"].cautions[0] == Caution(
        "%(missing)s t stay short: the unit would default on them.", {"missing": 48}
    )
    assert "own" not in found, "nothing can be borrowed, so leaving it out is no alternative"


def test_a_gift_counts_as_far_as_it_is_promised_once_over_all_years():
    facts = UnitFacts(
        verified=1_000, allocation=800, due=1_000, surrendered=800, sector="power", due_day=DUE,
        grounds=frozenset({Ground.FROZEN}),
    )  # fmt: skip
    said = [one for one in openings(facts, OLD) if one.kind is not K.COMPULSORY]
    terms = Terms(price=Decimal(60), ccer_price=Decimal(60), gift=250)
    mix = alternatives(dict.fromkeys(("2021", "2022"), (facts.shortage, said)), terms)[0].mix
    assert tonnes(mix) == {K.BUY: 150, K.GIFT: 250}


@given(
    surrendered=st.integers(0, 1_000_000),
    allocation=st.integers(600_000, 1_000_000),
    sued=st.booleans(),
    difficult=st.booleans(),
    rules=st.sampled_from(RULE_SETS),
    grounds=st.frozensets(st.sampled_from(sorted(Ground))),
    holdings=st.none() | st.integers(0, 1_000_000),
)
def test_what_is_proposed_breaks_no_rule_and_covers_what_is_short(
    surrendered, allocation, sued, difficult, rules, grounds, holdings
):
    facts = UnitFacts(
        verified=1_000_000, allocation=allocation, due=1_000_000, surrendered=surrendered, sector="power", due_day=DUE,
        sued=sued, in_difficulty=difficult, grounds=grounds, holdings=holdings,
    )  # fmt: skip
    for found in planned(facts, rules).values():
        rows = [(kind, amount) for kind, (amount, _cost) in found.mix.by_kind().items()]
        assert measure_faults(rows, [openings(facts, rules)]) == []
        assert found.mix.missing.value == 0
        assert holdings is not None or K.COMPULSORY not in found.mix.by_kind()
        assert sum(amount for _kind, amount in rows) == facts.short


@given(surrendered=st.integers(0, 999_999))
def test_what_is_surrendered_more_never_makes_the_rest_dearer(surrendered):
    facts = UnitFacts(
        verified=1_000_000, allocation=850_000, due=1_000_000, surrendered=surrendered, sector="power", due_day=DUE
    )  # fmt: skip
    more = UnitFacts(
        verified=1_000_000, allocation=850_000, due=1_000_000, surrendered=surrendered + 1, sector="power", due_day=DUE
    )  # fmt: skip
    assert planned(more)["cheapest"].mix.cost.value <= planned(facts)["cheapest"].mix.cost.value


def test_a_measure_is_begun_before_the_deadline_and_never_in_the_past():
    assert begin_by(K.BUY, date(2026, 12, 31), date(2026, 11, 1)) == date(2026, 12, 21)
    assert begin_by(K.BORROW, date(2026, 12, 31), date(2026, 12, 24)) == date(2026, 12, 24)


def test_the_department_answers_for_what_it_does_itself_and_every_kind_says_whom_to_ask():
    assert {kind for kind in K if MANNERS[kind].by is Answerable.DEPARTMENT} == {K.INDIVIDUAL, K.COMPULSORY}
    assert all(MANNERS[kind].ask for kind in K)


def test_a_mix_says_what_is_risky_about_it():
    said = [one.message for one in planned(POOR)["cheapest"].cautions]
    assert any("more if prices rise" in message for message in said)
    assert any("come off a later allocation" in message for message in said)
    assert any("draft or not verified" in one.message for one in planned(POOR, NEW)["cheapest"].cautions)

"""Bulletins from their facts: what they say is counted, both rankings stand side by side, nobody is blamed early."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.bulletin_facts import BulletinFacts, RegionFacts, RiskUnit, RoundFacts, Wish, places
from casework.rules.bulletin_tables import tables
from casework.rules.bulletins import paragraphs, title_of
from casework.rules.compliance import CompletionFigures
from casework.rules.letter_facts import Attachment, Bars, Chart, Table

TODAY = date(2026, 11, 22)


def figures(units, on_time, due, surrendered):
    return CompletionFigures(
        units_due=units, units_on_time=on_time, units_late=0, tonnes_due=due, tonnes_surrendered=surrendered,
        tonnes_short=due - surrendered,
    )  # fmt: skip


FEW, MANY, NONE = figures(2, 2, 100, 100), figures(10, 5, 10_000, 9_900), figures(0, 0, 0, 0)
WISHES = (Wish(text="请协调金融机构。", units=3), Wish(text="请复核", units=1))
REGIONS = (
    RegionFacts(name="甲市", figures=FEW, units=2, on_time=2, completed_since=1, surrendered_since=60),
    RegionFacts(
        name="乙市", figures=MANY, units=5, on_time=3, late=1, changed=2, worse=1, at_risk=1, unanswered=2,
        surrendered_since=400, wishes=WISHES,
    ),
    RegionFacts(name="丙市", figures=NONE),
)  # fmt: skip
FROZEN = RoundFacts(number=3, frozen=True)


def the_facts(**more):
    total = figures(12, 7, 10_100, 10_000)
    return BulletinFacts(**{"day": TODAY, "total": total, "milestone": None, "regions": REGIONS} | more)


def said(**more):
    return "\n".join(paragraphs(the_facts(**more)))


def test_both_rankings_stand_beside_one_another_with_what_they_rest_on():
    text = said()
    assert "按完成家数比例排名：甲市第1（100%，2/2家次）、乙市第2（50%，5/10家次）。" in text
    assert "按清缴吨数比例排名：甲市第1（100%，缺口0吨）、乙市第2（99%，缺口100吨）。" in text
    assert "丙市" not in text  # who owes nothing has no place


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=1, max_size=8))
def test_a_place_counts_those_who_stand_better_and_equals_share_it(rows):
    regions = [
        RegionFacts(name=str(n), figures=figures(due, min(due, done), due, min(due, done)))
        for n, (due, done) in enumerate(rows)
    ]
    found = places(regions, lambda one: one.by_units)
    assert sorted(one.name for _, one in found) == sorted(one.name for one in regions)
    for place, one in found:
        assert place == 1 + sum(other.by_units > one.by_units for other in regions)


@pytest.mark.parametrize(
    ("day", "wanted", "words"),
    [
        (15, "50", "已经达到。\n"), (15, "58.33", "已经达到。\n"), (15, "95", "尚差36.67个百分点。\n"),
        (30, "50", "已提前达到。\n"), (30, "60", "尚差1.67个百分点。\n"),
        (15, "50", "各地均已达到节点目标。"), (15, "95", "达到节点目标的有甲市；未达到的有乙市（尚差45个百分点）。"),
    ],
)  # fmt: skip
def test_it_stands_against_the_milestone_as_a_whole_and_by_region(day, wanted, words):
    assert words in said(milestone=(date(2026, 11, day), Decimal(wanted)))


def test_a_round_is_told_with_its_numbers_and_whoever_was_late():
    text = said(round=FROZEN, since=date(2026, 11, 15))
    assert "较上期调度（2026年11月15日）新增完成1家次，新增清缴460吨。" in text
    assert "第3期调度应报7家，按期报送5家，逾期报送1家，未报1家；未按期报送的为乙市2家。" in text
    assert "较上期填报内容有变化2家，进展不及上期1家。" in text
    assert "各地研判为高风险1家，其中乙市1家。" in text
    assert "逾期未回函2件，其中乙市2件。" in text
    assert "乙市：请协调金融机构（3家）；请复核（1家）。" in text
    assert [line for line in text.splitlines() if line[1] == "、"][-2:] == ["六、各地请求协调事项", "七、下一步工作"]
    assert "调度报送" not in said()


def test_a_round_that_is_still_being_reported_blames_nobody():
    text = said(round=RoundFacts(number=4, frozen=False))
    assert "第4期调度正在填报，截至2026年11月22日应报7家，按期报送5家，逾期报送1家，未报1家。" in text


def test_of_many_regions_the_text_tells_the_first_and_the_last():
    many = tuple(RegionFacts(name=f"第{n}县", figures=figures(100, n % 101, 100, n % 101)) for n in range(300))
    text = said(regions=many, milestone=(TODAY, Decimal(50)))
    assert "居前3位的是第100县第1" in text
    assert max(map(len, text.splitlines())) < 600
    assert tables(the_facts(regions=many))[0].chart is None


def test_the_tables_hold_units_and_tonnes_of_every_region_with_both_places_and_their_sum():
    one, ranking, two, three = tables(the_facts(round=FROZEN, since=date(2026, 11, 15)))
    assert [row[0] for row in one.table.rows] == ["甲市", "乙市", "合计"]
    assert one.table.rows[1] == ("乙市", "10", "5", "50.00", "10,000", "100", "99.00")
    assert ranking.table.rows == (
        ("1", "甲市", "100.00", "1", "甲市", "100.00"),
        ("2", "乙市", "50.00", "2", "乙市", "99.00"),
    )
    assert two.table.rows[-1] == ("合计", "1", "460", "2", "1")
    assert three.table.rows[1] == ("乙市", "5", "3", "1", "1", "1", "2")
    assert one.chart.alternative.startswith("条形图：甲市按家数100.00%、按吨数100.00%")


RISKS = (
    RiskUnit(region="乙市", name="一厂", short=1_200, to_buy=1_100),
    RiskUnit(region="乙市", name="二厂", short=5, to_buy=None),
)
WHOLE = the_facts(
    round=FROZEN, since=date(2026, 11, 15), milestone=(date(2026, 11, 15), Decimal(95)), risks=RISKS
)  # fmt: skip


def test_a_bulletin_reads_as_a_whole():
    assert (
        "\n".join(paragraphs(WHOLE))
        == """一、总体进展
截至2026年11月22日，应履约12家次，按时足额完成7家次，按家数完成58.33%；应清缴碳排放配额10,100吨，已清缴10,000吨，按吨数完成99.01%，缺口100吨。
较上期调度（2026年11月15日）新增完成1家次，新增清缴460吨。
对照2026年11月15日完成95%的节点目标，尚差36.67个百分点。
二、各地完成情况
按完成家数比例排名：甲市第1（100%，2/2家次）、乙市第2（50%，5/10家次）。
按清缴吨数比例排名：甲市第1（100%，缺口0吨）、乙市第2（99%，缺口100吨）。
各地应履约家数和应清缴吨数相差较大，按两项分别排名，比例相同的名次并列。
达到节点目标的有甲市；未达到的有乙市（尚差45个百分点）。
三、调度报送情况
第3期调度应报7家，按期报送5家，逾期报送1家，未报1家；未按期报送的为乙市2家。
较上期填报内容有变化2家，进展不及上期1家。
四、风险单位情况
各地研判为高风险1家（名单见附件），其中乙市1家。
五、函件回复情况
逾期未回函2件，其中乙市2件。
六、各地请求协调事项
乙市：请协调金融机构（3家）；请复核（1家）。
七、下一步工作"""
    )


def test_where_nothing_is_owed_and_nobody_reported_a_bulletin_says_so():
    empty = RegionFacts(name="丙市", figures=NONE)
    assert (
        said(total=NONE, regions=(empty,), round=FROZEN, milestone=(date(2026, 12, 1), Decimal("87.5")))
        == """一、总体进展
截至2026年11月22日，应履约0家次，按时足额完成0家次，按家数完成—；应清缴碳排放配额0吨，已清缴0吨，按吨数完成—，缺口0吨。
对照2026年12月1日完成87.5%的节点目标，尚差87.5个百分点。
二、各地完成情况
各地均无应履约的重点排放单位。
三、调度报送情况
第3期调度应报0家，按期报送0家，逾期报送0家，未报0家。
四、风险单位情况
各地未上报高风险单位。
五、函件回复情况
各地均按期回函，无逾期未回函。
六、下一步工作"""
    )


def the_regions(count, done=1, **more):
    return tuple(RegionFacts(name=f"{n}县", figures=figures(4, done, 10, 5), **more) for n in range(1, count + 1))


@pytest.mark.parametrize(
    ("count", "words", "others"),
    [
        (15, "按完成家数比例排名：1县第1（25%，1/4家次）、2县第1", "居前"),
        (16, "排名：居前3位的是1县第1（25%，1/4家次）、2县第1", "、4县第1"),
        (16, "、3县第1（25%，1/4家次）；居后3位的是14县第1（25%，1/4家次）、15县", "；居后3位的是13县"),
        (16, "、16县第1（50%，缺口5吨）；全部名次见附件。", "、13县第1"),
        (15, "各地均未达到节点目标：1县（尚差25个百分点）、2县", "等15个地区"),
        (16, "各地均未达到节点目标：2县（尚差25个百分点）、3县", "：1县（尚差"),
        (16, "、16县（尚差25个百分点）等16个地区。", "等15个地区"),
        (15, "逾期未回函15件，其中1县1件、2县1件", "等15个地区"),
        (16, "、15县1件等16个地区。", "16县1件"),
        (15, "\n15县：请复核（2家）。", "16县：请"),
        (16, "\n15县：请复核（2家）。", "16县：请"),
    ],
)  # fmt: skip
def test_up_to_fifteen_regions_are_named_and_of_more_their_number(count, words, others):
    regions = the_regions(count, unanswered=1, wishes=(Wish(text="请复核", units=2),))
    text = said(regions=regions, milestone=(TODAY, Decimal(50)))
    assert words in text
    assert others not in text


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (15, "达到节点目标的有1县、2县"), (15, "、15县；未达到的有乙市（尚差1个百分点）、丁市（尚差26个百分点）。"),
        (16, "达到节点目标的有16个地区；未达到的有乙市"),
    ],
)  # fmt: skip
def test_those_behind_the_milestone_stand_with_their_distance_the_nearest_first(there, words):
    behind = [RegionFacts(name=name, figures=figures(100, done, 1, 0)) for name, done in (("丁市", 25), ("乙市", 50))]
    text = said(regions=(*behind, *the_regions(there, 4)), milestone=(TODAY, Decimal(51)))
    assert words in text


def test_whoever_has_most_stands_first_and_a_round_still_open_tells_no_change_without_an_earlier_one():
    one, two = the_regions(2, at_risk=1, units=3, on_time=3)
    worst = RegionFacts(name="丁市", figures=FEW, at_risk=4, units=1)
    text = said(regions=(one, worst, two), round=FROZEN)
    assert "各地研判为高风险6家，其中丁市4家、1县1家、2县1家。" in text
    assert "未按期报送的为丁市1家。" in text
    assert "较上期" not in text


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (["  请  厅里\n协调。；;."], "甲市：请 厅里 协调（1家）。"),
        (["长" * 60], f"甲市：{'长' * 60}（1家）。"),
        (["长" * 61], f"甲市：{'长' * 60}……（1家）。"),
        (["一", "二", "三"], "甲市：一（1家）；二（1家）；三（1家）。"),
        (["一", "二", "三", "四", "五"], "甲市：一（1家）；二（1家）；三（1家）；另有2项。"),
    ],
)
def test_wishes_are_told_shortly_three_of_each_region(texts, line):
    wishes = tuple(Wish(text=text, units=1) for text in texts)
    assert line in said(regions=(RegionFacts(name="甲市", figures=FEW, wishes=wishes),)).splitlines()


def test_the_title_bears_the_number_of_the_round_it_rests_on():
    assert [title_of(facts, "通报") for facts in (WHOLE, the_facts())] == ["通报（第3期）", "通报"]


def test_what_is_attached_is_complete():
    as_of, side = (
        "数据截至2026年11月22日。",
        "各地应履约家数和应清缴吨数相差较大，按家数和按吨数并列排名；比例相同的名次并列。",
    )
    bars = (Bars("甲市", (10_000, 10_000)), Bars("乙市", (5_000, 9_900)))
    done, ranking, change, reported, risks = tables(WHOLE)
    assert done == Attachment(
        "各地碳排放配额清缴完成情况", (as_of,),
        Table(
            ("地区", "应履约（家次）", "按时完成（家次）", "按家数（%）", "应清缴量（吨）", "缺口（吨）",
             "按吨数（%）"),
            (("甲市", "2", "2", "100.00", "100", "0", "100.00"), ("乙市", "10", "5", "50.00", "10,000", "100", "99.00"),
             ("合计", "12", "7", "58.33", "10,100", "100", "99.01")),
            numeric=(1, 2, 3, 4, 5, 6),
        ),
        Chart(("按家数", "按吨数"), bars, 9_500),
    )  # fmt: skip
    assert (ranking.title, ranking.paragraphs, ranking.table.numeric) == (
        "各地完成情况排名",
        (as_of, side),
        (0, 2, 3, 5),
    )
    assert (change.title, change.paragraphs) == ("各地较上期变化情况", ("与上期调度截止日2026年11月15日相比。",))
    assert change.table.rows == (
        ("甲市", "1", "60", "0", "0"), ("乙市", "0", "400", "2", "1"), ("丙市", "0", "0", "0", "0"),
        ("合计", "1", "460", "2", "1"),
    )  # fmt: skip
    assert (change.table.head[0], change.table.numeric) == ("地区", (1, 2, 3, 4))
    assert (reported.title, reported.paragraphs, reported.table.head[-1]) == (
        "第3期调度报送和回函情况", (as_of,), "逾期未回函（件）",
    )  # fmt: skip
    assert risks == Attachment(
        "高风险单位名单", (as_of,),
        Table(
            ("序号", "地区", "重点排放单位", "缺口（吨）", "上报尚需购买（吨）"),
            (("1", "乙市", "一厂", "1,200", "1,100"), ("2", "乙市", "二厂", "5", "—")),
            numeric=(3, 4),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(("count", "bars"), [(0, None), (1, 1), (15, 15), (16, None)])
def test_a_chart_shows_up_to_fifteen_regions_and_no_mark_without_a_milestone(count, bars):
    chart = tables(the_facts(regions=the_regions(count)))[0].chart
    assert (chart and len(chart.bars), chart and chart.mark) == (bars, None)


def test_a_region_with_less_of_one_stands_lower_in_that_ranking_alone():
    one = RegionFacts(name="甲市", figures=figures(2, 2, 100, 10))
    other = RegionFacts(name="乙市", figures=figures(2, 1, 100, 90))
    assert tables(the_facts(regions=(one, other)))[1].table.rows == (
        ("1", "甲市", "100.00", "1", "乙市", "90.00"), ("2", "乙市", "50.00", "2", "甲市", "10.00"),
    )  # fmt: skip

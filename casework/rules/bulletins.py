"""The text of a bulletin (通报), paragraph by paragraph, from its facts. Pure."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from casework.rules.bulletin_facts import BulletinFacts, Rate, RegionFacts, Wish, places
from casework.rules.letter_facts import chinese_number, day_text

MOST_PLACES = 15  # regions; of more the first and last are told, and the table has all of them
ENDS = 3
MOST_WISHES, WISH_LENGTH = 3, 60
NEXT = "下一步工作"


def title_of(facts: BulletinFacts, title: str) -> str:
    """The title that the template gives, with the number of the round: a year sees many bulletins."""
    return f"{title}（第{facts.round.number}期）" if facts.round else title


def paragraphs(facts: BulletinFacts) -> Iterator[str]:
    """The text in its order; the requests to the cities stand below the last heading."""
    parts = [("总体进展", _progress(facts)), ("各地完成情况", _regions(facts))]
    if facts.round is not None:
        parts += [("调度报送情况", _reports(facts)), ("风险单位情况", _risks(facts))]
    parts.append(("函件回复情况", _letters(facts)))
    if wishes := list(_wishes(facts)):
        parts.append(("各地请求协调事项", iter(wishes)))
    for number, (heading, texts) in enumerate(parts, 1):
        yield f"{chinese_number(number)}、{heading}"
        yield from texts
    yield f"{chinese_number(len(parts) + 1)}、{NEXT}"


def _progress(facts: BulletinFacts) -> Iterator[str]:
    total = facts.total
    yield (
        f"截至{day_text(facts.day)}，应履约{total.units_due}家次，按时足额完成{total.units_on_time}家次，"
        f"按家数完成{_percent(total.rate_by_units)}；应清缴碳排放配额{total.tonnes_due:,}吨，"
        f"已清缴{total.tonnes_surrendered:,}吨，按吨数完成{_percent(total.rate_by_tonnes)}，缺口{total.tonnes_short:,}吨。"
    )
    if facts.since is not None:
        yield (
            f"较上期调度（{day_text(facts.since)}）新增完成{facts.sum_of('completed_since')}家次，"
            f"新增清缴{facts.sum_of('surrendered_since'):,}吨。"
        )
    if facts.milestone is not None:
        day, wanted = facts.milestone
        lead = f"对照{day_text(day)}完成{_percent(wanted)}的节点目标，"
        yield lead + _distance(total.rate_by_units or Decimal(0), wanted, passed=day <= facts.day) + "。"


def _distance(reached: Decimal, wanted: Decimal, *, passed: bool) -> str:
    if reached >= wanted:
        return "已经达到" if passed else "已提前达到"
    return f"尚差{(wanted - reached).normalize():f}个百分点"


def _regions(facts: BulletinFacts) -> Iterator[str]:
    if not facts.owing:
        yield "各地均无应履约的重点排放单位。"
        return
    yield f"按完成家数比例排名：{_ranking(facts.owing, lambda one: one.by_units, _units_of)}。"
    yield f"按清缴吨数比例排名：{_ranking(facts.owing, lambda one: one.by_tonnes, _tonnes_of)}。"
    yield "各地应履约家数和应清缴吨数相差较大，按两项分别排名，比例相同的名次并列。"
    if facts.milestone is not None:
        yield _reached(facts.owing, facts.milestone[1])


def _units_of(region: RegionFacts) -> str:
    return f"{region.figures.units_on_time}/{region.figures.units_due}家次"


def _tonnes_of(region: RegionFacts) -> str:
    return f"缺口{region.figures.tonnes_short:,}吨"


def _ranking(regions: Sequence[RegionFacts], rate: Rate, basis: Callable[[RegionFacts], str]) -> str:
    """Each region with its place, its rate and what the rate is of; of many the first and the last."""
    told = [f"{one.name}第{place}（{_percent(rate(one))}，{basis(one)}）" for place, one in places(regions, rate)]
    if len(told) <= MOST_PLACES:
        return "、".join(told)
    return f"居前{ENDS}位的是{'、'.join(told[:ENDS])}；居后{ENDS}位的是{'、'.join(told[-ENDS:])}；全部名次见附件"


def _reached(regions: Sequence[RegionFacts], wanted: Decimal) -> str:
    """Which regions have reached the milestone by units, and how far the others are from it."""
    there = [one.name for one in regions if one.by_units >= wanted]
    short = sorted((one for one in regions if one.by_units < wanted), key=lambda one: one.by_units, reverse=True)
    if not short:
        return "各地均已达到节点目标。"
    told = [f"{one.name}（{_distance(one.by_units, wanted, passed=True)}）" for one in short]
    others = "、".join(told[-MOST_PLACES:]) + (f"等{len(told)}个地区" if len(told) > MOST_PLACES else "")
    if not there:
        return f"各地均未达到节点目标：{others}。"
    named = "、".join(there) if len(there) <= MOST_PLACES else f"{len(there)}个地区"
    return f"达到节点目标的有{named}；未达到的有{others}。"


def _reports(facts: BulletinFacts) -> Iterator[str]:
    if facts.round is None:
        return
    units, on_time, late, missing = (facts.sum_of(name) for name in ("units", "on_time", "late", "missing"))
    under_way = "" if facts.round.frozen else f"正在填报，截至{day_text(facts.day)}"
    text = (
        f"第{facts.round.number}期调度{under_way}应报{units}家，按期报送{on_time}家，逾期报送{late}家，未报{missing}家"
    )
    behind = _of_regions(facts, lambda one: one.late + one.missing)
    yield f"{text}；未按期报送的为{behind}。" if behind and facts.round.frozen else f"{text}。"
    if facts.since is not None:
        yield f"较上期填报内容有变化{facts.sum_of('changed')}家，进展不及上期{facts.sum_of('worse')}家。"


def _risks(facts: BulletinFacts) -> Iterator[str]:
    named = "（名单见附件）" if facts.risks else ""
    told = _of_regions(facts, lambda one: one.at_risk)
    yield f"各地研判为高风险{facts.sum_of('at_risk')}家{named}，其中{told}。" if told else "各地未上报高风险单位。"


def _letters(facts: BulletinFacts) -> Iterator[str]:
    late = _of_regions(facts, lambda one: one.unanswered, "件")
    yield f"逾期未回函{facts.sum_of('unanswered')}件，其中{late}。" if late else "各地均按期回函，无逾期未回函。"


def _of_regions(facts: BulletinFacts, number: Callable[[RegionFacts], int], unit: str = "家") -> str:
    counted = [(one.name, number(one)) for one in facts.regions]
    told = [f"{name}{count}{unit}" for name, count in sorted(counted, key=lambda one: -one[1]) if count]
    return "、".join(told[:MOST_PLACES]) + (f"等{len(told)}个地区" if len(told) > MOST_PLACES else "")


def _wishes(facts: BulletinFacts) -> Iterator[str]:
    """What each region asks for; the most frequent first."""
    for region in [one for one in facts.regions if one.wishes][:MOST_PLACES]:
        told = "；".join(_wish(one) for one in region.wishes[:MOST_WISHES])
        more = f"；另有{len(region.wishes) - MOST_WISHES}项" if len(region.wishes) > MOST_WISHES else ""
        yield f"{region.name}：{told}{more}。"


def _wish(wish: Wish) -> str:
    text = " ".join(wish.text.split()).rstrip("。；;.")
    short = text if len(text) <= WISH_LENGTH else f"{text[:WISH_LENGTH]}……"
    return f"{short}（{wish.units}家）"


def _percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate.normalize():f}%"

"""What is attached to a bulletin (通报): the regions side by side, with a chart. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from casework.rules.bulletin_facts import BulletinFacts, RegionFacts, places
from casework.rules.compliance import CompletionFigures
from casework.rules.letter_facts import Attachment, Bars, Chart, Table, day_text

MOST_BARS = 15  # regions; more are told by the table alone
COMPLETION = (
    "地区", "应履约（家次）", "按时完成（家次）", "按家数（%）", "应清缴量（吨）", "缺口（吨）", "按吨数（%）"
)  # fmt: skip
RANKING = ("名次", "按完成家数", "比例（%）", "名次", "按清缴吨数", "比例（%）")
CHANGE = ("地区", "新增完成（家次）", "新增清缴（吨）", "填报有变化（家）", "不及上期（家）")
REPORTED = ("地区", "应报（家）", "按期报送（家）", "逾期报送（家）", "未报（家）", "高风险（家）", "逾期未回函（件）")
CHANGED = ("completed_since", "surrendered_since", "changed", "worse")
REPORT = ("units", "on_time", "late", "missing", "at_risk", "unanswered")
RISKS = ("序号", "地区", "重点排放单位", "缺口（吨）", "上报尚需购买（吨）")
SUM = "合计"
FAIR = "各地应履约家数和应清缴吨数相差较大，按家数和按吨数并列排名；比例相同的名次并列。"


def tables(facts: BulletinFacts) -> tuple[Attachment, ...]:
    """The attachments in their order; units and tonnes stand side by side."""
    return tuple(_tables(facts, (f"数据截至{day_text(facts.day)}。",)))


def _tables(facts: BulletinFacts, noted: tuple[str, ...]) -> Iterator[Attachment]:
    rows = (*(_completion(one.name, one.figures) for one in facts.owing), _completion(SUM, facts.total))
    completion = Table(COMPLETION, rows, numeric=tuple(range(1, len(COMPLETION))))
    yield Attachment("各地碳排放配额清缴完成情况", noted, completion, _chart(facts))
    yield Attachment("各地完成情况排名", (*noted, FAIR), Table(RANKING, tuple(_ranked(facts)), numeric=(0, 2, 3, 5)))
    if facts.since is not None:
        since = (f"与上期调度截止日{day_text(facts.since)}相比。",)
        yield Attachment("各地较上期变化情况", since, _numbers(facts, CHANGE, CHANGED))
    if facts.round is not None:
        title = f"第{facts.round.number}期调度报送和回函情况"
        yield Attachment(title, noted, _numbers(facts, REPORTED, REPORT))
    if facts.risks:
        units = tuple(
            (str(n), one.region, one.name, f"{one.short:,}", "—" if one.to_buy is None else f"{one.to_buy:,}")
            for n, one in enumerate(facts.risks, 1)
        )
        yield Attachment("高风险单位名单", noted, Table(RISKS, units, numeric=(3, 4)))


def _ranked(facts: BulletinFacts) -> Iterator[tuple[str, ...]]:
    """Both rankings side by side, best first."""
    by_units = places(facts.owing, lambda one: one.by_units)
    by_tonnes = places(facts.owing, lambda one: one.by_tonnes)
    for (place, one), (other_place, other) in zip(by_units, by_tonnes, strict=True):
        yield str(place), one.name, f"{one.by_units:.2f}", str(other_place), other.name, f"{other.by_tonnes:.2f}"


def _completion(name: str, figures: CompletionFigures) -> tuple[str, ...]:
    return (
        name, f"{figures.units_due:,}", f"{figures.units_on_time:,}", _number(figures.rate_by_units),
        f"{figures.tonnes_due:,}", f"{figures.tonnes_short:,}", _number(figures.rate_by_tonnes),
    )  # fmt: skip


def _numbers(facts: BulletinFacts, head: tuple[str, ...], names: tuple[str, ...]) -> Table:
    """A line of numbers for each region, and their sum."""

    def line(region: RegionFacts) -> tuple[str, ...]:
        return (region.name, *(f"{getattr(region, name):,}" for name in names))

    sums = (SUM, *(f"{facts.sum_of(name):,}" for name in names))
    return Table(head, (*map(line, facts.regions), sums), numeric=tuple(range(1, len(head))))


def _chart(facts: BulletinFacts) -> Chart | None:
    """Both rates of every region side by side, against the milestone."""
    bars = tuple(Bars(one.name, (_hundredths(one.by_units), _hundredths(one.by_tonnes))) for one in facts.owing)
    mark = _hundredths(facts.milestone[1]) if facts.milestone else None
    return Chart(("按家数", "按吨数"), bars, mark) if 0 < len(bars) <= MOST_BARS else None


def _hundredths(rate: Decimal) -> int:
    return int(rate * 100)


def _number(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate:.2f}"

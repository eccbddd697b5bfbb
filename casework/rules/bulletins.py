"""What a bulletin (通报) says of a cycle: completion against the milestone, places, reports, letters. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casework.rules.compliance import CompletionFigures
from casework.rules.letter_facts import Attachment, Bars, Chart, Table, day_text

ZERO = Decimal(0)
MOST_BARS = 15  # regions; more are told by the table alone


@dataclass(frozen=True, kw_only=True)
class RegionFacts:
    """One region: its completion, what it reported in the round, what it has not answered. No unit is named."""

    name: str
    figures: CompletionFigures
    at_risk: int = 0
    units: int = 0  # that were to report
    on_time: int = 0
    unanswered: int = 0  # letters beyond their reply day


@dataclass(frozen=True, kw_only=True)
class BulletinFacts:
    """Everything that a bulletin tells, as of a day."""

    day: date
    total: CompletionFigures
    milestone: tuple[date, Decimal] | None  # the last that has passed, and its share in percent
    regions: tuple[RegionFacts, ...]
    round_number: int | None = None  # of the frozen round that it rests on
    changed: int = 0
    worse: int = 0
    surrendered_since: int | None = None  # tonnes more than in the round before

    @property
    def unanswered(self) -> int:
        """Letters that wait for a reply beyond their day."""
        return sum(region.unanswered for region in self.regions)


def paragraphs(facts: BulletinFacts) -> Iterator[str]:
    """The text in its order; the requests stand below the last heading."""
    yield "一、总体进展"
    yield _progress(facts)
    if facts.milestone:
        yield _against(facts.total.rate_by_units or ZERO, *facts.milestone)
    yield "二、各地完成情况"
    yield f"按完成家数比例由高到低依次为：{_places(facts.regions, by_tonnes=False)}。"
    yield f"按清缴吨数比例由高到低依次为：{_places(facts.regions, by_tonnes=True)}。"
    if facts.round_number is not None:
        yield "三、调度报送情况"
        yield _reports(facts)
    yield f"{'四' if facts.round_number is not None else '三'}、函件回复情况"
    yield _letters(facts)
    yield f"{'五' if facts.round_number is not None else '四'}、下一步工作"


def _progress(facts: BulletinFacts) -> str:
    total = facts.total
    return (
        f"截至{day_text(facts.day)}，应履约{total.units_due}家次，按时足额完成{total.units_on_time}家次，"
        f"按家数完成{_percent(total.rate_by_units)}；应清缴碳排放配额{total.tonnes_due:,}吨，"
        f"已清缴{total.tonnes_surrendered:,}吨，按吨数完成{_percent(total.rate_by_tonnes)}，缺口{total.tonnes_short:,}吨。"
    )


def _against(reached: Decimal, day: date, wanted: Decimal) -> str:
    lead = f"对照{day_text(day)}完成{_percent(wanted)}的节点目标，"
    if reached >= wanted:
        return f"{lead}已经达到。"
    return f"{lead}尚差{(wanted - reached).normalize():f}个百分点。"


def _places(regions: Sequence[RegionFacts], *, by_tonnes: bool) -> str:
    """The regions that owe anything, best first; equals keep their order and no place is counted out."""

    def rate(region: RegionFacts) -> Decimal:
        figures = region.figures
        return (figures.rate_by_tonnes if by_tonnes else figures.rate_by_units) or ZERO

    owing = [region for region in regions if region.figures.units_due]
    return "、".join(f"{one.name}{_percent(rate(one))}" for one in sorted(owing, key=rate, reverse=True))


def _reports(facts: BulletinFacts) -> str:
    units, on_time = (sum(getattr(one, name) for one in facts.regions) for name in ("units", "on_time"))
    risk = sum(one.at_risk for one in facts.regions)
    since = ""
    if facts.surrendered_since is not None:
        since = f"，各地上报的已清缴量较上期变化{facts.surrendered_since:+,}吨"
    return (
        f"第{facts.round_number}期调度应报{units}家，按期报送{on_time}家；较上期有变化{facts.changed}家，"
        f"进展不及上期{facts.worse}家，研判为高风险{risk}家{since}。"
    )


def _letters(facts: BulletinFacts) -> str:
    late = "、".join(f"{one.name}{one.unanswered}件" for one in facts.regions if one.unanswered)
    return f"逾期未回函{facts.unanswered}件，其中{late}。" if late else "各地均按期回函，无逾期未回函。"


def tables(facts: BulletinFacts) -> tuple[Attachment, ...]:
    """What is attached: the regions side by side, units beside tonnes."""
    head = ("地区", "应履约（家次）", "按时完成（家次）", "按家数（%）", "应清缴量（吨）", "缺口（吨）", "按吨数（%）")
    rows = tuple(_row(one.name, one.figures) for one in facts.regions if one.figures.units_due)
    completion = Table(head, (*rows, _row("合计", facts.total)), numeric=(1, 2, 3, 4, 5, 6))
    noted = (f"数据截至{day_text(facts.day)}。",)
    found = [Attachment("各地碳排放配额清缴完成情况", noted, completion, _chart(facts))]
    if facts.round_number is not None:
        lines = tuple((r.name, str(r.units), str(r.on_time), str(r.at_risk), str(r.unanswered)) for r in facts.regions)
        reported = Table(
            ("地区", "应报（家）", "按期报送（家）", "高风险（家）", "逾期未回函（件）"), lines, (1, 2, 3, 4)
        )
        found.append(Attachment(f"第{facts.round_number}期调度报送和回函情况", noted, reported))
    return tuple(found)


def _chart(facts: BulletinFacts) -> Chart | None:
    """Both rates of every region side by side, against the milestone."""
    owing = [one for one in facts.regions if one.figures.units_due]
    bars = tuple(
        Bars(one.name, (_hundredths(one.figures.rate_by_units), _hundredths(one.figures.rate_by_tonnes)))
        for one in owing
    )
    mark = _hundredths(facts.milestone[1]) if facts.milestone else None
    return Chart(("按家数", "按吨数"), bars, mark) if 0 < len(bars) <= MOST_BARS else None


def _hundredths(rate: Decimal | None) -> int:
    return int((rate or ZERO) * 100)


def _row(name: str, figures: CompletionFigures) -> tuple[str, ...]:
    return (
        name, f"{figures.units_due:,}", f"{figures.units_on_time:,}", _number(figures.rate_by_units),
        f"{figures.tonnes_due:,}", f"{figures.tonnes_short:,}", _number(figures.rate_by_tonnes),
    )  # fmt: skip


def _number(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate:.2f}"


def _percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate.normalize():f}%"

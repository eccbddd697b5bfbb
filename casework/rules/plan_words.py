"""What a letter tells of an approved relief plan: what was agreed, what came of it by a day, and what was not kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casework.rules.letter_facts import day_text, own_name
from casework.rules.measures import MeasureKind, is_broken

MOST_ONE_BY_ONE = 8  # plans; of more the letter gives the sums
_NAMES = {
    MeasureKind.BUY: "购买配额",
    MeasureKind.CCER: "使用CCER抵销",
    MeasureKind.BORROW: "预支下年度配额",
    MeasureKind.GIFT: "受赠配额",
    MeasureKind.INDIVIDUAL: "个性化纾困",
    MeasureKind.FINANCING: "融资安排",
    MeasureKind.UNBLOCKING: "解决账户或司法问题",
    MeasureKind.COMPULSORY: "强制清缴",
}


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure of a plan, agreed and done."""

    kind: MeasureKind
    tonnes: int
    due: date
    done: date | None = None
    brought: int | None = None  # tonnes

    def is_broken(self, day: date) -> bool:
        """Whether it was not kept as of a day."""
        return is_broken(self.kind, self.tonnes, self.due, self.done, self.brought, day=day)


@dataclass(frozen=True)
class PlanRow:
    """The relief plan of a unit that was approved last; `failed` where it was found to have failed since."""

    unit: str
    number: int
    approved: date
    measures: tuple[PlannedMeasure, ...]
    failed: bool = False

    @property
    def tonnes(self) -> int:
        """What it was to bring."""
        return sum(one.tonnes for one in self.measures if one.kind.brings_tonnes)

    @property
    def finished(self) -> tuple[PlannedMeasure, ...]:
        """The measures that were done."""
        return tuple(one for one in self.measures if one.done is not None)

    @property
    def brought(self) -> int:
        """What the measures that were done brought."""
        return sum(one.brought or 0 for one in self.finished)

    def broken_on(self, day: date) -> tuple[PlannedMeasure, ...]:
        """Return what was not kept as of a day, the first due first."""
        return tuple(sorted((one for one in self.measures if one.is_broken(day)), key=lambda one: one.due))


def plans_text(plans: Sequence[PlanRow], day: date | None, organ: str) -> str:
    """Return a paragraph for each plan, or one with the sums of many; counted from records, never typed."""
    if not plans or day is None:
        return ""
    if len(plans) > MOST_ONE_BY_ONE:
        return _sums_text(plans, day, organ)
    return "\n".join(_plan_text(one, day, organ) for one in plans)


def _plan_text(plan: PlanRow, day: date, organ: str) -> str:
    last = max(one.due for one in plan.measures)
    text = (
        f"{day_text(plan.approved)}，{own_name(organ)}批准{plan.unit}个性化纾困方案（第{plan.number}版），"
        f"列明措施{len(plan.measures)}项、合计{plan.tonnes:,}吨，最后一项于{day_text(last)}到期。"
        f"截至{day_text(day)}，方案已执行{(day - plan.approved).days}天，"
        f"完成{len(plan.finished)}项、落实{plan.brought:,}吨"
    )
    broken = plan.broken_on(day)
    if broken:
        text += f"；未按方案落实{len(broken)}项：" + "、".join(_measure_text(one, day) for one in broken)
    return f"{text}。" + ("该方案已认定未能落实。" if plan.failed else "")


def _measure_text(measure: PlannedMeasure, day: date) -> str:
    """What was planned, by when, and what is missing of it."""
    planned = f"{measure.tonnes:,}吨" if measure.kind.brings_tonnes else ""
    late, brought = f"已逾期{(day - measure.due).days}天", f"实际落实{measure.brought or 0:,}吨"
    missed = late if measure.done is None else brought
    return f"{_NAMES[measure.kind]}{planned}（{day_text(measure.due)}到期，{missed}）"


def _sums_text(plans: Sequence[PlanRow], day: date, organ: str) -> str:
    measures, tonnes = sum(len(one.measures) for one in plans), sum(one.tonnes for one in plans)
    done, brought = sum(len(one.finished) for one in plans), sum(one.brought for one in plans)
    broken, failed = sum(len(one.broken_on(day)) for one in plans), sum(one.failed for one in plans)
    text = (
        f"上述单位中，{own_name(organ)}已批准{len(plans)}家的个性化纾困方案，列明措施{measures}项、合计{tonnes:,}吨。"
        f"截至{day_text(day)}，完成{done}项、落实{brought:,}吨，未按方案落实{broken}项"
    )
    return f"{text}，其中{failed}家的方案已认定未能落实。" if failed else f"{text}。"

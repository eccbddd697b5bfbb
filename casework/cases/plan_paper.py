"""A relief plan as a paper for the meeting and as rows of a workbook; same plan, records and day, same bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import force_locale
from flask_babel import gettext as _

from casework.cases.models import Case, Plan
from casework.cases.queries.hanging import sums_of
from casework.cases.queries.relief import Default, YearOfRelief
from casework.letters.papers import render_paper
from casework.letters.titles import title_lines
from casework.rules.letter_facts import day_text
from casework.web.filters import money, tonnes
from config import FontChoice

HEAD = ("序号", "措施", "吨数", "金额（元）", "责任人", "期限", "完成日期", "完成吨数", "备注")
CHINESE = "zh_Hans_CN"
BAR = 156.0  # mm


@dataclass(frozen=True)
class Part:
    """A part of the bar that the measures fill: from and width in mm, its tone, its words."""

    x: float
    width: float
    tone: str
    words: str


def title_of(case: Case, plan: Plan) -> str:
    """The paper's title."""
    return f"{case.enterprise.name}个性化纾困方案（第{plan.number}版）"


def rows_of(plan: Plan) -> Iterator[list[object]]:
    """The measures as rows under HEAD, in Chinese whoever reads."""
    with force_locale(CHINESE):
        for place, row in enumerate(plan.measures, 1):
            yield [
                place, str(_(row.kind.label)), row.tonnes or None, row.amount, row.responsible, row.due_day,
                row.done_day, row.done_tonnes, row.note,
            ]  # fmt: skip


def plan_pdf(
    case: Case,
    plan: Plan,
    years: Sequence[YearOfRelief],
    default: Default,
    *,
    organ: str,
    today: date,
    fonts: FontChoice,
) -> bytes:
    """The plan as it stands on this day, with what the records of the day say is short."""
    title = title_of(case, plan)
    bar = tuple(_bar(plan, case.short))
    values = {
        "title": title, "heading": title_lines(title), "author": organ, "made": f"{today.isoformat()}T00:00:00+08:00",
        "about": list(_about(case, plan)), "summary": plan.summary.splitlines(), "bar": bar,
        "years": [(one.year, *map(tonnes, (one.facts.due, one.facts.surrendered, one.facts.short))) for one in years],
        "alternative": "；".join(part.words for part in bar), "measures": [_printed(row) for row in rows_of(plan)],
        "cost": money(Decimal(sums_of(plan, case.short).amount)),
        "default": _default(default), "foot": f"{organ}，清缴数据截至{day_text(today)}。",
    }  # fmt: skip
    return render_paper("plan", values, fonts=fonts, over="list")


def _about(case: Case, plan: Plan) -> Iterator[str]:
    with force_locale(CHINESE):
        yield f"统一社会信用代码：{case.enterprise.code}　　所在地区：{case.enterprise.region.name}"
        yield f"拟订：{plan.author.name}　　状态：{_(plan.state.label)}"
        if plan.decided_by:
            yield f"审批：{plan.decided_by.name}"


def _bar(plan: Plan, short: int) -> Iterator[Part]:
    """The shortfall from left to right, kind by kind; what no measure brings stays white."""
    whole = max(short, sum(row.tonnes for row in plan.measures), 1)
    at, tones = 0.0, ("#222222", "#666666", "#999999", "#bbbbbb", "#dddddd")
    with force_locale(CHINESE):
        for place, row in enumerate(row for row in plan.measures if row.tonnes):
            width = BAR * row.tonnes / whole
            words = f"{_(row.kind.label)}{tonnes(row.tonnes)}吨"
            yield Part(round(at, 2), round(width, 2), tones[place % len(tones)], words)
            at += width
    if at < BAR - 0.01:
        missing = short - sum(row.tonnes for row in plan.measures)
        yield Part(round(at, 2), round(BAR - at, 2), "#ffffff", f"尚缺{tonnes(missing)}吨")


def _printed(row: Sequence[object]) -> list[str]:
    """The cells that the paper shows: no remark column, numbers with separators."""
    place, kind, weight, amount, responsible, due, done, brought, _note = row
    finished = f"{done}" + (f"，{tonnes(brought)}吨" if isinstance(brought, int) else "") if done else "—"
    return [
        f"{place}", f"{kind}", tonnes(weight) if isinstance(weight, int) else "—",
        money(amount) if isinstance(amount, Decimal) else "—", f"{responsible}", f"{due}", finished,
    ]  # fmt: skip


def _default(default: Default) -> str:
    if default.exposure.lowest is not None and default.exposure.highest is not None:
        return f"{money(default.exposure.lowest)}元至{money(default.exposure.highest)}元"
    with force_locale(CHINESE):
        return str(_(default.exposure.why_not)) if default.exposure.why_not else "—"

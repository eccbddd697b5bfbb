"""A relief plan as a paper for the meeting and as rows of a workbook; same plan, records and day, same bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import force_locale
from flask_babel import gettext as _

from casework.cases.models import Case, Plan
from casework.cases.queries.plan_check import PlanCheck
from casework.cases.queries.relief import Default
from casework.letters.papers import render_paper
from casework.letters.titles import title_lines
from casework.rules.letter_facts import day_text
from casework.rules.rule_sets import Rule, SourceStatus
from casework.web.filters import money, tonnes
from casework.web.forms import say_rule
from casework.web.xlsx import Out, workbook
from config import FontChoice

HEAD = (
    "序号", "措施", "吨数", "金额（元）", "责任人", "期限", "完成日期", "完成吨数", "备注", "规则依据", "须办理的事项",
)  # fmt: skip
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


def plan_workbook(case: Case, plan: Plan, check: PlanCheck) -> bytes:
    """The measures with what they rest on, and what is to be minded, in Chinese whoever reads."""
    with force_locale(CHINESE):
        minded = [["计算依据"], *([one] for one in _bases(check)), ["注意事项"], *([one] for one in _minded(check))]
        return workbook([Out(title_of(case, plan), [HEAD, *_rows(plan, check)]), Out("依据与注意事项", minded, None)])


def _rows(plan: Plan, check: PlanCheck) -> Iterator[list[object]]:
    """The measures as rows under HEAD."""
    told = {one.kind: one for one in check.measures}
    for place, row in enumerate(plan.measures, 1):
        of_kind = told[row.kind]
        yield [
            place, str(_(row.kind.label)), row.tonnes or None, row.amount, row.responsible, row.due_day,
            row.done_day, row.done_tonnes, row.note, _source(of_kind.rule), str(_(of_kind.manner.ask)),
        ]  # fmt: skip


def _source(rule: Rule | None) -> str:
    """Where a rule stands, with how far it can be relied on where that is not far."""
    if rule is None:
        return "—"
    label = _(rule.status.label)
    return rule.source if rule.status is SourceStatus.PUBLISHED or label in rule.source else f"{rule.source}（{label}）"


def _bases(check: PlanCheck) -> list[str]:
    """The rule sets that the years of the case stand on, then the other rules of the measures, each once."""
    sets = [
        f"{_source(one.rules.plan)}，系统规则集{one.rules.code}第{one.number}版，适用于{'、'.join(one.rules.years)}年度。"
        for one in check.rule_sets
    ]
    cited = {one.rules.plan.source for one in check.rule_sets}
    others = [f"{_source(one.rule)}。" for one in check.measures if one.rule and one.rule.source not in cited]
    return [*sets, *dict.fromkeys(others)] or ["本案各年度未录入规则，未按规则核对。"]


def _minded(check: PlanCheck) -> list[str]:
    return [say_rule(one.message, one.params) for one in check.cautions] or ["无。"]


def plan_pdf(
    case: Case,
    plan: Plan,
    check: PlanCheck,
    default: Default,
    *,
    organ: str,
    today: date,
    fonts: FontChoice,
) -> bytes:
    """The plan as it stands on this day, with what the records of the day say is short."""
    title, short = title_of(case, plan), check.sums.short.value
    with force_locale(CHINESE):
        bar, years = tuple(_bar(plan, short)), [one.facts for one in check.years]
        values = {
            "title": title, "heading": title_lines(title), "author": organ,
            "made": f"{today.isoformat()}T00:00:00+08:00",
            "about": list(_about(case, plan)), "summary": plan.summary.splitlines(), "bar": bar,
            "years": [
                (one.year, *map(tonnes, (of_year.due, of_year.surrendered, of_year.short)))
                for one, of_year in zip(check.years, years, strict=True)
            ],
            "alternative": "；".join(part.words for part in bar),
            "measures": [_printed(row) for row in _rows(plan, check)],
            "cost": money(check.sums.amount.value), "default": _default(default),
            "bases": _bases(check), "minded": _minded(check),
            "asked": [(str(_(one.kind.label)), _source(one.rule), str(_(one.manner.ask))) for one in check.measures],
            "foot": f"{organ}，清缴数据截至{day_text(today)}。",
        }  # fmt: skip
    return render_paper("plan", values, fonts=fonts, over="list")


def _about(case: Case, plan: Plan) -> Iterator[str]:
    yield f"统一社会信用代码：{case.enterprise.code}　　所在地区：{case.enterprise.region.name}"
    yield f"拟订：{plan.author.name}　　状态：{_(plan.state.label)}"
    if plan.decided_by:
        yield f"审批：{plan.decided_by.name}"


def _bar(plan: Plan, short: int) -> Iterator[Part]:
    """The shortfall from left to right, kind by kind; what no measure brings stays white."""
    whole = max(short, sum(row.tonnes for row in plan.measures), 1)
    at, tones = 0.0, ("#222222", "#666666", "#999999", "#bbbbbb", "#dddddd")
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
    place, kind, weight, amount, responsible, due, done, brought = row[:8]
    finished = f"{done}" + (f"，{tonnes(brought)}吨" if isinstance(brought, int) else "") if done else "—"
    return [
        f"{place}", f"{kind}", tonnes(weight) if isinstance(weight, int) else "—",
        money(amount) if isinstance(amount, Decimal) else "—", f"{responsible}", f"{due}", finished,
    ]  # fmt: skip


def _default(default: Default) -> str:
    """The range of the fine and how it is reckoned, or why there is none, with the rule."""
    found = default.exposure
    rule = f"（依据：{_source(found.rule)}）" if found.rule else ""
    if found.lowest is not None and found.highest is not None:
        how = "；".join(say_rule(one.formula, one.numbers) for one in (found.lowest, found.highest))
        return f"{money(found.lowest.value)}元至{money(found.highest.value)}元，即{how}{rule}"
    return f"{_(found.why_not)}{rule}" if found.why_not else "—"

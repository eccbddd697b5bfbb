"""Letters chosen so that every pair occurs: kind, length, number of units, what is hard to set, what is attached."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

from casework.letters.compose import Sheet, compose
from casework.letters.fonts import LetterFonts
from casework.rules.errors import RuleError
from casework.rules.letter_facts import MAX_PAGES, Attachment, Bars, Chart, LetterFacts, Table, UnitRow
from casework.rules.letters import LetterKind
from tests.letters.samples import example

LENGTHS = ("one line", "one page", "full page", "line too many", "four pages", "ten pages")
UNITS = (1, 40)
ATTACHED = ("nothing", "chart and table")  # a bulletin's
SPICES = ("rare characters", "long Latin names", "long numbers", "very long title")
_ADDED = "请加强调度，逐周推进。"  # one line
MOST_ADDED = 260  # fill more than ten pages
_SPICED = {
    "rare characters": (
        "联络员王喆、李堃、张昇（建筑面积660㎡，CO₂排放量以tCO₂计）反映，镕鑫、淏淼两公司的进展“不明”……请核实——并报告。"
    ),
    "long Latin names": (
        "Ningxia Ningdong Energy and Chemical Industry Investment Holding (Group) Co., Ltd.与Shizuishan-Huinong "
        "Cogeneration/Desulphurization Joint-Venture Company的CCER（Chinese Certified Emission Reductions）未到账。"
    ),
    "long numbers": (
        "核定配额1,234,567,890.55吨，统一社会信用代码91640181MA7DEMA01U，账号6222020200112233445566，缺口率为12.3456789%，"
        "单价98.00元/吨，联系电话0951-5160000，2026-12-31 24:00前完成。"
    ),
    "very long title": "请按照“一企一策”的要求办理。",
}
_REGIONS = ("银川市", "石嘴山市", "吴忠市", "固原市", "中卫市", "宁东能源化工基地")
_CHART_AND_TABLE = Attachment(
    "各地碳排放配额清缴完成情况",
    ("数据截至2026年11月20日，按家数和按吨数两项比例分别排列。",),
    Table(
        ("地区", "应履约（家次）", "按时完成（家次）", "按家数（%）", "应清缴量（吨）", "缺口（吨）", "按吨数（%）"),
        tuple((name, "1,024", "998", "97.46", "1,234,567,890", "31,358,024", "97.46") for name in (*_REGIONS, "合计")),
        numeric=(1, 2, 3, 4, 5, 6),
    ),
    Chart(
        ("按家数", "按吨数"),
        tuple(Bars(name, (9_746 - n, 10_000 - 1_999 * n)) for n, name in enumerate(_REGIONS)),
        9_500,
    ),
)
_LONG_TITLE = (
    "关于进一步加快推进宁夏回族自治区石嘴山市和宁东能源化工基地重点排放单位全国碳排放权交易市场"
    "2024年度、2025年度碳排放配额清缴工作有关事项的函"
)


@dataclass(frozen=True)
class Case:
    """One letter of the corpus."""

    kind: LetterKind
    length: str
    units: int
    spice: str
    attached: str

    def __str__(self) -> str:
        return f"{self.kind}, {self.length}, {self.units} units, {self.spice}, {self.attached}"


def pairwise_cases() -> list[Case]:
    """The fewest cases that a greedy choice needs for every pair of values to occur."""
    axes = (tuple(LetterKind), LENGTHS, UNITS, SPICES, ATTACHED)
    rows = list(product(*axes))
    wanted = {pair for row in rows for pair in _pairs(row)}
    chosen = []
    while wanted:
        best = max(rows, key=lambda row: len(wanted & _pairs(row)))
        wanted -= _pairs(best)
        chosen.append(Case(*best))
    return chosen


def _pairs(row: tuple[object, ...]) -> set[tuple[tuple[int, object], ...]]:
    return set(combinations(enumerate(row), 2))


def facts_of(case: Case, fonts: LetterFonts) -> LetterFacts:
    """The letter of a case: lines are added until it has the length."""
    start = _start(case)
    if case.length == "one line":
        return start

    def first_beyond(pages: int, of: Callable[[Sheet], int] = text_pages) -> int:
        return bisect_right(range(MOST_ADDED), pages, key=lambda count: _pages_of(_grown(start, count), fonts, of))

    if case.length == "ten pages":
        return _grown(start, first_beyond(MAX_PAGES, lambda sheet: len(sheet.pages)) - 1)
    pages = 4 if case.length == "four pages" else text_pages(compose(start, fonts))
    begin, end = first_beyond(pages - 1), first_beyond(pages)
    return _grown(start, {"line too many": end, "full page": end - 1}.get(case.length, (begin + end) // 2))


def _grown(facts: LetterFacts, count: int) -> LetterFacts:
    return replace(facts, body=(*facts.body, *[_ADDED] * count))


def _pages_of(facts: LetterFacts, fonts: LetterFonts, of: Callable[[Sheet], int]) -> int:
    try:
        return of(compose(facts, fonts))
    except RuleError:  # more than ten pages
        return MAX_PAGES + 1


def text_pages(sheet: Sheet) -> int:
    """Pages up to the one with the signature."""
    return next(n for n, leaf in enumerate(sheet.pages, 1) if any(slot.what == "signer" for slot in leaf.slots))


def _start(case: Case) -> LetterFacts:
    facts, spiced = example(case.kind), _SPICED[case.spice]
    units = tuple(_unit(n, case.spice) for n in range(1, case.units + 1))
    short = case.length in ("one line", "one page")
    return replace(
        facts,
        title=_LONG_TITLE if case.spice == "very long title" else facts.title,
        body=(spiced,) if short else (*facts.body, spiced),
        requests=() if short else facts.requests,
        units=units if case.units > 1 or not short else (),
        units_after=1 if case.units == 1 and not short else None,
        attachments=(_CHART_AND_TABLE,) if case.attached == "chart and table" else (),
    )


def _unit(n: int, spice: str) -> UnitRow:
    name = {
        "rare characters": f"宁夏镕喆淏堃第{n}热电有限公司",
        "long Latin names": f"Ningxia Huayang No.{n} Power Generation Co., Ltd.",
        "long numbers": f"石嘴山屹川第{n}能源有限公司",
        "very long title": f"宁夏回族自治区石嘴山市惠农区朔岭循环经济示范园区第{n}热电联产有限责任公司",
    }[spice]
    figure = 1_234_567_890 if spice == "long numbers" else 1_846_320
    return UnitRow(name, "2025年度", figure + n, figure // 3)


def expected_lines(sheet: Sheet) -> Iterator[tuple[int, float, str, float]]:
    """Page, top in mm, text and right edge in pt of every line of running text that stands upright."""
    for page, leaf in enumerate(sheet.pages, 1):
        if leaf.turned:
            continue
        top = sheet.head.text_top if page == 1 else 34.58
        for slot in leaf.slots:
            if slot.what not in ("head", "row", "name", "blank"):
                for line in slot.lines:
                    yield page, top, line.text, line.right
            top += slot.height * 10.39

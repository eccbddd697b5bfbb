"""Titles: lines broken by meaning and balanced into a trapezoid or a diamond (GB/T 9704 7.3.1). Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, product

from casework.letters.typeset import NO_LINE_END, NO_LINE_START

# Words of this field that a line of a title does not split; the longest that fits is taken.
_FIELD_WORDS = """
全国碳排放权交易市场 重点排放单位 碳排放权交易市场 碳排放配额 全国 碳排放权 碳排放 碳市场 碳 交易 市场 配额
清缴 履约 周期 年度 重点 排放单位 企业 发电 行业 电力 宁夏回族自治区 自治区 生态环境 生态环境厅 人民政府
管理委员会 管委会 宁东 能源化工 基地 银川市 石嘴山市 吴忠市 固原市 中卫市 工作 督促 督办 提醒 通报 通知
情况 有关 事项 问题 按期 按时 逾期 限期 完成 未完成 义务 责任 落实 做好 加快 推进 进一步 第一个
有限公司 有限责任公司 股份有限公司 集团有限公司 集团 分公司 公司 自备电厂 热电厂 电厂
第二个 第三个 第四个 辖区 进展 整改 处理 函 的 关于 和 及 与 等 对
"""
_WORDS = tuple(_FIELD_WORDS.split())
_FIRMS = frozenset(
    ["有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "集团", "分公司", "公司", "自备电厂", "热电厂", "电厂"]
)
_PARTICLES = frozenset("的和及与等函")  # a line does not start with one
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,%\-–/]*[年度月日个家号]*")
_BRACKETED = re.compile(r"《[^《》]*》|“[^“”]*”|（[^（）]*）")
MOST_LINES = 6


def title_lines(title: str, whole: Iterable[str] = (), *, widest: int = 19) -> tuple[str, ...]:
    """The title in as few lines as hold it; `whole` are names that are never split. Widths are in characters."""
    return _title_lines(title, tuple(whole), widest)


@lru_cache(maxsize=256)
def _title_lines(title: str, whole: tuple[str, ...], widest: int) -> tuple[str, ...]:
    if _wide(title) <= widest + 0.5:
        return (title,)
    for names in (whole, ()):  # a name longer than a line has to be split after all
        words = list(_words(title, names))
        for count in range(2, MOST_LINES + 1):
            best = _best(words, count, widest)
            if best:
                return best
    count = -(-len(title) // widest)
    return tuple(title[len(title) * n // count : len(title) * (n + 1) // count] for n in range(count))


def _wide(text: str) -> float:
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _best(words: Sequence[str], count: int, widest: int) -> tuple[str, ...] | None:
    """The cheapest way to set the words in so many lines, or None where they do not fit."""
    total = _wide("".join(words))
    if total > count * widest or len(words) < count:
        return None
    ends = _ends(words)
    reach = 5.5 if count <= 3 else 3.0  # keeps the number of ways small in a very long title
    ways = [
        [
            at
            for at in range(1, len(words))
            if _may_break(words[at - 1], words[at]) and abs(ends[at] - total * k / count) <= reach
        ]
        for k in range(1, count)
    ]
    best: tuple[float, tuple[str, ...]] | None = None
    for cut in product(*ways):
        edges = (0, *cut, len(words))
        if any(a >= b for a, b in pairwise(edges)):
            continue
        lines = tuple("".join(words[a:b]) for a, b in pairwise(edges))
        widths = [_wide(line) for line in lines]
        if max(widths) > widest or min(widths) < 2:
            continue
        cost = _shape_cost(widths) + sum(_break_cost(words[at - 1], words[at]) for at in cut)
        if best is None or cost < best[0]:
            best = (cost, lines)
    return best and best[1]


def _ends(words: Sequence[str]) -> list[float]:
    """Width of the title before each word."""
    ends = [0.0]
    for word in words:
        ends.append(ends[-1] + _wide(word))
    return ends


def _shape_cost(widths: Sequence[float]) -> float:
    """Nothing for steps of one or two characters that make a trapezoid or diamond; more for ragged or square shapes."""
    steps = [b - a for a, b in pairwise(widths)]
    cost = sum(abs(step) * 0.4 for step in steps) + sum(3.0 for step in steps if abs(step) < 0.75)
    cost += sum(abs(step) - 5 for step in steps if abs(step) > 5)
    valleys = sum(1 for a, b in pairwise(steps) if a < 0 < b)  # an hourglass
    if widths[-1] < min(5.0, max(widths) / 2):
        cost += 6.0
    return cost + 8.0 * valleys


def _may_break(before: str, after: str) -> bool:
    return after[0] not in NO_LINE_START and before[-1] not in NO_LINE_END and not after.isspace()


def _break_cost(before: str, after: str) -> float:
    if after in _PARTICLES or after in _FIRMS:  # what goes before is the rest of a name
        return 8.0
    if before == "的" or before[-1] in "，、》”）":
        return -1.5
    if before in ("关于", "对", "和", "及", "与", "等"):
        return 3.0
    if len(before) == 1 and len(after) == 1:
        return 2.5  # perhaps the middle of a word that the list does not know
    return 0.0


def _words(title: str, whole: Sequence[str]) -> Iterator[str]:
    """The title cut into pieces that stay in one line: names, numbers, brackets, known words, single characters."""
    at = 0
    while at < len(title):
        piece = _piece(title, at, whole)
        yield piece
        at += len(piece)


def _piece(title: str, at: int, whole: Sequence[str]) -> str:
    names = [name for name in whole if name and title.startswith(name, at)]
    if names:
        return max(names, key=len)
    for pattern in (_BRACKETED, _NUMBER):
        match = pattern.match(title, at)
        if match and _wide(match[0]) <= 16:
            return match[0]
    known = [word for word in _WORDS if title.startswith(word, at)]
    return max(known, key=len) if known else title[at]

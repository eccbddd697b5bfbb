"""Lines of Chinese text: characters and advance widths in, lines that end at the right edge out. Pure.

GB/T 9704 asks for 28 characters of 16 pt in 156 mm. They would need 158 mm, so every character gives up a little; a
line that the line-start and line-end rules (禁则) make shorter or longer gets a letter-spacing of its own instead.
Lengths are points.
"""

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple, Protocol

from casework.letters.fonts import Face

MM = 72 / 25.4
MEASURE = 156 * MM
BODY_SIZE = 16.0
CELL = MEASURE / 28
BODY_SPACING = (MEASURE - 28 * BODY_SIZE) / 27
TIGHTEST = -0.5  # tighter than this and the strokes of neighbours seem to touch
LOOSE = 48.0  # how far short of the edge a line may be broken in exchange for better lines elsewhere

NO_LINE_START = frozenset("，。、；：？！）》】〕」』”’％%℃…·～,.;:?!)]}°")
NO_LINE_END = frozenset("（《【〔「『“‘([{￥¥$")
_PAIRED = frozenset("—…")  # —— and …… are one mark each
_WORD = re.compile(
    r"[0-9A-Za-zÀ-ɏ]+(?:[.,:/%&@_'+\-–~#=?][0-9A-Za-zÀ-ɏ]+)*(?:[%°]|(?<=\d)[年月日时号家个项万亿元吨％])?"
)
_LONE_END = 4.0  # what it costs that the last line of a paragraph holds a single character


class Metrics(Hashable, Protocol):
    """What is asked of the fonts, once for each character."""

    def face_for(self, char: str, face: Face) -> Face:
        """The hand that has the character."""

    def advance(self, char: str, face: Face) -> float:
        """Width of a character in thousandths of the size."""


class Glyph(NamedTuple):
    """A character, its hand and its width."""

    char: str
    face: Face
    width: float


class Run(NamedTuple):
    """Neighbouring characters of one hand."""

    text: str
    face: Face


@dataclass(frozen=True)
class Line:
    """One line: its runs, where it starts, the spacing after each character, and its width to the last one's edge."""

    runs: tuple[Run, ...]
    left: float
    spacing: float
    width: float
    full: bool

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(run.text for run in self.runs)

    @property
    def right(self) -> float:
        """Where the last character ends."""
        return self.left + self.width


def glyphs(text: str, face: Face, size: float, metrics: Metrics) -> list[Glyph]:
    """The characters of a text with the hand that has each; RuleError names one that no font has."""
    return [_glyph(char, face, size, metrics) for char in text]


@lru_cache(maxsize=16_384)
def _glyph(char: str, face: Face, size: float, metrics: Metrics) -> Glyph:
    hand = metrics.face_for(char, face)
    return Glyph(char, hand, metrics.advance(char, hand) * size / 1000)


def text_width(text: str, face: Face, size: float, metrics: Metrics) -> float:
    """Natural width of a text."""
    return sum(glyph.width for glyph in glyphs(text, face, size, metrics))


def widest_piece(content: Sequence[Glyph]) -> float:
    """Width of the longest part that no line end divides: a number, a word, a mark with its character."""
    stops = _breaks(content, float("inf"))
    widths = [0.0, *accumulate(glyph.width for glyph in content)]
    return max((widths[b] - widths[a] for a, b in pairwise(stops)), default=0.0)


def set_paragraph(
    content: Sequence[Glyph],
    measure: float = MEASURE,
    *,
    first: float = 0.0,
    rest: float = 0.0,
    spacing: float = BODY_SPACING,
    justify: bool = True,
) -> list[Line]:
    """Break a paragraph so that the spacing of its lines together differs least from the wanted one.

    `first` and `rest` are the indents of the first and of the other lines. All lines but the last end at the measure.
    """
    if not content:
        return []
    stops = _breaks(content, measure - max(first, rest))
    columns = _Columns(content, stops, measure, (first, rest), spacing, TIGHTEST if justify else spacing)
    lines = []
    for a, b in columns.best():
        part = content[stops[a] : stops[b]]
        full = justify and (b < len(stops) - 1 or columns.fit(a, b) < spacing)
        lines.append(_line(part, columns.left(a), columns.fit(a, b) if full else spacing, full))
    return lines


def _line(part: Sequence[Glyph], left: float, spacing: float, full: bool) -> Line:
    visible = _visible(part)
    width = sum(glyph.width for glyph in part[:visible]) + spacing * max(0, visible - 1)
    return Line(runs_of(part), left, round(spacing, 4) if visible > 1 else 0.0, width, full and visible > 1)


def runs_of(part: Iterable[Glyph]) -> tuple[Run, ...]:
    """The glyphs grouped by their hand."""
    return tuple(
        Run("".join(glyph.char for glyph in group), face) for face, group in groupby(part, key=lambda glyph: glyph.face)
    )


def _visible(part: Sequence[Glyph]) -> int:
    """How many glyphs remain when blanks at the end are left out."""
    count = len(part)
    while count and part[count - 1].char.isspace():
        count -= 1
    return count


def _breaks(content: Sequence[Glyph], narrowest: float) -> list[int]:
    """Where a line may start, ascending, with 0 and the end; what is wider than a line may break anywhere."""
    text = "".join(glyph.char for glyph in content)
    inside = {at for word in _WORD.finditer(text) for at in range(word.start() + 1, word.end())}
    allowed = [
        0,
        *(at for at in range(1, len(text)) if at not in inside and _may_part(text[at - 1], text[at])),
        len(text),
    ]
    widths = [0.0, *accumulate(glyph.width for glyph in content)]
    stops = [0]
    for at in allowed[1:]:
        if widths[at] - widths[stops[-1]] > narrowest:
            stops.extend(range(stops[-1] + 1, at))
        stops.append(at)
    return stops


def _may_part(before: str, after: str) -> bool:
    if after in NO_LINE_START or before in NO_LINE_END or after.isspace():
        return False
    return not (before == after and before in _PAIRED)


class _Columns:
    """The lines that can be made of a paragraph, and the best way through them."""

    def __init__(
        self,
        content: Sequence[Glyph],
        stops: Sequence[int],
        measure: float,
        indents: tuple[float, float],
        spacing: float,
        tightest: float,
    ) -> None:
        self._measure, self._indents, self._spacing, self._tightest = measure, indents, spacing, tightest
        widths = [0.0, *accumulate(glyph.width for glyph in content)]
        self._starts = [(widths[at], at) for at in stops]
        self._start_widths = [widths[at] for at in stops]
        ends = [_visible(content[:at]) for at in stops]
        self._ends = [(widths[at], at) for at in ends]
        solid = [0, *accumulate(glyph.char not in NO_LINE_START for glyph in content)]
        self._solid = [solid[at] for at in stops]

    def left(self, a: int) -> float:
        """Indent of the line that starts at stop a."""
        return self._indents[a > 0]

    def fit(self, a: int, b: int) -> float:
        """The spacing that makes the line from stop a to stop b end at the measure."""
        width = self._ends[b][0] - self._starts[a][0]
        gaps = self._ends[b][1] - self._starts[a][1] - 1
        room = self._measure - self.left(a) - width
        return room / max(gaps, 1)

    def best(self) -> list[tuple[int, int]]:
        """Pairs of stops, one a line, of least cost."""
        last = len(self._starts) - 1
        cost: dict[int, float] = {0: 0.0}
        came: dict[int, int] = {}
        for a in range(last):
            if a not in cost:
                continue
            for b in self._ways(a, last):
                total = cost[a] + self._cost(a, b, last)
                if total < cost.get(b, float("inf")):
                    cost[b], came[b] = total, a
        pairs = []
        b = last
        while b:
            pairs.append((came[b], b))
            b = came[b]
        return pairs[::-1]

    def _ways(self, a: int, last: int) -> list[int]:
        """Where a line from stop a can end: the fullest first, then those not far short of it."""
        room = self._measure - self.left(a)
        b = min(last, bisect_right(self._start_widths, self._starts[a][0] + room * 1.06) - 1)
        while b > a + 1 and self.fit(a, b) < self._tightest - 1e-9:
            b -= 1
        b = max(b, a + 1)
        ways = [b]
        loose = min(LOOSE, room / 6)
        while ways[-1] - 1 > a and self._ends[ways[-1] - 1][0] - self._starts[a][0] > room - loose:
            ways.append(ways[-1] - 1)
        return ways

    def _cost(self, a: int, b: int, last: int) -> float:
        off = self.fit(a, b) - self._spacing
        if b == last and off >= 0:
            return _LONE_END if a and self._solid[b] - self._solid[a] <= 1 else 0.0
        return off * off * (2.0 if off < 0 else 1.0)

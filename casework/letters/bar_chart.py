"""A chart of bars as shapes and texts on the grid of lines; the renderer only writes them down. Pure; points."""

from dataclasses import dataclass

from casework.letters.typeset import MEASURE, MM
from casework.rules.letter_facts import Chart

GRID = 10.39 * MM
_NAMES, _NUMBERS = 110.0, 52.0  # left and right of the bars
_BAR = 11.0  # with its number beside it
_TONES = ("#333333", "#9a9a9a", "#cccccc")


@dataclass(frozen=True)
class Shape:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True)
class Label:
    """A text beside its baseline."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Drawing:
    """The chart as it is printed, in so many grid lines."""

    lines: int
    width: float
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]
    alternative: str

    @property
    def height(self) -> float:
        """Its height."""
        return self.lines * GRID


def drawn(chart: Chart) -> Drawing:
    """Draw a line of the grid for each name, with a bar for each share, and below them what the tones mean."""
    across = MEASURE - _NAMES - _NUMBERS
    shapes, labels = [], []
    for row, one in enumerate(chart.bars):
        bar = min(_BAR, 0.9 * GRID / max(1, len(one.shares)))
        top = row * GRID + (GRID - bar * len(one.shares)) / 2
        labels.append(Label(_NAMES - 6, row * GRID + GRID / 2 + 4, one.name, "end"))
        for n, share in enumerate(one.shares):
            y = top + n * bar
            shapes.append(Shape(_NAMES, y, max(0.4, across * min(share, 10_000) / 10_000), bar - 1.5, _TONES[n % 3]))
            labels.append(Label(MEASURE, y + bar - 2, f"{share / 100:.2f}%", "end"))
    if chart.mark is not None:
        shapes.append(Shape(_NAMES + across * chart.mark / 10_000, 0, 0.8, len(chart.bars) * GRID, "#c00000"))
    below = (len(chart.bars) + 0.65) * GRID
    told = list(zip(chart.series, _TONES, strict=False))
    told += [(f"节点目标{chart.mark / 100:g}%", "#c00000")] if chart.mark is not None else []
    for n, (name, tone) in enumerate(told):
        x = _NAMES + n * (across + _NUMBERS) / len(told)
        shapes.append(Shape(x, below - 8, 9, 8, tone))
        labels.append(Label(x + 13, below, name))
    return Drawing(len(chart.bars) + 1, MEASURE, tuple(shapes), tuple(labels), chart.alternative)

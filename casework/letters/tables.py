"""Tables on the grid of lines: column widths from their content, rows as slots. Pure."""

from collections.abc import Sequence

from casework.letters.fonts import Face
from casework.letters.pages import Cell, Slot
from casework.letters.typeset import MEASURE, Line, Metrics, glyphs, set_paragraph, text_width
from casework.rules.letter_facts import Table

SIZE = 12.0
PADDING = 3.0
PITCH = 4.9 * 72 / 25.4  # two lines of a cell fit into one line of the grid
GRID = 10.39 * 72 / 25.4
_NARROWEST = 4 * SIZE


def table_slots(table: Table, block: int, metrics: Metrics) -> list[Slot]:
    """The head and every row; each row knows the head that is set again at the top of a page."""
    widths = column_widths(table, metrics)
    head_cells = tuple(
        Cell(_head_lines(text, width, metrics), "center") for text, width in zip(table.head, widths, strict=True)
    )
    head = Slot("head", block, height=_height(head_cells), keeps=True, cells=head_cells, columns=widths)
    rows = [_row(row, table, widths, head, metrics) for row in table.rows]
    return [head, *rows]


def _row(row: Sequence[str], table: Table, widths: tuple[float, ...], head: Slot, metrics: Metrics) -> Slot:
    cells = tuple(
        Cell(_lines(text, Face.FANG, width, metrics), _align(n, text, table))
        for n, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return Slot("row", head.block, height=_height(cells), cells=cells, columns=widths, head=head)


def column_widths(table: Table, metrics: Metrics) -> tuple[float, ...]:
    """Widths that fill the measure: what the content needs, the widest column giving way or taking part of the rest."""
    natural = []
    for n, head in enumerate(table.head):
        heads = [text_width(part, Face.HEI, SIZE, metrics) for part in _head_parts(head)]
        cells = [text_width(row[n], Face.FANG, SIZE, metrics) for row in table.rows]
        natural.append(max([*heads, *cells, 2 * SIZE]) + 2 * PADDING + 0.5)
    over = sum(natural) - MEASURE
    while over > 0.01:
        widest = max(natural)
        shrinking = [n for n, width in enumerate(natural) if width > widest - 0.01]
        second = max([width for width in natural if width <= widest - 0.01], default=0.0)
        if widest <= _NARROWEST:
            break
        cut = min(over / len(shrinking), widest - max(second, _NARROWEST))
        for n in shrinking:
            natural[n] -= cut
        over -= cut * len(shrinking)
    share = MEASURE / sum(natural)
    return tuple(width * share for width in natural)


def _head_parts(text: str) -> list[str]:
    """A head may be broken before its unit: 应清缴量 / （吨）."""
    name, bracket, unit = text.partition("（")
    return [name, bracket + unit] if name and bracket else [text]


def _head_lines(text: str, width: float, metrics: Metrics) -> tuple[Line, ...]:
    if text_width(text, Face.HEI, SIZE, metrics) <= width - 2 * PADDING:
        return _lines(text, Face.HEI, width, metrics)
    return tuple(line for part in _head_parts(text) for line in _lines(part, Face.HEI, width, metrics))


def _lines(text: str, face: Face, width: float, metrics: Metrics) -> tuple[Line, ...]:
    content = glyphs(text, face, SIZE, metrics)
    return tuple(set_paragraph(content, width - 2 * PADDING, spacing=0.0, justify=False))


def _height(cells: Sequence[Cell]) -> int:
    """Grid lines that a row takes: two lines of a cell go into one."""
    lines = max((len(cell.lines) for cell in cells), default=1)
    return max(1, -(-lines // 2))


def _align(n: int, text: str, table: Table) -> str:
    if n in table.numeric:
        return "right"
    longest = max((len(row[n]) for row in table.rows), default=0)
    return "center" if longest <= 6 or text == "合计" else "left"

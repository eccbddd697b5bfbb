"""Tables on the grid of lines: column widths from their content, rows as slots. Pure."""

from collections.abc import Sequence

from casework.letters.fonts import Face
from casework.letters.pages import Cell, Slot
from casework.letters.typeset import MEASURE, Line, Metrics, glyphs, set_paragraph, text_width, widest_piece
from casework.rules.errors import RuleError
from casework.rules.letter_facts import Table
from casework.rules.words import N_

SIZE = 12.0
PADDING = 3.0
_AIR = 2 * PADDING + 0.5  # beside the text of a cell
_LEGIBLE = 10 * SIZE  # a column of text is not set narrower in an upright table where the table can be turned


def table_slots(table: Table, block: int, metrics: Metrics, measure: float = MEASURE) -> list[Slot]:
    """The head and every row; each row knows the head that is set again at the top of a page."""
    widths = column_widths(table, metrics, measure)
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


def is_wide(table: Table, metrics: Metrics) -> bool:
    """Whether the table is turned: upright, its numbers would break or its texts stand in slivers."""
    needs = zip(_natural(table, metrics), _least(table, metrics), strict=True)
    return sum(max(least, min(natural, _LEGIBLE)) for natural, least in needs) > MEASURE


def column_widths(table: Table, metrics: Metrics, measure: float = MEASURE) -> tuple[float, ...]:
    """Widths that fill the measure: what the content needs, the widest columns giving way, none below its words."""
    natural, least = _natural(table, metrics), _least(table, metrics)
    if sum(least) > measure:
        raise RuleError(N_("A table is too wide for the page: leave out columns or shorten its words."))
    low, high = 0.0, max(natural)  # the height at which the columns are cut off
    for _ in range(40):
        level = (low + high) / 2
        low, high = (level, high) if sum(_cut(natural, least, level)) <= measure else (low, level)
    widths = natural if sum(natural) <= measure else _cut(natural, least, low)
    share = measure / sum(widths)
    return tuple(width * share for width in widths)


def _cut(natural: Sequence[float], least: Sequence[float], level: float) -> list[float]:
    return [max(floor, min(width, level)) for width, floor in zip(natural, least, strict=True)]


def _natural(table: Table, metrics: Metrics) -> list[float]:
    """Width of each column that needs no second line."""
    return [
        max([text_width(text, face, SIZE, metrics) for text, face in column] + [2 * SIZE]) + _AIR
        for column in _columns(table)
    ]


def _least(table: Table, metrics: Metrics) -> list[float]:
    """Width of each column that divides no word or number, but for words no column can hold."""
    longest = MEASURE / 3
    return [
        min(longest, max([widest_piece(glyphs(text, face, SIZE, metrics)) for text, face in column] + [2 * SIZE]))
        + _AIR
        for column in _columns(table)
    ]


def _columns(table: Table) -> list[list[tuple[str, Face]]]:
    """Each column's texts with their hands; a head counts in the parts it may be broken into."""
    return [
        [(part, Face.HEI) for part in _head_parts(head)] + [(row[n], Face.FANG) for row in table.rows]
        for n, head in enumerate(table.head)
    ]


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

"""From a composed sheet to marks: where each line, cell and figure stands on the paper, and what it belongs to. Pure.

What stands on which page, and where a line begins and ends, was decided in `compose.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise

from casework.letters.bar_chart import Drawing
from casework.letters.compose import Sheet
from casework.letters.fonts import Face, LetterFonts
from casework.letters.head_and_foot import LEFT, MIDDLE, TITLE_SIZE, Part, code, head, imprint, page_number
from casework.letters.letterhead import GRID, PAPER_TOP
from casework.letters.marks import Bar, Element, Mark, Print, Words
from casework.letters.pages import Cell, Leaf, Slot, height
from casework.letters.pen import Pen
from casework.letters.tables import PADDING
from casework.letters.tables import SIZE as TABLE_SIZE
from casework.letters.typeset import MM
from casework.rules.letter_facts import LetterFacts
from casework.rules.letters import Format

TABLE_PITCH = 4.9 * MM
TABLE_RULE = 0.5
LABEL_SIZE = 10.0  # of a chart
TURNED_LEFT, TURNED_TOP = LEFT - 2.37 * MM, (PAPER_TOP + 2.42) * MM  # where the head and the end of a turned sheet lie
_TAGS = {"heading1": "H2", "heading2": "H3", "label": "H2", "name": "H2", "chart": "Figure", "table": "Table"}
_ROW = GRID * MM


def placed(sheet: Sheet, facts: LetterFacts, fonts: LetterFonts) -> Print:
    """Every mark of the letter in its place, and the elements that they make."""
    writer = _Writer(len(sheet.pages), fonts)
    for page, leaf in enumerate(sheet.pages):
        first, last = page == 0, page == len(sheet.pages) - 1
        writer.page = page
        writer.parts(head(sheet, facts.urgency, fonts) if first else ())
        writer.leaf(leaf, sheet.head.text_top if first else PAPER_TOP)
        writer.parts(imprint(sheet.imprint, sheet.format, fonts, first=first) if last else ())
        writer.parts(code(facts.verification, fonts) if last and facts.verification else ())
        writer.parts([page_number(page + 1, fonts)] if page or sheet.format is Format.DOCUMENT else ())
    return writer.print


class _Writer:
    """Writes a page after the other from top to bottom."""

    def __init__(self, pages: int, fonts: LetterFonts) -> None:
        self.print = Print([[] for _ in range(pages)])
        self.page = 0
        self._turned = 0.0  # measure of the turned sheet that is written on
        self._block, self._element = (0, ""), self.print.document  # what the last slot belongs to
        self._body, self._name = Pen(fonts, _ROW), Pen(fonts, _ROW, TITLE_SIZE, Face.TITLE)
        self._row = Pen(fonts, TABLE_PITCH, TABLE_SIZE)
        self._row_head = Pen(fonts, TABLE_PITCH, TABLE_SIZE, Face.HEI)
        self._label = Pen(fonts, LABEL_SIZE, LABEL_SIZE)

    def parts(self, parts: Iterable[Part]) -> None:
        """Put what stands around the text."""
        for part in parts:
            if part.tag:
                self.print.put(self.print.document.add(part.tag, part.says, part.box), self.page, part.marks)
            else:
                self.print.adorn(self.page, part.marks)

    def leaf(self, leaf: Leaf, top: float) -> None:
        """Put the slots of a page whose text begins at `top` millimetres."""
        self._turned = leaf.turned or 0.0
        left, y = (0.0, 0.0) if leaf.turned else (LEFT, top * MM)
        for block, group in groupby(leaf.slots, key=lambda slot: (slot.block, _kind(slot))):
            slots = list(group)
            if block[1] != "blank":
                self._slots(block, slots, left, y)
            y += height(slots) * _ROW
        self._turned = 0.0

    def _slots(self, block: tuple[int, str], slots: Sequence[Slot], left: float, top: float) -> None:
        """Neighbouring slots of one block; one that goes on from another page stays one element."""
        kind, lines = block[1], [line for slot in slots for line in slot.lines]
        if block != self._block:
            self._block, self._element = block, self.print.document.add(_TAGS.get(kind, "P"))
        if kind == "table":
            self._table(slots, left, top)
        elif slots[0].drawing:
            self._chart(slots[0].drawing, left, top)
        elif kind == "name":
            middle = self._turned / 2 or MIDDLE
            self._put(self._element, self._name.lines(lines, middle, top, before=0.5))
        else:
            self._put(self._element, self._body.lines(lines, left, top))

    def _put(self, element: Element, marks: Iterable[Mark]) -> None:
        self.print.put(element, self.page, map(self._lying, marks))

    def _adorn(self, marks: Iterable[Mark]) -> None:
        self.print.adorn(self.page, map(self._lying, marks))

    def _lying(self, mark: Mark) -> Mark:
        """The mark as it lies on the paper, which may be turned."""
        return mark.turned(TURNED_LEFT, TURNED_TOP + self._turned) if self._turned else mark

    def _table(self, slots: Sequence[Slot], left: float, top: float) -> None:
        """Rows within borders half of which lie outside; a head that is set again on another page is ornament."""
        left, top = left + TABLE_RULE / 2, top + TABLE_RULE / 2
        table, y = self._element, top
        for slot in slots:
            row = None if slot.what == "head" and table.inside else table.add("TR")
            for cell, x, width in zip(slot.cells, _edges(left, slot.columns), slot.columns, strict=False):
                words = self._cell(slot, cell, x, y, width)
                if row is None:
                    self._adorn(words)
                else:
                    self._put(row.add("TH" if slot.what == "head" else "TD"), words)
            y += slot.height * _ROW
        self._adorn(_borders(slots, left, top))

    def _cell(self, slot: Slot, cell: Cell, left: float, top: float, width: float) -> list[Words]:
        """The lines of a cell, in the middle of its height."""
        pen = self._row_head if slot.what == "head" else self._row
        inset = TABLE_RULE / 2 + PADDING
        above = (slot.height * _ROW - len(cell.lines) * TABLE_PITCH) / 2
        x, before = {
            "left": (left + inset, 0.0),
            "center": (left + width / 2, 0.5),
            "right": (left + width - inset, 1.0),
        }[cell.align]
        return pen.lines(cell.lines, x, top + above, before=before)

    def _chart(self, drawing: Drawing, left: float, top: float) -> None:
        self._element.says = drawing.alternative
        frame = self._lying(Bar(left, top, drawing.width, drawing.height))
        self._element.box = (frame.x, frame.y, frame.width, frame.height) if isinstance(frame, Bar) else None
        bars = [Bar(left + one.x, top + one.y, one.width, one.height, one.tone) for one in drawing.shapes]
        labels = [
            words
            for one in drawing.labels
            for words in self._label.on(one.text, left + one.x, top + one.y, before=1.0 if one.anchor == "end" else 0.0)
        ]
        self._put(self._element, [*bars, *labels])


def _kind(slot: Slot) -> str:
    return "table" if slot.what in ("head", "row") else slot.what


def _edges(start: float, lengths: Iterable[float]) -> list[float]:
    return [*accumulate(lengths, initial=start)]


def _borders(slots: Sequence[Slot], left: float, top: float) -> Iterator[Bar]:
    """The four sides of every cell, each drawn once."""
    xs, half = _edges(left, slots[0].columns), TABLE_RULE / 2
    ys = _edges(top, [slot.height * _ROW for slot in slots])
    for y in ys:
        yield from (Bar(a - half, y - half, b - a + TABLE_RULE, TABLE_RULE) for a, b in pairwise(xs))
    for x in xs:
        yield from (Bar(x - half, a - half, TABLE_RULE, b - a + TABLE_RULE) for a, b in pairwise(ys))

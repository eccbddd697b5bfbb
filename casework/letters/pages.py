"""Pages of a letter: slots of whole grid lines, filled from top to bottom. Pure.

A page holds 22 lines (GB/T 9704 5.2.3); the first one fewer, since mark and title stand there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casework.letters.bar_chart import Drawing
from casework.letters.typeset import Line
from casework.rules.errors import RuleError
from casework.rules.words import N_

PAGE_LINES = 22


class Cell(NamedTuple):
    """A cell of a table: its lines and how they are aligned."""

    lines: tuple[Line, ...]
    align: str


@dataclass(frozen=True)
class Slot:
    """One or more grid lines that stay together.

    Neighbouring slots with the same `block` are one paragraph or table; `keeps` ties a slot to the next one;
    `head` is the table's head, set again where a page begins with this row.
    """

    what: str
    block: int
    lines: tuple[Line, ...] = ()
    height: int = 1
    keeps: bool = False
    cells: tuple[Cell, ...] = ()
    columns: tuple[float, ...] = ()
    head: "Slot | None" = None
    drawing: Drawing | None = None

    @property
    def is_text(self) -> bool:
        """Whether the slot is a line of the letter's text, which may stand above a signature."""
        return self.what not in ("blank", "head", "row", "chart")


Page = list[Slot]


@dataclass(frozen=True)
class Leaf:
    """A page ready to print; one that is turned has its head along the left edge and lines of another measure."""

    slots: tuple[Slot, ...]
    turned: float | None = None


def blank(block: int) -> Slot:
    """An empty line."""
    return Slot("blank", block)


def height(slots: Sequence[Slot]) -> int:
    """Grid lines that the slots take together."""
    return sum(slot.height for slot in slots)


def fill(slots: Sequence[Slot], first: int, rest: int = PAGE_LINES) -> list[Page]:
    """The slots on pages of so many lines; no page begins with a blank, none ends with what keeps to the next."""
    pages: list[Page] = [[]]
    for slot in slots:
        if slot.height + (slot.head.height if slot.head else 0) > rest:
            raise RuleError(N_("A row of a table is higher than a page: divide it or shorten its text."))
        room = first if len(pages) == 1 else rest
        if height(pages[-1]) + slot.height > room and pages[-1]:
            pages.append(_carried(pages[-1]))
        if slot.what == "blank" and not pages[-1] and len(pages) > 1:
            continue
        if slot.head and not pages[-1]:
            pages[-1].append(slot.head)
        pages[-1].append(slot)
    return pages


def _carried(page: Page) -> Page:
    """Take what keeps to the next slot off the page's end, unless that is all there is."""
    kept = len(page)
    while kept and page[kept - 1].keeps:
        kept -= 1
    if kept == 0:
        return []
    carried = page[kept:]
    del page[kept:]
    return carried


def close(
    pages: list[Page], tails: Sequence[Sequence[Slot]], first: int, *, foot: int = 0, rest: int = PAGE_LINES
) -> list[Page]:
    """Put the first tail (signature) that fits, and `foot` empty lines (copies), on the last page.

    Where none fits, the last two lines of the text go over with it: a page never bears the signature alone.
    """
    room = first if len(pages) == 1 else rest
    for tail in tails:
        if height(pages[-1]) + height(tail) + foot <= room:
            return [*pages[:-1], [*pages[-1], *tail]]
    moved = _taken_back(pages[-1])
    if height(moved) + height(tails[0]) + foot > rest:
        raise RuleError(N_("Attachments, signature and copies do not fit on one page: shorten their names."))
    return [*pages, [*moved, *tails[0]]]


def _taken_back(page: Page) -> Page:
    """Take two lines of text, or rows, off the end of a page that keeps at least one."""
    moved: Page = []
    while len(page) > 1 and (sum(slot.what != "blank" for slot in moved) < 2 or page[-1].keeps):
        moved.insert(0, page.pop())
    while page and page[-1].what == "blank":
        page.pop()
    while moved and moved[0].what == "blank":
        moved.pop(0)
    if moved and moved[0].head:
        moved.insert(0, moved[0].head)
    return moved

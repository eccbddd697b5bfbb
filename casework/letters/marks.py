"""What stands on a printed page: words and bars in their places, and the elements they belong to. Pure.

Places are points from the upper left corner of the paper, rightwards and downwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from casework.letters.fonts import Face

BLACK, RED = "#000000", "#e60012"
Box = tuple[float, float, float, float]  # x, y, width, height


class Words(NamedTuple):
    """A text of one hand, from the beginning of its baseline."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    spacing: float = 0.0  # after each character
    colour: str = BLACK
    upward: bool = False  # read from below, with the head to the left

    def turned(self, x: float, y: float) -> "Words":
        """The same on a sheet turned to the left whose upper left corner comes to lie at x, y."""
        return self._replace(x=x + self.y, y=y - self.x, upward=True)


class Bar(NamedTuple):
    """A filled rectangle; one that is not plain has a fifth corner: of many that are, tools make out a table."""

    x: float
    y: float
    width: float
    height: float
    colour: str = BLACK
    plain: bool = True

    def turned(self, x: float, y: float) -> "Bar":
        """The same on a sheet turned to the left whose upper left corner comes to lie at x, y."""
        return self._replace(x=x + self.y, y=y - self.x - self.width, width=self.height, height=self.width)


Mark = Words | Bar


class Piece(NamedTuple):
    """Marks that are drawn together; `number` is theirs among the page's own, None where they are ornament."""

    marks: tuple[Mark, ...]
    number: int | None


class Content(NamedTuple):
    """Where a part of an element stands: page, from 0, and number of the piece."""

    page: int
    number: int


@dataclass(eq=False)
class Element:
    """A paragraph, heading, table or figure: what it holds in reading order; `box` is a figure's place."""

    tag: str
    inside: list["Element | Content"] = field(default_factory=list)
    says: str = ""
    box: Box | None = None

    def add(self, tag: str, says: str = "", box: Box | None = None) -> "Element":
        """A new element at the end of this one."""
        element = Element(tag, says=says, box=box)
        self.inside.append(element)
        return element

    def every(self) -> Iterator["Element"]:
        """This element and all within it, in reading order."""
        yield self
        for one in self.inside:
            if isinstance(one, Element):
                yield from one.every()


@dataclass(eq=False)
class Print:
    """The pages as they are drawn, and the elements as they are read."""

    pages: list[list[Piece]]
    document: Element = field(default_factory=lambda: Element("Document"))

    def put(self, element: Element, page: int, marks: Iterable[Mark]) -> None:
        """Draw these marks next on the page, as the next part of the element."""
        drawn = tuple(marks)
        if drawn:
            number = sum(piece.number is not None for piece in self.pages[page])
            self.pages[page].append(Piece(drawn, number))
            element.inside.append(Content(page, number))

    def adorn(self, page: int, marks: Iterable[Mark]) -> None:
        """Draw what nobody reads aloud."""
        self.pages[page].append(Piece(tuple(marks), None))

    def words(self) -> Iterator[Words]:
        """Every text that is drawn."""
        marks = (mark for page in self.pages for piece in page for mark in piece.marks)
        return (mark for mark in marks if isinstance(mark, Words))

"""Marks as the operators that draw them on a page of a PDF. Pure."""

from collections.abc import Iterator, Sequence

from casework.letters.cutting import Hands
from casework.letters.marks import Bar, Mark, Piece, Words

HAIR = 0.6  # points; screens widen a filled rectangle to whole dots, but not so thin a line


def drawn(page: Sequence[Piece], hands: Hands, height: float) -> bytes:
    """The content of a page of that height, each piece marked as a part of an element or as ornament."""
    return "\n".join(_Drawing(hands, height).page(page)).encode("ascii")


class _Drawing:
    """Knows what is set, so that it is not set again."""

    def __init__(self, hands: Hands, height: float) -> None:
        self._hands, self._height = hands, height
        self._colour = ""

    def page(self, pieces: Sequence[Piece]) -> Iterator[str]:
        for number, marks in ((piece.number, piece.marks) for piece in pieces):
            yield "/Artifact BMC" if number is None else f"/Span <</MCID {number}>> BDC"
            for mark in marks:
                yield from self._coloured(mark)
                yield self._words(mark) if isinstance(mark, Words) else self._bar(mark)
            yield "EMC"

    def _coloured(self, mark: Mark) -> Iterator[str]:
        if mark.colour != self._colour:
            self._colour = mark.colour
            shares = " ".join(f"{int(mark.colour[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))
            yield f"{shares} rg {shares} RG"

    def _words(self, words: Words) -> str:
        turn = "0 1 -1 0" if words.upward else "1 0 0 1"
        place = f"{turn} {words.x:.3f} {self._height - words.y:.3f} Tm {words.spacing:.4f} Tc"
        size = f"{words.size:.3f} Tf"
        shown = [f"/{hand} {size} <{codes}> Tj" for hand, codes in self._hands.written(words.text, words.face)]
        return " ".join(("BT", place, *shown, "ET"))

    def _bar(self, bar: Bar) -> str:
        left, right, upper, lower = bar.x, bar.x + bar.width, self._height - bar.y, self._height - bar.y - bar.height
        across, along = (upper + lower) / 2, (left + right) / 2
        if bar.height <= HAIR < bar.width:
            return f"{bar.height:.3f} w {left:.3f} {across:.3f} m {right:.3f} {across:.3f} l S"
        if bar.width <= HAIR < bar.height:
            return f"{bar.width:.3f} w {along:.3f} {lower:.3f} m {along:.3f} {upper:.3f} l S"
        if bar.plain:
            return f"{left:.3f} {lower:.3f} {bar.width:.3f} {bar.height:.3f} re f"
        return (
            f"{left:.3f} {upper:.3f} m {right:.3f} {upper:.3f} l {right:.3f} {across:.3f} l "
            f"{right:.3f} {lower:.3f} l {left:.3f} {lower:.3f} l h f"
        )

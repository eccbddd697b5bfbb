"""版记 at the foot of the last page: copies; in 文件格式 also who printed it and when (GB/T 9704 7.4). Pure."""

from dataclasses import dataclass
from math import ceil

from casework.letters.fonts import Face, LetterFonts
from casework.letters.letterhead import GRID
from casework.letters.typeset import MEASURE, Line, glyphs, set_paragraph, text_width
from casework.rules.errors import RuleError
from casework.rules.letter_facts import LetterFacts, day_text
from casework.rules.letters import Format
from casework.rules.words import N_

SIZE = 14.0
PITCH = 8.0  # mm
_NO_DAY = "　　　　年　月　日"


@dataclass(frozen=True)
class Imprint:
    """Lines of the copies; `issuer` and `issued` are there in 文件格式 alone."""

    copies: tuple[Line, ...] = ()
    issuer: Line | None = None
    issued: Line | None = None

    @property
    def height(self) -> int:
        """Lines of the grid that it takes."""
        rows = len(self.copies) + (self.issuer is not None)
        return ceil(rows * PITCH / GRID)


def imprint(facts: LetterFacts, fonts: LetterFonts) -> Imprint:
    """Set the 版记 in the format of the letter's kind; RuleError where printer and day do not fit in one line."""
    copies = _set(f"抄送：{'，'.join(facts.copies)}。", fonts, rest=4 * SIZE) if facts.copies else ()
    if facts.layout is Format.LETTER:
        return Imprint(copies)
    day = facts.issued or facts.signed
    issued = f"{day_text(day) if day else _NO_DAY}印发"
    wide = text_width(issued, Face.FANG, SIZE, fonts)
    issuer = _set(facts.issued_by or f"{facts.organ}办公室", fonts, measure=MEASURE - 2 * SIZE - wide)
    if len(issuer) > 1:
        raise RuleError(N_("The printing office and its day do not fit on one line: shorten its name."), "issued_by")
    return Imprint(copies, issuer[0], _set(issued, fonts, measure=2 * MEASURE, first=MEASURE - SIZE - wide)[0])


def _set(
    text: str, fonts: LetterFonts, *, measure: float = MEASURE - SIZE, first: float = SIZE, rest: float = SIZE
) -> tuple[Line, ...]:
    content = glyphs(text, Face.FANG, SIZE, fonts)
    return tuple(set_paragraph(content, measure, first=first, rest=rest, spacing=0.0, justify=False))

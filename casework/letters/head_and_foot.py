"""What stands around the text of a letter: mark, rules, number and title; imprint, code and page numbers. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from casework.letters.compose import Sheet
from casework.letters.fonts import Face, LetterFonts
from casework.letters.imprint import PITCH, Imprint
from casework.letters.imprint import SIZE as IMPRINT_SIZE
from casework.letters.letterhead import (
    GRID,
    LOWER_RULES,
    RULES,
    TITLE_PITCH,
    TYPE_AREA_BOTTOM,
    Letterhead,
)
from casework.letters.marks import RED, Bar, Box, Mark, Words
from casework.letters.pen import Pen
from casework.letters.qr import qr_code
from casework.letters.typeset import MEASURE, MM
from casework.rules.letter_codes import Verification, grouped
from casework.rules.letters import Format

LEFT, MIDDLE, RIGHT = 28 * MM, 106 * MM, 184 * MM  # of the type area
TITLE_SIZE = 22.0
_THICK, _THIN, _SINGLE = 0.75, 0.2, 0.5  # mm, red rules
_EDGE, _WITHIN = 0.35, 0.25  # mm, rules of the imprint
_LOWEST_IMPRINT = {True: 271.84, False: 263.53}  # mm, where a letter's ends: on page 1, on another
_NUMBER_TOP, _NUMBER_SIZE = 266.52, 14.0
_CODE_TOP, _CODE_EDGE, _CODE_LEFT = 279.5, 13.0, 98.5  # mm, of the QR code
_HOW = ("扫描二维码或凭验证码", "核验真伪和效力")


class Part(NamedTuple):
    """Marks and the element they make; ornament where that has no tag."""

    tag: str
    marks: list[Mark]
    says: str = ""
    box: Box | None = None


def head(sheet: Sheet, urgency: str, fonts: LetterFonts) -> Iterator[Part]:
    """Everything above the text of page 1."""
    at, letter = sheet.head, sheet.format is Format.LETTER
    yield Part("P", [*_mark(at, fonts)])
    yield Part("", _red_rules(at.rules_top) if letter else [_rule(at.rules_top, _SINGLE)])
    if urgency:
        yield Part("P", [*Pen(fonts, GRID * MM, face=Face.HEI).text(urgency, LEFT, at.urgency_top * MM)])
    x, before = (RIGHT, 1.0) if letter else (MIDDLE, 0.5)
    yield Part("P", [*Pen(fonts, GRID * MM).text(sheet.number, x, at.number_top * MM, before=before)])
    title = Pen(fonts, TITLE_PITCH * MM, TITLE_SIZE, Face.TITLE)
    yield Part("H1", [*title.texts(sheet.title, MIDDLE, at.title_top * MM, before=0.5)])


def _mark(at: Letterhead, fonts: LetterFonts) -> list[Words]:
    pen = Pen(fonts, at.mark_size, at.mark_size, Face.TITLE)
    return pen.text(at.mark, MIDDLE, at.mark_top * MM, before=0.5, colour=RED)


def _red_rules(top: float) -> list[Mark]:
    """The two pairs of 信函格式: thick above thin, and at the foot thin above thick."""
    bottom, lowest = top + RULES - _THIN, LOWER_RULES + RULES - _THICK
    pairs = ((top, _THICK), (bottom, _THIN), (LOWER_RULES, _THIN), (lowest, _THICK))
    return [_rule(y, thickness, 20, 170) for y, thickness in pairs]


def _rule(top: float, thickness: float, left: float = 28, length: float = 156) -> Bar:
    return Bar(left * MM, top * MM, length * MM, thickness * MM, RED)


def imprint(found: Imprint, form: Format, fonts: LetterFonts, *, first: bool) -> Iterator[Part]:
    """版记: copies; in 文件格式 printer and day as well, all between rules, at the very end of the type area."""
    pen = Pen(fonts, PITCH * MM, IMPRINT_SIZE)
    bottom = (_LOWEST_IMPRINT[first] if form is Format.LETTER else TYPE_AREA_BOTTOM - _EDGE - PITCH) * MM
    between = _WITHIN * MM if found.issuer and found.copies else 0.0
    top = bottom - between - len(found.copies) * PITCH * MM
    if found.copies:
        yield Part("P", [*pen.lines(found.copies, LEFT, top)])
    if found.issuer and found.issued:
        yield Part("P", [*pen.lines([found.issuer], LEFT, bottom)])
        yield Part("P", [*pen.lines([found.issued], LEFT, bottom)])
        rules = ((top - _EDGE * MM, _EDGE * MM), (bottom - between, between), (bottom + PITCH * MM, _EDGE * MM))
        yield Part("", [Bar(LEFT, y, MEASURE, thickness) for y, thickness in rules if thickness])


def code(verification: Verification, fonts: LetterFonts) -> Iterator[Part]:
    """Our own addition below everything, 279.5 to 292.5 mm from the top: QR code, code, and what they are for."""
    pen, top, left = Pen(fonts, 3.0 * MM, 7.0), _CODE_TOP * MM, _CODE_LEFT * MM
    yield Part("P", [*pen.texts(_HOW, left - 2 * MM, top + 3.5 * MM, before=1.0)])
    drawn, edge = qr_code(verification.url), _CODE_EDGE * MM
    side = edge / drawn.edge
    bars: list[Mark] = [
        Bar(left + start * side, top + row * side, (end - start) * side, side, plain=False)
        for row, start, end in drawn.bars
    ]
    yield Part("Figure", bars, "核验二维码", (left, top, edge, edge))
    groups = grouped(verification.code).split("-")
    lines = ("验证码", "-".join(groups[:2]), "-".join(groups[2:]))
    yield Part("P", [*pen.texts(lines, left + edge + 2 * MM, top + 2 * MM)])


def page_number(page: int, fonts: LetterFonts) -> Part:
    """Outside, one character in: odd pages on the right, even ones on the left."""
    pen = Pen(fonts, _NUMBER_SIZE, _NUMBER_SIZE, Face.SONG)
    x, before = (RIGHT - _NUMBER_SIZE, 1.0) if page % 2 else (LEFT + _NUMBER_SIZE, 0.0)
    return Part("", [*pen.text(f"— {page} —", x, _NUMBER_TOP * MM, before=before)])

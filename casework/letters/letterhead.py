"""What stands above the text of page 1: mark, red rules, number, title (GB/T 9704 7.2, 10.1). Pure.

Lengths are millimetres from the top of the paper; `..._top` of a text is the top of its line's box.
"""

from dataclasses import dataclass

from casework.letters.fonts import Face, LetterFonts
from casework.letters.typeset import BODY_SIZE, MM, text_width
from casework.rules.letter_facts import LetterFacts
from casework.rules.letters import Format

PAPER_TOP = 34.58  # where the first line's box begins, so that its ink begins at 37 mm
GRID = 10.39  # one line
LEADING = (GRID - BODY_SIZE / MM) / 2  # above the characters of a line
SMALL = 4.84  # 7/8 of a character of size 3
TITLE_PITCH = 12.0
RULES = 1.85  # a pair of red rules: 0.75 thick, 0.9 gap, 0.2 thin
LOWER_RULES = 297 - 20 - RULES
TYPE_AREA_BOTTOM = 37 + 225.0
_MARK_TOP = {Format.LETTER: 30.0, Format.DOCUMENT: 37 + 35.0}
_MARK_MEASURE = 150.0
_MARK_LARGEST = 42.0
_LOWEST_INK = {Format.LETTER: LOWER_RULES - SMALL, Format.DOCUMENT: TYPE_AREA_BOTTOM}


@dataclass(frozen=True)
class Letterhead:
    """Where mark, rules, number, title and text of page 1 begin."""

    mark: str
    mark_size: float
    mark_top: float
    rules_top: float
    urgency_top: float
    number_top: float
    title_top: float
    text_top: float
    lines: int  # of text that page 1 holds


def letterhead(facts: LetterFacts, title_count: int, fonts: LetterFonts) -> Letterhead:
    """Place everything above the text in the format of the letter's kind."""
    form = facts.layout
    mark = facts.organ if form is Format.LETTER else f"{facts.organ}文件"
    size = min(_MARK_LARGEST, _MARK_MEASURE * MM / text_width(mark, Face.TITLE, 1.0, fonts))
    low, high = _ink(mark, fonts)
    mark_top = _MARK_TOP[form] - (fonts.files[Face.TITLE].baseline - high) * size / 1000 / MM
    mark_bottom = _MARK_TOP[form] + (high - low) * size / 1000 / MM
    if form is Format.LETTER:
        rules = mark_bottom + 4
        urgency = number = rules + RULES + SMALL - LEADING
        title = number + 3 * GRID
    else:
        urgency = PAPER_TOP
        number = mark_bottom + 2 * GRID - LEADING
        rules = number + GRID - LEADING + 4
        title = rules + 2 * GRID
    text = title + title_count * TITLE_PITCH + GRID
    lines = int((_LOWEST_INK[form] - (GRID - LEADING) - text) / GRID) + 1
    return Letterhead(mark, size, mark_top, rules, urgency, number, title, text, lines)


def _ink(mark: str, fonts: LetterFonts) -> tuple[float, float]:
    """Lowest and highest ink of the mark, in thousandths of its size above the baseline."""
    if any(fonts.face_for(char, Face.TITLE) is Face.RARE for char in mark):
        return -80.0, 860.0  # what Chinese characters take, near enough
    return fonts.files[Face.TITLE].ink(mark)

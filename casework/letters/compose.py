"""From the facts of a letter to its pages: which line stands where (GB/T 9704-2012). Pure; lengths are points."""

import re
from dataclasses import dataclass
from datetime import date

from casework.letters.bar_chart import drawn
from casework.letters.fonts import Face, LetterFonts
from casework.letters.imprint import Imprint, imprint
from casework.letters.letterhead import GRID, Letterhead, letterhead
from casework.letters.pages import PAGE_LINES, Leaf, Slot, blank, close, fill
from casework.letters.tables import is_wide, table_slots
from casework.letters.titles import MOST_LINES, title_lines
from casework.letters.typeset import (
    BODY_SIZE,
    BODY_SPACING,
    CELL,
    MEASURE,
    MM,
    Glyph,
    Line,
    glyphs,
    set_paragraph,
    text_width,
)
from casework.rules.errors import RuleError
from casework.rules.letter_facts import (
    MAX_PAGES,
    Attachment,
    LetterFacts,
    day_text,
    heading_level,
    letter_paragraphs,
    printed_attachments,
    units_table,
)
from casework.rules.letters import Format
from casework.rules.words import N_

PAGE_HEIGHT = 225.0  # mm, of the type area
TURNED_LINES = 15  # of the grid that its 156 mm hold
_HEADING_FACES = {1: Face.HEI, 2: Face.KAI, 3: Face.FANG, 4: Face.FANG}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SENTENCE_END = frozenset("。！？；：")


@dataclass(frozen=True)
class Sheet:
    """A letter ready to print."""

    format: Format
    head: Letterhead
    number: str
    title: tuple[str, ...]
    pages: tuple[Leaf, ...]
    imprint: Imprint


def compose(facts: LetterFacts, fonts: LetterFonts) -> Sheet:
    """Set the whole letter; RuleError where a character, a page or the signature does not fit."""
    names = (*(unit.name for unit in facts.units), *facts.names, facts.addressee, facts.organ)
    title = title_lines(facts.title, names)
    if len(title) > MOST_LINES:
        raise RuleError(N_("The title takes more than %(most)s lines: shorten it."), "title", most=MOST_LINES)
    head = letterhead(facts, len(title), fonts)
    number = facts.number or f"{facts.prefix}〔{(facts.signed or facts.drafted).year}〕　号"
    for text in (number, facts.urgency, facts.title, facts.author, facts.subject):
        glyphs(text, Face.FANG, BODY_SIZE, fonts)  # refuses what no font has
    if not _LANGUAGE.fullmatch(facts.language):
        raise RuleError(N_("%(text)s is not the name of a language, such as zh-CN."), "language", text=facts.language)
    foot = imprint(facts, fonts)
    attachments = printed_attachments(facts)
    pages = fill(_Text(fonts).slots(facts), head.lines)
    tails = [_Text(fonts).tail(facts, attachments, gap) for gap in (2, 1)]
    pages = close(pages, tails, head.lines, foot=0 if attachments else foot.height)
    leaves = [Leaf(tuple(page)) for page in pages]
    for n, attachment in enumerate(attachments, 1):
        label = f"附件{n}" if len(attachments) > 1 else "附件"
        leaves += _attached(attachment, label, fonts, foot=foot.height if n == len(attachments) else 0)
    if len(leaves) > MAX_PAGES:
        raise RuleError(
            N_("The letter has %(pages)s pages; more than %(most)s are not printed."), pages=len(leaves), most=MAX_PAGES
        )
    return Sheet(facts.layout, head, number, title, tuple(leaves), foot)


def _attached(attachment: Attachment, label: str, fonts: LetterFonts, *, foot: int) -> list[Leaf]:
    """The pages of an attachment: upright, or turned where its table is wide (GB/T 9704 9), clear of what is below."""
    if attachment.table is None or not is_wide(attachment.table, fonts):
        pages = fill(_Text(fonts).attachment(attachment, label), PAGE_LINES)
        return [Leaf(tuple(page)) for page in close(pages, [()], PAGE_LINES, foot=foot)]
    measure = (PAGE_HEIGHT - foot * GRID) * MM
    pages = fill(_Text(fonts, measure).attachment(attachment, label), TURNED_LINES, TURNED_LINES)
    return [Leaf(tuple(page), measure) for page in pages]


class _Text:
    """Makes slots; counts the paragraphs as it goes, so that each is one block."""

    def __init__(self, fonts: LetterFonts, measure: float = MEASURE) -> None:
        self._fonts = fonts
        self._measure = measure
        self._block = 0

    def slots(self, facts: LetterFacts) -> list[Slot]:
        """Addressee, paragraphs, and the table of units where it stands in the text."""
        slots = self._paragraph(facts.addressee + "：", first=0.0)
        for n, paragraph in enumerate(letter_paragraphs(facts), 1):
            slots += self._paragraph(paragraph)
            if n == facts.units_after and facts.units:
                slots += self._table(facts)
        return slots

    def _table(self, facts: LetterFacts) -> list[Slot]:
        self._block += 1
        slots = table_slots(units_table(facts), self._block, self._fonts)
        if facts.units_day:
            slots += self._paragraph(f"（数据截至{day_text(facts.units_day)}）")
        return slots

    def _paragraph(self, text: str, first: float = 2 * CELL) -> list[Slot]:
        self._block += 1
        level = heading_level(text) if first else 0
        head, rest = _run_in(text, level)
        content = self._glyphs(head, _HEADING_FACES.get(level, Face.FANG)) + self._glyphs(rest, Face.FANG)
        what = f"heading{level}" if level and not rest else "text"
        keeps = what != "text" or text.endswith("：")
        lines = set_paragraph(content, self._measure, first=first)
        last = len(lines) - 1
        return [Slot(what, self._block, (line,), keeps=keeps and n == last) for n, line in enumerate(lines)]

    def _glyphs(self, text: str, face: Face) -> list[Glyph]:
        return glyphs(text, face, BODY_SIZE, self._fonts)

    def tail(self, facts: LetterFacts, attachments: tuple[Attachment, ...], gap: int) -> list[Slot]:
        """What ends the text: names of the attachments, empty lines for the seal's top, signature, contact.

        With two lines a seal of 42 mm ends within one line of the text, as GB/T 9704 7.3.5.1 asks; with one it may
        touch the place beside the short last line, which the standard prefers to a signature alone on a page.
        """
        slots = self._named(attachments) + [blank(0)] * gap
        slots += self._signature(facts.organ, facts.signed)
        contact = f"（联系人：{facts.contact.person}，联系电话：{facts.contact.phone}）"
        return slots + self._paragraph(contact)

    def _named(self, attachments: tuple[Attachment, ...]) -> list[Slot]:
        """附件说明: one blank line below the text; a single attachment has no number (GB/T 9704 7.3.4)."""
        if not attachments:
            return []
        slots = [blank(0)]
        under = text_width("附件：", Face.FANG, BODY_SIZE, self._fonts)
        for n, attachment in enumerate(attachments, 1):
            number = f"{n}." if len(attachments) > 1 else ""
            lead = "附件：" if n == 1 else ""
            first = 2 * CELL + (0.0 if n == 1 else under)
            rest = 2 * CELL + under + text_width(number, Face.FANG, BODY_SIZE, self._fonts)
            content = self._glyphs(lead + number + attachment.title, Face.FANG)
            self._block += 1
            lines = set_paragraph(content, first=first, rest=rest, justify=False)
            slots += [Slot("named", self._block, (line,)) for line in lines]
        return slots

    def _signature(self, organ: str, signed: date | None) -> list[Slot]:
        """The date four characters from the right edge, the organ's name centred over it: the seal lies on both."""
        day = day_text(signed) if signed else "　　　　年　月　日"
        date_width = text_width(day, Face.FANG, BODY_SIZE, self._fonts)
        date_left = MEASURE - 4 * CELL - date_width
        name_width = text_width(organ, Face.FANG, BODY_SIZE, self._fonts)
        name_left = min(MEASURE - name_width, date_left + (date_width - name_width) / 2)
        self._block += 2
        return [
            Slot("signer", self._block - 1, (self._placed(organ, max(0.0, name_left)),)),
            Slot("date", self._block, (self._placed(day, date_left),)),
        ]

    def _placed(self, text: str, left: float) -> Line:
        """A line of natural width that starts at `left`."""
        return set_paragraph(self._glyphs(text, Face.FANG), 2 * MEASURE, first=left, spacing=0.0, justify=False)[0]

    def attachment(self, attachment: Attachment, label: str) -> list[Slot]:
        """附件: the label on line 1, the title centred on line 3, then paragraphs and table."""
        self._block += 1
        slots = [Slot("label", self._block, set_label(label, self._fonts)), blank(0)]
        self._block += 1
        for line in title_lines(attachment.title):
            content = glyphs(line, Face.TITLE, 22.0, self._fonts)
            placed = set_paragraph(content, 2 * MEASURE, spacing=0.0, justify=False)
            slots.append(Slot("name", self._block, tuple(placed), keeps=True))
        slots.append(Slot("blank", 0, keeps=True))
        for paragraph in attachment.paragraphs:
            slots += self._paragraph(paragraph)
        if attachment.chart:
            drawing = drawn(attachment.chart)
            self._block += 1
            slots.append(Slot("chart", self._block, height=drawing.lines, drawing=drawing))
        if attachment.table:
            self._block += 1
            slots += table_slots(attachment.table, self._block, self._fonts, self._measure)
        return slots


def set_label(label: str, fonts: LetterFonts) -> tuple[Line, ...]:
    """附件1 in 黑体, flush left."""
    return tuple(set_paragraph(glyphs(label, Face.HEI, BODY_SIZE, fonts), spacing=BODY_SPACING))


def _run_in(text: str, level: int) -> tuple[str, str]:
    """The part of a paragraph that is set as its heading, and the rest.

    A heading is the whole paragraph when it is no sentence, its first sentence when more follow, else nothing.
    """
    if level == 0:
        return "", text
    end = next((at for at, char in enumerate(text) if char in _SENTENCE_END), len(text))
    if end >= len(text):
        return text, ""
    head, rest = text[: end + 1], text[end + 1 :]
    return (head, rest) if rest and text[end] == "。" else ("", text)

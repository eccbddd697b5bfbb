"""The facts of a letter: the plain values it is printed from, and the text that follows from them."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.rules.errors import RuleError
from casework.rules.letter_codes import Verification, address_refusal, read_code
from casework.rules.letters import KINDS, AddresseeKind, Format, LetterKind, parse_document_number
from casework.rules.wording import Consent
from casework.rules.words import N_

MAX_CHARACTERS = 20_000
MAX_PAGES = 10


class Urgency(StrEnum):
    """紧急程度, printed at the left edge beside the document number (GB/T 9704 7.2.3)."""

    NONE = ""
    URGENT = "加急"
    MOST_URGENT = "特急"


@dataclass(frozen=True)
class UnitRow:
    """One unit and compliance year in the table of units, in tonnes; `count` units of a region may stand together."""

    name: str
    year: str
    due: int
    surrendered: int
    count: int = 1

    @property
    def short(self) -> int:
        """What is still owed, never below nothing."""
        return max(0, self.due - self.surrendered)


@dataclass(frozen=True)
class Request:
    """One thing asked for: what, of whom, by when."""

    text: str
    who: str = ""
    by: date | None = None


@dataclass(frozen=True)
class Contact:
    """Whom to ring up; printed below the date (附注)."""

    person: str
    phone: str


@dataclass(frozen=True)
class Table:
    """A table of texts; `numeric` lists the columns, from 0, that are set flush right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bars:
    """One line of a chart: a name, and its shares in hundredths of a percent."""

    name: str
    shares: tuple[int, ...]


@dataclass(frozen=True)
class Chart:
    """Shares from 0 to 100 %, drawn as bars; `series` says what each share is of, `mark` is a milestone's share."""

    series: tuple[str, ...]
    bars: tuple[Bars, ...]
    mark: int | None = None

    @property
    def alternative(self) -> str:
        """What the chart shows, for who cannot see it."""
        lines = (f"{one.name}{'、'.join(map(_share, self.series, one.shares))}" for one in self.bars)
        return f"条形图：{'；'.join(lines)}。"


def _share(name: str, share: int) -> str:
    return f"{name}{share / 100:.2f}%"


@dataclass(frozen=True)
class Attachment:
    """附件: a title with paragraphs, a chart, a table, or some of them."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    chart: Chart | None = None


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """Everything that a letter prints; stored, hashed and never changed once signed.

    `body` holds one text per paragraph; 一、（一）1.（1） at its start make it a heading. The table of units stands
    below the paragraph number `units_after` (1 is the first), or in the first attachment where that is None.
    `number` is None until registration and `signed` until signing: their places are then printed empty.
    `format`, `replied_how` (what the addressee does by the reply day) and `closing` are the kind's where left out.
    `names` are those of units that stand in the text and in no table: the title does not split them either.
    `verification` comes with the number, where the office has its letters checked by anybody; else nothing is printed.
    A document in 文件格式 also names who prints it (`issued_by`, else its office) and when (`issued`, else signing).
    """

    kind: LetterKind
    organ: str
    prefix: str
    addressee: str
    addressee_kind: AddresseeKind
    title: str
    body: tuple[str, ...]
    contact: Contact
    drafted: date
    author: str
    subject: str
    reply_due: date | None = None
    requests: tuple[Request, ...] = ()
    units: tuple[UnitRow, ...] = ()
    units_title: str = "重点排放单位碳排放配额清缴情况表"
    units_day: date | None = None
    units_after: int | None = None
    attachments: tuple[Attachment, ...] = ()
    copies: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NONE
    consent: Consent | None = None
    signed: date | None = None
    number: str | None = None
    issued_by: str = ""
    issued: date | None = None
    format: Format | None = None
    replied_how: str = ""
    closing: str = ""
    language: str = "zh-CN"
    names: tuple[str, ...] = ()
    verification: Verification | None = None

    @property
    def layout(self) -> Format:
        """The layout it is printed in."""
        return self.format or self.kind.format


_LEVELS = (
    (1, re.compile(r"[一二三四五六七八九十]{1,3}、")),
    (2, re.compile(r"（[一二三四五六七八九十]{1,3}）")),
    (3, re.compile(r"\d{1,2}\.(?!\d)")),
    (4, re.compile(r"（\d{1,2}）")),
)
_GAP = re.compile("【待填：[^】]*】")
_CHINESE_DIGITS = "零一二三四五六七八九"


def heading_level(paragraph: str) -> int:
    """1 to 4 for 一、（一）1.（1） at the start of a paragraph (GB/T 9704 7.3.3), else 0."""
    return next((level for level, pattern in _LEVELS if pattern.match(paragraph)), 0)


def chinese_number(n: int) -> str:
    """一 to 九十九, as headings count."""
    tens, ones = divmod(n, 10)
    if tens == 0:
        return _CHINESE_DIGITS[ones]
    return (_CHINESE_DIGITS[tens] if tens > 1 else "") + "十" + (_CHINESE_DIGITS[ones] if ones else "")


def day_text(day: date) -> str:
    """2023年7月1日: Arabic digits, no leading zeros (GB/T 9704 7.3.5)."""
    return f"{day.year}年{day.month}月{day.day}日"


def own_name(organ: str) -> str:
    """How the organ speaks of itself: 我厅, 我局, 我委."""
    return "我" + {"会": "委"}.get(organ[-1:], organ[-1:])


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a text box: one a line, blank lines and blanks at the edges left out."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def gap(what: str) -> str:
    """The mark in a place that is still to be filled in; a letter that holds one is not submitted."""
    return f"【待填：{what}】"


def letter_paragraphs(facts: LetterFacts) -> tuple[str, ...]:
    """The whole text in print order: body, numbered requests, the sentence that asks for a reply, the closing."""
    row = KINDS[facts.kind]
    how = facts.replied_how or row.replied_how
    below_headings = any(heading_level(paragraph) == 1 for paragraph in facts.body)
    lead = "建议由" if facts.addressee_kind is AddresseeKind.GOVERNMENT else "由"
    asked = tuple(_request_text(request, n, below_headings, lead) for n, request in enumerate(facts.requests, 1))
    reply = (f"请于{day_text(facts.reply_due)}前{how}{own_name(facts.organ)}。",) if facts.reply_due else ()
    return (*facts.body, *asked, *reply, facts.closing or row.closing)


def _request_text(request: Request, n: int, below_headings: bool, lead: str) -> str:
    number = f"（{chinese_number(n)}）" if below_headings else f"{chinese_number(n)}、"
    terms = [f"{lead}{request.who}牵头"] if request.who else []
    if request.by:
        terms.append(f"于{day_text(request.by)}前完成")
    if not terms:
        return number + request.text
    return f"{number}{request.text.removesuffix('。')}（{'，'.join(terms)}）。"


def units_table(facts: LetterFacts) -> Table:
    """The table of units with its sum, tonnes with thousands separators."""
    rows = [
        (str(n), unit.name, unit.year, f"{unit.due:,}", f"{unit.surrendered:,}", f"{unit.short:,}")
        for n, unit in enumerate(facts.units, 1)
    ]
    if len(rows) > 1:
        sums = (sum(u.due for u in facts.units), sum(u.surrendered for u in facts.units))
        rows.append(("", "合计", "", f"{sums[0]:,}", f"{sums[1]:,}", f"{sum(u.short for u in facts.units):,}"))
    head = ("序号", "重点排放单位", "履约年度", "应清缴量（吨）", "已清缴量（吨）", "缺口（吨）")
    return Table(head, tuple(rows), numeric=(3, 4, 5))


def printed_attachments(facts: LetterFacts) -> tuple[Attachment, ...]:
    """The attachments in order, the table of units first unless it stands in the text."""
    if not facts.units or facts.units_after is not None:
        return facts.attachments
    noted = (f"数据截至{day_text(facts.units_day)}。",) if facts.units_day else ()
    return (Attachment(facts.units_title, noted, units_table(facts)), *facts.attachments)


def facts_refusal(facts: LetterFacts) -> RuleError | None:
    """What a letter lacks before it can go to review, or None."""
    needed = {
        "organ": (facts.organ, N_("The settings do not say which organ issues letters.")),
        "addressee": (facts.addressee, N_("Enter to whom the letter goes.")),
        "title": (facts.title, N_("Enter the title.")),
        "body": ("".join(facts.body), N_("Write the text.")),
        "contact.person": (facts.contact.person, N_("Enter the contact person.")),
        "contact.phone": (facts.contact.phone, N_("Enter the telephone number of the contact person.")),
    }
    for field, (value, sentence) in needed.items():
        if not value.strip():
            return RuleError(sentence, field)
    if marked := _GAP.search("\n".join((facts.title, *letter_paragraphs(facts), *facts.copies))):
        where = "title" if marked[0] in facts.title else "body"
        return RuleError(N_("Something is still to be filled in: %(what)s"), where, what=marked[0])
    if facts.format is not None and facts.format not in KINDS[facts.kind].formats:
        return RuleError(N_("A letter of this kind is not printed in this format."), "format")
    if sum(map(len, letter_paragraphs(facts))) > MAX_CHARACTERS:
        return RuleError(N_("The text has more than %(most)s characters."), "body", most=MAX_CHARACTERS)
    if facts.units_after is not None and not 1 <= facts.units_after <= len(facts.body):
        return RuleError(N_("The table of units stands below a paragraph that does not exist."), "units_after")
    if facts.number is not None:
        try:
            parse_document_number(facts.number)
        except RuleError as refusal:
            return RuleError(refusal.message, "number", **refusal.params)
    if facts.verification is not None and (refused := _verification_refusal(facts.verification)):
        return refused
    return next(filter(None, map(_attachment_refusal, range(len(facts.attachments)), facts.attachments)), None)


def _verification_refusal(verification: Verification) -> RuleError | None:
    """Why a letter cannot bear this code, or None."""
    if read_code(verification.code) != verification.code:
        return RuleError(N_("This is no code of a letter."), "verification.code")
    refused = address_refusal(verification.address)
    return refused and RuleError(refused.message, "verification.address", **refused.params)


def _attachment_refusal(n: int, attachment: Attachment) -> RuleError | None:
    """Why an attachment cannot be printed, or None."""
    path, table = f"attachments[{n}]", attachment.table
    if not attachment.title.strip():
        return RuleError(N_("Fill in %(path)s."), f"{path}.title", path=f"{path}.title")
    if table is None:
        return None
    if not table.head:
        return RuleError(N_("A table needs at least one column."), f"{path}.table.head")
    for row, cells in enumerate(table.rows):
        if len(cells) != len(table.head):
            return RuleError(
                N_("This row has %(cells)s cells, the head of the table %(columns)s."),
                f"{path}.table.rows[{row}]",
                cells=len(cells),
                columns=len(table.head),
            )
    if not all(0 <= column < len(table.head) for column in table.numeric):
        return RuleError(N_("A column is counted from 0; the table has no such column."), f"{path}.table.numeric")
    return None

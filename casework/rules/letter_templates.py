"""Letter templates: what one version says; only an approved one makes letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from casework.rules.errors import RuleError
from casework.rules.letter_fields import field_refusal
from casework.rules.letters import KINDS, Format, LetterKind, document_number
from casework.rules.words import N_


class DueBy(StrEnum):
    """By when a request is to be done, known once a letter is drafted."""

    NONE = ""
    REPLY = "reply"
    DEADLINE = "deadline"

    @property
    def label(self) -> str:
        """English msgid of the day."""
        return {DueBy.NONE: N_("no day"), DueBy.REPLY: N_("Reply day"), DueBy.DEADLINE: N_("Surrender deadline")}[self]


@dataclass(frozen=True)
class RequestText:
    """One thing that letters of a template ask for: what, of whom, by when."""

    text: str
    who: str = ""
    by: DueBy = DueBy.NONE


@dataclass(frozen=True, kw_only=True)
class TemplateText:
    """What a version of a template says; the texts may hold fields."""

    name: str  # as the addressee reads it: 工作督促函
    prefix: str
    format: Format
    title: str = ""
    basis: str = ""
    body: str = ""
    requests: tuple[RequestText, ...] = ()
    replied_how: str = ""
    closing: str = ""


def first_text(kind: LetterKind) -> TemplateText:
    """What the first template of a kind begins with."""
    row = KINDS[kind]
    return TemplateText(
        name=row.chinese, prefix=row.prefix, format=kind.format, replied_how=row.replied_how, closing=row.closing
    )


def text_refusal(text: TemplateText, kind: LetterKind) -> RuleError | None:
    """Why a version cannot be saved, or None: its name, prefix and format, and each field that its texts hold."""
    if not text.name.strip():
        return RuleError(N_("Enter the name of such letters."), "name")
    if text.format not in KINDS[kind].formats:
        return RuleError(N_("A letter of this kind is not printed in this format."), "format")
    try:
        document_number(text.prefix, 2000, 1)
    except RuleError:
        return RuleError(
            N_("A prefix is a word without blanks, brackets or digits in front, such as 宁环函."), "prefix"
        )
    return next(filter(None, (field_refusal(*one) for one in _texts(text))), None)


def _texts(text: TemplateText) -> Iterator[tuple[str, str]]:
    """Each text with the place where it is typed; requests count as lines of one."""
    for place in ("title", "basis", "body", "replied_how", "closing"):
        yield getattr(text, place), place
    yield "\n".join(" ".join(f"{one.text} {one.who}".split()) for one in text.requests), "requests"


def template_lines(text: TemplateText) -> list[str]:
    """Everything a version says, a line for each paragraph, for comparing two of them."""
    asked = [
        "　".join(
            filter(None, (one.text, one.who, {"reply": "【回函日期】", "deadline": "【截止日期】"}.get(one.by, "")))
        )
        for one in text.requests
    ]
    head = [f"{text.name}　{text.prefix}　{text.format.chinese}", text.title]
    return [*head, *text.basis.splitlines(), *text.body.splitlines(), *asked, text.replied_how, text.closing]

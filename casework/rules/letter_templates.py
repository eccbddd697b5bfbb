"""Letter templates: what one version says, and its way from draft to approval; only an approved one makes letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor
from casework.rules.letter_fields import field_refusal
from casework.rules.letters import KINDS, Format, LetterKind, document_number
from casework.rules.roles import Role
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


class TemplateState(StrEnum):
    """Where a version stands; at most one version of a template is approved, and one on its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """English msgid of the state."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    TemplateState.DRAFT: N_("Draft"),
    TemplateState.SUBMITTED: N_("Waits for approval"),
    TemplateState.APPROVED: N_("In force"),
    TemplateState.RETURNED: N_("Returned"),
    TemplateState.REPLACED: N_("Superseded"),
}
OPEN_STATES = frozenset({TemplateState.DRAFT, TemplateState.SUBMITTED})


class TemplateStep(StrEnum):
    """What can be done with a version."""

    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    RETURN = "return"

    @property
    def label(self) -> str:
        """English msgid of the step, a verb for a button."""
        return TEMPLATE_STEPS[self].label


@dataclass(frozen=True)
class TemplateStepRow:
    """One row of the table: from which state to which, by whom."""

    label: str
    source: TemplateState
    target: TemplateState
    roles: frozenset[Role]
    reason: bool = False
    not_editor: bool = False  # four eyes


_T = TemplateState
_EDITORS = frozenset({Role.OFFICER, Role.REVIEWER})
_LEADER = frozenset({Role.LEADER})
TEMPLATE_STEPS = {
    TemplateStep.EDIT: TemplateStepRow(N_("Edit"), _T.DRAFT, _T.DRAFT, _EDITORS),
    TemplateStep.SUBMIT: TemplateStepRow(N_("Submit for approval"), _T.DRAFT, _T.SUBMITTED, _EDITORS),
    TemplateStep.RECALL: TemplateStepRow(N_("Recall"), _T.SUBMITTED, _T.DRAFT, _EDITORS),
    TemplateStep.APPROVE: TemplateStepRow(N_("Approve"), _T.SUBMITTED, _T.APPROVED, _LEADER, not_editor=True),
    TemplateStep.RETURN: TemplateStepRow(N_("Return"), _T.SUBMITTED, _T.RETURNED, _LEADER, reason=True),
}


@dataclass(frozen=True)
class TemplateStanding:
    """What the rules need to know of a version: its state, and who wrote at it."""

    state: TemplateState
    editors: frozenset[int]


def template_bar(step: TemplateStep, version: TemplateStanding, *, by: Actor) -> RuleError | None:
    """Why the button is not offered to this person, or None: role, state, four eyes."""
    row = TEMPLATE_STEPS[step]
    if not row.roles & by.roles:
        return NotAllowed(N_("Your role does not allow this step."))
    if version.state is not row.source:
        return RuleError(N_("The template stands where this step is not possible. Reload the page to see where."))
    if row.not_editor and {by.account_id, by.on_behalf_of} & version.editors:
        return NotAllowed(N_("Four eyes: who wrote at the template may not approve it."))
    return None


def template_advance(step: TemplateStep, version: TemplateStanding, *, by: Actor, reason: str = "") -> TemplateState:
    """The state after the step; raises the refusal where there is one."""
    if refused := template_bar(step, version, by=by):
        raise refused
    if TEMPLATE_STEPS[step].reason and not reason.strip():
        raise RuleError(N_("Give a reason."), "reason")
    return TEMPLATE_STEPS[step].target


def template_steps_open_to(version: TemplateStanding, *, by: Actor) -> tuple[TemplateStep, ...]:
    """The steps whose buttons this person is shown, in the table's order."""
    return tuple(step for step in TemplateStep if template_bar(step, version, by=by) is None)

"""The kinds of letter, document numbers, and a letter's own life from draft to registered and beyond."""

import re
from dataclasses import dataclass
from enum import StrEnum

from casework.rules.errors import RuleError
from casework.rules.roles import Role
from casework.rules.words import N_


class AddresseeKind(StrEnum):
    """Whom a letter goes to; a base administrative committee (宁东) counts as a government."""

    GOVERNMENT = "government"
    BUREAU = "bureau"
    ENTERPRISE = "enterprise"

    @property
    def label(self) -> str:
        """English msgid of the kind of addressee."""
        return _ADDRESSEE_LABELS[self]


_ADDRESSEE_LABELS = {
    AddresseeKind.GOVERNMENT: N_("City government or base committee"),
    AddresseeKind.BUREAU: N_("City ecology bureau"),
    AddresseeKind.ENTERPRISE: N_("Enterprise"),
}


class Format(StrEnum):
    """The two layouts of GB/T 9704-2012."""

    LETTER = "letter"  # 信函格式
    DOCUMENT = "document"  # 文件格式

    @property
    def chinese(self) -> str:
        """Its name in the standard."""
        return {Format.LETTER: "信函格式", Format.DOCUMENT: "文件格式"}[self]


class LetterKind(StrEnum):
    """A kind of letter; everything that differs between kinds is its row in KINDS."""

    WORK_SUPERVISION = "work_supervision"
    SUPERVISION = "supervision"
    REMINDER = "reminder"
    NOTICE = "notice"
    BULLETIN = "bulletin"

    @property
    def label(self) -> str:
        """English msgid of the kind."""
        return KINDS[self].label

    @property
    def chinese(self) -> str:
        """The name that is printed: 工作督促函."""
        return KINDS[self].chinese

    @property
    def prefix(self) -> str:
        """Prefix with which its first template begins: 宁环函."""
        return KINDS[self].prefix

    @property
    def format(self) -> Format:  # type: ignore[override]  # a kind is never formatted as text
        """The layout it is printed in, unless its template says otherwise."""
        return KINDS[self].formats[0]

    @property
    def causes(self) -> str | None:
        """Name of the step that its registration takes in every case it names; None where it moves no case."""
        return KINDS[self].causes

    @property
    def asks(self) -> bool:
        """Whether it has to ask a government for something; a notice or a bulletin may only tell."""
        return KINDS[self].asks


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """What one kind of letter is: its name, number, layout, the step it causes, to whom it goes, how it ends."""

    label: str
    chinese: str
    prefix: str
    formats: tuple[Format, ...] = (Format.LETTER,)  # the usual one first
    causes: str | None = None
    addressees: frozenset[AddresseeKind]
    goes_to: str  # the sentence that says so
    asks: bool = False
    about_cases: bool = True  # it is drafted for cases, and for nothing else
    several: bool = False  # it may go to several regions at once
    answered: bool = True  # it asks for something and for a reply by a day; else both may be left out
    replied_how: str  # how the answer is to be given, where a reply day is set
    closing: str


_TO_GOVERNMENTS = N_("A letter of this kind goes to a city government or base committee only.")
KINDS = {
    LetterKind.WORK_SUPERVISION: KindRow(
        label=N_("Work supervision letter"),
        chinese="工作督促函",
        prefix="宁环函",
        causes="urge",
        addressees=frozenset({AddresseeKind.GOVERNMENT}),
        goes_to=_TO_GOVERNMENTS,
        asks=True,
        replied_how="将办理情况书面函复",
        closing="特此函达，盼复。",
    ),
    LetterKind.SUPERVISION: KindRow(
        label=N_("Supervision letter"),
        chinese="督办函",
        prefix="宁环函",
        causes="supervise",
        addressees=frozenset({AddresseeKind.GOVERNMENT}),
        goes_to=_TO_GOVERNMENTS,
        asks=True,
        replied_how="将办理情况书面函复",
        closing="特此函达，盼复。",
    ),
    LetterKind.REMINDER: KindRow(
        label=N_("Reminder letter"),
        chinese="提醒函",
        prefix="宁环函",
        addressees=frozenset({AddresseeKind.BUREAU, AddresseeKind.ENTERPRISE}),
        goes_to=N_("A reminder goes to a city ecology bureau or an enterprise only."),
        replied_how="将落实情况书面报送",
        closing="特此提醒。",
    ),
    LetterKind.NOTICE: KindRow(
        label=N_("Notice"),
        chinese="通知",
        prefix="宁环函",
        addressees=frozenset({AddresseeKind.BUREAU}),
        goes_to=N_("A notice goes to city ecology bureaus only."),
        about_cases=False,
        several=True,
        answered=False,
        replied_how="将有关情况报送",
        closing="特此通知。",
    ),
    LetterKind.BULLETIN: KindRow(
        label=N_("Bulletin"),
        chinese="通报",
        prefix="宁环发",
        formats=(Format.DOCUMENT, Format.LETTER),
        addressees=frozenset({AddresseeKind.GOVERNMENT, AddresseeKind.BUREAU}),
        goes_to=N_("A bulletin goes to city governments and ecology bureaus only."),
        about_cases=False,
        several=True,
        answered=False,
        replied_how="将整改情况书面报送",
        closing="特此通报。",
    ),
}


def addressee_refusal(kind: LetterKind, addressee_kind: AddresseeKind) -> RuleError | None:
    """Why this kind of letter cannot go to this kind of addressee, or None."""
    if addressee_kind in KINDS[kind].addressees:
        return None
    return RuleError(KINDS[kind].goes_to, "addressee")


_NUMBER = re.compile(r"([^\s〔〕\d][^\s〔〕]*)〔(\d{4})〕([1-9]\d*)号")


def document_number(prefix: str, year: int, n: int) -> str:
    """宁环函〔2023〕12号: year in full, no leading zero, no 第 (GB/T 9704 7.2.5)."""
    text = f"{prefix}〔{year}〕{n}号"
    if not _NUMBER.fullmatch(text):
        raise RuleError(N_("%(text)s is not a document number."), text=text)
    return text


def parse_document_number(text: str) -> tuple[str, int, int]:
    """Prefix, year and number of 宁环函〔2023〕12号; RuleError where it is none."""
    match = _NUMBER.fullmatch(text)
    if not match:
        raise RuleError(N_("%(text)s is not a document number."), text=text)
    return match[1], int(match[2]), int(match[3])


class LetterState(StrEnum):
    """Where a letter stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    REGISTERED = "registered"
    VOIDED = "voided"
    REPEALED = "repealed"

    @property
    def label(self) -> str:
        """English msgid of the state."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    LetterState.DRAFT: N_("Draft"),
    LetterState.IN_REVIEW: N_("In review"),
    LetterState.TO_SIGN: N_("To sign"),
    LetterState.SIGNED: N_("Signed"),
    LetterState.REGISTERED: N_("Registered"),
    LetterState.VOIDED: N_("Voided"),
    LetterState.REPEALED: N_("Repealed"),
}
NUMBERED_STATES = frozenset({LetterState.REGISTERED, LetterState.VOIDED, LetterState.REPEALED})  # I4
EFFECTIVE_STATES = frozenset({LetterState.REGISTERED})


class LetterStep(StrEnum):
    """What can be done with a letter."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN_FROM_REVIEW = "return_from_review"
    PASS_REVIEW = "pass_review"  # noqa: S105  not a password
    RECALL = "recall"
    RETURN_FROM_SIGNING = "return_from_signing"
    SIGN = "sign"
    WITHDRAW_SIGNATURE = "withdraw_signature"
    REGISTER = "register"
    VOID = "void"
    REPEAL = "repeal"

    @property
    def label(self) -> str:
        """English msgid of the step, a verb for a button."""
        return LETTER_STEPS[self].label


@dataclass(frozen=True)
class LetterStepRow:
    """One row of the table: from which states to which, by whom."""

    label: str
    sources: frozenset[LetterState]
    target: LetterState
    roles: frozenset[Role]
    reason: bool = False
    not_drafter: bool = False  # four eyes
    not_reviewer: bool = False  # four eyes
    only_drafter: bool = False
    signature: bool = False  # of a leader, confirmed by the password


_S = LetterState
_OFFICER = frozenset({Role.OFFICER})
_REVIEWER = frozenset({Role.REVIEWER})
_LEADER = frozenset({Role.LEADER})
LETTER_STEPS = {
    LetterStep.EDIT: LetterStepRow(N_("Edit"), frozenset({_S.DRAFT}), _S.DRAFT, _OFFICER),
    LetterStep.SUBMIT: LetterStepRow(N_("Submit for review"), frozenset({_S.DRAFT}), _S.IN_REVIEW, _OFFICER),
    LetterStep.RETURN_FROM_REVIEW: LetterStepRow(
        N_("Return for amendment"), frozenset({_S.IN_REVIEW}), _S.DRAFT, _REVIEWER, reason=True, not_drafter=True
    ),
    LetterStep.PASS_REVIEW: LetterStepRow(
        N_("Pass to the signer"), frozenset({_S.IN_REVIEW}), _S.TO_SIGN, _REVIEWER, not_drafter=True
    ),
    LetterStep.RECALL: LetterStepRow(
        N_("Recall"), frozenset({_S.IN_REVIEW, _S.TO_SIGN}), _S.DRAFT, _OFFICER, only_drafter=True
    ),
    LetterStep.RETURN_FROM_SIGNING: LetterStepRow(
        N_("Return unsigned"), frozenset({_S.TO_SIGN}), _S.DRAFT, _LEADER, reason=True
    ),
    LetterStep.SIGN: LetterStepRow(
        N_("Sign"), frozenset({_S.TO_SIGN}), _S.SIGNED, _LEADER, not_drafter=True, not_reviewer=True, signature=True
    ),
    LetterStep.WITHDRAW_SIGNATURE: LetterStepRow(
        N_("Withdraw the signature"), frozenset({_S.SIGNED}), _S.TO_SIGN, _LEADER, reason=True
    ),
    LetterStep.REGISTER: LetterStepRow(
        N_("Register and number"), frozenset({_S.SIGNED}), _S.REGISTERED, _OFFICER | _REVIEWER
    ),
    LetterStep.VOID: LetterStepRow(
        N_("Void"), frozenset({_S.REGISTERED}), _S.VOIDED, _LEADER, reason=True, signature=True
    ),
    LetterStep.REPEAL: LetterStepRow(
        N_("Repeal"), frozenset({_S.REGISTERED}), _S.REPEALED, _LEADER, reason=True, signature=True
    ),
}

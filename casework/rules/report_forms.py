"""What a city reports of a unit: the fields of each version of the form, from which form, workbook and checks are read.

A version is never changed once a round was held with it: a new version is a new line of FORMS.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from casework.rules.errors import RuleError
from casework.rules.measures import MeasureKind
from casework.rules.words import N_

Value = int | Decimal | date | str
TONNES_MOST = 10**12
_DIGITS_MOST = 20  # zeros before the number included
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
_GROUPING = re.compile(r"[,\s\u00a0\u3000]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class FieldKind(StrEnum):
    """What a field holds."""

    TONNES = "tonnes"
    MONEY = "money"
    DAY = "day"
    CHOICE = "choice"
    TEXT = "text"


class AccountUse(StrEnum):
    """Whether the unit can use its accounts."""

    USABLE = "usable"
    HINDERED = "hindered"
    BLOCKED = "blocked"


class Progress(StrEnum):
    """How far a measure of the relief plan is."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"


class Risk(StrEnum):
    """How the officer of the city judges the unit."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"

    @property
    def label(self) -> str:
        """English msgid."""
        return dict(_RISKS)[self.value]


_ACCOUNTS = (
    (AccountUse.USABLE.value, N_("usable")),
    (AccountUse.HINDERED.value, N_("usable with difficulty")),
    (AccountUse.BLOCKED.value, N_("not usable")),
)
_PROGRESS = (
    (Progress.NOT_BEGUN.value, N_("not begun")),
    (Progress.UNDER_WAY.value, N_("under way")),
    (Progress.DONE.value, N_("done")),
    (Progress.FAILED.value, N_("failed")),
)
_RISKS = ((Risk.LOW.value, N_("low")), (Risk.MIDDLE.value, N_("medium")), (Risk.HIGH.value, N_("high")))


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the form: its name, English msgids of label and hint, kind, and choices as (value, msgid).

    A field of a measure carries the measure's id and kind; its label is shown after the measure's.
    """

    name: str
    label: str
    kind: FieldKind
    hint: str = ""
    needed: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 500  # characters of a text
    measure_id: int | None = None
    measure: MeasureKind | None = None

    def word(self, value: object) -> str:
        """Return the English msgid of a choice."""
        return dict(self.choices).get(str(value), "")


@dataclass(frozen=True, kw_only=True)
class MeasureFacts:
    """A measure of the relief plan in force."""

    id: int
    kind: MeasureKind
    tonnes: int
    due_day: date
    done_day: date | None = None
    done_tonnes: int | None = None


_T, _FIRST = FieldKind.TONNES, 1
FORMS: dict[int, tuple[Field, ...]] = {
    _FIRST: (
        Field(name="surrendered", label=N_("Surrendered so far (t)"), kind=_T, needed=True),
        Field(
            name="held",
            label=N_("Allowances held (t)"),
            kind=_T,
            needed=True,
            hint=N_("in the account, not surrendered"),
        ),
        Field(name="bought", label=N_("Bought so far (t)"), kind=_T),
        Field(name="to_buy", label=N_("Still to buy (t)"), kind=_T, needed=True),
        Field(name="money", label=N_("Money secured (yuan)"), kind=FieldKind.MONEY),
        Field(name="account", label=N_("Registry account"), kind=FieldKind.CHOICE, choices=_ACCOUNTS, needed=True),
        Field(name="difficulties", label=N_("Difficulties"), kind=FieldKind.TEXT),
        Field(name="help", label=N_("Help wanted"), kind=FieldKind.TEXT),
        Field(name="expected_day", label=N_("Expected to be settled on"), kind=FieldKind.DAY),
        Field(name="risk", label=N_("Risk in your judgement"), kind=FieldKind.CHOICE, choices=_RISKS, needed=True),
    ),
}
NEWEST_FORM = max(FORMS)
_OF_MEASURES = (
    Field(name="progress", label=N_("progress"), kind=FieldKind.CHOICE, choices=_PROGRESS),
    Field(name="tonnes", label=N_("brought (t)"), kind=_T),
)


def fields_of(version: int, measures: Iterable[MeasureFacts] = ()) -> tuple[Field, ...]:
    """Return the fields of a version of the form for a unit: its own, and two for each measure of its plan.

    The measures stand before the difficulties, where one comes to speak of them.
    """
    own = FORMS[version]
    split = next(place for place, field in enumerate(own) if field.name == "difficulties")
    rows = tuple(
        replace(field, name=f"m{measure.id}_{field.name}", measure_id=measure.id, measure=measure.kind)
        for measure in measures
        for field in _OF_MEASURES
        if field.name != "tonnes" or measure.kind.brings_tonnes
    )
    return own[:split] + rows + own[split:]


def read_value(field: Field, text: str) -> Value | None:
    """Read what was typed into a field, None for nothing; RuleError says what it should look like."""
    text = text.strip()
    if not text:
        return None
    try:
        return _READERS[field.kind](field, text)
    except RuleError as error:
        raise RuleError(error.message, field=field.name, **error.params) from None


def _plain(text: str) -> str:
    return _GROUPING.sub("", text.translate(_FULL_WIDTH))


def _read_tonnes(_field: Field, text: str) -> Value:
    plain = _plain(text)
    known = plain.isascii() and plain.isdecimal()
    if not known or len(plain) > _DIGITS_MOST or int(plain) > TONNES_MOST:
        raise RuleError(N_("Enter whole tonnes, 0 or more, without a unit."))
    return int(plain)


def _read_money(_field: Field, text: str) -> Value:
    try:
        yuan = Decimal(_plain(text)[:40])
    except InvalidOperation:
        yuan = Decimal("NaN")
    if not yuan.is_finite() or not 0 <= yuan <= TONNES_MOST or yuan != yuan.quantize(Decimal("0.01")):
        raise RuleError(N_("Enter yuan with at most two decimals, as 20,000.00."))
    return yuan.quantize(Decimal("0.01"))


def _read_day(_field: Field, text: str) -> Value:
    found = _DAY.fullmatch(text.translate(_FULL_WIDTH))
    try:
        return date(*(int(part) for part in found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise RuleError(N_("Write the day as 2026-11-22.")) from None


def _read_choice(field: Field, text: str) -> Value:
    if text not in dict(field.choices):
        raise RuleError(N_("Choose one from the list."))
    return text


def _read_text(field: Field, text: str) -> Value:
    if len(text) > field.most:
        raise RuleError(N_("Enter at most %(max)s characters."), max=field.most)
    return text


_READERS = {
    FieldKind.TONNES: _read_tonnes,
    FieldKind.MONEY: _read_money,
    FieldKind.DAY: _read_day,
    FieldKind.CHOICE: _read_choice,
    FieldKind.TEXT: _read_text,
}


def typed_text(value: object) -> str:
    """Write a value as a person would type it, so that `read_value` gives it back."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def from_stored(field: Field, stored: object) -> Value | None:
    """Read a value back from the plain JSON in which it is kept."""
    if stored is None:
        return None
    if field.kind is FieldKind.MONEY:
        return Decimal(str(stored))
    if field.kind is FieldKind.DAY:
        return date.fromisoformat(str(stored))
    return int(str(stored)) if field.kind is FieldKind.TONNES else str(stored)

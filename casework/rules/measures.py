"""What a relief plan can be built of."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from casework.rules.errors import RuleError
from casework.rules.words import N_


class MeasureKind(StrEnum):
    """Kinds of relief measures; `label` is the English msgid."""

    BUY = "buy"
    CCER = "ccer"
    BORROW = "borrow"
    GIFT = "gift"
    INDIVIDUAL = "individual"
    FINANCING = "financing"
    UNBLOCKING = "unblocking"
    COMPULSORY = "compulsory"

    @property
    def label(self) -> str:
        """English msgid."""
        return _LABELS[self]

    @property
    def brings_tonnes(self) -> bool:
        """Tell whether the measure itself fills the shortfall; the others only make it possible."""
        return self not in {MeasureKind.FINANCING, MeasureKind.UNBLOCKING}


_LABELS = {
    MeasureKind.BUY: N_("Buy allowances"),
    MeasureKind.CCER: N_("Offset with CCER"),
    MeasureKind.BORROW: N_("Borrow from the next allocation"),
    MeasureKind.GIFT: N_("Gift of allowances"),
    MeasureKind.INDIVIDUAL: N_("Individual relief"),
    MeasureKind.FINANCING: N_("Financing"),
    MeasureKind.UNBLOCKING: N_("Solve an account or court problem"),
    MeasureKind.COMPULSORY: N_("Compulsory surrender"),
}


def is_broken(
    kind: MeasureKind, tonnes: int, due: date | None, done: date | None, brought: int | None, *, day: date
) -> bool:
    """Whether a measure was not kept as of a day: its own day is past, and it was not done or brought less."""
    kept = done is not None and done <= day and (not kind.brings_tonnes or (brought or 0) >= tonnes)
    return due is not None and due < day and not kept


def tonnes_brought(measures: Iterable[tuple[MeasureKind, int]]) -> int:
    """Return the tonnes by which these measures fill the shortfall."""
    return sum(tonnes for kind, tonnes in measures if kind.brings_tonnes)


def check_measures(measures: Iterable[tuple[MeasureKind, int]], short: int) -> None:
    """Refuse measures that do not add up to the shortfall, or tonnes where a measure brings none itself."""
    rows = tuple(measures)
    if not rows:
        raise RuleError("Enter at least one measure.", field="measures")
    if any(tonnes and not kind.brings_tonnes for kind, tonnes in rows):
        raise RuleError(
            "Financing and solving a problem bring no tonnes themselves: leave their tonnes empty and enter what they "
            "make possible as a measure of its own.",
            field="measures",
        )
    brought = tonnes_brought(rows)
    if brought < short:
        raise RuleError(
            "The measures bring %(brought)s t, but %(short)s t are short: %(missing)s t are missing.",
            field="measures",
            brought=brought,
            short=short,
            missing=short - brought,
        )

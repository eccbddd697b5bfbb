"""What a relief plan can be built of."""

from enum import StrEnum

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

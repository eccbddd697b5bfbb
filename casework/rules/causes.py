"""Causes of difficulty on the problem list (domain: the codes offices report by)."""

from enum import StrEnum

from casework.rules.words import N_


class Cause(StrEnum):
    """Why an enterprise is in difficulty; `label` is the English msgid."""

    FINANCIAL = "financial"
    LAWSUIT_DEBT = "lawsuit_debt"
    FROZEN = "frozen"
    SHUT_DOWN = "shut_down"
    STRUCK_OFF = "struck_off"
    OWED_BEFORE = "owed_before"
    DATA_DISPUTE = "data_dispute"
    UNWILLING = "unwilling"
    ACCOUNT = "account"

    @property
    def label(self) -> str:
        """English msgid."""
        return _LABELS[self]


_LABELS = {
    Cause.FINANCIAL: N_("Financial difficulty"),
    Cause.LAWSUIT_DEBT: N_("Lawsuit or debt"),
    Cause.FROZEN: N_("Account or allowances frozen by a court"),
    Cause.SHUT_DOWN: N_("Plant shut down but existing"),
    Cause.STRUCK_OFF: N_("Struck off the register"),
    Cause.OWED_BEFORE: N_("Owed from the last cycle"),
    Cause.DATA_DISPUTE: N_("Dispute over data"),
    Cause.UNWILLING: N_("Unwilling, attitude unclear"),
    Cause.ACCOUNT: N_("Account or operating problem"),
}

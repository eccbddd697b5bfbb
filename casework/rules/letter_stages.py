"""What people are shown of a letter's life: where it stands, its recipients included, and what was done with it."""

from dataclasses import dataclass
from enum import StrEnum

from casework.rules.letters import LetterState, LetterStep
from casework.rules.words import N_


class LetterStage(StrEnum):
    """What stands in the badge of a letter; the values of its states are the same."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    REGISTERED = "registered"
    GOING_OUT = "going_out"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    REPLIED = "replied"
    VOIDED = "voided"
    REPEALED = "repealed"

    @property
    def label(self) -> str:
        """English msgid of the stage."""
        return _OF_RECIPIENTS.get(self) or LetterState(self.value).label


_OF_RECIPIENTS = {
    LetterStage.GOING_OUT: N_("Being dispatched"),
    LetterStage.DISPATCHED: N_("Was dispatched"),
    LetterStage.RECEIVED: N_("Acknowledged"),
    LetterStage.REPLIED: N_("Answered"),
}


@dataclass(frozen=True)
class Progress:
    """How far the recipients of a letter are, as far as its reader may know."""

    recipients: int = 0
    dispatched: int = 0
    received: int = 0
    replied: int = 0
    awaited: int = 0  # that are to reply at all


def letter_stage(state: LetterState, progress: Progress) -> LetterStage:
    """The furthest that all recipients have come; a letter that is void, or not registered yet, is just that."""
    if state is not LetterState.REGISTERED or not progress.dispatched:
        return LetterStage(state.value)
    if progress.dispatched < progress.recipients:
        return LetterStage.GOING_OUT
    if progress.awaited and progress.replied >= progress.awaited:
        return LetterStage.REPLIED
    return LetterStage.RECEIVED if progress.received == progress.recipients else LetterStage.DISPATCHED


_DONE = {
    LetterStep.EDIT: N_("Text amended"),
    LetterStep.SUBMIT: N_("Submitted for review"),
    LetterStep.RETURN_FROM_REVIEW: N_("Returned by the reviewer for amendment"),
    LetterStep.PASS_REVIEW: N_("Passed review, on to the signer"),
    LetterStep.RECALL: N_("Recalled by its drafter"),
    LetterStep.RETURN_FROM_SIGNING: N_("Returned unsigned by the leader"),
    LetterStep.SIGN: N_("Letter signed"),
    LetterStep.WITHDRAW_SIGNATURE: N_("Signature withdrawn"),
    LetterStep.REGISTER: N_("Registered and numbered"),
    LetterStep.VOID: N_("Letter voided"),
    LetterStep.REPEAL: N_("Letter repealed"),
}
DRAFTED = N_("Letter drafted")


def deed_words(step: LetterStep, before: LetterState | None) -> str:
    """English msgid of what was done in a step, as an office says it; what had no state before was drafted."""
    return DRAFTED if before is None else _DONE[step]

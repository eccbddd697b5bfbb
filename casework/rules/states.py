"""The names of a case's life: states, steps, endings and outcomes, each with the words shown for it."""

from enum import StrEnum

from casework.rules.words import N_


class Category(StrEnum):
    """What lists and reminders need to know of a state, so that a new state needs no code there."""

    INITIAL = "initial"
    ACTIVE = "active"
    FINAL = "final"


class State(StrEnum):
    """Where a case stands; `label` is its English msgid."""

    LISTED = "listed"
    ASSISTING = "assisting"
    RELIEF = "relief"
    URGED = "urged"
    SUPERVISED = "supervised"
    REFERRED = "referred"
    SETTLED = "settled"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """English msgid of the state's name."""
        return _STATE_LABELS[self]

    @property
    def category(self) -> Category:
        """Whether a case in this state is new, being worked on, or done."""
        return _CATEGORIES.get(self, Category.ACTIVE)


_STATE_LABELS = {
    State.LISTED: N_("Listed"),
    State.ASSISTING: N_("Assistance"),
    State.RELIEF: N_("Relief plan"),
    State.URGED: N_("Urged"),
    State.SUPERVISED: N_("Supervised"),
    State.REFERRED: N_("Referred for penalty"),
    State.SETTLED: N_("Settled, to be struck off"),
    State.CLOSED: N_("Closed"),
}
_CATEGORIES = {State.LISTED: Category.INITIAL, State.CLOSED: Category.FINAL}
OPEN_STATES = tuple(state for state in State if state.category is not Category.FINAL)


class Step(StrEnum):
    """What can be done with a case; `label` is the English msgid of the button, a verb."""

    START_ASSISTANCE = "start_assistance"
    AGREE_PLAN = "agree_plan"
    URGE = "urge"
    SUPERVISE = "supervise"
    REVOKE = "revoke"
    SETTLE = "settle"
    RETURN = "return"
    STRIKE_OFF = "strike_off"
    REFER = "refer"
    CONCLUDE = "conclude"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    ASSIGN = "assign"
    NOTE = "note"
    VISIT = "visit"
    PENALTY = "penalty"
    PAUSE = "pause"
    RESUME = "resume"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"

    @property
    def label(self) -> str:
        """English msgid of the step's verb."""
        return _STEP_LABELS[self]


_STEP_LABELS = {
    Step.START_ASSISTANCE: N_("Start assistance"),
    Step.AGREE_PLAN: N_("Carry out relief plan"),
    Step.URGE: N_("Urge by letter"),
    Step.SUPERVISE: N_("Supervise by letter"),
    Step.REVOKE: N_("Undo after voided letter"),
    Step.SETTLE: N_("Record settlement"),
    Step.RETURN: N_("Return to work"),
    Step.STRIKE_OFF: N_("Strike off"),
    Step.REFER: N_("Refer for penalty"),
    Step.CONCLUDE: N_("Conclude after penalty"),
    Step.WITHDRAW: N_("Withdraw from list"),
    Step.REOPEN: N_("Reopen"),
    Step.ASSIGN: N_("Assign officer"),
    Step.NOTE: N_("Add progress note"),
    Step.VISIT: N_("Record visit"),
    Step.PENALTY: N_("Record penalty"),
    Step.PAUSE: N_("Pause"),
    Step.RESUME: N_("Resume"),
    Step.ASK_EXTENSION: N_("Ask for extension"),
    Step.GRANT_EXTENSION: N_("Grant extension"),
    Step.REFUSE_EXTENSION: N_("Refuse extension"),
}


class Ending(StrEnum):
    """What ended the matter of a referred case; asked when it is concluded."""

    CORRECTED = "corrected"
    ALLOCATION_CUT = "allocation_cut"
    COMPULSORY_SURRENDER = "compulsory_surrender"
    UNIT_STRUCK_OFF = "unit_struck_off"

    @property
    def label(self) -> str:
        """English msgid of the ending."""
        return _ENDING_LABELS[self]


_ENDING_LABELS = {
    Ending.CORRECTED: N_("Corrected by the unit"),
    Ending.ALLOCATION_CUT: N_("Next allocation cut"),
    Ending.COMPULSORY_SURRENDER: N_("Compulsory surrender"),
    Ending.UNIT_STRUCK_OFF: N_("Unit struck off"),
}


class Outcome(StrEnum):
    """How a closed case ended."""

    ON_TIME = "on_time"
    LATE = "late"
    AFTER_PENALTY = "after_penalty"
    WITHDRAWN = "withdrawn"
    UNIT_STRUCK_OFF = "unit_struck_off"

    @property
    def label(self) -> str:
        """English msgid of the outcome."""
        return _OUTCOME_LABELS[self]


_OUTCOME_LABELS = {
    Outcome.ON_TIME: N_("Completed on time"),
    Outcome.LATE: N_("Completed late"),
    Outcome.AFTER_PENALTY: N_("Ended after penalty"),
    Outcome.WITHDRAWN: N_("Withdrawn"),
    Outcome.UNIT_STRUCK_OFF: N_("Unit struck off"),
}

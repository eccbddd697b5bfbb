"""The conditions of steps, each a named function with the sentence for whom it stops."""

from collections.abc import Callable
from dataclasses import dataclass

from casework.rules.errors import RuleError
from casework.rules.facts import CaseFacts
from casework.rules.letters import LetterKind
from casework.rules.states import Ending
from casework.rules.words import N_


@dataclass(frozen=True)
class Guard:
    """One condition of a step.

    `asked`: the step's own form answers it, so the button is open without it.
    `hides`: where it fails there is nothing to press, so the step is not even shown greyed.
    `shows`: names of facts that the sentence mentions.
    """

    holds: Callable[[CaseFacts], bool]
    sentence: str
    asked: bool = False
    hides: bool = False
    field: str | None = None
    shows: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the guard's function."""
        return self.holds.__name__

    def refusal(self, facts: CaseFacts) -> RuleError:
        """Say why the step is not possible."""
        return RuleError(self.sentence, field=self.field, **{name: getattr(facts, name) for name in self.shows})


def guard(
    sentence: str, *, asked: bool = False, hides: bool = False, field: str | None = None, shows: tuple[str, ...] = ()
) -> Callable[[Callable[[CaseFacts], bool]], Guard]:
    """Make a guard of a function over facts."""
    return lambda holds: Guard(holds, sentence, asked, hides, field, shows)


@guard(N_("Assign an officer to the case first."))
def officer_assigned(facts: CaseFacts) -> bool:
    """Somebody answers for the assistance."""
    return facts.has_officer


@guard(N_("Have a relief plan approved first whose measures cover the shortfall (now %(short)s t)."), shows=("short",))
def plan_covers_shortfall(facts: CaseFacts) -> bool:
    """A relief plan is approved and its measures add up to the shortfall."""
    return facts.approved_plan_covers


@guard(N_("The case moves here when a work supervision letter that names it is registered: draft one."))
def urge_registered(facts: CaseFacts) -> bool:
    """The letter at hand is a work supervision letter (工作督促函)."""
    return facts.letter_at_hand is LetterKind.WORK_SUPERVISION


@guard(N_("The case moves here when a supervision letter that names it is registered: draft one."))
def supervision_registered(facts: CaseFacts) -> bool:
    """The letter at hand is a supervision letter (督办函)."""
    return facts.letter_at_hand is LetterKind.SUPERVISION


@guard(
    N_(
        "A supervision letter follows a work supervision letter whose reply is overdue or was not accepted, "
        "or a relief plan that failed; otherwise the signer must give a reason."
    ),
    asked=True,
    field="signer_reason",
)
def urging_failed_or_reason(facts: CaseFacts) -> bool:
    """Urging came before and did not help, or the signer says why supervision comes at once."""
    failed = facts.urge_reply_overdue or facts.urge_reply_refused or facts.plan_failed
    return (facts.urge_came_before and failed) or bool(facts.signer_reason.strip())


@guard(N_("The letter that brought the case here is in force: void it first."), hides=True)
def letter_voided(facts: CaseFacts) -> bool:
    """The letter that caused the present state was voided."""
    return facts.causing_letter_voided


@guard(N_("The records still show %(short)s t short: import or enter the surrender first."), shows=("short",))
def nothing_short(facts: CaseFacts) -> bool:
    """No obligation of the case has a shortfall."""
    return facts.short == 0


@guard(N_("Attach the evidence of the surrender, or name the record that shows it."), asked=True, field="evidence")
def evidence_given(facts: CaseFacts) -> bool:
    """The settlement rests on something that can be looked at."""
    return facts.evidence


@guard(N_("A letter that names this case still awaits a reply: record the reply first."))
def no_reply_awaited(facts: CaseFacts) -> bool:
    """Nobody owes the department an answer about this case."""
    return not facts.awaiting_reply


@guard(N_("The statutory deadline has not passed yet."))
def deadline_passed(facts: CaseFacts) -> bool:
    """Penalty begins where the time to surrender is over (条例 art. 24)."""
    return facts.deadline_passed


@guard(N_("The records show nothing short: record the settlement instead."))
def shortfall_remains(facts: CaseFacts) -> bool:
    """Something is still owed (条例 art. 24)."""
    return facts.short > 0


@guard(N_("Record the penalty decision first: order day, decision number, day, amount and regime."))
def penalty_decided(facts: CaseFacts) -> bool:
    """A complete penalty record is on the case (试行办法 art. 40, 条例 art. 24)."""
    return facts.penalty_complete


@guard(N_("An officer must accept the penalty record first."))
def penalty_accepted(facts: CaseFacts) -> bool:
    """The department has accepted what the city bureau recorded."""
    return facts.penalty_accepted


@guard(N_("Say what ended the matter."), asked=True, field="ending")
def ending_given(facts: CaseFacts) -> bool:
    """Corrected, next allocation cut, compulsory surrender, or the unit struck off."""
    return facts.ending is not None


@guard(N_("Allocations may no longer be cut since 2026-08-15: choose another ending."), asked=True, field="ending")
def ending_allowed(facts: CaseFacts) -> bool:
    """《生态环境法典》, in force from 2026-08-15, knows no new decisions to cut allocations."""
    return facts.ending is not Ending.ALLOCATION_CUT or facts.may_cut_allocation


@guard(
    N_("A penalty record needs the day of the order, the decision's number, day and amount, and the regime."),
    asked=True,
    field="decision_number",
)
def penalty_filled(facts: CaseFacts) -> bool:
    """The penalty record being entered is complete."""
    return facts.penalty_filled


@guard(N_("The case is paused already."), hides=True)
def not_paused(facts: CaseFacts) -> bool:
    """A pause begins once."""
    return not facts.paused


@guard(N_("The case is not paused."), hides=True)
def is_paused(facts: CaseFacts) -> bool:
    """Only what rests can go on."""
    return facts.paused


@guard(N_("Give a day after today."), asked=True, field="new_day")
def day_ahead(facts: CaseFacts) -> bool:
    """The day given lies in the future."""
    return facts.new_day is not None and facts.new_day > facts.today


@guard(N_("The working deadline has passed or was never set; only one that still runs can be extended."))
def before_working_deadline(facts: CaseFacts) -> bool:
    """An extension is asked for up to the working deadline's own day."""
    return facts.working_deadline is not None and facts.today <= facts.working_deadline


@guard(N_("Give a day after the present working deadline."), asked=True, field="new_day")
def day_extends(facts: CaseFacts) -> bool:
    """The new day is later than the working deadline it replaces."""
    return facts.new_day is not None and (facts.working_deadline is None or facts.new_day > facts.working_deadline)


@guard(
    N_("The new day goes beyond %(extension_ceiling)s, the last that the settings allow."),
    asked=True,
    field="new_day",
    shows=("extension_ceiling",),
)
def day_below_ceiling(facts: CaseFacts) -> bool:
    """The setting's ceiling holds for whoever asks and whoever grants, over all extensions of the case together."""
    return facts.extension_ceiling is None or facts.new_day is None or facts.new_day <= facts.extension_ceiling


@guard(
    N_("The day asked for has passed meanwhile: there is nothing left to grant, so refuse the request."),
    asked=True,
    field="new_day",
)
def day_asked_lies_ahead(facts: CaseFacts) -> bool:
    """A leader who answers late does not set a deadline that is overdue at once."""
    return facts.new_day is None or facts.new_day >= facts.today


@guard(N_("Nobody has asked for an extension."), hides=True)
def extension_asked(facts: CaseFacts) -> bool:
    """A request waits for its answer."""
    return facts.extension_asked


@guard(N_("Give a reason: it stays in the history of the case."), asked=True, field="reason")
def reason_given(facts: CaseFacts) -> bool:
    """The step is explained in words."""
    return bool(facts.reason.strip())

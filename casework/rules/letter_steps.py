"""Who may take a letter a step further (条例 20-27); four eyes hold for a delegate and for whom he stands in."""

from dataclasses import dataclass

from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor
from casework.rules.letters import LETTER_STEPS, LetterState, LetterStep
from casework.rules.words import N_


@dataclass(frozen=True)
class LetterStanding:
    """What the rules need to know of a letter: its state, who wrote its text, who passed it in review."""

    state: LetterState
    drafters: frozenset[int]
    reviewers: frozenset[int] = frozenset()


def letter_refusal(step: LetterStep, letter: LetterStanding, *, by: Actor, reason: str = "") -> RuleError | None:
    """Why this person may not take the step now, or None; the reason is checked last."""
    return letter_bar(step, letter, by=by) or _reason_missing(step, reason)


def letter_bar(step: LetterStep, letter: LetterStanding, *, by: Actor) -> RuleError | None:
    """Why the button is not offered to this person, or None: role, state, four eyes; not what is typed later."""
    row, people = LETTER_STEPS[step], {by.account_id, by.on_behalf_of}
    if not row.roles & by.roles:
        return NotAllowed(N_("Your role does not allow this step."))
    if letter.state not in row.sources:
        return RuleError(N_("The letter stands where this step is not possible. Reload the page to see where."))
    if row.only_drafter and by.account_id not in letter.drafters:
        return NotAllowed(N_("Only who drafted the letter may recall it."))
    if row.not_drafter and people & letter.drafters:
        return NotAllowed(N_("Four eyes: who drafted the letter may not do this."))
    if row.not_reviewer and people & letter.reviewers:
        return NotAllowed(N_("Four eyes: who reviewed the letter may not sign it."))
    return None


def _reason_missing(step: LetterStep, reason: str) -> RuleError | None:
    if LETTER_STEPS[step].reason and not reason.strip():
        return RuleError(N_("Give a reason."), "reason")
    return None


def letter_advance(step: LetterStep, letter: LetterStanding, *, by: Actor, reason: str = "") -> LetterState:
    """The state after the step; raises the refusal where there is one."""
    refusal = letter_refusal(step, letter, by=by, reason=reason)
    if refusal:
        raise refusal
    return LETTER_STEPS[step].target


def letter_steps_open_to(letter: LetterStanding, *, by: Actor) -> tuple[LetterStep, ...]:
    """The steps whose buttons this person is shown, in the table's order."""
    return tuple(step for step in LetterStep if letter_bar(step, letter, by=by) is None)

"""The life of a case: whether a step is possible, why not, and where it leads.

Everything here is read from the table in `steps.py`; `advance()` alone says a new state.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from transitions import Machine, MachineError

from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor, CaseFacts
from casework.rules.roles import Role
from casework.rules.states import OPEN_STATES, Category, Ending, Outcome, State, Step
from casework.rules.steps import STEPS, StepRule, Where, targets
from casework.rules.words import N_

__all__ = [
    "OPEN_STATES",
    "STEPS",
    "Actor",
    "CaseFacts",
    "Category",
    "Ending",
    "OpenStep",
    "Outcome",
    "State",
    "Step",
    "StepRule",
    "Where",
    "advance",
    "ends_work",
    "moves_that_stand",
    "outcome_of",
    "paused_after",
    "refusal",
    "state_before",
    "steps_open_to",
    "targets",
]

_FOR_WHOM = {
    frozenset({Role.OFFICER}): N_("This step is for an officer of the department."),
    frozenset({Role.LEADER}): N_("This step is for a leader."),
    frozenset({Role.OFFICER, Role.CITY}): N_("This step is for an officer or for the city officer of the region."),
}
OTHER_REGION = N_("This unit belongs to another region than yours.")
FOUR_EYES = N_("You recorded the settlement or a penalty of this case yourself: another leader must close it.")
NOT_FROM_HERE = N_(
    "The case is not in a state from which this step starts: reload the page to see what is possible now."
)
PAUSED = N_("The case is paused: resume it first.")
NOTHING_BEFORE = N_("The history does not show where the case stood before: choose another step.")


def _who_may_not(rule: StepRule, facts: CaseFacts, actor: Actor) -> RuleError | None:
    """Judge the person: role, region, four eyes."""
    if not rule.roles & actor.roles:
        return NotAllowed(_FOR_WHOM[rule.roles])
    if not actor.covers(facts.region_path):
        return NotAllowed(OTHER_REGION)
    if rule.four_eyes and actor.is_one_of(facts.settled_by | facts.penalty_recorded_by):
        return NotAllowed(FOUR_EYES)
    return None


def _why_not_now(rule: StepRule, facts: CaseFacts, *, asked: bool) -> RuleError | None:
    """Judge the case: state, pause, guards; with `asked`, also what the step's own form must bring."""
    if facts.state not in rule.sources:
        return RuleError(NOT_FROM_HERE)
    if facts.paused and not rule.paused:
        return RuleError(PAUSED)
    for guard in rule.conditions:
        if (asked or not guard.asked) and not guard.holds(facts):
            return guard.refusal(facts)
    if rule.target is Where.BEFORE and facts.state_before not in targets(rule.step, facts.state):
        return RuleError(NOTHING_BEFORE)
    return None


def refusal(step: Step, facts: CaseFacts, actor: Actor) -> RuleError | None:
    """Say why this step cannot be taken by this actor now, or None if it can."""
    rule = STEPS[step]
    return _who_may_not(rule, facts, actor) or _why_not_now(rule, facts, asked=True)


@dataclass(frozen=True, kw_only=True)
class OpenStep:
    """A button on the case page: a step of this person in this state, open or greyed with its reason."""

    rule: StepRule
    why_not: RuleError | None
    primary: bool = False

    @property
    def step(self) -> Step:
        """The step behind the button."""
        return self.rule.step

    @property
    def allowed(self) -> bool:
        """Whether the button is open; its form may still ask for a reason, a day, evidence."""
        return self.why_not is None


def _has_place(rule: StepRule, facts: CaseFacts, actor: Actor) -> bool:
    """Whether the step is worth a button, open or greyed, for this person in this state."""
    return (
        bool(rule.roles & actor.roles)
        and actor.covers(facts.region_path)
        and facts.state in rule.sources
        and all(guard.holds(facts) for guard in rule.guards if guard.hides)
    )


def steps_open_to(actor: Actor, facts: CaseFacts) -> list[OpenStep]:
    """List what this person may do with the case now, greyed steps with their reason; at most one is primary."""
    rules = [rule for rule in STEPS.values() if _has_place(rule, facts, actor)]
    reasons = {rule.step: _who_may_not(rule, facts, actor) or _why_not_now(rule, facts, asked=False) for rule in rules}
    ranks = {rule.step: rule.rank for rule in rules if reasons[rule.step] is None and rule.rank is not None}
    first = min(ranks, key=ranks.__getitem__, default=None)
    return [OpenStep(rule=rule, why_not=reasons[rule.step], primary=rule.step is first) for rule in rules]


@dataclass
class _Moving:
    """What the machine moves: a state without a case behind it."""

    state: State


def _build_machine() -> Machine:
    """Make the one machine of the table; a step that goes back has one way for each state it can go back to."""
    machine = Machine(model=None, states=list(State), initial=None, auto_transitions=False)
    for rule in STEPS.values():
        for source in rule.sources:
            for target in targets(rule.step, source):
                machine.add_transition(rule.step.value, source, target, conditions=_condition(rule, target))
    return machine


def _condition(rule: StepRule, target: State) -> Callable[[CaseFacts, Actor], bool]:
    """The machine's condition for one way of a step: nothing speaks against it, and it leads to the right place."""

    def possible(facts: CaseFacts, actor: Actor) -> bool:
        leads_there = rule.target is not Where.BEFORE or target is facts.state_before
        return leads_there and refusal(rule.step, facts, actor) is None

    return possible


_MACHINE = _build_machine()


def advance(facts: CaseFacts, step: Step, actor: Actor) -> State:
    """Return the state that the step leads to, or raise RuleError with the reason; changes nothing."""
    moving = _Moving(facts.state)
    try:
        moved = _MACHINE.events[step.value].trigger(moving, facts, actor)
    except MachineError:  # the table has no such step from here
        moved = False
    if not moved:
        raise refusal(step, facts, actor) or RuleError(NOT_FROM_HERE)
    return moving.state


def moves_that_stand(moves: Sequence[tuple[Step, State]]) -> list[int]:
    """Return the positions of the moves that were not undone, from the case's moves oldest first, each with its source.

    Letters and settlements can stand on one another (urged, supervised, settled), and each can be undone in turn.
    """
    standing: list[int] = []
    for at, (step, _source) in enumerate(moves):
        if STEPS[step].target is Where.BEFORE:
            standing.pop()
        elif STEPS[step].target is not Where.SAME:
            standing.append(at)
    return standing


def state_before(moves: Iterable[tuple[Step, State]]) -> State | None:
    """Return the state before the present one, from the case's steps so far, oldest first, each with its source."""
    steps = list(moves)
    standing = moves_that_stand(steps)
    return steps[standing[-1]][1] if standing else None


def ends_work(step: Step) -> bool:
    """Whether the step settles or closes the case: it rests no longer, and a request for an extension lapses."""
    return STEPS[step].target in (State.SETTLED, State.CLOSED)


def paused_after(facts: CaseFacts, step: Step) -> bool:
    """Whether the case rests after this step; settling and closing end a pause."""
    if step is Step.PAUSE:
        return True
    if step is Step.RESUME or ends_work(step):
        return False
    return facts.paused


def outcome_of(facts: CaseFacts, step: Step) -> Outcome | None:
    """Return how the case ends by this step, or None if the step does not close it."""
    if STEPS[step].target is not State.CLOSED:
        return None
    if step is Step.WITHDRAW:
        return Outcome.WITHDRAWN
    if step is Step.CONCLUDE and facts.ending is Ending.UNIT_STRUCK_OFF:
        return Outcome.UNIT_STRUCK_OFF
    if step is Step.CONCLUDE or facts.penalty_complete:
        return Outcome.AFTER_PENALTY
    return Outcome.ON_TIME if facts.completed_on_time else Outcome.LATE

"""The table of steps: who may do what from where to where, under which conditions.

Buttons, permissions, the machine, the diagram and the invariants are all read from `STEPS`.
"""

from dataclasses import dataclass
from enum import Enum

from casework.rules import guards as g
from casework.rules.guards import Guard
from casework.rules.letters import LetterKind
from casework.rules.roles import Role
from casework.rules.states import OPEN_STATES, State, Step


class Where(Enum):
    """A target that depends on where the case stands or stood."""

    SAME = "same"
    BEFORE = "before"


@dataclass(frozen=True, kw_only=True)
class StepRule:
    """One row of the table.

    `paused`: allowed while the case rests. `by_letter`: taken by registering a letter of this kind, never by a button.
    `four_eyes`: not by whom the settlement or a penalty was recorded. `rank`: the lowest open one is the primary
    button. `confirm`: cannot be undone, so the page says what will happen first.
    """

    step: Step
    sources: tuple[State, ...]
    target: State | Where
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    paused: bool = False
    needs_reason: bool = False
    by_letter: LetterKind | None = None
    four_eyes: bool = False
    rank: int | None = None
    confirm: bool = False

    @property
    def conditions(self) -> tuple[Guard, ...]:
        """All guards of the step, the reason last."""
        return (*self.guards, g.reason_given) if self.needs_reason else self.guards


_S = State
_OFFICER = frozenset({Role.OFFICER})
_LEADER = frozenset({Role.LEADER})
_OFFICER_OR_CITY = frozenset({Role.OFFICER, Role.CITY})
_AT_WORK = tuple(state for state in OPEN_STATES if state is not State.SETTLED)
_BEFORE_REFERRAL = tuple(state for state in _AT_WORK if state is not State.REFERRED)

_ROWS = (
    StepRule(
        step=Step.START_ASSISTANCE,
        sources=(_S.LISTED,),
        target=_S.ASSISTING,
        roles=_OFFICER,
        guards=(g.officer_assigned,),
        rank=4,
    ),
    StepRule(
        step=Step.AGREE_PLAN,
        sources=(_S.ASSISTING, _S.URGED, _S.SUPERVISED),
        target=_S.RELIEF,
        roles=_OFFICER,
        guards=(g.plan_covers_shortfall,),
        rank=4,
    ),
    StepRule(
        step=Step.URGE,
        sources=(_S.LISTED, _S.ASSISTING, _S.RELIEF),
        target=_S.URGED,
        roles=_LEADER,
        guards=(g.urge_registered,),
        by_letter=LetterKind.WORK_SUPERVISION,
    ),
    StepRule(
        step=Step.SUPERVISE,
        sources=(_S.RELIEF, _S.URGED),
        target=_S.SUPERVISED,
        roles=_LEADER,
        guards=(g.supervision_registered, g.urging_failed_or_reason),
        by_letter=LetterKind.SUPERVISION,
    ),
    StepRule(
        step=Step.REVOKE,
        sources=(_S.URGED, _S.SUPERVISED),
        target=Where.BEFORE,
        roles=_LEADER,
        guards=(g.letter_voided,),
        paused=True,
        rank=1,
    ),
    StepRule(
        step=Step.SETTLE,
        sources=_AT_WORK,
        target=_S.SETTLED,
        roles=_OFFICER,
        guards=(g.nothing_short, g.evidence_given),
        paused=True,
        rank=2,
    ),
    StepRule(
        step=Step.STRIKE_OFF,
        sources=(_S.SETTLED,),
        target=_S.CLOSED,
        roles=_LEADER,
        guards=(g.no_reply_awaited,),
        four_eyes=True,
        rank=1,
        confirm=True,
    ),
    StepRule(step=Step.RETURN, sources=(_S.SETTLED,), target=Where.BEFORE, roles=_LEADER, needs_reason=True, rank=8),
    StepRule(
        step=Step.REFER,
        sources=_BEFORE_REFERRAL,
        target=_S.REFERRED,
        roles=_LEADER,
        guards=(g.deadline_passed, g.shortfall_remains),
        paused=True,
        rank=3,
        confirm=True,
    ),
    StepRule(
        step=Step.CONCLUDE,
        sources=(_S.REFERRED,),
        target=_S.CLOSED,
        roles=_LEADER,
        guards=(g.penalty_decided, g.penalty_accepted, g.ending_given, g.ending_allowed),
        four_eyes=True,
        rank=1,
        confirm=True,
    ),
    StepRule(
        step=Step.GRANT_EXTENSION,
        sources=_AT_WORK,
        target=Where.SAME,
        roles=_LEADER,
        guards=(g.extension_asked, g.day_asked_lies_ahead, g.day_extends, g.day_below_ceiling),
        paused=True,
        rank=2,
    ),
    StepRule(
        step=Step.REFUSE_EXTENSION,
        sources=_AT_WORK,
        target=Where.SAME,
        roles=_LEADER,
        guards=(g.extension_asked,),
        paused=True,
        needs_reason=True,
    ),
    StepRule(step=Step.VISIT, sources=OPEN_STATES, target=Where.SAME, roles=_OFFICER_OR_CITY, paused=True, rank=7),
    StepRule(step=Step.NOTE, sources=OPEN_STATES, target=Where.SAME, roles=_OFFICER_OR_CITY, paused=True, rank=9),
    StepRule(
        step=Step.PENALTY,
        sources=OPEN_STATES,
        target=Where.SAME,
        roles=_OFFICER_OR_CITY,
        guards=(g.penalty_filled,),
        paused=True,
    ),
    StepRule(step=Step.ASSIGN, sources=OPEN_STATES, target=Where.SAME, roles=_OFFICER, paused=True),
    StepRule(
        step=Step.ASK_EXTENSION,
        sources=_AT_WORK,
        target=Where.SAME,
        roles=_OFFICER_OR_CITY,
        guards=(g.before_working_deadline, g.day_extends, g.day_below_ceiling),
        needs_reason=True,
    ),
    StepRule(
        step=Step.PAUSE,
        sources=_AT_WORK,
        target=Where.SAME,
        roles=_OFFICER,
        guards=(g.not_paused, g.day_ahead),
        needs_reason=True,
    ),
    StepRule(
        step=Step.RESUME,
        sources=_AT_WORK,
        target=Where.SAME,
        roles=_OFFICER,
        guards=(g.is_paused,),
        paused=True,
        rank=5,
    ),
    StepRule(step=Step.WITHDRAW, sources=OPEN_STATES, target=_S.CLOSED, roles=_LEADER, paused=True, needs_reason=True),
    StepRule(
        step=Step.REOPEN,
        sources=(_S.CLOSED,),
        target=_S.ASSISTING,
        roles=_LEADER,
        guards=(g.day_ahead,),
        needs_reason=True,
    ),
)
STEPS: dict[Step, StepRule] = {row.step: row for row in _ROWS}


def befores_of(state: State) -> tuple[State, ...]:
    """The states from which a case can have come into this one, other than by going back."""
    return tuple(source for source in State if any(row.target is state and source in row.sources for row in _ROWS))


def targets(step: Step, source: State) -> tuple[State, ...]:
    """Where the step can lead from this state; nowhere if it does not start there."""
    rule = STEPS[step]
    if source not in rule.sources:
        return ()
    if isinstance(rule.target, State):
        return (rule.target,)
    return (source,) if rule.target is Where.SAME else befores_of(source)

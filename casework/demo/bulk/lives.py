"""The lives of generated cases: which steps they went through, read from the table of steps."""

from dataclasses import dataclass
from functools import cached_property

from casework.rules.roles import Role
from casework.rules.states import Outcome, State, Step
from casework.rules.steps import STEPS, targets


@dataclass(frozen=True)
class Move:
    """One step of a life with the state it started from and the one it led to."""

    step: Step
    source: State
    target: State

    @property
    def role(self) -> Role:
        """Who takes it."""
        return Role.LEADER if Role.LEADER in STEPS[self.step].roles else Role.OFFICER


@dataclass(frozen=True)
class Life:
    """A way from the list to where the case stands; `share` is how many of a hundred cases went it.

    `past`: in a cycle that is over. `paid`: nothing is owed any more.
    """

    share: int
    steps: tuple[Step, ...] = ()
    outcome: Outcome | None = None
    past: bool = False
    paid: bool = False

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The steps with the states between them."""
        state, moves = State.LISTED, []
        for step in self.steps:
            (target,) = targets(step, state)
            moves.append(Move(step, state, target))
            state = target
        return tuple(moves)

    @property
    def state(self) -> State:
        """Where the case stands."""
        return self.moves[-1].target if self.moves else State.LISTED

    @property
    def state_before(self) -> State | None:
        """Where it stood before its last change of state."""
        return next((move.source for move in reversed(self.moves) if move.source is not move.target), None)

    @property
    def paused(self) -> bool:
        """Whether the case rests."""
        return self.steps[-1:] == (Step.PAUSE,)


_ASSISTED = (Step.START_ASSISTANCE,)
_SETTLED = (*_ASSISTED, Step.SETTLE)
_REFERRED = (*_ASSISTED, Step.REFER)
LIVES = (
    Life(14),
    Life(20, _ASSISTED),
    Life(2, (*_ASSISTED, Step.PAUSE)),
    Life(12, (*_ASSISTED, Step.AGREE_PLAN)),
    Life(12, (*_ASSISTED, Step.URGE)),
    Life(8, (*_ASSISTED, Step.URGE, Step.SUPERVISE)),
    Life(8, _SETTLED, paid=True),
    Life(16, (*_SETTLED, Step.STRIKE_OFF), Outcome.ON_TIME, paid=True),
    Life(2, (Step.WITHDRAW,), Outcome.WITHDRAWN),
    Life(4, _REFERRED, past=True),
    Life(2, (*_REFERRED, Step.CONCLUDE), Outcome.AFTER_PENALTY, past=True, paid=True),
)
_OF_HUNDRED = tuple(life for life in LIVES for _ in range(life.share))


def life_of(number: int) -> Life:
    """The life of the case of this number; every hundred in a row hold each life as often as its share says."""
    return _OF_HUNDRED[number * 37 % len(_OF_HUNDRED)]


def spread(number: int, size: int, salt: int) -> int:
    """A value from 0 to size - 1 that follows from the number without a pattern that shows."""
    return ((number + 1) * (2 * salt + 1) * 2_654_435_761 % 2**32 >> 9) % size

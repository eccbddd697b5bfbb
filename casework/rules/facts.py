"""What the workflow is told: plain values about a case and about who acts."""

from dataclasses import dataclass
from datetime import date

from casework.rules.letters import LetterKind
from casework.rules.roles import Role
from casework.rules.states import Ending, State


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who takes a step: the account at the screen, or the signer of a letter as of the signing.

    `region_path` is the account's node of the region tree, from the root down, joined by slashes.
    A delegate carries the roles of the leader he stands in for, and the leader's id in `on_behalf_of`.
    """

    account_id: int
    roles: frozenset[Role]
    region_path: str | None = None
    on_behalf_of: int | None = None

    def covers(self, region_path: str) -> bool:
        """Whether the region is the actor's own or hangs below it; a city officer without a region covers none."""
        if self.region_path is None:
            return Role.CITY not in self.roles
        own = self.region_path.rstrip("/") + "/"
        return (region_path.rstrip("/") + "/").startswith(own)

    def is_one_of(self, accounts: frozenset[int]) -> bool:
        """Whether the actor, or whom the actor stands in for, is among these accounts."""
        return self.account_id in accounts or self.on_behalf_of in accounts


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """Everything a guard may look at. The last block is what the step's own form or letter brings."""

    state: State
    region_path: str
    today: date
    state_before: State | None = None  # from `state_before()` over the history
    paused: bool = False
    has_officer: bool = False

    short: int = 0  # tonnes over all obligations of the case
    completed_on_time: bool = False  # every obligation of the case
    deadline_passed: bool = False  # the statutory one
    working_deadline: date | None = None
    extension_ceiling: date | None = None  # the last day the setting allows
    extension_asked: bool = False  # a request waits for its answer

    approved_plan_covers: bool = False  # an approved plan's measures add up to the shortfall
    plan_failed: bool = False

    urge_came_before: bool = False  # a work supervision letter naming the case, registered and not voided
    urge_reply_overdue: bool = False
    urge_reply_refused: bool = False
    causing_letter_voided: bool = False  # the letter that led to the present state
    awaiting_reply: bool = False  # some letter naming the case

    penalty_complete: bool = False  # a recorded penalty has order day, number, day, amount and regime
    penalty_accepted: bool = False  # an officer has accepted it
    may_cut_allocation: bool = True  # on the day of the conclusion
    settled_by: frozenset[int] = frozenset()
    penalty_recorded_by: frozenset[int] = frozenset()

    letter_at_hand: LetterKind | None = None  # kind of the letter whose registration takes this step
    signer_reason: str = ""  # why the signer supervises out of turn
    evidence: bool = False
    penalty_filled: bool = False  # the penalty record being entered is complete
    ending: Ending | None = None
    reason: str = ""
    new_day: date | None = None  # extended or new working deadline, or the expected end of a pause

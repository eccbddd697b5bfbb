"""What a leader looks at: how long things stand, and why a case matters. Pure functions; no person is judged here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from casework.rules.compliance import percent
from casework.rules.states import State, Step
from casework.rules.words import N_

RECENT = 30  # days over which "came", "went" and "gained" are counted
GREAT_SHARE = Decimal(10)  # percent of all that is short


class Age(StrEnum):
    """How many days a case has stood in its state; `label` is the English msgid."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    LONGER = "longer"

    @property
    def label(self) -> str:
        """English msgid."""
        return _AGES[self][0]

    @property
    def days(self) -> tuple[int, int | None]:
        """The fewest and the most days, None without an end."""
        return _AGES[self][1]


_AGES: dict[Age, tuple[str, tuple[int, int | None]]] = {
    Age.WEEK: (N_("up to 7 days"), (0, 7)),
    Age.MONTH: (N_("8 to 30 days"), (8, 30)),
    Age.QUARTER: (N_("31 to 90 days"), (31, 90)),
    Age.LONGER: (N_("over 90 days"), (91, None)),
}


class Why(StrEnum):
    """Why a case matters beside being short; `label` is the English msgid."""

    GREAT_SHARE = "great_share"
    NOTHING_SURRENDERED = "nothing_surrendered"
    REPLY_OVERDUE = "reply_overdue"
    STANDS_STILL = "stands_still"

    @property
    def label(self) -> str:
        """English msgid."""
        return _WHYS[self]


_WHYS = {
    Why.GREAT_SHARE: N_("a tenth or more of all that is short"),
    Why.NOTHING_SURRENDERED: N_("nothing surrendered"),
    Why.REPLY_OVERDUE: N_("reply overdue"),
    Why.STANDS_STILL: N_("no step for over 30 days"),
}


@dataclass(frozen=True, kw_only=True)
class MatterFacts:
    """A case that is short, beside the cycle it belongs to."""

    short: int
    short_of_all: int
    surrendered: int
    reply_overdue: bool
    days_in_state: int

    @property
    def share(self) -> Decimal | None:
        """Percent of all that is short."""
        return percent(self.short, self.short_of_all)


def why_it_matters(facts: MatterFacts) -> list[Why]:
    """Say why a case matters; an empty list where it is merely among the largest."""
    found = {
        Why.GREAT_SHARE: (facts.share or Decimal(0)) >= GREAT_SHARE,
        Why.NOTHING_SURRENDERED: facts.surrendered == 0,
        Why.REPLY_OVERDUE: facts.reply_overdue,
        Why.STANDS_STILL: facts.days_in_state > RECENT,
    }
    return [why for why, holds in found.items() if holds]


@dataclass(frozen=True)
class Spread:
    """How long stays lasted, in whole days: how many there were, and their quartiles."""

    count: int
    lower: int
    median: int
    upper: int


def spread_of(days: Sequence[int]) -> Spread | None:
    """Return the quartiles by nearest rank, so that each is a stay that really was; None without any."""
    if not days:
        return None
    ordered = sorted(days)
    lower, median, upper = (ordered[-(-len(ordered) * quarter // 4) - 1] for quarter in (1, 2, 3))
    return Spread(len(ordered), lower, median, upper)


@dataclass(frozen=True)
class Stay:
    """A case in a state: by which step it came, and on which days it came and left; None while it is still there."""

    case_id: int
    step: Step | None
    state: State
    came: date
    left: date | None = None

    def days(self, until: date) -> int:
        """For how many days it stayed, or has stayed by a day."""
        return ((self.left or until) - self.came).days


class Then(StrEnum):
    """What came after a step, whatever the reason; `label` is the English msgid."""

    SOON = "soon"
    SETTLED = "settled"
    PRESSED = "pressed"
    OPEN = "open"

    @property
    def label(self) -> str:
        """English msgid."""
        return _THENS[self]


_THENS = {
    Then.SOON: N_("settled within 30 days"),
    Then.SETTLED: N_("settled since"),
    Then.PRESSED: N_("urged, supervised or referred later"),
    Then.OPEN: N_("neither settled nor closed"),
}
PRESSING = frozenset({State.URGED, State.SUPERVISED, State.REFERRED})
ENDED = frozenset({State.SETTLED, State.CLOSED})


def followed_by(step: Step, histories: Iterable[Sequence[Stay]]) -> tuple[set[int], dict[Then, set[int]]]:
    """Return the cases that took a step, and of these those that something followed, counted from the first time.

    A history is a case's stays, oldest first. What came after is not what came of it: no cause is claimed.
    """
    cases: set[int] = set()
    then: dict[Then, set[int]] = {one: set() for one in Then}
    for stays in histories:
        at = next((place for place, stay in enumerate(stays) if stay.step is step), None)
        if at is not None:
            first, later = stays[at], stays[at + 1 :]
            cases.add(first.case_id)
            for one in _what_followed(first, later):
                then[one].add(first.case_id)
    return cases, then


def _what_followed(first: Stay, later: Sequence[Stay]) -> Iterator[Then]:
    settled = [stay.came for stay in later if stay.state is State.SETTLED]
    if settled:
        yield Then.SETTLED
        if (settled[0] - first.came).days <= RECENT:
            yield Then.SOON
    if any(stay.state in PRESSING for stay in later):
        yield Then.PRESSED
    if (later[-1] if later else first).state not in ENDED:
        yield Then.OPEN

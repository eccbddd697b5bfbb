"""What is known of a unit and a compliance year, and the figures that follow from it alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from casework.rules import relief_formulas as formulas
from casework.rules.causes import Cause
from casework.rules.compliance import Completion, shortfall
from casework.rules.deadlines import last_day
from casework.rules.figures import RECORDED, Figure, Record
from casework.rules.rule_sets import GROUNDS, Ground, Rule, SourceStatus

# Which articles lay the surrender on the unit was not read in a published source; that it may be traded was.
_TRIAL, _REGULATION = "《碳排放权交易管理办法（试行）》", "《碳排放权交易管理暂行条例》（国令第775号）"
_LAWS = ((date(2021, 2, 1), _TRIAL, "第二十八条"), (date(2024, 5, 1), _REGULATION, "第十四条"))


def duty_on(day: date) -> Rule:
    """Return the rule by which a unit owes what is due on a day."""
    source, article = _law_on(day)
    return Rule(source=source + article, status=SourceStatus.UNVERIFIED)


def market_on(day: date) -> Rule:
    """Return the rule by which allowances are traded on a day."""
    return Rule(source=_law_on(day)[0])


def _law_on(day: date) -> tuple[str, str]:
    found = [(source, article) for first, source, article in _LAWS if first <= day]
    return found[-1] if found else _LAWS[0][1:]


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    """What the rules ask about a unit and a year; tonnes as recorded, everything else as somebody established it."""

    verified: int
    allocation: int
    due: int
    surrendered: int
    sector: str
    gas_fired: bool = False
    in_difficulty: bool = False  # real financial difficulty, established by the province
    sued: bool = False  # under lawsuit or debt execution
    grounds: frozenset[Ground] = frozenset()
    individual_approved: int = 0  # tonnes approved by the ministry on the province's application
    holdings: int | None = None  # tonnes that somebody confirmed to lie in the accounts; None: nobody has
    held_by: tuple[Record, ...] = ()  # when and by whom that was confirmed
    holdings_spent: bool = False  # something was surrendered since, so that less lies there now
    owed_by: tuple[Record, ...] = ()  # the records that say what is due
    filled_by: tuple[Record, ...] = ()  # the records of what was surrendered, with their tonnes
    due_day: date  # by when it is due: which law holds follows from it

    @property
    def short(self) -> int:
        """Tonnes still to be surrendered."""
        return shortfall(self.due, self.surrendered)

    @property
    def owed(self) -> Figure[int]:
        """The tonnes due, as recorded."""
        return RECORDED.of(None, self.owed_by, tonnes=self.due)

    @property
    def filled(self) -> Figure[int]:
        """The tonnes surrendered: the sum of the records of it, where these are at hand."""
        rows = tuple(row.tonnes for row in self.filled_by)
        if not rows or None in rows:
            return RECORDED.of(None, self.filled_by, tonnes=self.surrendered)
        return formulas.SURRENDERED.of(None, self.filled_by, parts=rows)

    @property
    def shortage(self) -> Figure[int]:
        """The tonnes still to be surrendered, with how they come about."""
        return formulas.SHORT.of(duty_on(self.due_day), due=self.owed, surrendered=self.filled)

    def completion(self, deadline: datetime) -> Figure[Completion]:
        """Whether the year was completed, in time or late: what the rows up to the deadline bring against what is due.

        It asks for the rows of what was surrendered.
        """
        last = last_day(deadline)
        in_time = tuple(row for row in self.filled_by if row.day <= last)
        by_then = formulas.SURRENDERED.of(None, in_time, parts=tuple(row.tonnes for row in in_time))
        return formulas.COMPLETION.of(
            duty_on(last), due=self.owed, surrendered=self.filled, by_then=by_then, deadline=last.isoformat()
        )


def spent_since(confirmed: date | None, surrendered: Iterable[date]) -> bool:
    """Whether something was surrendered after the day for which holdings were confirmed."""
    return confirmed is not None and any(day > confirmed for day in surrendered)


def with_causes(facts: UnitFacts, causes: Collection[Cause]) -> UnitFacts:
    """Return the facts with what the causes of a case establish for the rules."""
    return replace(
        facts, in_difficulty=Cause.FINANCIAL in causes, sued=Cause.LAWSUIT_DEBT in causes,
        grounds=frozenset(GROUNDS[cause] for cause in causes if cause in GROUNDS),
    )  # fmt: skip

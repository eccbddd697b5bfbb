"""What the rules of relief of some compliance years say: data, each rule with the document it comes from.

Rule sets are rows in versions, written and approved by people; a year is named by at most one that is in force. What
a draft says, or what was not found in a published source, is marked as such and shown so.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from casework.rules.causes import Cause
from casework.rules.plain_json import from_json, to_json
from casework.rules.words import N_

POWER = "power"


class SourceStatus(StrEnum):
    """How far a rule can be relied on; `label` is its English msgid."""

    PUBLISHED = "published"
    DRAFT = "draft"
    UNVERIFIED = "unverified"

    @property
    def label(self) -> str:
        """English msgid of the status."""
        return _STATUS[self]


_STATUS = {
    SourceStatus.PUBLISHED: N_("published"),
    SourceStatus.DRAFT: N_("draft for comment"),
    SourceStatus.UNVERIFIED: N_("wording not verified"),
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Where a rule stands: the document (and what it calls the rule), and how far it can be relied on."""

    source: str
    status: SourceStatus = SourceStatus.PUBLISHED


@dataclass(frozen=True, kw_only=True)
class CapRule(Rule):
    """The gap is at most a share of the verified emissions: the allocation is topped up to the rest."""

    percent: int
    sectors: frozenset[str] | None = None  # None: all


@dataclass(frozen=True, kw_only=True)
class BorrowingRule(Rule):
    """Borrowing from the pre-allocation of a later year."""

    least_gap_percent: int
    most_percent_of_gap: int
    from_year: str


@dataclass(frozen=True, kw_only=True)
class CcerRule(Rule):
    """Offsetting with certified voluntary reductions."""

    most_percent_of_due: int
    registered_after: date | None = None


class Ground(StrEnum):
    """Why the registry surrenders for a unit; `label` is its English msgid."""

    SHUT_DOWN = "shut_down"
    FROZEN = "frozen"
    STRUCK_OFF = "struck_off"
    DEFAULTED = "defaulted"

    @property
    def label(self) -> str:
        """English msgid of the ground."""
        return _GROUNDS[self]


_GROUNDS = {
    Ground.SHUT_DOWN: N_("the plant is shut down"),
    Ground.FROZEN: N_("account or allowances are frozen"),
    Ground.STRUCK_OFF: N_("the unit is struck off"),
    Ground.DEFAULTED: N_("the unit defaulted in the last cycle"),
}
# What the cause of a case establishes for the rules.
GROUNDS = {
    Cause.SHUT_DOWN: Ground.SHUT_DOWN,
    Cause.FROZEN: Ground.FROZEN,
    Cause.STRUCK_OFF: Ground.STRUCK_OFF,
    Cause.OWED_BEFORE: Ground.DEFAULTED,
}


@dataclass(frozen=True, kw_only=True)
class CompulsoryRule(Rule):
    """The allocation goes to the provincial account, and the registry surrenders for the unit."""

    grounds: frozenset[Ground]


@dataclass(frozen=True, kw_only=True)
class CarryOverRule(Rule):
    """How many allowances may be carried over: base plus a multiple of a time's net sales, at most the holdings."""

    base: int
    factor: Decimal
    first_day: date
    last_day: date


@dataclass(frozen=True, kw_only=True)
class PreAllocationRule(Rule):
    """The share of the last verified emissions that is allocated in advance."""

    percent: int


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The rules of relief of some compliance years; None where they know no such thing, which `plan` then says."""

    code: str
    years: tuple[str, ...]
    plan: Rule
    gas_topped_up: Rule
    cap: CapRule
    ccer: CcerRule
    gift: Rule
    compulsory: CompulsoryRule
    borrowing: BorrowingRule | None = None
    individual: Rule | None = None
    carry_over: CarryOverRule | None = None
    pre_allocation: PreAllocationRule | None = None

    @property
    def kept(self) -> dict[str, Rule]:
        """Every rule that there is, by its name, in the order of `RULES`."""
        return {name: rule for name in RULES if (rule := getattr(self, name)) is not None}


class FigureKind(StrEnum):
    """What a figure of a rule is, and so how it is typed and shown."""

    PERCENT = "percent"
    TONNES = "tonnes"
    FACTOR = "factor"
    DAY = "day"
    YEAR = "year"
    SECTORS = "sectors"
    GROUNDS = "grounds"


@dataclass(frozen=True)
class FigureRow:
    """A figure of a rule; one that may be missing is shown by what its lack means."""

    name: str
    label: str
    kind: FigureKind
    without: str = ""


@dataclass(frozen=True)
class RuleRow:
    """A rule as people read it; an optional one is missing in the years that do not know it."""

    label: str
    kind: type[Rule]
    figures: tuple[FigureRow, ...] = ()
    optional: bool = False


_F = FigureKind
RULES = {
    "plan": RuleRow(N_("Allocation plan"), Rule),
    "gas_topped_up": RuleRow(N_("Gas-fired units are topped up"), Rule),
    "cap": RuleRow(
        N_("Cap of the gap"),
        CapRule,
        (
            FigureRow("percent", N_("Gap at most (percent of verified emissions)"), _F.PERCENT),
            FigureRow("sectors", N_("Sectors"), _F.SECTORS, N_("all")),
        ),
    ),
    "borrowing": RuleRow(
        N_("Borrowing from a later year"),
        BorrowingRule,
        (
            FigureRow("least_gap_percent", N_("Gap rate at least (percent)"), _F.PERCENT),
            FigureRow("most_percent_of_gap", N_("At most (percent of the gap)"), _F.PERCENT),
            FigureRow("from_year", N_("Borrowed from the year"), _F.YEAR),
        ),
        optional=True,
    ),
    "individual": RuleRow(N_("Individual relief"), Rule, optional=True),
    "ccer": RuleRow(
        N_("CCER offset"),
        CcerRule,
        (
            FigureRow("most_percent_of_due", N_("At most (percent of what is due)"), _F.PERCENT),
            FigureRow("registered_after", N_("Registered after"), _F.DAY, N_("any")),
        ),
    ),
    "carry_over": RuleRow(
        N_("Carrying allowances over"),
        CarryOverRule,
        (
            FigureRow("base", N_("Base (t)"), _F.TONNES),
            FigureRow("factor", N_("Times net sales"), _F.FACTOR),
            FigureRow("first_day", N_("Net sales from"), _F.DAY),
            FigureRow("last_day", N_("Net sales until"), _F.DAY),
        ),
        optional=True,
    ),
    "gift": RuleRow(N_("Gift of allowances"), Rule),
    "compulsory": RuleRow(
        N_("Compulsory surrender"), CompulsoryRule, (FigureRow("grounds", N_("Grounds"), _F.GROUNDS),)
    ),
    "pre_allocation": RuleRow(
        N_("Pre-allocation"),
        PreAllocationRule,
        (FigureRow("percent", N_("Share (percent of verified emissions)"), _F.PERCENT),),
        optional=True,
    ),
}


def as_stored(rules: RuleSet) -> Any:
    """Return plain values for a JSON column."""
    return json.loads(to_json(rules))


def stored_rule_set(value: Any) -> RuleSet:
    """Return the rule set that was kept in a JSON column."""
    return from_json(RuleSet, json.dumps(value))


def name_of_years(years: tuple[str, ...]) -> str:
    """Return what a new rule set of these years is called."""
    return years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}"


def for_new_years(rules: RuleSet, years: tuple[str, ...]) -> RuleSet:
    """Return the rules with which those of new years begin: the same, but nobody has verified yet that they hold."""
    unsure = {name: replace(rule, status=SourceStatus.UNVERIFIED) for name, rule in rules.kept.items()}
    changes: dict[str, Any] = {"code": name_of_years(years), "years": years, **unsure}
    return replace(rules, **changes)


def rule_changes(before: RuleSet | None, after: RuleSet) -> tuple[str, ...]:
    """Return the names of what differs between two versions, the years among them."""
    names = ("years", *RULES)
    return tuple(name for name in names if before is None or getattr(before, name) != getattr(after, name))

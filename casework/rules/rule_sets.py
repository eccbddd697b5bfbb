"""Which rules of relief hold for which compliance year: dated data, each rule with the document it comes from.

A rule set belongs to the years it names and never changes for them; new years get a new one. What a draft says, or
what was not found in a published source, is marked as such and shown so.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from casework.rules.causes import Cause
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


_STOPPED = frozenset({Ground.SHUT_DOWN, Ground.FROZEN, Ground.STRUCK_OFF})
_PLAN_2021 = "《2021、2022年度全国碳排放权交易配额总量设定与分配实施方案（发电行业）》"
_NOTICE_2021 = "《关于做好2021、2022年度全国碳排放权交易配额分配相关工作的通知》"
_PLAN_2023 = "《2023、2024年度全国碳排放权交易发电行业配额总量和分配方案》"
_PLAN_2025 = "2025年度全国碳排放权交易配额总量和分配方案（征求意见稿）"
_DRAFT = SourceStatus.DRAFT

RULE_SETS = (
    RuleSet(
        code="2021-2022",
        years=("2021", "2022"),
        plan=Rule(source=_PLAN_2021),
        gas_topped_up=Rule(source=_PLAN_2021 + "履约豁免机制"),
        cap=CapRule(source=_PLAN_2021 + "履约豁免机制", percent=20),
        borrowing=BorrowingRule(
            source=_NOTICE_2021 + "配额预支", least_gap_percent=10, most_percent_of_gap=50, from_year="2023"
        ),
        individual=Rule(source=_PLAN_2021 + "个性化纾困机制", status=SourceStatus.UNVERIFIED),
        ccer=CcerRule(source=_NOTICE_2021 + "CCER抵销配额清缴", most_percent_of_due=5),
        gift=Rule(source=_NOTICE_2021, status=SourceStatus.UNVERIFIED),
        compulsory=CompulsoryRule(source=_NOTICE_2021, status=SourceStatus.UNVERIFIED, grounds=_STOPPED),
    ),
    RuleSet(
        code="2023-2024",
        years=("2023", "2024"),
        plan=Rule(source=_PLAN_2023),
        gas_topped_up=Rule(source=_PLAN_2023),
        cap=CapRule(source=_PLAN_2023, percent=20),
        ccer=CcerRule(source="《碳排放权交易管理办法（试行）》第二十九条", most_percent_of_due=5),
        gift=Rule(source=_PLAN_2023, status=SourceStatus.UNVERIFIED),
        compulsory=CompulsoryRule(
            source=_PLAN_2023, status=SourceStatus.UNVERIFIED, grounds=_STOPPED | {Ground.DEFAULTED}
        ),
        carry_over=CarryOverRule(
            source=_PLAN_2023 + "配额结转", base=10_000, factor=Decimal("1.5"),
            first_day=date(2024, 1, 1), last_day=date(2025, 12, 31),
        ),
        pre_allocation=PreAllocationRule(source=_PLAN_2023 + "配额预分配", percent=70),
    ),
    RuleSet(
        code="2025",
        years=("2025",),
        plan=Rule(source=_PLAN_2025, status=_DRAFT),
        gas_topped_up=Rule(source=_PLAN_2025, status=_DRAFT),
        cap=CapRule(source=_PLAN_2025, status=_DRAFT, percent=20, sectors=frozenset({POWER})),
        ccer=CcerRule(source=_PLAN_2025, status=_DRAFT, most_percent_of_due=5, registered_after=date(2024, 1, 22)),
        gift=Rule(source=_PLAN_2025, status=_DRAFT),
        compulsory=CompulsoryRule(source=_PLAN_2025, status=_DRAFT, grounds=_STOPPED | {Ground.DEFAULTED}),
        pre_allocation=PreAllocationRule(source=_PLAN_2025, status=_DRAFT, percent=50),
    ),
)  # fmt: skip


def rule_set_of(year: str) -> RuleSet | None:
    """Return the rule set of a compliance year by its label, or None where none was entered (the first cycle)."""
    return next((rules for rules in RULE_SETS if year in rules.years), None)

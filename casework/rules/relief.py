"""What relief a unit may have for a year: which measures are open and which not, why, and how many tonnes each allows.

Pure arithmetic over whole tonnes: what a rule limits by a share is rounded down, in the open to nobody's surprise, and
a rate is compared as a fraction, never as it is rounded for the screen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from casework.rules import relief_formulas as formulas
from casework.rules.errors import RuleError
from casework.rules.figures import RECORDED, Figure, Formula
from casework.rules.measures import MeasureKind
from casework.rules.rule_sets import (
    BorrowingRule,
    CarryOverRule,
    CompulsoryRule,
    Ground,
    Rule,
    RuleSet,
)
from casework.rules.unit_facts import UnitFacts, market_on
from casework.rules.words import N_


@dataclass(frozen=True)
class Opening:
    """Whether a measure is open to a unit: by which rule, why (not), and at most how many tonnes.

    `most` is None where the measure itself brings no tonnes, `rule` where none is needed.
    """

    kind: MeasureKind
    rule: Rule | None
    open: bool
    most: Figure[int] | None
    why: str
    params: Mapping[str, object] = field(default_factory=dict)
    to_find_out: bool = False  # not open as long as somebody has not found something out


def allocation_by_rule(facts: UnitFacts, rules: RuleSet) -> Figure[int]:
    """Return the final allocation with what the exemptions add: gas units have no gap, the others a capped one."""
    if facts.gas_fired and facts.allocation < facts.verified:
        return formulas.TOPPED_UP.of(rules.gas_topped_up, facts.owed_by, verified=facts.verified)
    cap = rules.cap
    if cap.sectors is None or facts.sector in cap.sectors:
        most = facts.verified * cap.percent // 100
        if facts.verified - facts.allocation > most:
            share = formulas.SHARE.of(cap, tonnes=facts.verified, percent=cap.percent)
            return formulas.CAPPED.of(cap, facts.owed_by, verified=facts.verified, percent=cap.percent, most=share)
    return RECORDED.of(rules.plan, facts.owed_by, tonnes=facts.allocation)


def gap(facts: UnitFacts, rules: RuleSet) -> Figure[int]:
    """Return the gap of the year: verified emissions less the final allocation, never below 0."""
    allocation = allocation_by_rule(facts, rules)
    return formulas.GAP.of(allocation.rule, facts.owed_by, verified=facts.verified, allocation=allocation)


def rate_of_gap(facts: UnitFacts, rules: RuleSet) -> Figure[Decimal | None]:
    """Return the gap by the verified emissions, as a share of one; None without emissions."""
    missing = gap(facts, rules)
    return formulas.GAP_RATE.of(missing.rule, facts.owed_by, gap=missing, verified=facts.verified)


def openings(facts: UnitFacts, rules: RuleSet) -> tuple[Opening, ...]:
    """Return what the rules say of every kind of measure for this unit and year, in the order of the kinds."""
    return tuple(_JUDGES[kind](facts, rules) for kind in MeasureKind)


def _buy(facts: UnitFacts, _rules: RuleSet) -> Opening:
    rule = market_on(facts.due_day)
    return Opening(MeasureKind.BUY, rule, True, _all_short(facts, rule), N_("Buying on the market is always open."))


def _ccer(facts: UnitFacts, rules: RuleSet) -> Opening:
    rule = rules.ccer
    percent = rule.most_percent_of_due
    share = facts.due * percent // 100
    most = formulas.OF_DUE.of(rule, percent=percent, due=facts.due, share=share, short=facts.shortage)
    if rule.registered_after:
        after = rule.registered_after.isoformat()
        said = N_("Only reductions registered after %(day)s count.")
        return Opening(MeasureKind.CCER, rule, True, most, said, {"day": after})
    return Opening(MeasureKind.CCER, rule, True, most, N_("Any certified reduction counts."))


def _borrow(facts: UnitFacts, rules: RuleSet) -> Opening:
    rule = rules.borrowing
    if rule is None:
        return _closed(MeasureKind.BORROW, rules.plan, N_("The rules of this year know no borrowing."))
    missing = gap(facts, rules)
    if refused := _no_borrowing(facts, rule, missing.value):
        return refused
    percent = rule.most_percent_of_gap
    share = missing.value * percent // 100
    most = formulas.OF_GAP.of(rule, percent=percent, gap=missing, share=share, short=facts.shortage)
    said = N_("From the pre-allocation of %(year)s, for the own surrender only; deducted there one for one.")
    return Opening(MeasureKind.BORROW, rule, True, most, said, {"year": rule.from_year})


def _no_borrowing(facts: UnitFacts, rule: BorrowingRule, missing: int) -> Opening | None:
    kind = MeasureKind.BORROW
    if missing * 100 < rule.least_gap_percent * facts.verified or missing == 0:
        said = N_("The gap of %(gap)s t is less than %(percent)s %% of the %(verified)s t verified.")
        numbers = {"gap": missing, "percent": rule.least_gap_percent, "verified": facts.verified}
        return _closed(kind, rule, said, numbers)
    if facts.sued:
        return _closed(kind, rule, N_("Not for a unit under lawsuit or debt execution."))
    if Ground.FROZEN in facts.grounds:
        return _closed(kind, rule, N_("Not for a unit whose account or allowances are frozen."))
    if not facts.in_difficulty:
        return _closed(kind, rule, N_("Only for a unit in real financial difficulty; none is established."))
    return None


def _gift(facts: UnitFacts, rules: RuleSet) -> Opening:
    if Ground.FROZEN not in facts.grounds:
        return _closed(MeasureKind.GIFT, rules.gift, N_("Only for a unit whose account or allowances are frozen."))
    said = N_("Another firm may give allowances to a willing unit whose account is frozen.")
    return Opening(MeasureKind.GIFT, rules.gift, True, _all_short(facts, rules.gift), said)


def _individual(facts: UnitFacts, rules: RuleSet) -> Opening:
    kind, rule = MeasureKind.INDIVIDUAL, rules.individual
    if rule is None:
        return _closed(kind, rules.plan, N_("The rules of this year know no individual relief."))
    if facts.individual_approved <= 0:
        return _closed(kind, rule, N_("The ministry must approve it first, on the province's application."))
    most = formulas.APPROVED.of(rule, approved=facts.individual_approved, short=facts.shortage)
    return Opening(kind, rule, True, most, N_("For a unit with great public-service duties, approved by the ministry."))


_NOT_CONFIRMED = N_("A ground is there (%(ground)s), but what the accounts hold is not confirmed: ask the registry.")
_SPENT = N_(
    "A ground is there (%(ground)s), but tonnes were surrendered since the holdings were confirmed: ask the registry."
)


def _compulsory(facts: UnitFacts, rules: RuleSet) -> Opening:
    rule: CompulsoryRule = rules.compulsory
    found = sorted(facts.grounds & rule.grounds)
    if not found:
        said = N_("None of the grounds for it is established for this unit.")
        return _closed(MeasureKind.COMPULSORY, rule, said)
    ground = {"ground": found[0].label}
    if facts.holdings is None or facts.holdings_spent:
        said = _SPENT if facts.holdings_spent else _NOT_CONFIRMED
        return replace(_closed(MeasureKind.COMPULSORY, rule, said, ground), to_find_out=True)
    held = formulas.HELD.of(None, facts.held_by, tonnes=facts.holdings)
    most = formulas.HELD_OR_SHORT.of(rule, allocation=facts.allocation, holdings=held, short=facts.shortage)
    return Opening(MeasureKind.COMPULSORY, rule, True, most, N_("Open because %(ground)s."), ground)


def _financing(_facts: UnitFacts, _rules: RuleSet) -> Opening:
    said = N_("A loan, repurchase or pledge brings money, not tonnes: enter what it buys as a measure of its own.")
    return Opening(MeasureKind.FINANCING, None, True, None, said)


def _unblocking(_facts: UnitFacts, _rules: RuleSet) -> Opening:
    said = N_("It makes other measures possible and brings no tonnes itself.")
    return Opening(MeasureKind.UNBLOCKING, None, True, None, said)


_JUDGES = {
    MeasureKind.BUY: _buy,
    MeasureKind.CCER: _ccer,
    MeasureKind.BORROW: _borrow,
    MeasureKind.GIFT: _gift,
    MeasureKind.INDIVIDUAL: _individual,
    MeasureKind.FINANCING: _financing,
    MeasureKind.UNBLOCKING: _unblocking,
    MeasureKind.COMPULSORY: _compulsory,
}


def _closed(kind: MeasureKind, rule: Rule, why: str, params: Mapping[str, object] | None = None) -> Opening:
    nothing = Figure(0, Formula(why, lambda **_numbers: 0), params or {}, rule)
    return Opening(kind, rule, False, nothing, why, params or {})


def _all_short(facts: UnitFacts, rule: Rule) -> Figure[int]:
    return formulas.ALL_SHORT.of(rule, short=facts.shortage)


def measure_faults(measures: Iterable[tuple[MeasureKind, int]], years: Iterable[Iterable[Opening]]) -> list[RuleError]:
    """Return what breaks a rule in the measures of a plan, kind by kind: what is not open, and what is too much.

    `years` holds what the rules of each year of the plan say: a measure is open if it is in one of them, for as much as
    they allow together; who buys more than is short breaks no rule. `field` of a fault is the kind of the measure.
    """
    wanted: dict[MeasureKind, int] = {}
    for kind, tonnes in measures:
        wanted[kind] = wanted.get(kind, 0) + tonnes
    said = [opening for openings in years for opening in openings]
    faults = []
    for kind, asked in wanted.items():
        of_kind = [one for one in said if one.kind is kind]
        are_open = [one for one in of_kind if one.open]
        most = sum(one.most.value for one in are_open if one.most)
        if of_kind and not are_open:
            faults.append(RuleError(of_kind[0].why, field=kind.value, **of_kind[0].params))
        elif kind is not MeasureKind.BUY and any(one.most for one in are_open) and asked > most:
            told = N_("%(asked)s t are more than the %(most)s t that the rule allows.")
            faults.append(RuleError(told, field=kind.value, asked=asked, most=most))
    return faults


@dataclass(frozen=True, kw_only=True)
class CarryOverFacts:
    """What the carry-over asks: sales less purchases of its time, holdings at its end, and late completion."""

    net_sales: int
    holdings: int
    late: bool = False


def carry_over(facts: CarryOverFacts, rule: CarryOverRule) -> Figure[int]:
    """Return how many allowances a unit may carry over: T = base + factor x net sales, at most what it holds."""
    if facts.late:
        return formulas.TOO_LATE.of(rule)
    sold = max(facts.net_sales, 0)
    most = rule.base + int(rule.factor * sold)
    return formulas.CARRIED.of(
        rule, base=rule.base, factor=str(rule.factor), sold=sold, most=most, holdings=facts.holdings
    )  # fmt: skip


def pre_allocation(last_verified: int, rules: RuleSet) -> Figure[int] | None:
    """Return at most how much is allocated in advance, or None where the rules of the year say nothing of it."""
    rule = rules.pre_allocation
    if rule is None:
        return None
    return formulas.IN_ADVANCE.of(rule, percent=rule.percent, verified=last_verified)

"""The penalty regimes, chosen by the date of the act, and what a default can cost."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casework.rules.errors import RuleError
from casework.rules.figures import Figure
from casework.rules.money import FIXED, TIMES_VALUE
from casework.rules.rule_sets import Rule, SourceStatus
from casework.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class PenaltyRegime:
    """One regime and the days it is in force; what was not verified in a published source shows no amount."""

    code: str
    name: str
    first_day: date
    verified: bool
    sources: tuple[str, ...]
    consequence: str
    fixed: tuple[Decimal, Decimal] | None = None  # yuan
    multiples: tuple[int, int] | None = None  # of unsurrendered tonnes at the average price
    cuts_allocation: bool = True

    @property
    def rule(self) -> Rule:
        """Where it stands, and how far that can be relied on."""
        status = SourceStatus.PUBLISHED if self.verified else SourceStatus.UNVERIFIED
        return Rule(source="、".join(self.sources), status=status)


REGIMES = (
    PenaltyRegime(
        code="trial-measures-2021",
        name=N_("Measures for Carbon Emission Trading (Trial), article 40"),
        first_day=date(2021, 2, 1),
        verified=True,
        sources=("《碳排放权交易管理办法（试行）》第四十条",),
        consequence=N_(
            "Order to correct and a fine of 20,000 to 30,000 yuan; if still not corrected, "
            "next year's allocation is cut by the amount owed."
        ),
        fixed=(Decimal(20_000), Decimal(30_000)),
    ),
    PenaltyRegime(
        code="regulation-2024",
        name=N_("Interim Regulation on Carbon Emission Trading, article 24"),
        first_day=date(2024, 5, 1),
        verified=True,
        sources=("《碳排放权交易管理暂行条例》（国令第775号）第二十四条",),
        consequence=N_(
            "Order to correct and a fine of 5 to 10 times the value of what was not surrendered; on refusal to "
            "correct, an equal cut of next year's allocation, and production may be ordered to stop."
        ),
        multiples=(5, 10),
    ),
    PenaltyRegime(
        code="code-2026",
        name=N_("Ecology and Environment Code"),
        first_day=date(2026, 8, 15),
        verified=False,
        sources=("《生态环境法典》",),
        consequence=N_("Article and multiple are not verified; allocations are no longer cut by new decisions."),
        cuts_allocation=False,
    ),
)


def regime_on(day: date) -> PenaltyRegime | None:
    """Return the regime in force on the day of the act, or None before the first."""
    return max(
        (regime for regime in REGIMES if regime.first_day <= day), key=lambda regime: regime.first_day, default=None
    )


@dataclass(frozen=True)
class Exposure:
    """What a default can cost in yuan, from lowest to highest, or why no amount is shown, and by which rule."""

    lowest: Figure[Decimal] | None = None
    highest: Figure[Decimal] | None = None
    why_not: str | None = None
    rule: Rule | None = None


def exposure(
    regime: PenaltyRegime | None, short: Figure[int] | int, average_price: Figure[Decimal] | Decimal | None
) -> Exposure:
    """Return the range of the fine for so many tonnes short.

    `average_price` is the market's average of the month before the deadline (条例 art. 24).
    """
    rule = regime.rule if regime else None
    if (short.value if isinstance(short, Figure) else short) <= 0:
        return Exposure(why_not=N_("Nothing is short, so there is nothing to fine."), rule=rule)
    if regime is None:
        return Exposure(why_not=N_("No penalty regime was in force on that day."))
    if not regime.verified:
        said = N_("The rule in force since then has not been verified, so no amount is reckoned.")
        return Exposure(why_not=said, rule=rule)
    if regime.fixed is not None:
        low, high = (FIXED.of(rule, amount=amount) for amount in regime.fixed)
        return Exposure(low, high, rule=rule)
    if regime.multiples is None or average_price is None:
        said = N_("Enter the average market price of the month before the deadline to see the amount.")
        return Exposure(why_not=said, rule=rule)
    low, high = (TIMES_VALUE.of(rule, times=times, short=short, price=average_price) for times in regime.multiples)
    return Exposure(low, high, rule=rule)


@dataclass(frozen=True, kw_only=True)
class PenaltyRecord:
    """What a city bureau ordered and decided, as it is entered."""

    order_day: date
    decision_number: str
    decision_day: date
    amount: Decimal
    corrected_day: date | None = None
    allocation_cut: int | None = None  # tonnes


def regime_of(record: PenaltyRecord, *, act_day: date, today: date) -> PenaltyRegime:
    """Return the regime on the day of the act, or refuse a record that contradicts itself or the rules.

    The act is that the deadline passed with something owed: what it costs follows from that day, however late the
    decision. Whether an allocation may still be cut follows from the day of the decision.
    """
    regime, at_decision = regime_on(act_day), regime_on(record.decision_day)
    if regime is None or at_decision is None:
        raise RuleError("No penalty regime was in force on that day.", field="decision_day")
    for field, day in (("order_day", record.order_day), ("decision_day", record.decision_day)):
        if day > today:
            raise RuleError("This day lies in the future.", field=field)
    if record.decision_day < record.order_day:
        raise RuleError("The decision cannot come before the order to correct.", field="decision_day")
    if record.corrected_day and not record.order_day <= record.corrected_day <= today:
        raise RuleError(
            "The unit corrected between the day of the order and today: check the day.", field="corrected_day"
        )
    if record.amount <= 0:
        raise RuleError("Enter the fine as decided.", field="amount")
    if record.allocation_cut and not at_decision.cuts_allocation:
        raise RuleError(
            "By the rules in force on %(day)s allocations are no longer cut: leave this empty.",
            field="allocation_cut",
            day=record.decision_day.isoformat(),
        )
    return regime


def fits_range(regime: PenaltyRegime, amount: Decimal) -> bool:
    """Whether the fine lies within what the regime fixes; a regime without fixed amounts fits any."""
    return regime.fixed is None or regime.fixed[0] <= amount <= regime.fixed[1]

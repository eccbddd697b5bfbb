"""How the tonnes of obligation and relief are reckoned, each with its words."""

from decimal import Decimal

from casework.rules.compliance import Completion, gap_rate, judged, shortfall
from casework.rules.figures import Formula, Quantity
from casework.rules.words import N_

SURRENDERED: Formula[int] = Formula(N_("the surrenders added up: %(parts)s t"), lambda parts: sum(parts))
COMPLETION: Formula[Completion] = Formula(
    N_("%(by_then)s t by %(deadline)s and %(surrendered)s t in all, of %(due)s t due"),
    lambda by_then, deadline, surrendered, due: judged(due, by_then, surrendered),
    Quantity.WORD,
)
SHORT = Formula(N_("%(due)s t due less %(surrendered)s t surrendered, never below 0"), shortfall)
SHARE = Formula(N_("%(percent)s %% of %(tonnes)s t, rounded down"), lambda percent, tonnes: tonnes * percent // 100)
TOPPED_UP: Formula[int] = Formula(
    N_("A gas-fired unit gets the verified emissions of %(verified)s t."), lambda verified: verified
)
CAPPED: Formula[int] = Formula(
    N_("%(verified)s t less %(percent)s %% of it (%(most)s t), at which the gap is capped."),
    lambda verified, percent, most: verified - verified * percent // 100,
)
GAP = Formula(
    N_("%(verified)s t verified less %(allocation)s t allocated"),
    lambda verified, allocation: max(verified - allocation, 0),
)
GAP_RATE: Formula[Decimal | None] = Formula(
    N_("the gap of %(gap)s t by the %(verified)s t verified"),
    lambda gap, verified: gap_rate(verified, verified - gap),
    Quantity.SHARE,
)
OF_DUE = Formula(
    N_("%(percent)s %% of the %(due)s t due is %(share)s t, at most the %(short)s t short"),
    lambda percent, due, share, short: min(due * percent // 100, short),
)
OF_GAP = Formula(
    N_("%(percent)s %% of the gap of %(gap)s t is %(share)s t, at most the %(short)s t short"),
    lambda percent, gap, share, short: min(gap * percent // 100, short),
)
APPROVED = Formula(
    N_("%(approved)s t approved, at most the %(short)s t short"), lambda approved, short: min(approved, short)
)
HELD: Formula[int] = Formula(N_("%(tonnes)s t, confirmed to be held"), lambda tonnes: tonnes)
HELD_OR_SHORT = Formula(
    N_("at most the allocation of %(allocation)s t, the %(holdings)s t held and the %(short)s t short"),
    lambda allocation, holdings, short: min(allocation, holdings, short),
)
ALL_SHORT: Formula[int] = Formula(N_("the %(short)s t short"), lambda short: short)
TOO_LATE = Formula(N_("Not for a unit that was late for one of these years."), lambda: 0)
CARRIED = Formula(
    N_("%(base)s t + %(factor)s x %(sold)s t sold net is %(most)s t, at most the %(holdings)s t held"),
    lambda base, factor, sold, most, holdings: max(min(base + int(Decimal(factor) * sold), holdings), 0),
)
IN_ADVANCE = Formula(
    N_("%(percent)s %% of the %(verified)s t verified last"), lambda percent, verified: verified * percent // 100
)
PROMISED = Formula(
    N_("%(promised)s t promised, at most the %(most)s t that the rule allows"),
    lambda promised, most: min(promised, most),
)
TAKEN = Formula(
    N_("at most %(most)s t of it for the %(left)s t still short"), lambda most, left: min(most, left)
)  # fmt: skip
AFFORDED = Formula(
    N_("at most %(most)s t of it for the %(left)s t still short, and what %(money)s yuan buy at %(price)s yuan/t"),
    lambda most, left, money, price: min(most, left, int(money // price)),
)
MISSING = Formula(
    N_("%(short)s t short less %(brought)s t brought, never below 0"),
    lambda short, brought: max(short - brought, 0),
)

"""How the figures of the relief are reckoned, each with its words."""

from decimal import Decimal

from casework.rules.compliance import shortfall
from casework.rules.figures import Formula
from casework.rules.rule_sets import Rule, SourceStatus
from casework.rules.words import N_

# Article 28 lays the surrender on the unit; its wording was not read in a published source.
DUTY = Rule(source="《碳排放权交易管理办法（试行）》第二十八条", status=SourceStatus.UNVERIFIED)
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
ALLOCATION_OR_SHORT = Formula(
    N_("at most the allocation of %(allocation)s t and the %(short)s t short"),
    lambda allocation, short: min(allocation, short),
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

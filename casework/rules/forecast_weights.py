"""How much each fact weighs in the forecast: dated tables, each weight with a sentence why; they add up to 100.

A new table is a new line of TABLES with the day from which it holds; an old one is never changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.rules.causes import Cause
from casework.rules.compliance import Completion
from casework.rules.report_forms import Risk
from casework.rules.words import N_


class Sign(StrEnum):
    """What speaks for a default; `label` is the English msgid."""

    LEFT = "left"
    PACE = "pace"
    COVER = "cover"
    PLAN = "plan"
    RISK = "risk"
    EXPECTED = "expected"
    LAST_CYCLE = "last_cycle"
    CAUSE = "cause"

    @property
    def label(self) -> str:
        """English msgid."""
        return _SIGNS[self]


_SIGNS = {
    Sign.LEFT: N_("Still short"),
    Sign.PACE: N_("Pace"),
    Sign.COVER: N_("Cover for what is short"),
    Sign.PLAN: N_("Relief plan"),
    Sign.RISK: N_("Judgement of the city"),
    Sign.EXPECTED: N_("Expected day"),
    Sign.LAST_CYCLE: N_("Last cycle"),
    Sign.CAUSE: N_("Cause of difficulty"),
}


class Outlook(StrEnum):
    """The classes of the forecast, from best to worst; `label` is the English msgid."""

    ON_COURSE = "on_course"
    WATCH = "watch"
    AT_RISK = "at_risk"
    FAILING = "failing"

    @property
    def label(self) -> str:
        """English msgid."""
        return _OUTLOOKS[self]

    @property
    def completes(self) -> bool:
        """Tell whether a unit of this class is counted as one that will complete in time."""
        return self in {Outlook.ON_COURSE, Outlook.WATCH}


_OUTLOOKS = {
    Outlook.ON_COURSE: N_("On course"),
    Outlook.WATCH: N_("To be watched"),
    Outlook.AT_RISK: N_("At risk"),
    Outlook.FAILING: N_("Expected to fail"),
}


@dataclass(frozen=True)
class Weight:
    """The most points that a sign can give, and why."""

    most: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """Weights from a day on.

    `closeness`: percent of the points of LEFT, PACE and COVER, by the most days left until the deadline, and beyond.
    `classes`: the least points of each class but the best.
    """

    first_day: date
    weights: Mapping[Sign, Weight]
    closeness: tuple[tuple[int, int], ...]
    far: int
    short_at_all: int  # of the points of LEFT those for any tonne short; the others go by the share
    pace_days: int
    plan_failed: int
    plan_late: int
    plan_missing: int
    risks: Mapping[Risk, int]
    expected_too_late: int
    expected_unknown: int
    last_cycle: Mapping[Completion, int]
    causes: Mapping[Cause, int]
    classes: tuple[tuple[Outlook, int], ...]  # worst first

    def near(self, days_left: int) -> int:
        """Return the percent at which what is still open counts so many days before the deadline."""
        return next((percent for days, percent in self.closeness if days_left <= days), self.far)

    def outlook(self, score: int) -> Outlook:
        """Return the class of a score."""
        return next((one for one, least in self.classes if score >= least), Outlook.ON_COURSE)


TABLES = (
    Table(
        first_day=date(2026, 11, 1),
        weights={
            Sign.LEFT: Weight(
                30,
                N_(
                    "What is not surrendered is the surest fact, half by itself and half by its share. It counts more "
                    "as the deadline comes near: 60 days before it no unit of the first two cycles had completed."
                ),
            ),
            Sign.PACE: Weight(
                15, N_("Half as much: who surrendered lately goes on, but most surrender in one or two acts.")
            ),
            Sign.COVER: Weight(
                10, N_("Allowances held and money secured turn into surrenders, but a report is no record.")
            ),
            Sign.PLAN: Weight(
                12, N_("A plan that failed leaves the unit without a way; a late measure is the first sign of it.")
            ),
            Sign.RISK: Weight(8, N_("The officer of the city knows the unit best, but judges by feeling.")),
            Sign.EXPECTED: Weight(5, N_("A day past the deadline is a default foretold, and days move easily.")),
            Sign.LAST_CYCLE: Weight(
                10, N_("Who defaulted once defaults more often; who came late was able to, if not willing.")
            ),
            Sign.CAUSE: Weight(
                10, N_("A unit struck off or frozen cannot act by itself; one in dispute or short of money can.")
            ),
        },
        closeness=((5, 100), (10, 90), (20, 75), (30, 60), (45, 45), (60, 30)),
        short_at_all=15,
        far=15,
        pace_days=60,
        plan_failed=12,
        plan_late=8,
        plan_missing=4,
        risks={Risk.LOW: 0, Risk.MIDDLE: 4, Risk.HIGH: 8},
        expected_too_late=5,
        expected_unknown=2,
        last_cycle={Completion.ON_TIME: 0, Completion.LATE: 6, Completion.NOT_COMPLETED: 10},
        causes={
            Cause.STRUCK_OFF: 10, Cause.FROZEN: 9, Cause.SHUT_DOWN: 8, Cause.LAWSUIT_DEBT: 7, Cause.UNWILLING: 7,
            Cause.OWED_BEFORE: 6, Cause.FINANCIAL: 5, Cause.ACCOUNT: 3, Cause.DATA_DISPUTE: 3,
        },
        classes=((Outlook.FAILING, 55), (Outlook.AT_RISK, 35), (Outlook.WATCH, 15)),
    ),
)  # fmt: skip


def table_on(day: date) -> Table:
    """Return the table in force on a day; before the first one the first."""
    return max((one for one in TABLES if one.first_day <= day), key=lambda one: one.first_day, default=TABLES[0])

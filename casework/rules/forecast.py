"""Whether a unit will have surrendered everything by the deadline: points for facts, each with its record and day.

0 is sure, 100 is hopeless. Nothing is estimated or learnt: a person with the records and the table of weights comes to
the same score. Whoever has surrendered everything has no risk, whatever else is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from casework.rules.causes import Cause
from casework.rules.compliance import Completion, shortfall
from casework.rules.figures import Figure, Formula, Quantity
from casework.rules.forecast_weights import Outlook, Sign, Table
from casework.rules.report_forms import Risk
from casework.rules.words import N_

SURRENDERS, REPORT, PLAN, LISTING, LAST = (
    N_("Surrender records"), N_("Report of the city"), N_("Relief plan"), N_("Problem list"), N_("Last cycle")
)  # fmt: skip

# Any tonne gives a point; the share counts as far as the deadline is near.
BY_SHARE = Formula(
    N_("%(most)s points x %(tonnes)s t of %(due)s t due, at %(near)s %%, rounded up"),
    lambda most, tonnes, due, near: -(-most * min(tonnes, due) * near // (100 * due)),
    Quantity.POINTS,
)
AT_ALL_AND_BY_SHARE = Formula(
    N_("%(at_all)s points for any tonne and %(rest)s x %(tonnes)s t of %(due)s t due, at %(near)s %%, rounded up"),
    lambda at_all, rest, tonnes, due, near: -(-(at_all * due + rest * min(tonnes, due)) * near // (100 * due)),
    Quantity.POINTS,
)
BY_TABLE: Formula[int] = Formula(N_("%(points)s points by the weights"), lambda points: points, Quantity.POINTS)


@dataclass(frozen=True)
class Year:
    """What is owed for one compliance year of the cycle."""

    label: str
    due: int
    surrendered: int

    @property
    def short(self) -> int:
        """Tonnes still owed."""
        return shortfall(self.due, self.surrendered)


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """What the city reported last, and on which day."""

    day: date
    surrendered: int = 0
    held: int = 0
    money: Decimal = Decimal(0)
    risk: Risk | None = None
    expected_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """The relief plan that was approved last: when, how many of its measures are late since when, when it failed."""

    number: int
    approved: date
    late: int = 0
    late_since: date | None = None
    failed: date | None = None


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    """What the records say of a unit and a cycle as of the end of a day."""

    day: date
    deadline_day: date
    years: tuple[Year, ...]
    lately: int = 0  # tonnes surrendered in the days over which the pace is taken
    last_surrender: date | None = None
    price: Decimal | None = None  # last price known, by which money becomes tonnes
    report: ReportFacts | None = None
    plan: PlanFacts | None = None
    listed: date | None = None  # on the problem list since
    causes: frozenset[Cause] = frozenset()
    last_cycle: Completion | None = None
    last_cycle_day: date | None = None  # its deadline, or the day on which it completed late

    @property
    def due(self) -> int:
        """Tonnes due over the years."""
        return sum(year.due for year in self.years)

    @property
    def surrendered(self) -> int:
        """Tonnes surrendered over the years, of each at most what it owes."""
        return sum(min(year.due, year.surrendered) for year in self.years)

    @property
    def short(self) -> int:
        """Tonnes still owed; a surplus of one year does not fill another."""
        return sum(year.short for year in self.years)

    @property
    def days_left(self) -> int:
        """Days until the deadline, 0 on its day and after."""
        return max((self.deadline_day - self.day).days, 0)


@dataclass(frozen=True)
class Reason:
    """Points and the sentence why (English msgid with parameters), the record it rests on and the record's day."""

    sign: Sign
    reckoned: Figure[int]
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    record: str = SURRENDERS
    day: date | None = None

    @property
    def points(self) -> int:
        """How many points it gives."""
        return self.reckoned.value


@dataclass(frozen=True)
class Forecast:
    """The points of a unit, their reasons, the heaviest first, and the class."""

    score: int
    reasons: tuple[Reason, ...]
    outlook: Outlook


def forecast(facts: UnitFacts, table: Table) -> Forecast:
    """Add up what speaks for a default."""
    found = [one for one in _reasons(facts, table) if one.points] if facts.short else []
    found.sort(key=lambda one: -one.points)
    score = sum(one.points for one in found)
    return Forecast(score, tuple(found), table.outlook(score))


def _reasons(facts: UnitFacts, table: Table) -> Iterator[Reason]:
    yield _left(facts, table)
    yield _pace(facts, table)
    yield _cover(facts, table)
    yield from _plan(facts, table)
    yield from _reported(facts, table)
    yield from _before(facts, table)


def _share(facts: UnitFacts, table: Table, sign: Sign, tonnes: int, *, at_all: int = 0) -> Figure[int]:
    """Return points for so many tonnes of what is due, as near as the deadline is.

    `at_all` of them are given for any tonne, the rest by its share.
    """
    most, near = table.weights[sign].most, table.near(facts.days_left)
    if at_all and tonnes:
        return AT_ALL_AND_BY_SHARE.of(at_all=at_all, rest=most - at_all, tonnes=tonnes, due=facts.due, near=near)
    return BY_SHARE.of(most=most, tonnes=tonnes, due=facts.due, near=near)


def _given(points: int) -> Figure[int]:
    return BY_TABLE.of(points=points)


def _left(facts: UnitFacts, table: Table) -> Reason:
    said = N_("%(short)s t of %(due)s t are not surrendered, %(days)s days before the deadline.")
    params = {"short": facts.short, "due": facts.due, "days": facts.days_left}
    points = _share(facts, table, Sign.LEFT, facts.short, at_all=table.short_at_all)
    return Reason(Sign.LEFT, points, said, params, SURRENDERS, facts.last_surrender or facts.day)


def _pace(facts: UnitFacts, table: Table) -> Reason:
    ahead = facts.lately * facts.days_left // table.pace_days
    missing = max(facts.short - ahead, 0)
    said = N_(
        "%(lately)s t were surrendered in the last %(span)s days: going on like this, %(missing)s t are missing at the "
        "deadline."
    )
    params = {"lately": facts.lately, "span": table.pace_days, "missing": missing}
    points = _share(facts, table, Sign.PACE, missing)
    return Reason(Sign.PACE, points, said, params, SURRENDERS, facts.last_surrender or facts.day)


def _cover(facts: UnitFacts, table: Table) -> Reason:
    """What was surrendered after the report came out of what was held and paid for then."""
    report = facts.report
    if report is None:
        said, params = N_("Nobody has reported what the %(short)s t will be surrendered with."), {"short": facts.short}
        return Reason(Sign.COVER, _share(facts, table, Sign.COVER, facts.short), said, params, REPORT, facts.day)
    paid = int(report.money // facts.price) if facts.price else 0
    since = max(facts.surrendered - report.surrendered, 0)
    open_ = max(facts.short - max(report.held + paid - since, 0), 0)
    said = N_("%(held)s t are held and the money secured buys %(paid)s t: %(open)s t have no cover.")
    numbers = {"held": report.held, "paid": paid, "open": open_}
    return Reason(Sign.COVER, _share(facts, table, Sign.COVER, open_), said, numbers, REPORT, report.day)


def _plan(facts: UnitFacts, table: Table) -> Iterator[Reason]:
    plan = facts.plan
    if plan is None:
        if facts.listed:
            said = N_("On the problem list, and no relief plan is approved.")
            yield Reason(Sign.PLAN, _given(table.plan_missing), said, {}, LISTING, facts.listed)
    elif plan.failed:
        said = N_("Relief plan no. %(number)s failed.")
        yield Reason(Sign.PLAN, _given(table.plan_failed), said, {"number": plan.number}, PLAN, plan.failed)
    elif plan.late:
        said = N_("%(late)s measures of relief plan no. %(number)s are late or brought less than planned.")
        params = {"late": plan.late, "number": plan.number}
        yield Reason(Sign.PLAN, _given(table.plan_late), said, params, PLAN, plan.late_since)


def _reported(facts: UnitFacts, table: Table) -> Iterator[Reason]:
    report = facts.report
    if report is None:
        return
    if report.risk is not None:
        said = N_("The city judges the risk as “%(risk)s”.")
        yield Reason(Sign.RISK, _given(table.risks[report.risk]), said, {"risk": report.risk.label}, REPORT, report.day)
    if report.expected_day is None:
        said = N_("The city names no day by which it will be settled.")
        yield Reason(Sign.EXPECTED, _given(table.expected_unknown), said, {}, REPORT, report.day)
    elif report.expected_day > facts.deadline_day or report.expected_day < facts.day:
        past = N_("The city expected it to be settled on %(day)s, and it is not.")
        late = N_("The city expects it to be settled on %(day)s, past the deadline.")
        said = late if report.expected_day > facts.deadline_day else past
        yield Reason(
            Sign.EXPECTED, _given(table.expected_too_late), said, {"day": report.expected_day}, REPORT, report.day
        )  # fmt: skip


def _before(facts: UnitFacts, table: Table) -> Iterator[Reason]:
    if facts.last_cycle is not None:
        said = {
            Completion.LATE: N_("In the last cycle it completed late."),
            Completion.NOT_COMPLETED: N_("In the last cycle it did not complete."),
        }.get(facts.last_cycle, "")
        yield Reason(Sign.LAST_CYCLE, _given(table.last_cycle[facts.last_cycle]), said, {}, LAST, facts.last_cycle_day)
    if facts.causes:
        worst = max(sorted(facts.causes), key=lambda cause: table.causes[cause])
        said = N_("Cause of difficulty: %(cause)s.")
        yield Reason(Sign.CAUSE, _given(table.causes[worst]), said, {"cause": worst.label}, LISTING, facts.listed)


def pace_from(day: date, table: Table) -> date:
    """Return the last day that no longer counts for the pace of a day."""
    return day - timedelta(days=table.pace_days)

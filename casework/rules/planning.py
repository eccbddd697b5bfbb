"""The cheapest lawful mix of measures that fills a shortfall, and the alternatives a person would want beside it.

Each tonne of a measure costs the same, each measure is bounded for its year, and each year by what is short: so the
cheapest mix takes the cheapest tonnes first, and no search finds a better one (the tests hold it against brute force).
What is borrowed costs nothing now and comes back one for one, so it stands beside the cost, never within it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from casework.rules.measures import MeasureKind
from casework.rules.prices import stressed
from casework.rules.relief import Opening, cost
from casework.rules.rule_sets import Rule, SourceStatus
from casework.rules.words import N_

_FREE = Decimal(0)


@dataclass(frozen=True)
class Manner:
    """How a kind of measure is gone about: whom to ask for what, and how many days before the deadline to begin.

    The days are the program's advice, not a rule: the officer sets the day of each measure.
    """

    ask: str
    days_before: int


MANNERS: Mapping[MeasureKind, Manner] = {
    MeasureKind.INDIVIDUAL: Manner(N_("The department reports to the ministry what was approved"), 30),
    MeasureKind.COMPULSORY: Manner(N_("The department issues the notice, the registry surrenders for the unit"), 20),
    MeasureKind.GIFT: Manner(N_("The giving firm and the unit declare the gift to the department"), 20),
    MeasureKind.BORROW: Manner(N_("The unit applies to the department through its city"), 30),
    MeasureKind.CCER: Manner(N_("The unit buys certified reductions and has them cancelled for the offset"), 20),
    MeasureKind.BUY: Manner(N_("The unit buys on the market and surrenders"), 10),
}
# Among tonnes of the same price the one that takes the least asking comes first.
_LEAST_ASKING = (
    MeasureKind.BUY, MeasureKind.INDIVIDUAL, MeasureKind.COMPULSORY, MeasureKind.GIFT, MeasureKind.BORROW,
    MeasureKind.CCER,
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """Where tonnes of a year can come from: at most how many, at which price now, and by which rule."""

    year: str
    kind: MeasureKind
    most: int
    price: Decimal
    rule: Rule | None = None


@dataclass(frozen=True)
class Line:
    """So many tonnes from a source."""

    source: Source
    tonnes: int

    @property
    def cost(self) -> Decimal:
        """Yuan to be paid now."""
        return cost(self.tonnes, self.source.price)


@dataclass(frozen=True)
class Mix:
    """Measures that fill a shortfall, or as much of it as can be; `missing` is what stays short."""

    lines: tuple[Line, ...]
    missing: int

    @property
    def cost(self) -> Decimal:
        """Yuan to be paid now."""
        return sum((line.cost for line in self.lines), _FREE)

    @property
    def tonnes(self) -> int:
        """Tonnes brought."""
        return sum(line.tonnes for line in self.lines)

    @property
    def owed_back(self) -> int:
        """Tonnes that a later year's allocation is less by."""
        return sum(line.tonnes for line in self.lines if line.source.kind is MeasureKind.BORROW)

    def by_kind(self) -> dict[MeasureKind, tuple[int, Decimal]]:
        """Return tonnes and cost of each kind of measure, over the years, in the order of the kinds."""
        found: dict[MeasureKind, tuple[int, Decimal]] = {}
        for line in sorted(self.lines, key=lambda line: list(MeasureKind).index(line.source.kind)):
            tonnes, paid = found.get(line.source.kind, (0, _FREE))
            found[line.source.kind] = (tonnes + line.tonnes, paid + line.cost)
        return found


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a plan is computed with: yuan per tonne, money at hand (None: as much as needed), tonnes of a gift."""

    price: Decimal
    ccer_price: Decimal
    stress_percent: int = 30
    money: Decimal | None = None
    gift: int = 0

    @property
    def stressed(self) -> "Terms":
        """The same at the price that the market might rise to; what was certified rises with it."""
        price, ccer_price = (stressed(one, self.stress_percent) for one in (self.price, self.ccer_price))
        return replace(self, price=price, ccer_price=ccer_price)


def sources(year: str, openings: Iterable[Opening], terms: Terms) -> list[Source]:
    """Return where a year's tonnes can come from; what a firm might give counts only as far as it is promised."""
    prices = {MeasureKind.BUY: terms.price, MeasureKind.CCER: terms.ccer_price}
    found = []
    for opening in openings:
        if opening.open and opening.most is not None:
            most = min(opening.most.value, terms.gift) if opening.kind is MeasureKind.GIFT else opening.most.value
            if most > 0:
                found.append(Source(year, opening.kind, most, prices.get(opening.kind, _FREE), opening.rule))
    return found


def cheapest(short: Mapping[str, int], found: Iterable[Source], money: Decimal | None = None) -> Mix:
    """Return the mix that leaves the least short with the money there is, and costs the least of those that do.

    `short` holds the tonnes by year, `found` where they can come from.
    """
    left, lines, purse = dict(short), [], money
    for source in sorted(found, key=lambda one: (one.price, _LEAST_ASKING.index(one.kind), one.year)):
        tonnes = min(source.most, left.get(source.year, 0))
        if purse is not None and source.price:
            tonnes = min(tonnes, int(purse // source.price))
        if tonnes > 0:
            line = Line(source, tonnes)
            lines.append(line)
            left[source.year] -= tonnes
            purse = None if purse is None else purse - line.cost
    return Mix(tuple(lines), sum(left.values()))


@dataclass(frozen=True)
class Alternative:
    """A mix with its name (`code` in addresses, `label` an English msgid) and its risks (msgid, params)."""

    code: str
    label: str
    mix: Mix
    risks: tuple[tuple[str, Mapping[str, object]], ...]


def alternatives(years: Mapping[str, tuple[int, Sequence[Opening]]], terms: Terms) -> list[Alternative]:
    """Return the cheapest mix and what else there is: without borrowing, at a stressed price, with the money there is.

    `years` holds, by compliance year, the tonnes short and what the rules leave open.
    """
    short = {year: tonnes for year, (tonnes, _said) in years.items()}
    now, risen = _sources(years, terms), _sources(years, terms.stressed)
    unborrowed = [one for one in now if one.kind is not MeasureKind.BORROW]
    found = [("cheapest", N_("Cheapest now"), cheapest(short, now))]
    if len(unborrowed) < len(now):
        found.append(("own", N_("Without borrowing"), cheapest(short, unborrowed)))
    found.append(("stressed", N_("At a stressed price"), cheapest(short, risen)))
    if terms.money is not None:
        found.append(("money", N_("With the money there is"), cheapest(short, now, terms.money)))
    return [
        Alternative(code, label, mix, tuple(_risks(mix, terms, at_stress=code == "stressed")))
        for code, label, mix in found
    ]


def begin_by(kind: MeasureKind, deadline: date, today: date) -> date:
    """Return the day by which the program advises to have a measure done: before the deadline, never in the past."""
    return max(deadline - timedelta(days=MANNERS[kind].days_before), today)


def _sources(years: Mapping[str, tuple[int, Sequence[Opening]]], terms: Terms) -> list[Source]:
    promised, found = terms.gift, []
    for year, (_short, openings) in years.items():
        for source in sources(year, openings, replace(terms, gift=promised)):
            found.append(source)
            if source.kind is MeasureKind.GIFT:
                promised -= source.most
    return found


def _risks(mix: Mix, terms: Terms, *, at_stress: bool) -> Iterable[tuple[str, Mapping[str, object]]]:
    if mix.missing:
        yield N_("%(missing)s t stay short: the unit would default on them."), {"missing": mix.missing}
    bought = sum((line.cost for line in mix.lines if line.source.kind in {MeasureKind.BUY, MeasureKind.CCER}), _FREE)
    if bought and not at_stress:
        rise = stressed(bought, terms.stress_percent) - bought
        said = N_("It costs %(rise)s yuan more if prices rise by %(percent)s %% before it is bought.")
        yield said, {"rise": f"{rise:,.2f}", "percent": terms.stress_percent}
    if mix.owed_back:
        said = N_("%(tonnes)s t come off a later allocation: the unit starts that year short.")
        yield said, {"tonnes": mix.owed_back}
    for kind in (MeasureKind.GIFT, MeasureKind.COMPULSORY, MeasureKind.INDIVIDUAL):
        if kind in mix.by_kind():
            yield N_("“%(measure)s” depends on the consent of others."), {"measure": kind.label}
    if unsure := [line for line in mix.lines if line.source.rule and line.source.rule.status is not _RELIABLE]:
        kinds = {line.source.kind for line in unsure}
        said = N_("The rules of %(number)s of these measures are a draft or not verified: ask before relying on them.")
        yield said, {"number": len(kinds)}


_RELIABLE = SourceStatus.PUBLISHED

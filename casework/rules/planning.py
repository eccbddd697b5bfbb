"""The cheapest lawful mix of measures that fills a shortfall, and the alternatives a person would want beside it.

Each tonne of a measure costs the same, each measure is bounded for its year, and each year by what is short: so the
cheapest mix takes the cheapest tonnes first, and no search finds a better one (the tests hold it against brute force).
What is borrowed costs nothing now and comes back one for one, so it stands beside the cost, never within it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from casework.rules import relief_formulas as formulas
from casework.rules.cautions import Caution, Taken, cautions
from casework.rules.figures import Figure, added, paid
from casework.rules.measures import MeasureKind
from casework.rules.money import ASSUMED, COST, FREE, NOTHING_NOW, RISEN
from casework.rules.relief import Opening
from casework.rules.rule_sets import Rule
from casework.rules.words import N_


class Answerable(StrEnum):
    """Who answers for a measure."""

    UNIT = "unit"
    DEPARTMENT = "department"


@dataclass(frozen=True)
class Manner:
    """How a kind of measure is gone about: whom to ask for what, how many days before the deadline to begin, by whom.

    The days are the program's advice, not a rule: the officer sets the day of each measure.
    """

    ask: str
    days_before: int
    by: Answerable = Answerable.UNIT


_D = Answerable.DEPARTMENT
MANNERS: Mapping[MeasureKind, Manner] = {
    MeasureKind.INDIVIDUAL: Manner(N_("The department reports to the ministry what was approved"), 30, _D),
    MeasureKind.COMPULSORY: Manner(
        N_("The department issues the notice, the registry surrenders for the unit"), 20, _D
    ),
    MeasureKind.GIFT: Manner(N_("The giving firm and the unit declare the gift to the department"), 20),
    MeasureKind.BORROW: Manner(N_("The unit applies to the department through its city"), 30),
    MeasureKind.CCER: Manner(N_("The unit buys certified reductions and has them cancelled for the offset"), 20),
    MeasureKind.BUY: Manner(N_("The unit buys on the market and surrenders"), 10),
    MeasureKind.FINANCING: Manner(N_("The unit agrees with a bank or the buyer of a repurchase"), 40),
    MeasureKind.UNBLOCKING: Manner(N_("The unit asks the court or the registry, the department supports it"), 40),
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
    most: Figure[int]
    price: Figure[Decimal]
    rule: Rule | None = None


@dataclass(frozen=True)
class Line:
    """So many tonnes from a source."""

    source: Source
    tonnes: Figure[int]

    @property
    def cost(self) -> Figure[Decimal]:
        """Yuan to be paid now."""
        return COST.of(tonnes=self.tonnes, price=self.source.price)


@dataclass(frozen=True)
class Mix:
    """Measures that fill a shortfall of so many tonnes, or as much of it as can be."""

    lines: tuple[Line, ...]
    short: Figure[int]

    @property
    def cost(self) -> Figure[Decimal]:
        """Yuan to be paid now."""
        return paid(line.cost for line in self.lines)

    @property
    def tonnes(self) -> Figure[int]:
        """Tonnes brought."""
        return added(line.tonnes for line in self.lines)

    @property
    def missing(self) -> Figure[int]:
        """Tonnes that stay short."""
        return formulas.MISSING.of(short=self.short, brought=self.tonnes)

    @property
    def owed_back(self) -> Figure[int]:
        """Tonnes that a later year's allocation is less by."""
        return added(line.tonnes for line in self.lines if line.source.kind is MeasureKind.BORROW)

    def by_kind(self) -> dict[MeasureKind, tuple[int, Decimal]]:
        """Return tonnes and cost of each kind of measure, over the years, in the order of the kinds."""
        found: dict[MeasureKind, tuple[int, Decimal]] = {}
        for line in sorted(self.lines, key=lambda line: list(MeasureKind).index(line.source.kind)):
            tonnes, yuan = found.get(line.source.kind, (0, FREE))
            found[line.source.kind] = (tonnes + line.tonnes.value, yuan + line.cost.value)
        return found


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a plan is computed with: yuan per tonne, money at hand (None: as much as needed), tonnes of a gift.

    `rise` is by how many percent prices have risen; what was certified rises with allowances.
    """

    price: Decimal
    ccer_price: Decimal
    stress_percent: int = 30
    money: Decimal | None = None
    gift: int = 0
    rise: int = 0

    @property
    def stressed(self) -> "Terms":
        """The same at the price that the market might rise to."""
        return replace(self, rise=self.stress_percent)

    def price_of(self, kind: MeasureKind) -> Figure[Decimal]:
        """Return what a tonne of a measure costs now."""
        if kind not in {MeasureKind.BUY, MeasureKind.CCER}:
            return NOTHING_NOW.of()
        price = ASSUMED.of(price=self.price if kind is MeasureKind.BUY else self.ccer_price)
        return RISEN.of(price=price, percent=self.rise) if self.rise else price


def sources(year: str, openings: Iterable[Opening], terms: Terms) -> list[Source]:
    """Return where a year's tonnes can come from; what a firm might give counts only as far as it is promised."""
    found = []
    for opening in openings:
        if opening.open and opening.most is not None:
            most = opening.most
            if opening.kind is MeasureKind.GIFT:
                most = formulas.PROMISED.of(most.rule, promised=terms.gift, most=most)
            if most.value > 0:
                found.append(Source(year, opening.kind, most, terms.price_of(opening.kind), opening.rule))
    return found


def cheapest(short: Mapping[str, Figure[int]], found: Iterable[Source], money: Decimal | None = None) -> Mix:
    """Return the mix that leaves the least short with the money there is, and costs the least of those that do.

    `short` holds the tonnes by year, `found` where they can come from.
    """
    left, lines, purse = dict(short), [], money
    for source in sorted(found, key=lambda one: (one.price.value, _LEAST_ASKING.index(one.kind), one.year)):
        still = left.get(source.year)
        if still is None:
            continue
        tonnes = _taken(source, still, purse)
        if tonnes.value > 0:
            line = Line(source, tonnes)
            lines.append(line)
            left[source.year] = formulas.MISSING.of(short=still, brought=tonnes.value)
            purse = None if purse is None else purse - line.cost.value
    return Mix(tuple(lines), added(short.values()))


def _taken(source: Source, left: Figure[int], purse: Decimal | None) -> Figure[int]:
    if purse is None or not source.price.value:
        return formulas.TAKEN.of(source.rule, most=source.most, left=left)
    return formulas.AFFORDED.of(source.rule, most=source.most, left=left, money=purse, price=source.price)


@dataclass(frozen=True)
class Alternative:
    """A mix with its name (`code` in addresses, `label` an English msgid) and what is to be minded about it."""

    code: str
    label: str
    mix: Mix
    cautions: tuple[Caution, ...]


def alternatives(years: Mapping[str, tuple[Figure[int], Sequence[Opening]]], terms: Terms) -> list[Alternative]:
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
        Alternative(code, label, mix, _cautions(mix, 0 if code == "stressed" else terms.stress_percent))
        for code, label, mix in found
    ]


def begin_by(kind: MeasureKind, deadline: date, today: date) -> date:
    """Return the day by which the program advises to have a measure done: before the deadline, never in the past."""
    return max(deadline - timedelta(days=MANNERS[kind].days_before), today)


def _sources(years: Mapping[str, tuple[Figure[int], Sequence[Opening]]], terms: Terms) -> list[Source]:
    promised, found = terms.gift, []
    for year, (_short, openings) in years.items():
        for source in sources(year, openings, replace(terms, gift=promised)):
            found.append(source)
            if source.kind is MeasureKind.GIFT:
                promised -= source.most.value
    return found


def _cautions(mix: Mix, stress_percent: int) -> tuple[Caution, ...]:
    taken = [Taken(line.source.kind, line.tonnes.value, line.cost.value, line.source.rule) for line in mix.lines]
    return cautions(taken, mix.missing.value, stress_percent)

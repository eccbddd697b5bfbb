"""What an ending costs: the tonnes that solved units still have to find, and the fines for those that are lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from casework.rules.figures import Figure, paid
from casework.rules.measures import MeasureKind
from casework.rules.money import ASSUMED, FREE, cost
from casework.rules.penalties import Exposure, PenaltyRegime, exposure
from casework.rules.planning import Terms, alternatives
from casework.rules.relief import Opening

# Tonnes short and what the rules leave open by year; None where no rules are entered.
Years = Mapping[str, tuple[Figure[int], Sequence[Opening] | None]]


@dataclass(frozen=True, kw_only=True)
class Bill:
    """Tonnes and yuan of an ending; what units hold already is not deducted.

    `cheapest` takes the cheapest lawful mix of each unit, and buys for the `unruled` ones, whose years have no rules;
    `owed_back` is what these mixes borrow.
    """

    to_find: int
    buying: Decimal
    stressed: Decimal
    cheapest: Decimal
    owed_back: int
    unruled: int
    lost: int
    fines: Exposure


@dataclass(frozen=True)
class Way:
    """How a unit fills what is short: tonnes, yuan, tonnes borrowed, and whether rules say what is open to it."""

    tonnes: int
    cheapest: Decimal
    owed_back: int = 0
    ruled: bool = True


def way_of(years: Years, terms: Terms) -> Way:
    """Return the cheapest lawful mix of a unit; where a short year has no rules, it buys."""
    short = {year: (tonnes, open_) for year, (tonnes, open_) in years.items() if tonnes.value}
    known = {year: (tonnes, open_) for year, (tonnes, open_) in short.items() if open_ is not None}
    tonnes = sum(tonnes.value for tonnes, _open in short.values())
    if len(known) < len(short):
        return Way(tonnes, cost(tonnes, terms.price), ruled=False)
    if not known:
        return Way(0, FREE)
    mix = alternatives(known, terms)[0].mix
    return Way(tonnes, mix.cost.value, mix.owed_back.value)


def bill(solved: Iterable[Way], lost: Sequence[int], terms: Terms, regime: PenaltyRegime | None) -> Bill:
    """Add up what it costs to solve some units, and what the others risk that stay so many tonnes short.

    The price assumed is also the average of the month before the deadline, by which fines are counted.
    """
    ways = tuple(solved)
    to_find = sum(way.tonnes for way in ways)
    return Bill(
        to_find=to_find,
        buying=cost(to_find, terms.price),
        stressed=cost(to_find, terms.stressed.price_of(MeasureKind.BUY).value),
        cheapest=sum((way.cheapest for way in ways), FREE),
        owed_back=sum(way.owed_back for way in ways),
        unruled=sum(not way.ruled for way in ways),
        lost=sum(lost),
        fines=fines(lost, regime, terms.price),
    )


def fines(lost: Sequence[int], regime: PenaltyRegime | None, average_price: Decimal) -> Exposure:
    """Return the range of all fines, or why no amount is shown: what holds for one holds for all of them."""
    price = ASSUMED.of(price=average_price)
    found = [exposure(regime, short, price) for short in lost if short] or [exposure(regime, 0, price)]
    if found[0].lowest is None:
        return found[0]
    low, high = [one.lowest for one in found if one.lowest], [one.highest for one in found if one.highest]
    return Exposure(paid(low), paid(high), rule=found[0].rule)

"""What an ending costs: the tonnes that solved units still have to find, and the fines for those that are lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from casework.rules.penalties import Exposure, PenaltyRegime, exposure
from casework.rules.planning import Terms, alternatives
from casework.rules.relief import Opening, cost

_FREE = Decimal(0)
Years = Mapping[str, tuple[int, Sequence[Opening] | None]]  # tonnes short and what the rules leave open, None: no rules


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


def bill(solved: Iterable[Years], lost: Sequence[int], terms: Terms, regime: PenaltyRegime | None) -> Bill:
    """Add up what it costs to solve these units, and what the others risk that stay so many tonnes short.

    The price assumed is also the average of the month before the deadline, by which fines are counted.
    """
    units = [{year: one for year, one in years.items() if one[0]} for years in solved]
    to_find = sum(short for years in units for short, _open in years.values())
    cheapest, owed_back, unruled = _FREE, 0, 0
    for years in units:
        known = {year: (short, open_) for year, (short, open_) in years.items() if open_ is not None}
        if len(known) < len(years):
            unruled += 1
            cheapest += cost(sum(short for short, _open in years.values()), terms.price)
        elif known:
            mix = alternatives(known, terms)[0].mix
            cheapest += mix.cost
            owed_back += mix.owed_back
    return Bill(
        to_find=to_find, buying=cost(to_find, terms.price), stressed=cost(to_find, terms.stressed.price),
        cheapest=cheapest, owed_back=owed_back, unruled=unruled, lost=sum(lost),
        fines=fines(lost, regime, terms.price),
    )  # fmt: skip


def fines(lost: Sequence[int], regime: PenaltyRegime | None, average_price: Decimal) -> Exposure:
    """Return the range of all fines, or why no amount is shown: what holds for one holds for all of them."""
    found = [exposure(regime, short, average_price) for short in lost if short] or [exposure(regime, 0, average_price)]
    if found[0].lowest is None:
        return found[0]
    return Exposure(
        sum((one.lowest for one in found if one.lowest is not None), _FREE),
        sum((one.highest for one in found if one.highest is not None), _FREE),
    )

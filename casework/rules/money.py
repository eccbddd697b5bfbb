"""Yuan and yuan per tonne: what so many tonnes cost at which price, and the words for how each is reckoned."""

from decimal import ROUND_HALF_UP, Decimal

from casework.rules.compliance import CENT, average_price
from casework.rules.figures import Formula, Quantity
from casework.rules.words import N_

FREE = Decimal(0)


def cost(tonnes: int, price: Decimal) -> Decimal:
    """Return what so many tonnes cost in yuan at a price for each."""
    return (tonnes * price).quantize(CENT, ROUND_HALF_UP)


def stressed(price: Decimal, percent: int) -> Decimal:
    """Return a price, or a cost, after it has risen by so many percent."""
    return (price * (100 + percent) / 100).quantize(CENT, ROUND_HALF_UP)


_Y = Quantity.YUAN
COST = Formula(N_("%(tonnes)s t x %(price)s yuan/t"), cost, _Y)
NOTHING_NOW: Formula[Decimal] = Formula(N_("Costs nothing now."), lambda: FREE, _Y)
ASSUMED: Formula[Decimal] = Formula(N_("%(price)s yuan/t, the price assumed"), lambda price: price, _Y)
CLOSED_AT: Formula[Decimal] = Formula(
    N_("%(price)s yuan/t, the closing price of %(day)s"), lambda price, day: price, _Y
)  # fmt: skip
RISEN = Formula(
    N_("%(price)s yuan risen by %(percent)s %%"), lambda price, percent: stressed(price, percent), _Y
)  # fmt: skip
RISE: Formula[Decimal] = Formula(
    N_("%(cost)s yuan risen by %(percent)s %%, less %(cost)s yuan"),
    lambda cost, percent: stressed(cost, percent) - cost,
    _Y,
)
AVERAGE = Formula(
    N_("%(amount)s yuan for %(tonnes)s t traded from %(first)s to %(last)s"),
    lambda amount, tonnes, first, last: average_price(amount, tonnes) or FREE,
    _Y,
)
TIMES_VALUE: Formula[Decimal] = Formula(
    N_("%(times)s x %(short)s t x %(price)s yuan/t"), lambda times, short, price: times * short * price, _Y
)
FIXED: Formula[Decimal] = Formula(
    N_("%(amount)s yuan, fixed by the rule whatever is short"), lambda amount: amount, _Y
)  # fmt: skip

"""Prices of allowances by day: reading them, the average that a fine is counted with, and what buying would cost."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from casework.rules.compliance import CENT
from casework.rules.errors import RuleError
from casework.rules.figures import Figure, Record
from casework.rules.money import AVERAGE, CLOSED_AT, COST, RISEN
from casework.rules.words import N_

_LINE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\s+00:00:00)?\s+(\S.*)")
_GROUPING = re.compile(r"(?<=\d)[,，](?=\d{3}\b)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ONE_DAY = timedelta(days=1)
TABLE = N_("Price table")
_MOST = 10**15  # tonnes or yuan of a day
NOT_READ = N_("Line %(line)s cannot be read: “%(text)s”. Write it as 2026-11-20 62.36 120000 7483200.00.")


@dataclass(frozen=True)
class PriceDay:
    """One day of the market: closing price in yuan per tonne, and the tonnes and yuan that were traded."""

    day: date
    close: Decimal
    tonnes: int = 0
    amount: Decimal = Decimal(0)


def read_prices(text: str) -> dict[date, PriceDay]:
    """Read lines of day, closing price and, if known, tonnes and yuan traded; refuse what cannot be."""
    found: dict[date, PriceDay] = {}
    for line, words in enumerate(text.splitlines(), 1):
        if words.strip():
            one = _read(line, words.strip())
            if one.day in found and found[one.day] != one:
                raise RuleError(N_("%(day)s is given twice with different prices."), field="text", day=str(one.day))
            found[one.day] = one
    if not found:
        raise RuleError(N_("There is no price in it."), field="text")
    return found


def names_a_price(words: str) -> bool:
    """Whether a line begins with a day, so that it is no title or head."""
    return bool(_LINE.match(words.strip()))


def as_lines(days: Iterable[PriceDay]) -> str:
    """Return days as the lines that `read_prices` reads."""
    return "\n".join(
        f"{one.day} {one.close} {one.tonnes} {one.amount}" for one in sorted(days, key=lambda one: one.day)
    )


def _read(line: int, words: str) -> PriceDay:
    match = _LINE.fullmatch(words)
    parts = re.split(r"[\s;；]+", _GROUPING.sub("", match[4]).replace(",", " ").strip()) if match else []
    if match is None or len(parts) not in (1, 3) or not all(_NUMBER.fullmatch(part) for part in parts):
        raise RuleError(NOT_READ, field="text", line=line, text=words[:60])
    close, tonnes, amount = (Decimal(part) for part in (*parts, "0", "0")[:3])
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise RuleError(NOT_READ, field="text", line=line, text=words[:60]) from None
    _check(day, close, tonnes, amount)
    return PriceDay(day, close.quantize(CENT), int(tonnes), amount.quantize(CENT))


def _check(day: date, close: Decimal, tonnes: Decimal, amount: Decimal) -> None:
    """Refuse what is no price, and an amount in another unit than yuan: it shows in the average of the day."""
    if not 0 < close <= 10_000 or close != close.quantize(CENT):
        raise RuleError(N_("%(day)s: the price is yuan per tonne with two decimals."), field="text", day=str(day))
    if max(tonnes, amount) > _MOST:
        raise RuleError(N_("%(day)s: no day's market is that large."), field="text", day=str(day))
    if tonnes != int(tonnes) or amount != amount.quantize(CENT) or bool(tonnes) != bool(amount):
        raise RuleError(N_("%(day)s: give whole tonnes and yuan, both or neither."), field="text", day=str(day))
    if tonnes and not close / 2 <= amount / tonnes <= close * 2:
        raise RuleError(
            N_("%(day)s: %(amount)s yuan for %(tonnes)s t do not fit the price; is it in another unit?"),
            field="text", day=str(day), amount=str(amount), tonnes=int(tonnes),
        )  # fmt: skip


def price_on(days: Mapping[date, PriceDay], day: date) -> PriceDay | None:
    """Return the last known price up to a day."""
    return max((one for one in days.values() if one.day <= day), key=lambda one: one.day, default=None)


def month_before(deadline: date) -> tuple[date, date]:
    """Return the first and last day of the month that ends with the deadline's day (条例 art. 24)."""
    end_of_last_month = deadline.replace(day=1) - _ONE_DAY
    back = end_of_last_month.replace(day=min(deadline.day, end_of_last_month.day))
    return back + _ONE_DAY, deadline


def average_before(days: Mapping[date, PriceDay], deadline: date) -> Figure[Decimal] | None:
    """Return the average price of the month before the deadline, weighted by what was traded; None if nothing was."""
    first, last = month_before(deadline)
    within = sorted((one for one in days.values() if first <= one.day <= last and one.tonnes), key=lambda one: one.day)
    if not within:
        return None
    amount, tonnes = sum((one.amount for one in within), Decimal(0)), sum(one.tonnes for one in within)
    rows = (Record(TABLE, within[0].day, until=within[-1].day),)
    span = {"first": first.isoformat(), "last": last.isoformat()}
    return AVERAGE.of(None, rows, amount=amount, tonnes=tonnes, **span)


def closing(one: PriceDay) -> Figure[Decimal]:
    """Return the closing price of a day as a figure."""
    return CLOSED_AT.of(None, (Record(TABLE, one.day),), price=one.close, day=one.day.isoformat())


@dataclass(frozen=True)
class Scenario:
    """What so many tonnes cost at one price; `label` is the English msgid of the price."""

    label: str
    price: Figure[Decimal]
    cost: Figure[Decimal]


def scenarios(tonnes: Figure[int], days: Mapping[date, PriceDay], today: date, *, stress: int) -> list[Scenario]:
    """Return what buying costs at the last price, at the average of the last month and at a stressed one.

    `stress` is by how many percent the last price might rise. Nothing where no price is known.
    """
    last = price_on(days, today)
    if last is None:
        return []
    prices = [
        (N_("at the last price"), closing(last)),
        (N_("at the average of the last month"), average_before(days, today)),
        (N_("at a stressed price"), RISEN.of(price=closing(last), percent=stress)),
    ]
    return [Scenario(label, price, COST.of(tonnes=tonnes, price=price)) for label, price in prices if price is not None]

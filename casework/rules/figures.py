"""Figures that can be asked why: reckoned from the very numbers that their explanation shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from casework.rules.rule_sets import Rule
from casework.rules.words import N_

V = TypeVar("V")


class Quantity(StrEnum):
    """What a figure is a number of, and so how it is written; WORD is one of our words."""

    TONNES = "tonnes"
    YUAN = "yuan"
    SHARE = "share"
    POINTS = "points"
    WORD = "word"


@dataclass(frozen=True)
class Record:
    """A row of the registers behind a figure: what it is (English msgid), its day, and how it came in.

    `until` is the last day of several rows that are told together; how they came in is not told of them.
    """

    what: str
    day: date
    import_id: int | None = None  # the import that brought it
    tonnes: int | None = None
    until: date | None = None
    by_hand: bool = False
    by: str = ""  # who said so, as it was typed


@dataclass(frozen=True)
class Formula(Generic[V]):
    """How a figure is reckoned, and the same in words: an English msgid that names every number used."""

    words: str
    reckon: Callable[..., V]
    quantity: Quantity = Quantity.TONNES

    def of(self, rule: Rule | None = None, records: tuple[Record, ...] = (), **numbers: object) -> "Figure[V]":
        """Reckon a figure from numbers, of which some may be figures themselves, or several of them to be added."""
        return Figure(self.reckon(**{name: _plain(one) for name, one in numbers.items()}), self, numbers, rule, records)


@dataclass(frozen=True)
class Figure(Generic[V]):
    """A number and how it comes about: the formula, what it was given, the rule, and the records."""

    value: V
    made_by: Formula[V]
    given: Mapping[str, object] = field(default_factory=dict)
    rule: Rule | None = None
    records: tuple[Record, ...] = ()

    @property
    def formula(self) -> str:
        """English msgid."""
        return self.made_by.words

    @property
    def quantity(self) -> Quantity:
        """What it is a number of."""
        return self.made_by.quantity

    @property
    def numbers(self) -> dict[str, object]:
        """The numbers of the formula, as plain values."""
        return {name: _plain(one) for name, one in self.given.items()}

    @property
    def parts(self) -> Iterator["Figure[Any]"]:
        """The figures it was reckoned from."""
        for one in self.given.values():
            for part in one if isinstance(one, tuple) else (one,):
                if isinstance(part, Figure):
                    yield part


def _plain(one: object) -> object:
    if isinstance(one, Figure):
        return one.value
    return tuple(_plain(part) for part in one) if isinstance(one, tuple) else one


RECORDED: Formula[int] = Formula(N_("As recorded: %(tonnes)s t."), lambda tonnes: tonnes)
ADDED: Formula[int] = Formula(N_("added up: %(parts)s t"), lambda parts: sum(parts))
PAID: Formula[Decimal] = Formula(
    N_("added up: %(parts)s yuan"), lambda parts: sum(parts, Decimal(0)), Quantity.YUAN
)  # fmt: skip


def added(parts: Iterable[Figure[int] | int]) -> Figure[int]:
    """Return the sum of tonnes; a single figure is its own sum."""
    found = tuple(parts)
    only = found[0] if len(found) == 1 else None
    return only if isinstance(only, Figure) else ADDED.of(parts=found)


def paid(parts: Iterable[Figure[Decimal] | Decimal]) -> Figure[Decimal]:
    """Return the sum of money; a single figure is its own sum."""
    found = tuple(parts)
    only = found[0] if len(found) == 1 else None
    return only if isinstance(only, Figure) else PAID.of(parts=found)

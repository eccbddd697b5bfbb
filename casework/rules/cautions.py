"""What is to be minded about a mix of measures before somebody decides on it: what may go wrong, what is not sure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from casework.rules.measures import MeasureKind
from casework.rules.money import FREE, RISE
from casework.rules.rule_sets import Rule, SourceStatus
from casework.rules.words import N_

_ON_THE_MARKET = {MeasureKind.BUY, MeasureKind.CCER}
_BY_OTHERS = (MeasureKind.GIFT, MeasureKind.COMPULSORY, MeasureKind.INDIVIDUAL)


@dataclass(frozen=True)
class Taken:
    """A measure of a mix or plan: its tonnes, the yuan for it, and the rule that opens it."""

    kind: MeasureKind
    tonnes: int
    amount: Decimal
    rule: Rule | None = None


@dataclass(frozen=True)
class Caution:
    """A sentence (English msgid) with its parameters."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)


def cautions(taken: Iterable[Taken], missing: int, stress_percent: int) -> tuple[Caution, ...]:
    """Return what is to be minded; `stress_percent` is by how much prices might rise, 0 where they have risen."""
    rows = tuple(taken)
    return (*_of_tonnes(rows, missing), *_of_money(rows, stress_percent), *_of_people(rows), *_of_rules(rows))


def _of_tonnes(rows: tuple[Taken, ...], missing: int) -> Iterator[Caution]:
    if missing:
        yield Caution(N_("%(missing)s t stay short: the unit would default on them."), {"missing": missing})
    if owed_back := sum(one.tonnes for one in rows if one.kind is MeasureKind.BORROW):
        said = N_("%(tonnes)s t come off a later allocation: the unit starts that year short.")
        yield Caution(said, {"tonnes": owed_back})


def _of_money(rows: tuple[Taken, ...], percent: int) -> Iterator[Caution]:
    bought = sum((one.amount for one in rows if one.kind in _ON_THE_MARKET), FREE)
    if bought and percent:
        said = N_("It costs %(rise)s yuan more if prices rise by %(percent)s %% before it is bought.")
        yield Caution(said, {"rise": RISE.of(cost=bought, percent=percent).value, "percent": percent})


def _of_people(rows: tuple[Taken, ...]) -> Iterator[Caution]:
    for kind in _BY_OTHERS:
        if any(one.kind is kind for one in rows):
            yield Caution(N_("“%(measure)s” depends on the consent of others."), {"measure": kind.label})


def _of_rules(rows: tuple[Taken, ...]) -> Iterator[Caution]:
    if kinds := {one.kind for one in rows if one.rule and one.rule.status is not SourceStatus.PUBLISHED}:
        said = N_("The rules of %(number)s of these measures are a draft or not verified: ask before relying on them.")
        yield Caution(said, {"number": len(kinds)})

"""A generated unit and what it owes, as plain values that follow from its number."""

from dataclasses import dataclass
from datetime import date, timedelta

from casework.demo.bulk.cast import Cast, Era
from casework.demo.bulk.lives import Life, life_of, spread
from casework.demo.bulk.names import Invented, invented
from casework.rules.causes import Cause
from casework.rules.compliance import shortfall
from casework.rules.states import Step
from casework.users.models import Region

_CAUSES = tuple(Cause)


@dataclass(frozen=True)
class Unit:
    """An enterprise with one obligation and one case."""

    number: int
    life: Life
    enterprise: Invented
    region_id: int
    era: Era
    verified: int
    allocation: int
    surrendered: int
    surrendered_on: date | None
    working_deadline: date

    @property
    def short(self) -> int:
        """What is still owed."""
        return shortfall(self.verified, self.surrendered)

    @property
    def causes(self) -> set[Cause]:
        """One cause or two."""
        return {_CAUSES[spread(self.number, size, salt=5)] for size in (len(_CAUSES), 3)}


def units_of(first: int, count: int, region: Region, cast: Cast) -> list[Unit]:
    """The units of these numbers, all in one region."""
    return [_unit(number, region, cast) for number in range(first, first + count)]


def _unit(number: int, region: Region, cast: Cast) -> Unit:
    life = life_of(number)
    era = cast.past if life.past else cast.live
    verified = 120_000 + spread(number, 3_400_000, salt=1)
    surrendered = verified if life.paid else verified * spread(number, 10, salt=3) // 10
    deadline = era.last_day if life.past else min(cast.today + timedelta(spread(number, 60, salt=4) - 12), era.last_day)
    return Unit(
        number=number,
        life=life,
        enterprise=invented(number, region),
        region_id=region.id,
        era=era,
        verified=verified,
        allocation=verified * (100 - spread(number, 14, salt=2)) // 100,
        surrendered=surrendered,
        surrendered_on=_last_surrender(number, life, cast) if surrendered else None,
        working_deadline=deadline,
    )


def _last_surrender(number: int, life: Life, cast: Cast) -> date:
    """Before the settlement; in the past cycle too late, but before the conclusion."""
    settled = Step.CONCLUDE if life.past else Step.SETTLE
    return cast.day_of(settled, past=life.past, shift=12 + spread(number, 20, salt=6))

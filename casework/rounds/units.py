"""Which units a round includes: every open case of its cycle, or those a filter leaves, kept with the round."""

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case, CaseCause
from casework.cases.queries.case_list import IS_OPEN
from casework.rules.causes import Cause
from casework.rules.workflow import State
from casework.users.models import Account
from casework.users.queries import within_reach


@dataclass(frozen=True, kw_only=True)
class UnitFilter:
    """What the open cases are narrowed to; empty means all."""

    region_ids: tuple[int, ...] = ()
    states: tuple[State, ...] = ()
    causes: tuple[Cause, ...] = ()
    only_short: bool = False

    def stored(self) -> dict[str, Any] | None:
        """Return what is kept with the round, None where nothing is left out."""
        return None if self == UnitFilter() else asdict(self)


EVERY_OPEN_CASE = UnitFilter()


def read_filter(stored: Any) -> UnitFilter:
    """Read back what was kept."""
    kept = stored or {}
    return UnitFilter(
        region_ids=tuple(kept.get("region_ids", ())),
        states=tuple(State(one) for one in kept.get("states", ())),
        causes=tuple(Cause(one) for one in kept.get("causes", ())),
        only_short=bool(kept.get("only_short")),
    )


def included(cycle_id: int, units: UnitFilter, reader: Account) -> sa.Select[int, int]:
    """Select id and region of the cases that a round of this reader's includes."""
    stmt = sa.select(Case.id, Case.region_id).where(
        Case.cycle_id == cycle_id, IS_OPEN, within_reach(Case.region_id, reader)
    )
    if units.region_ids:
        stmt = stmt.where(Case.region_id.in_(units.region_ids))
    if units.states:
        stmt = stmt.where(Case.state.in_(units.states))
    if units.causes:
        stmt = stmt.where(sa.exists().where(CaseCause.case_id == Case.id, CaseCause.cause.in_(units.causes)))
    if units.only_short:
        stmt = stmt.where(Case.short > 0)
    return stmt.order_by(Case.region_id, Case.id)

"""Tasks that reporting rounds give: to the city officer, a round that still asks for units of the region."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from casework.overview.queries.task import Place, TaskKind, columns
from casework.registry.models import Cycle
from casework.rounds.models import Report, Round
from casework.rules.roles import Role
from casework.rules.rounds import WITH_CITY, RoundState
from casework.rules.words import N_
from casework.users.reader import NOW, REGIONS


class _DayOf(FunctionElement[Any]):
    """The day of a moment in Shanghai."""

    type = sa.Date()
    inherit_cache = True


@compiles(_DayOf, "sqlite")
def _on_sqlite(element: _DayOf, compiler: Any, **kwargs: Any) -> str:
    return f"date({compiler.process(element.clauses, **kwargs)}, '+8 hours')"


@compiles(_DayOf, "postgresql")
def _on_postgresql(element: _DayOf, compiler: Any, **kwargs: Any) -> str:
    return f"CAST(({compiler.process(element.clauses, **kwargs)}) AT TIME ZONE 'Asia/Shanghai' AS DATE)"


_ASKED = sa.exists().where(Report.round_id == Round.id, Report.region_id.in_(REGIONS), Report.state.in_(WITH_CITY))
_TO_REPORT = (
    sa.select(
        *columns(
            Round.id,
            subject=Cycle.name,
            due=_DayOf(Round.due_at),
            what=sa.literal(N_("Round no.")),
            note=sa.cast(Round.number, sa.String),
        )
    )
    .join(Cycle, Cycle.id == Round.cycle_id)
    .where(Round.state == RoundState.OPEN, Round.due_at > NOW, _ASKED)
)

KINDS = (TaskKind(N_("Report on the units"), frozenset({Role.CITY}), _TO_REPORT, Place("rounds.fill", ("round_id",))),)

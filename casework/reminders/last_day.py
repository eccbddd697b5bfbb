"""The last day on which something is in time, as SQL: rules.deadlines.last_day() for many rows at once."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class LastDay(GenericFunction[Any]):
    """The day in Shanghai just before a moment; Shanghai has had no summer time since 1991."""

    type = sa.Date()
    inherit_cache = True


@compiles(LastDay, "sqlite")
def _of_sqlite(element: LastDay, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '-1 second', '+8 hours')"


@compiles(LastDay, "postgresql")
def _of_postgresql(element: LastDay, compiler: Any, **more: Any) -> str:
    moment = compiler.process(element.clauses, **more)
    return f"CAST((({moment} - INTERVAL '1 second') AT TIME ZONE 'Asia/Shanghai') AS DATE)"

"""What the pages of forecasts are asked for: which cycle, as of which day, seen by whom."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from flask import g, request
from flask_login import current_user

from casework.forecast.queries.history import History, read_history
from casework.registry.models import Cycle, Enterprise
from casework.registry.queries import current_of
from casework.rules.deadlines import last_day
from casework.rules.forecast_weights import table_on


def cycle_asked(cycles: Sequence[Cycle]) -> Cycle | None:
    """Return the cycle named in the address, else the one whose deadline comes next."""
    return current_of(cycles, g.now, label=request.args.get("cycle"))


def latest_day(cycle: Cycle) -> date:
    """Return the last day of which the records can tell: today, or the last day of a cycle that is over."""
    today: date = g.today
    return min(today, last_day(cycle.deadline))


def history_of(cycle: Cycle, *days: date, unit_id: int | None = None) -> History:
    """Read what the person at the screen may see of a cycle, or of one unit in it."""
    units = None if unit_id is None else sa.select(Enterprise.id).where(Enterprise.id == unit_id)
    return read_history(cycle, table=table_on(g.today), days=days, reader=current_user, units=units)

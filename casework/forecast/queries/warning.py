"""The early warning: which units have entered the classes that belong on the problem list."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from casework.forecast.queries.history import read_history
from casework.forecast.queries.outlook import foreseen_on
from casework.registry.models import Cycle, Enterprise
from casework.rules.forecast_weights import table_on


def not_expected(cycle: Cycle, units: Sequence[int], day: date) -> frozenset[int]:
    """Return those of some units that are at risk or expected to fail; the caller has found them within reach."""
    if not units:
        return frozenset()
    chosen = sa.select(Enterprise.id).where(Enterprise.id.in_(units))
    history = read_history(cycle, table=table_on(day), days=[day], reader=None, units=chosen)
    return frozenset(one.unit.id for one in foreseen_on(history, day) if not one.completes)

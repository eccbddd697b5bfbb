"""Which chart shows which figures."""

from collections.abc import Callable

from flask_babel import gettext as _

from casework.overview import charts
from casework.overview.queries.dashboard import Dashboard


def by_region(board: Dashboard) -> bytes:
    """Units due and completed in each region."""
    rows = board.regions
    return charts.bars(
        _("Completion by region"),
        _("Units due and units completed on time in each region, for cycle %(name)s.", name=board.cycle.label),
        [row.region for row in rows],
        [
            (_("Completed on time"), [row.figures.units_on_time for row in rows]),
            (_("Units due"), [row.figures.units_due for row in rows]),
        ],
    )


def by_year(board: Dashboard) -> bytes:
    """Completion by units and by tonnes over all years."""
    rows = board.all_years
    return charts.lines(
        _("Completion by year"),
        _("Share of units completed on time and of tonnes surrendered, for each compliance year."),
        [row.year for row in rows],
        [
            (_("By units"), [float(row.figures.rate_by_units or 0) for row in rows]),
            (_("By tonnes"), [float(row.figures.rate_by_tonnes or 0) for row in rows]),
        ],
        unit="%",
        most=100,
    )


def by_state(board: Dashboard) -> bytes:
    """Cases of the cycle in each state."""
    return charts.bars(
        _("Cases by state"),
        _("Number of cases of cycle %(name)s in each state.", name=board.cycle.label),
        [_(state.label) for state in board.by_state],
        [(_("Cases"), list(board.by_state.values()))],
    )


DRAWINGS: dict[str, Callable[[Dashboard], bytes]] = {"regions": by_region, "years": by_year, "states": by_state}

"""Which chart shows which figures."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from flask_babel import gettext as _

from casework.overview import charts
from casework.overview.queries.dashboard import Dashboard
from casework.overview.queries.glance import FIRST, CycleCourse
from casework.registry.models import Cycle
from casework.rules.compliance import CompletionFigures
from casework.rules.deadlines import last_day


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


def _course(
    title: str,
    cycle: Cycle,
    found: Sequence[CycleCourse],
    rate: Callable[[CompletionFigures], Decimal | None],
    marks: Sequence[tuple[int, float]] = (),
) -> bytes:
    return charts.courses(
        title,
        _(
            "Each cycle over the last %(days)s days before its deadline; cycle %(name)s first.",
            days=FIRST,
            name=cycle.label,
        ),
        [
            (_("Cycle %(name)s", name=one.label), {day: float(rate(some) or 0) for day, some in one.points.items()})
            for one in found
        ],
        first=FIRST,
        marks=marks,
        ahead=_("days before the deadline"),
    )


def course_by_units(cycle: Cycle, found: Sequence[CycleCourse]) -> bytes:
    """Share of units completed on time, by days before the deadline."""
    end = last_day(cycle.deadline)
    marks = [((end - one.day).days, one.share / 100) for one in cycle.milestones if (end - one.day).days <= FIRST]
    return _course(_("Completed on time, by units"), cycle, found, lambda figures: figures.rate_by_units, marks)


def course_by_tonnes(cycle: Cycle, found: Sequence[CycleCourse]) -> bytes:
    """Share of tonnes surrendered, by days before the deadline."""
    return _course(_("Surrendered, by tonnes"), cycle, found, lambda figures: figures.rate_by_tonnes)


COURSES: dict[str, Callable[[Cycle, Sequence[CycleCourse]], bytes]] = {
    "units": course_by_units, "tonnes": course_by_tonnes
}  # fmt: skip

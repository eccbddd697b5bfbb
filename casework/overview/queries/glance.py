"""What a leader reads in a minute: where a cycle stood when a day ended, beside the cycles before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from casework.db import db
from casework.overview.queries.dashboard import MilestoneStanding, milestones_of
from casework.overview.queries.glance_cases import CauseLine, Mattering, StateLine, by_cause, by_state, ten_that_matter
from casework.overview.queries.glance_letters import LetterLine, by_kind
from casework.registry.course import Course, courses_of
from casework.registry.figures import RegionFigures, added, regions_in_order
from casework.registry.models import Cycle
from casework.rules.compliance import CompletionFigures
from casework.rules.leading import RECENT
from casework.users.models import Account

BESIDE = 3  # earlier cycles whose course is drawn
SHOWN = (120, 90, 60, 45, 30, 20, 15, 10, 5, 0)  # days before the deadline, in the table behind the chart
FIRST = SHOWN[0]


@dataclass(frozen=True)
class CycleCourse:
    """A cycle's completion by days before its deadline; a day that is not there yet is missing."""

    label: str
    points: Mapping[int, CompletionFigures]


@dataclass(frozen=True)
class RegionLine:
    """A region as of the day, and what it gained in the days before."""

    region: RegionFigures
    share: Decimal | None  # percent of all that is short
    gained_units: int
    gained_tonnes: int


@dataclass(frozen=True)
class Glance:
    """Everything the page of a cycle and a day shows."""

    cycle: Cycle
    day: date
    last_day: date
    figures: CompletionFigures
    milestones: Sequence[MilestoneStanding]
    courses: Sequence[CycleCourse]
    regions: Sequence[RegionLine]
    states: Sequence[StateLine]
    causes: Sequence[CauseLine]
    letters: Sequence[LetterLine]
    ten: Sequence[Mattering]

    @property
    def since(self) -> date:
        """The day with which gains are compared."""
        return self.day - timedelta(days=RECENT)

    @property
    def open_cases(self) -> int:
        """Cases that were not closed."""
        return sum(line.cases for line in self.states if line.open)


def glance(cycle: Cycle, *, day: date, reader: Account) -> Glance:
    """Read the page of a cycle as of a day, as far as the reader sees it."""
    found = _beside(cycle, reader)
    course = found[0][1]
    figures = added(course.on(day).values())
    return Glance(
        cycle=cycle,
        day=day,
        last_day=course.last_day,
        figures=figures,
        milestones=milestones_of(cycle, course, day),
        courses=[CycleCourse(label, _points(one, day)) for label, one in found if one.beginning],
        regions=_regions(course, day),
        states=by_state(cycle.id, day=day, reader=reader),
        causes=by_cause(cycle, day=day, reader=reader),
        letters=by_kind(cycle.id, day=day, reader=reader),
        ten=ten_that_matter(cycle, figures.tonnes_short, day=day, reader=reader),
    )


def _beside(cycle: Cycle, reader: Account) -> list[tuple[str, Course]]:
    """The courses of this cycle and of those before it, the latest first, by their labels."""
    earlier = sa.select(Cycle).where(Cycle.deadline < cycle.deadline).order_by(Cycle.deadline.desc()).limit(BESIDE)
    cycles = [cycle, *db.session.scalars(earlier)]
    found = courses_of(reader, cycles)
    return [(one.label, found[one.id]) for one in cycles]


def _points(course: Course, day: date) -> dict[int, CompletionFigures]:
    """The figures of each of the last days before the deadline, as far as the day."""
    left = max((course.last_day - day).days, 0)
    days = {course.last_day - timedelta(days=before): before for before in range(FIRST, left - 1, -1)}
    return {days[one]: figures for one, figures in course.along(days).items()}


def _regions(course: Course, day: date) -> list[RegionLine]:
    now, then = (_by_region(course, one) for one in (day, day - timedelta(days=RECENT)))
    short = sum(one.figures.tonnes_short for one in now)
    before = {one.region_id: one.figures for one in then}
    lines = [_line(one, before[one.region_id], short) for one in now]
    return sorted(lines, key=lambda line: -line.region.figures.tonnes_short)


def _line(now: RegionFigures, before: CompletionFigures, short: int) -> RegionLine:
    figures = now.figures
    share = Decimal(100 * figures.tonnes_short) / short if short else None
    units = figures.units_on_time + figures.units_late - before.units_on_time - before.units_late
    return RegionLine(now, share, units, figures.tonnes_surrendered - before.tonnes_surrendered)


def _by_region(course: Course, day: date) -> list[RegionFigures]:
    groups: dict[int, list[CompletionFigures]] = {}
    for (_year, region_id), figures in course.on(day).items():
        groups.setdefault(region_id, []).append(figures)
    return regions_in_order(groups)

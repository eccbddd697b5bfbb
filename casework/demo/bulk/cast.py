"""Who works on the generated cases, in which cycles, and on which days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from casework.db import db
from casework.demo.people import DEMO
from casework.demo.registers import office_hours
from casework.registry.actions.cycles import CycleFacts, enter_cycle
from casework.registry.models import ComplianceYear, Cycle
from casework.registry.queries import current_cycle, cycle_by_label
from casework.rules.deadlines import last_day
from casework.rules.errors import NotFound
from casework.rules.roles import Role
from casework.rules.states import Step
from casework.users.models import Account, Region
from casework.users.queries import accounts_with, all_regions

# How many days ago each step was taken in the live cycle; the cases differ by some days more.
_AGO = {
    None: 100,
    Step.START_ASSISTANCE: 80,
    Step.AGREE_PLAN: 30,
    Step.PAUSE: 15,
    Step.SETTLE: 15,
    Step.STRIKE_OFF: 4,
    Step.WITHDRAW: 6,
}
# How many days after the deadline each step was taken in the past cycle.
_AFTER = {None: -60, Step.START_ASSISTANCE: -40, Step.REFER: 20, Step.CONCLUDE: 120}


@dataclass(frozen=True)
class Era:
    """A cycle as generated cases need it: one compliance year and the last day to surrender."""

    cycle: Cycle
    year: ComplianceYear
    last_day: date


@dataclass(frozen=True)
class Cast:
    """People, regions and cycles of the generated cases; `today` is the day on which they stand."""

    officers: Sequence[Account]
    reviewer: Account
    leader: Account
    regions: Sequence[Region]
    live: Era
    past: Era
    today: date

    def officer(self, number: int) -> Account:
        """The officer who has the case of this number."""
        return self.officers[number % len(self.officers)]

    def ago(self, days: int) -> date:
        """The day that lies so many days back."""
        return self.today - timedelta(days=days)

    def day_of(self, step: Step | None, *, past: bool, shift: int) -> date:
        """The day of a step (None: put on the list), up to `shift` days before its usual one."""
        if past:
            return self.past.last_day + timedelta(days=_AFTER[step] - shift)
        return self.ago(_AGO[step] + shift)


def at_work(day: date, place: int) -> datetime:
    """The moment on that day of a step that is the `place`th of its case."""
    return office_hours(day, 9 + place)


def cast_of(today: date) -> Cast:
    """Find the people and regions, and the cycles of which the past one is entered on first use."""
    live = current_cycle(office_hours(today))
    if live is None:
        raise NotFound("There is no cycle to add cases to.")
    return Cast(
        officers=accounts_with(Role.OFFICER),
        reviewer=accounts_with(Role.REVIEWER)[0],
        leader=accounts_with(Role.LEADER)[0],
        regions=[region for region in all_regions() if region.parent_id is not None],
        live=_era(live),
        past=_era(_past_cycle(today)),
        today=today,
    )


def _era(cycle: Cycle) -> Era:
    return Era(cycle, cycle.years[-1], last_day(cycle.deadline))


def _past_cycle(today: date) -> Cycle:
    """A cycle whose deadline passed more than a year ago, apart from those of the sample tables."""
    label, ended = str(today.year - 3), date(today.year - 2, 12, 31)
    if db.session.scalar(sa.select(Cycle.id).where(Cycle.label == label)):
        return cycle_by_label(label)
    facts = CycleFacts(label=label, name=f"{label}年度履约周期", last_day=ended, years=(label,))
    return enter_cycle(facts, by=DEMO, now=office_hours(date(ended.year, 3, 2)))

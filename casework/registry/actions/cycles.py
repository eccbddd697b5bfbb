"""Compliance cycles: their years, deadline and milestones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.db import db
from casework.registry.models import ComplianceYear, Cycle, Milestone, Obligation
from casework.rules.deadlines import last_day, statutory_deadline
from casework.rules.errors import RuleError

_LABEL = re.compile(r"20\d\d(-20\d\d)?")


@dataclass(frozen=True)
class MilestoneFacts:
    """A share of units, per ten thousand, that should have surrendered by the end of a day."""

    day: date
    share: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CycleFacts:
    """What a cycle is; without an hour its deadline is 24:00 of the day."""

    label: str
    name: str
    last_day: date
    years: Sequence[str]
    hour: time | None = None
    milestones: Sequence[MilestoneFacts] = ()


def enter_cycle(facts: CycleFacts, *, by: Who, now: datetime) -> Cycle:
    """Enter a cycle with its years."""
    _check(facts)
    if db.session.scalar(sa.select(Cycle.id).where(Cycle.label == facts.label)):
        raise RuleError("There is a cycle of this label already.", field="label")
    cycle = Cycle(label=facts.label, name=facts.name, deadline=statutory_deadline(facts.last_day, facts.hour))
    db.session.add(cycle)
    db.session.flush()
    _write_parts(cycle, facts)
    record("cycle entered", "cycle", cycle.id, by=by, now=now, after=as_facts(cycle))
    return cycle


def change_cycle(cycle: Cycle, facts: CycleFacts, *, by: Who, now: datetime) -> Cycle:
    """Change a cycle; a year with obligations stays."""
    _check(facts)
    before = as_facts(cycle)
    cycle.label, cycle.name = facts.label, facts.name
    cycle.deadline = statutory_deadline(facts.last_day, facts.hour)
    _write_parts(cycle, facts)
    cycle.touch(now=now)
    record("cycle changed", "cycle", cycle.id, by=by, now=now, before=before, after=as_facts(cycle))
    return cycle


def _check(facts: CycleFacts) -> None:
    if not _LABEL.fullmatch(facts.label):
        raise RuleError("Write the label as 2025 or as 2021-2022.", field="label")
    if not facts.name:
        raise RuleError("Enter the cycle's name.", field="name")
    if not facts.years or len(set(facts.years)) < len(facts.years):
        raise RuleError("Name each compliance year of the cycle once.", field="years")
    if not all(_LABEL.fullmatch(year) for year in facts.years):
        raise RuleError("Write a compliance year as 2025 or as 2019-2020.", field="years")
    if any(milestone.day > facts.last_day for milestone in facts.milestones):
        raise RuleError("A milestone lies after the deadline.", field="milestones")


def _write_parts(cycle: Cycle, facts: CycleFacts) -> None:
    known = {year.label: year for year in cycle.years}
    for year in [year for label, year in known.items() if label not in facts.years]:
        if db.session.scalar(sa.select(sa.func.count()).where(Obligation.year_id == year.id)):
            raise RuleError("The year %(year)s has obligations and stays in its cycle.", field="years", year=year.label)
        cycle.years.remove(year)
        db.session.delete(year)
    for label in facts.years:
        if label not in known:
            if db.session.scalar(sa.select(ComplianceYear.id).where(ComplianceYear.label == label)):
                raise RuleError("The year %(year)s belongs to another cycle.", field="years", year=label)
            cycle.years.append(ComplianceYear(label=label))
    cycle.milestones = [Milestone(day=one.day, share=one.share, note=one.note) for one in facts.milestones]
    db.session.flush()


def as_facts(cycle: Cycle) -> dict[str, object]:
    """What the trail keeps of a cycle."""
    return {
        "label": cycle.label,
        "name": cycle.name,
        "deadline": cycle.deadline,
        "last_day": last_day(cycle.deadline),
        "years": [year.label for year in cycle.years],
        "milestones": [[milestone.day.isoformat(), milestone.share] for milestone in cycle.milestones],
    }

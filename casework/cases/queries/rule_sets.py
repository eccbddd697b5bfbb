"""Reading rule sets: the one of a year, the department's list of them, and every version there ever was."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from casework.cases.models import Case, KeptRuleSet, RuleSetEvent, RuleSetVersion
from casework.db import db, read_rows
from casework.letters.queries import is_department
from casework.registry.models import ComplianceYear
from casework.rules.errors import NotFound
from casework.rules.rule_sets import RuleSet, stored_rule_set
from casework.rules.states import OPEN_STATES
from casework.rules.versions import OPEN_STATES as ON_THEIR_WAY
from casework.rules.versions import VersionState
from casework.rules.words import N_
from casework.users.models import Account
from casework.versions.queries import fresh_version

_PEOPLE = (joinedload(RuleSetEvent.actor), joinedload(RuleSetEvent.on_behalf_of))
_IN_FORCE = sa.select(RuleSetVersion.number, RuleSetVersion.content).where(
    RuleSetVersion.state == VersionState.APPROVED
)
NO_RULE_SET = N_("There is no such rule set.")


@dataclass(frozen=True)
class InForce:
    """What holds for some years, and by which version of the rule set."""

    rules: RuleSet
    number: int

    @property
    def mark(self) -> str:
        """Name set and version as records keep them."""
        return f"{self.rules.code} v{self.number}"


def rules_in_force() -> dict[str, InForce]:
    """Return what is in force, by compliance year; a year that is missing has no approved rules."""
    found = (InForce(stored_rule_set(row.content), row.number) for row in read_rows(_IN_FORCE))
    return {year: one for one in found for year in one.rules.years}


@dataclass(frozen=True)
class RuleSetPlace:
    """A rule set with its versions, oldest first."""

    id: int
    code: str
    versions: tuple[RuleSetVersion, ...]

    @property
    def in_force(self) -> RuleSetVersion | None:
        """The version by which cases are computed now."""
        return next((one for one in self.versions if one.state is VersionState.APPROVED), None)

    @property
    def on_its_way(self) -> RuleSetVersion | None:
        """The version that is written at, or waits for approval."""
        return next((one for one in self.versions if one.state in ON_THEIR_WAY), None)

    @property
    def years(self) -> tuple[str, ...]:
        """The years of what is in force, else of the latest version."""
        return (self.in_force or self.versions[-1]).rules.years


def rule_set_places(reader: Account) -> list[RuleSetPlace]:
    """Return all rule sets, the latest years first."""
    if not is_department(reader):
        return []
    stmt = sa.select(RuleSetVersion).options(selectinload(RuleSetVersion.events).options(*_PEOPLE))
    found: dict[tuple[int, str], list[RuleSetVersion]] = {}
    for version in db.session.scalars(stmt.order_by(RuleSetVersion.number)).unique():
        found.setdefault((version.rule_set_id, version.rule_set.code), []).append(version)
    places = [RuleSetPlace(*key, tuple(versions)) for key, versions in found.items()]
    return sorted(places, key=lambda place: place.years, reverse=True)


def rule_set_place(reader: Account, rule_set_id: int) -> RuleSetPlace:
    """Return one rule set, or the answer that there is none."""
    for place in rule_set_places(reader):
        if place.id == rule_set_id:
            return place
    raise NotFound(NO_RULE_SET)


def rule_set_version(reader: Account, version_id: int) -> RuleSetVersion:
    """Return one version with its way so far, or the answer that there is none."""
    way = selectinload(RuleSetVersion.events).options(*_PEOPLE)
    stmt = sa.select(RuleSetVersion).where(RuleSetVersion.id == version_id).options(way)
    version = db.session.scalars(stmt).unique().one_or_none() if is_department(reader) else None
    if version is None:
        raise NotFound(NO_RULE_SET)
    return version


def version_to_change(reader: Account, version_id: int) -> RuleSetVersion:
    """Return the same with all rule sets locked, so that which year has which rules holds until the commit."""
    rule_set_version(reader, version_id)
    lock_rule_sets()
    return fresh_version(RuleSetVersion, version_id)


def lock_rule_sets() -> None:
    """Lock all rule sets, always in the same order: there are a handful."""
    db.session.execute(sa.select(KeptRuleSet.id).order_by(KeptRuleSet.id).with_for_update()).all()


def open_cases_of(years: Iterable[str]) -> int:
    """Count the open cases whose cycle has one of these years."""
    cycles = sa.select(ComplianceYear.cycle_id).where(ComplianceYear.label.in_(sorted(years)))
    stmt = sa.select(sa.func.count()).select_from(Case)
    return int(db.session.execute(stmt.where(Case.cycle_id.in_(cycles), Case.state.in_(OPEN_STATES))).scalar_one())

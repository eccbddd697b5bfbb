"""What the records and the last reports say of many units, in a fixed number of queries for each five hundred."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa

from casework.cases.models import Case, Measure, Plan, PlanState
from casework.db import db
from casework.registry.models import ComplianceYear, Cycle, Direction, Obligation, Trade
from casework.registry.queries import in_parts
from casework.rounds.models import Report, Round
from casework.rules.deadlines import last_day
from casework.rules.report_forms import Field, MeasureFacts, Value, fields_of, from_stored
from casework.rules.reports import UnitFacts, Values
from casework.rules.rounds import GIVEN


class ReportKey(Protocol):
    """A report, or a line of a list that shows one."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def case_id(self) -> int:
        """Its case."""

    @property
    def round_id(self) -> int:
        """Its round."""


@dataclass(frozen=True)
class FormOfUnit:
    """The fields in which one unit is reported, and what they are held against."""

    fields: tuple[Field, ...]
    facts: UnitFacts

    def field_of(self, name: str) -> Field:
        """Return the field of this name."""
        return next(one for one in self.fields if one.name == name)


def forms_of(reports: Iterable[Report], *, today: date) -> dict[int, FormOfUnit]:
    """Return fields and facts for each report, by its id; reports of one round are read together."""
    found: dict[int, FormOfUnit] = {}
    by_round: dict[int, list[Report]] = defaultdict(list)
    for report in reports:
        by_round[report.round_id].append(report)
    for round_id, some in by_round.items():
        round_ = db.session.get_one(Round, round_id)
        for part in in_parts(some):
            found |= _forms(round_, part, today=today)
    return found


@dataclass(frozen=True)
class LastTime:
    """The fields in which one unit is reported, and what was reported last."""

    fields: tuple[Field, ...]
    last: Values

    def field_of(self, name: str) -> Field:
        """Return the field of this name."""
        return next(one for one in self.fields if one.name == name)


def last_times(round_: Round, reports: Sequence[ReportKey]) -> dict[int, LastTime]:
    """Return fields and last report for each report of one round, by its id: what a list needs to show changes."""
    if not reports:
        return {}
    measures, last = measures_in_force([report.case_id for report in reports]), _last(reports)
    found = {}
    for report in reports:
        fields = fields_of(round_.form_version, measures.get(report.case_id, ()))
        found[report.id] = LastTime(fields, values_of(fields, last.get(report.case_id)))
    return found


def _forms(round_: Round, reports: Sequence[Report], *, today: date) -> dict[int, FormOfUnit]:
    case_ids = [report.case_id for report in reports]
    owed = owed_by_case(case_ids)
    bought, measures, last = _bought(round_.cycle_id, case_ids), measures_in_force(case_ids), _last(reports)
    end = last_day(db.session.get_one(Cycle, round_.cycle_id).deadline)
    found = {}
    for report in reports:
        case_id = report.case_id
        own = tuple(measures.get(case_id, ()))
        fields = fields_of(round_.form_version, own)
        due, surrendered = owed.get(case_id, (0, 0))
        found[report.id] = FormOfUnit(
            fields,
            UnitFacts(
                due=due, surrendered=surrendered, bought=bought.get(case_id, 0), deadline_day=end, today=today,
                measures=own, last=values_of(fields, last.get(case_id)),
            ),
        )  # fmt: skip
    return found


def values_of(fields: Iterable[Field], stored: Any) -> dict[str, Value | None]:
    """Return what a report holds, as values; nothing where nothing was reported."""
    return {one.name: from_stored(one, stored.get(one.name)) for one in fields} if stored else {}


def owed_by_case(case_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Due and surrendered tonnes over the years of the cycle, by case."""
    stmt = (
        sa.select(Case.id, sa.func.sum(Obligation.due), sa.func.sum(Obligation.surrendered))
        .join(ComplianceYear, ComplianceYear.cycle_id == Case.cycle_id)
        .join(
            Obligation,
            sa.and_(Obligation.year_id == ComplianceYear.id, Obligation.enterprise_id == Case.enterprise_id),
        )
        .where(Case.id.in_(case_ids))
        .group_by(Case.id)
    )
    return {id_: (int(due), int(surrendered)) for id_, due, surrendered in db.session.execute(stmt)}


def _bought(cycle_id: int, case_ids: Sequence[int]) -> dict[int, int]:
    stmt = (
        sa.select(Case.id, sa.func.sum(Trade.tonnes))
        .join(Trade, Trade.enterprise_id == Case.enterprise_id)
        .where(Case.id.in_(case_ids), Trade.cycle_id == cycle_id, Trade.direction == Direction.BUY)
        .group_by(Case.id)
    )
    return {id_: int(tonnes) for id_, tonnes in db.session.execute(stmt)}


_MEASURES = (
    sa.select(
        Plan.case_id, Measure.id, Measure.kind, Measure.tonnes, Measure.due_day, Measure.done_day, Measure.done_tonnes
    )
    .join(Measure, Measure.plan_id == Plan.id)
    .where(Plan.case_id.in_(sa.bindparam("case_ids", expanding=True)), Plan.state == PlanState.APPROVED)
    .order_by(Plan.case_id, Measure.position)
)


def measures_in_force(case_ids: Sequence[int]) -> dict[int, list[MeasureFacts]]:
    """Measures of the plan in force, by case."""
    rows = db.session.execute(_MEASURES, {"case_ids": case_ids})
    found: dict[int, list[MeasureFacts]] = defaultdict(list)
    for case_id, id_, kind, tonnes, due_day, done_day, done_tonnes in rows:
        found[case_id].append(
            MeasureFacts(id=id_, kind=kind, tonnes=tonnes, due_day=due_day, done_day=done_day, done_tonnes=done_tonnes)
        )
    return found


_NEWEST = (
    sa.select(sa.func.max(Report.id))
    .where(
        Report.case_id.in_(sa.bindparam("case_ids", expanding=True)),
        Report.id < sa.bindparam("before"),
        Report.round_id != sa.bindparam("round_id"),
        Report.state.in_(GIVEN),
    )
    .group_by(Report.case_id)
)
_LAST = sa.select(Report.case_id, Report.values).where(Report.id.in_(_NEWEST))


def _last(reports: Sequence[ReportKey]) -> dict[int, Any]:
    """What was last reported of each case in an earlier round, as it is kept."""
    case_ids, newest = [report.case_id for report in reports], max(report.id for report in reports)
    wanted = {"case_ids": case_ids, "before": newest, "round_id": reports[0].round_id}
    return {row.case_id: row.values for row in db.session.execute(_LAST, wanted)}

"""Tasks that reporting rounds give: to report, to put right, to hand in late, to review, to decide on proposals."""

from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case
from casework.overview.queries.task import Place, TaskKind, columns
from casework.registry.models import Cycle, Enterprise
from casework.rounds.models import RecordProposal, Report, Round, RoundRegion
from casework.rounds.queries.missing import STILL_WANTED
from casework.rounds.queries.proposals import TO_DECIDE
from casework.rules.reports import RecordKind
from casework.rules.roles import Role
from casework.rules.rounds import ReportState, RoundState
from casework.rules.words import N_
from casework.users.models import Region, Scope
from casework.users.reader import NOW, REGIONS, name_of, of_people

_OFFICER, _CITY = (frozenset({role}) for role in (Role.OFFICER, Role.CITY))
_ROUND = N_("Reporting round")


def _parts(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select regions' parts in rounds, with the round's number as a note."""
    number = sa.literal(" ") + sa.cast(Round.number, sa.String)
    found = columns(
        Round.id, RoundRegion.region_id, subject=Region.name, due=Round.due_day, what=sa.literal(_ROUND), note=number
    )
    return (
        sa.select(*found)
        .select_from(RoundRegion)
        .join(Round, Round.id == RoundRegion.round_id)
        .join(Region, Region.id == RoundRegion.region_id)
        .where(condition)
    )


_OPEN = sa.and_(Round.state == RoundState.OPEN, Round.due_at > NOW)
_OVER = sa.and_(Round.state != RoundState.MISSED, Round.due_at <= NOW)
_OWN = sa.and_(Report.round_id == Round.id, Report.region_id.in_(REGIONS), STILL_WANTED)
_NUMBERED = {"what": sa.literal(N_("Round no.")), "note": sa.cast(Round.number, sa.String)}
_ROUNDS = sa.select(*columns(Round.id, subject=Cycle.name, due=Round.due_day, **_NUMBERED)).join(
    Cycle, Cycle.id == Round.cycle_id
)
_TO_REPORT = _ROUNDS.where(_OPEN, sa.exists().where(_OWN))
_LATE = _ROUNDS.where(_OVER, sa.exists().where(_OWN, Report.state == ReportState.TO_REPORT))
_TO_REVIEW = _parts(RoundRegion.given > RoundRegion.accepted)
_OF_PART = sa.and_(Report.round_id == RoundRegion.round_id, Report.region_id == RoundRegion.region_id)
_MISSING = _parts(
    sa.and_(_OVER, RoundRegion.given < RoundRegion.units, sa.exists().where(_OF_PART, STILL_WANTED))
).where(RoundRegion.region_id.in_(REGIONS))
_UNIT = sa.select(Enterprise.name).where(Enterprise.id == Case.enterprise_id).scalar_subquery()


def _returned(id_: Any, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select what came back; in a round that is over it is put right by a correction."""
    found = sa.select(*columns(id_, subject=_UNIT, due=Round.due_day, note=Report.return_reason)).select_from(Report)
    found = found.join(Case, Case.id == Report.case_id).join(Round, Round.id == Report.round_id)
    return found.where(Report.state == ReportState.RETURNED, _OWN, condition)


_PROPOSALS = (
    sa.select(
        *columns(
            RecordProposal.id, subject=_UNIT, behalf=name_of(Case.officer_id, Scope.CASES), tonnes=RecordProposal.after,
            what=sa.case(
                {kind.value: kind.label for kind in RecordKind}, value=sa.type_coerce(RecordProposal.kind, sa.String)
            ),
        )
    )
    .select_from(RecordProposal)
    .join(Case, Case.id == RecordProposal.case_id)
    .where(
        TO_DECIDE,
        sa.or_(of_people(Case.officer_id, Scope.CASES), Case.officer_id.is_(None)),
    )
)  # fmt: skip
_FILL, _CORRECT = Place("rounds.fill", ("round_id",)), Place("rounds.correct", ("report_id",))
_DECIDE = Place("rounds.decide_proposal", ("proposal_id",))
_RIGHT = N_("Put the report right")
_WAITING, _MISSED = ({"show": show, "_anchor": "units"} for show in ("waiting", "missing"))

KINDS = (
    TaskKind(N_("Report on the units"), _CITY, _TO_REPORT, _FILL),
    TaskKind(_RIGHT, _CITY, _returned(Round.id, _OPEN), _FILL),
    TaskKind(_RIGHT, _CITY, _returned(Report.id, _OVER), _CORRECT),
    TaskKind(N_("Hand in late"), _CITY, _LATE, _FILL),
    TaskKind(
        N_("Review the reports"), _OFFICER, _TO_REVIEW, Place("rounds.round_page", ("round_id", "region"), _WAITING)
    ),
    TaskKind(
        N_("Chase what is missing"), _OFFICER, _MISSING, Place("rounds.round_page", ("round_id", "region"), _MISSED)
    ),
    TaskKind(N_("Decide what is proposed for the records"), _OFFICER, _PROPOSALS, _DECIDE),
)

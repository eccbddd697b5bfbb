"""Tasks that reporting rounds give: to report, to put right, to review, to decide what reports propose."""

from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case
from casework.overview.queries.task import Place, TaskKind, columns
from casework.registry.models import Cycle, Enterprise
from casework.rounds.models import ProposalState, RecordProposal, Report, Round, RoundRegion
from casework.rules.reports import RecordKind
from casework.rules.roles import Role
from casework.rules.rounds import WITH_CITY, ReportState, RoundState
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


_IS_OPEN = Round.state == RoundState.OPEN
_ASKED = sa.exists().where(Report.round_id == Round.id, Report.region_id.in_(REGIONS), Report.state.in_(WITH_CITY))
_TO_REPORT = (
    sa.select(
        *columns(
            Round.id,
            subject=Cycle.name,
            due=Round.due_day,
            what=sa.literal(N_("Round no.")),
            note=sa.cast(Round.number, sa.String),
        )
    )
    .join(Cycle, Cycle.id == Round.cycle_id)
    .where(_IS_OPEN, Round.due_at > NOW, _ASKED)
)
_TO_REVIEW = _parts(RoundRegion.given > RoundRegion.accepted)
_UNIT = sa.select(Enterprise.name).where(Enterprise.id == Case.enterprise_id).scalar_subquery()
_RETURNED = (
    sa.select(*columns(Round.id, subject=_UNIT, due=Round.due_day, note=Report.return_reason))
    .select_from(Report)
    .join(Case, Case.id == Report.case_id)
    .join(Round, Round.id == Report.round_id)
    .where(Report.state == ReportState.RETURNED, _IS_OPEN, Report.region_id.in_(REGIONS))
)
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
        RecordProposal.state == ProposalState.OPEN,
        sa.or_(of_people(Case.officer_id, Scope.CASES), Case.officer_id.is_(None)),
    )
)  # fmt: skip
_FILL = Place("rounds.fill", ("round_id",))

KINDS = (
    TaskKind(N_("Report on the units"), _CITY, _TO_REPORT, _FILL),
    TaskKind(N_("Put the report right"), _CITY, _RETURNED, _FILL),
    TaskKind(
        N_("Review the reports"),
        _OFFICER,
        _TO_REVIEW,
        Place("rounds.round_page", ("round_id", "region"), {"show": "waiting", "_anchor": "units"}),
    ),
    TaskKind(
        N_("Decide what the report proposes"), _OFFICER, _PROPOSALS, Place("rounds.decide_proposal", ("proposal_id",))
    ),
)

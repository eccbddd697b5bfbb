"""Tasks that cases give: to their officer, to leaders, to the city officer of the region."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.cases.models import (
    BEING_DECIDED,
    Application,
    Case,
    CaseEvent,
    Extension,
    FollowUp,
    KeptRuleSet,
    Measure,
    Penalty,
    Plan,
    PlanState,
    RuleSetEvent,
    RuleSetVersion,
    Visit,
)
from casework.letters.models import Letter
from casework.overview.queries.task import Place, TaskKind, columns
from casework.registry.models import Enterprise
from casework.rules.letters import LetterState
from casework.rules.measures import MeasureKind
from casework.rules.roles import Role
from casework.rules.versions import VersionState, VersionStep
from casework.rules.words import N_
from casework.rules.workflow import OPEN_STATES, State, Step
from casework.users.models import Scope
from casework.users.reader import ME, REGIONS, name_of, of_people

_OFFICER, _LEADER, _CITY = (frozenset({role}) for role in (Role.OFFICER, Role.LEADER, Role.CITY))


def _on_page(part: str | None = None) -> Place:
    return Place("cases.case_page", ("case_id",), {"_anchor": part} if part else {})


def _by_step(step: Step) -> Place:
    return Place("cases.step", ("case_id",), {"name": step.value})


def _by_form(endpoint: str, *parts: str) -> Place:
    return Place(endpoint, ("case_id", *parts))


OFFICERS_TURNS: dict[str, tuple[str, Place]] = {
    State.LISTED: (N_("Start assistance"), _by_step(Step.START_ASSISTANCE)),
    State.ASSISTING: (N_("Agree a relief plan"), _on_page("plan")),
    State.RELIEF: (N_("Follow the relief plan"), _on_page("plan")),
    State.URGED: (N_("Follow the reply to the letter"), _on_page("letters")),
    State.SUPERVISED: (N_("Follow the supervision"), _on_page("visits")),
    State.REFERRED: (N_("Follow the penalty"), _on_page("penalty")),
}
_AT_WORK = Case.state.in_(OFFICERS_TURNS)


_UNIT = sa.select(Enterprise.name).where(Enterprise.id == Case.enterprise_id).scalar_subquery()
_MINE = of_people(Case.officer_id, Scope.CASES)
_BEHALF = name_of(Case.officer_id, Scope.CASES)


def _cases(*parts: Any, **more: Any) -> sa.Select[Any]:
    """Select cases with what a task shows of them; `parts` name what hangs on a case."""
    return sa.select(*columns(Case.id, *parts, subject=_UNIT, **more)).select_from(Case)


_PROVISIONAL = Case.next_due_provisional
_OFFICERS_CASES = _cases(
    due=Case.next_due, provisional=_PROVISIONAL, turn=sa.type_coerce(Case.state, sa.String), behalf=_BEHALF
).where(_MINE, _AT_WORK, ~Case.paused)
_MEASURES = (
    _cases(
        Measure.id,
        due=Measure.due_day,
        behalf=_BEHALF,
        what=sa.case({kind.value: kind.label for kind in MeasureKind}, value=sa.type_coerce(Measure.kind, sa.String)),
        tonnes=Measure.tonnes,
    )
    .join(Plan, Plan.case_id == Case.id)
    .join(Measure, Measure.plan_id == Plan.id)
    .where(_MINE, Case.state == State.RELIEF, Plan.state == PlanState.APPROVED, Measure.done_day.is_(None))
)
_BEING_REWRITTEN = aliased(Plan)
_DEVIATIONS = (
    _cases(behalf=_BEHALF)
    .join(Plan, Plan.case_id == Case.id)
    .where(
        _MINE,
        Case.state == State.RELIEF,
        Plan.state == PlanState.APPROVED,
        sa.exists().where(
            Measure.plan_id == Plan.id, Measure.done_day.is_not(None), Measure.done_tonnes < Measure.tonnes
        ),
        ~sa.exists().where(_BEING_REWRITTEN.case_id == Case.id, _BEING_REWRITTEN.state.in_(BEING_DECIDED)),
    )
)
_FOLLOW_UPS = (
    _cases(FollowUp.id, due=FollowUp.due_day, behalf=_BEHALF, note=FollowUp.text)
    .join(Visit, Visit.case_id == Case.id)
    .join(FollowUp, FollowUp.visit_id == Visit.id)
    .where(_MINE, Case.state.in_(OPEN_STATES), FollowUp.done_day.is_(None))
)
_APPLICATIONS = (
    _cases(Application.id, due=Application.answer_due, behalf=_BEHALF, note=Application.sent_to)
    .join(Application, Application.case_id == Case.id)
    .where(_MINE, Case.state.in_(OPEN_STATES), Application.answer.is_(None))
)
_UNASSIGNED = _cases(due=Case.next_due, provisional=_PROVISIONAL).where(Case.officer_id.is_(None), _AT_WORK)
_PENALTIES = (
    _cases(Penalty.id, note=Penalty.decision_number)
    .join(Penalty, Penalty.case_id == Case.id)
    .where(Case.state != State.CLOSED, Penalty.accepted_by_id.is_(None))
)
# What of a settled case is due is a reply that is still awaited, and until it comes the case is not struck off.
_SETTLED = _cases(turn=sa.case((Case.next_due.is_(None), "free"))).where(Case.state == State.SETTLED)
_PLANS = (
    _cases(Plan.id)
    .join(Plan, Plan.case_id == Case.id)
    .where(Plan.state == PlanState.SUBMITTED, Plan.author_id != ME)
)  # fmt: skip
_EXTENSIONS = (
    _cases(due=Case.working_deadline, provisional=Case.deadline_provisional)
    .join(Extension, Extension.case_id == Case.id)
    .where(Case.state != State.CLOSED, Extension.granted.is_(None))
)
_TO_CONCLUDE = _cases().where(
    Case.state == State.REFERRED,
    ~Case.paused,
    sa.exists().where(Penalty.case_id == Case.id, Penalty.accepted_by_id.is_not(None)),
)
# A case stands urged or supervised by the last of the letters that brought it there; a voided one is to be undone.
_CAUSING, _LATER = aliased(CaseEvent), aliased(CaseEvent)
_BROUGHT = {Step.URGE: State.URGED, Step.SUPERVISE: State.SUPERVISED}
_SINCE = sa.exists().where(_LATER.case_id == _CAUSING.case_id, _LATER.step == _CAUSING.step, _LATER.seq > _CAUSING.seq)
_TO_REVOKE = (
    _cases(note=Letter.document_number)
    .join(_CAUSING, _CAUSING.case_id == Case.id)
    .join(Letter, Letter.id == _CAUSING.letter_id)
    .where(
        Letter.state == LetterState.VOIDED,
        sa.or_(*(sa.and_(_CAUSING.step == step, Case.state == state) for step, state in _BROUGHT.items())),
        ~_SINCE,
    )
)
_REGIONS_CASES = _cases(due=Case.next_due, provisional=_PROVISIONAL).where(Case.region_id.in_(REGIONS), _AT_WORK)

_WROTE = sa.exists().where(
    RuleSetEvent.version_id == RuleSetVersion.id, RuleSetEvent.actor_id == ME, RuleSetEvent.step == VersionStep.EDIT
)
_NEWER = aliased(RuleSetVersion)
_NOTHING_NEWER = ~sa.exists().where(
    _NEWER.rule_set_id == RuleSetVersion.rule_set_id, _NEWER.number > RuleSetVersion.number
)


def _rule_sets(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    rows = sa.select(*columns(RuleSetVersion.id, subject=KeptRuleSet.code)).select_from(RuleSetVersion)
    return rows.join(KeptRuleSet, KeptRuleSet.id == RuleSetVersion.rule_set_id).where(*conditions)


_RULES_TO_DECIDE = _rule_sets(RuleSetVersion.state == VersionState.SUBMITTED, ~_WROTE)
_RULES_RETURNED = _rule_sets(RuleSetVersion.state == VersionState.RETURNED, _WROTE, _NOTHING_NEWER)
_THE_RULES = Place("cases.rule_set_page", ("version_id",))
KINDS = (
    TaskKind(N_("Work on the case"), _OFFICER, _OFFICERS_CASES, _on_page(), OFFICERS_TURNS),
    TaskKind(N_("Assign an officer"), _OFFICER, _UNASSIGNED, _by_step(Step.ASSIGN)),
    TaskKind(N_("Accept the penalty record"), _OFFICER, _PENALTIES, _by_form("cases.accept_penalty", "penalty_id")),
    TaskKind(N_("See that the measure is done"), _OFFICER, _MEASURES, _by_form("cases.finish_measure", "measure_id")),
    TaskKind(N_("Amend the relief plan: a measure brought less"), _OFFICER, _DEVIATIONS, _by_form("cases.new_plan")),
    TaskKind(
        N_("See to what the visit left open"), _OFFICER, _FOLLOW_UPS, _by_form("cases.finish_follow_up", "follow_up_id")
    ),
    TaskKind(
        N_("Ask after the application"),
        _OFFICER,
        _APPLICATIONS,
        _by_form("cases.answer_application", "application_id"),
    ),
    TaskKind(
        N_("Confirm and strike off"),
        _LEADER,
        _SETTLED,
        _on_page(),
        {"free": (N_("Confirm and strike off"), _by_step(Step.STRIKE_OFF))},
    ),
    TaskKind(N_("Approve the relief plan"), _LEADER, _PLANS, _by_form("cases.decide_plan", "plan_id")),
    TaskKind(N_("Decide on the rule set"), _LEADER, _RULES_TO_DECIDE, _THE_RULES),
    TaskKind(N_("Put the rule set right"), _OFFICER | frozenset({Role.REVIEWER}), _RULES_RETURNED, _THE_RULES),
    TaskKind(N_("Decide the extension"), _LEADER, _EXTENSIONS, _by_form("cases.decide_extension")),
    TaskKind(N_("Undo after the voided letter"), _LEADER, _TO_REVOKE, _by_step(Step.REVOKE)),
    TaskKind(N_("Conclude after the penalty"), _LEADER, _TO_CONCLUDE, _by_step(Step.CONCLUDE)),
    TaskKind(N_("Report progress"), _CITY, _REGIONS_CASES, _by_form("cases.new_note")),
)

"""Which deadlines are watched: rows that say what is due when, whose it is, and where it is done.

The same kinds of the worklist that have a day, without a reader. A kind of `WATCHED` is one statement for each who is
told, however many deadlines there are.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from casework.cases.models import (
    Application,
    Case,
    CaseEvent,
    CaseLetter,
    Extension,
    FollowUp,
    Measure,
    Plan,
    PlanState,
    Visit,
)
from casework.cases.queries.facts import ASKED_AGAIN
from casework.letters.models import Letter, Recipient, ReturnedReply
from casework.registry.models import Cycle, Enterprise
from casework.reminders import people
from casework.reminders.last_day import LastDay
from casework.reminders.people import Pairs
from casework.rounds.models import Report, Round, RoundRegion, Schedule
from casework.rounds.queries.missing import STILL_WANTED
from casework.rules.chasing import Rung
from casework.rules.letters import LetterState
from casework.rules.rounds import RoundState
from casework.rules.words import N_
from casework.rules.workflow import OPEN_STATES, State, Step
from casework.users.models import Scope
from casework.users.reader import NOW

Rows = sa.Select[Any]


@dataclass(frozen=True, eq=False)
class Audience:
    """Accounts that are told from a rung on; `key` is the column of the rows that leads to them."""

    pairs: Pairs
    key: str
    since: Rung


@dataclass(frozen=True, eq=False)
class Watched:
    """One kind of deadline. Its rows have id, part, what, subject, note, due, region_id, officer_id and arm.

    `arm` is another text after each return: what came back is reminded of anew. `alone`: no rung but this one.
    """

    name: str
    rows: Rows
    endpoint: str
    parameters: tuple[str, ...]
    audiences: tuple[Audience, ...]
    alone: Rung | None = None


_TO_THE_OFFICER = (
    Audience(people.OFFICERS[Scope.CASES], "officer_id", Rung.FIRST),
    Audience(people.OFFICERS_HEADS, "officer_id", Rung.HEAD),
)


def _to_the_city(scope: Scope) -> tuple[Audience, ...]:
    return (
        Audience(people.CITY_OFFICERS[scope], "region_id", Rung.FIRST),
        Audience(people.CITY_HEADS, "region_id", Rung.HEAD),
        Audience(people.OFFICERS[scope], "officer_id", Rung.DEPARTMENT),
    )


def rows(
    id_: Any, *, what: str | sa.ColumnElement[str], subject: Any, due: Any, region: Any, officer: Any, **more: Any
) -> Rows:
    """Select what a kind of deadline needs; more: part, note, arm."""
    empty: dict[str, Any] = {"part": sa.cast(sa.null(), sa.Integer), "note": sa.literal(""), "arm": sa.literal("")}
    named = empty | more | {
        "id": id_, "what": sa.literal(what) if isinstance(what, str) else what, "subject": subject, "due": due,
        "region_id": region, "officer_id": officer,
    }  # fmt: skip
    return sa.select(*(column.label(name) for name, column in named.items()))


_UNIT = sa.select(Enterprise.name).where(Enterprise.id == Case.enterprise_id).scalar_subquery()
_RETURNS = (
    sa.select(sa.cast(sa.func.count(), sa.String))
    .where(CaseEvent.case_id == Case.id, CaseEvent.step.in_((Step.RETURN, Step.REVOKE, Step.REOPEN)))
    .scalar_subquery()
)
_AT_WORK = sa.and_(Case.state.in_([state for state in OPEN_STATES if state is not State.SETTLED]), ~Case.paused)


def _cases(id_: Any = Case.id, *, what: str | sa.ColumnElement[str], due: Any = Case.next_due, **more: Any) -> Rows:
    found = rows(
        id_, what=what, subject=_UNIT, due=due, region=Case.region_id, officer=Case.officer_id, arm=_RETURNS, **more
    )
    return found.select_from(Case)


_WORK = _cases(what=N_("Work on the case")).where(_AT_WORK)
_PROGRESS = _cases(what=N_("Report progress")).where(_AT_WORK)
_MEASURES = (
    _cases(part=Measure.id, what=N_("See that the measure is done"), due=Measure.due_day, note=Measure.responsible)
    .join(Plan, Plan.case_id == Case.id)
    .join(Measure, Measure.plan_id == Plan.id)
    .where(Case.state == State.RELIEF, Plan.state == PlanState.APPROVED, Measure.done_day.is_(None))
)
_FOLLOW_UPS = (
    _cases(part=FollowUp.id, what=N_("See to what the visit left open"), due=FollowUp.due_day, note=FollowUp.text)
    .join(Visit, Visit.case_id == Case.id)
    .join(FollowUp, FollowUp.visit_id == Visit.id)
    .where(Case.state.in_(OPEN_STATES), FollowUp.done_day.is_(None))
)
_APPLICATIONS = (
    _cases(
        part=Application.id, what=N_("Ask after the application"), due=Application.answer_due, note=Application.sent_to
    )
    .join(Application, Application.case_id == Case.id)
    .where(Case.state.in_(OPEN_STATES), Application.answer.is_(None))
)
_EXTENSIONS = (
    _cases(part=Extension.id, what=N_("Decide the extension"), due=Case.working_deadline)
    .join(Extension, Extension.case_id == Case.id)
    .where(Case.state != State.CLOSED, Extension.granted.is_(None))
)
_OFFICER_OF_LETTER = sa.func.coalesce(
    sa.select(sa.func.min(Case.officer_id))
    .select_from(CaseLetter)
    .join(Case, Case.id == CaseLetter.case_id)
    .where(CaseLetter.letter_id == Letter.id, CaseLetter.region_id == Recipient.region_id)
    .correlate(Letter, Recipient)
    .scalar_subquery(),
    Letter.drafter_id,
)
_OF_ENTERPRISE = Recipient.enterprise_id.is_not(None)
_SET_ASIDE = (
    sa.select(sa.cast(sa.func.count(), sa.String)).where(ReturnedReply.recipient_id == Recipient.id).scalar_subquery()
)
_WHAT_IS_ASKED = sa.case((_OF_ENTERPRISE, N_("Record the reply")), else_=N_("Answer the letter"))
# A reply that was not accepted is asked for again; what an enterprise answers the department's officer records.
_REPLIES = (
    rows(
        Letter.id, what=_WHAT_IS_ASKED, subject=Letter.title, note=Letter.document_number,
        due=Recipient.reply_due, region=Recipient.region_id, officer=_OFFICER_OF_LETTER, part=Recipient.id,
        arm=sa.case((ASKED_AGAIN, sa.literal("back ").concat(_SET_ASIDE)), else_=""),
    )
    .select_from(Recipient)
    .join(Letter, Letter.id == Recipient.letter_id)
    .where(
        Letter.state == LetterState.REGISTERED, Recipient.dispatched_day.is_not(None),
        sa.or_(Recipient.replied_day.is_(None), ASKED_AGAIN),
    )
)  # fmt: skip
_TO_REPORT = sa.and_(Report.round_id == RoundRegion.round_id, Report.region_id == RoundRegion.region_id, STILL_WANTED)
_SENT_BACK = (
    sa.select(sa.func.coalesce(sa.cast(sa.func.max(Report.reviewed_at), sa.String), ""))
    .where(_TO_REPORT)
    .correlate(RoundRegion)
    .scalar_subquery()
)
# What is missing when the round is frozen is chased like anything overdue, until it is handed in late, the case is
# closed or a later round has reported the unit.
_ROUNDS = (
    rows(
        Round.id, part=RoundRegion.region_id, what=N_("Report the round"), due=LastDay(Round.due_at), arm=_SENT_BACK,
        subject=Cycle.name.concat(" · ").concat(sa.cast(Round.number, sa.String)), note=Round.note,
        region=RoundRegion.region_id, officer=sa.func.coalesce(Round.opened_by_id, Schedule.set_up_by_id),
    )
    .select_from(RoundRegion)
    .join(Round, Round.id == RoundRegion.round_id)
    .join(Cycle, Cycle.id == Round.cycle_id)
    .outerjoin(Schedule, Schedule.id == Round.schedule_id)
    .where(
        Round.state.in_((RoundState.OPEN, RoundState.FROZEN)), Round.opens_at <= NOW,
        RoundRegion.given < RoundRegion.units, sa.exists().where(_TO_REPORT),
    )
)  # fmt: skip
_ON_ITS_WAY = (LetterState.DRAFT, LetterState.IN_REVIEW, LetterState.TO_SIGN, LetterState.SIGNED)
_NEXT_LETTERS = _cases(
    what=sa.case(
        (Case.state == State.URGED, sa.literal(N_("Draft a supervision letter"))),
        else_=sa.literal(N_("Draft a work supervision letter")),
    ),
).where(
    Case.state.in_((State.LISTED, State.ASSISTING, State.RELIEF, State.URGED)),
    ~Case.paused,
    ~sa.exists().where(CaseLetter.case_id == Case.id, Letter.id == CaseLetter.letter_id, Letter.state.in_(_ON_ITS_WAY)),
)

WATCHED = (
    Watched("case", _WORK, "cases.case_page", ("case_id",), _TO_THE_OFFICER),
    Watched("progress", _PROGRESS, "cases.new_note", ("case_id",), _to_the_city(Scope.CASES)),
    Watched("measure", _MEASURES, "cases.finish_measure", ("case_id", "measure_id"), _TO_THE_OFFICER),
    Watched("follow-up", _FOLLOW_UPS, "cases.finish_follow_up", ("case_id", "follow_up_id"), _TO_THE_OFFICER),
    Watched(
        "application", _APPLICATIONS, "cases.answer_application", ("case_id", "application_id"),
        _TO_THE_OFFICER[:1],
    ),
    Watched(
        "reply", _REPLIES.where(~_OF_ENTERPRISE), "letters.letter_page", ("letter_id",), _to_the_city(Scope.LETTERS)
    ),
    Watched(
        "reply of an enterprise", _REPLIES.where(_OF_ENTERPRISE), "letters.letter_page", ("letter_id",),
        (Audience(people.OFFICERS[Scope.LETTERS], "officer_id", Rung.FIRST), *_TO_THE_OFFICER[1:]),
    ),
    Watched("round", _ROUNDS, "rounds.round_page", ("round_id",), _to_the_city(Scope.CASES)),
    Watched(
        "extension", _EXTENSIONS, "cases.decide_extension", ("case_id",),
        (Audience(people.LEADERS, "region_id", Rung.FIRST),),
    ),
    Watched(
        "next letter", _NEXT_LETTERS, "cases.draft_letter", ("case",),
        (Audience(people.OFFICERS[Scope.CASES], "officer_id", Rung.LETTER),), alone=Rung.LETTER,
    ),
)  # fmt: skip

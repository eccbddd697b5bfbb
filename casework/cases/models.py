"""Cases: state, history, and everything that hangs on them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Json, Model, Moment, Money, Versioned, choice
from casework.files.models import StoredFile
from casework.letters.models import Letter
from casework.registry.models import Cycle, Enterprise
from casework.rules.causes import Cause
from casework.rules.measures import MeasureKind
from casework.rules.words import N_
from casework.rules.workflow import Outcome, State, Step
from casework.users.models import Account, Region


class Case(Versioned, Model):
    """An enterprise on the problem list of a cycle.

    `short`, `gap_rate` and `next_due` are derived: the action that changes their source writes them.
    """

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    state: Mapped[State] = mapped_column(choice(State), default=State.LISTED)
    state_before: Mapped[State | None] = mapped_column(choice(State))  # where revoke and return go
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    working_deadline: Mapped[date] = mapped_column(sa.Date)
    paused: Mapped[bool] = mapped_column(default=False)
    listed_at: Mapped[datetime] = mapped_column(Moment)
    listed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    listing_reason: Mapped[str] = mapped_column(sa.Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    short: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    gap_rate: Mapped[int] = mapped_column(sa.Integer, default=0)  # per ten thousand of verified emissions
    next_due: Mapped[date | None] = mapped_column(sa.Date)

    enterprise: Mapped[Enterprise] = relationship()
    cycle: Mapped[Cycle] = relationship()
    region: Mapped[Region] = relationship()
    officer: Mapped[Account | None] = relationship(foreign_keys=[officer_id])
    causes: Mapped[list["CaseCause"]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        sa.Index(
            "uq_case_open",
            "enterprise_id",
            "cycle_id",
            unique=True,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        ),
        sa.Index("ix_case_cycle_region_state", "cycle_id", "region_id", "state"),
        sa.Index("ix_case_cycle_due", "cycle_id", "next_due", "id"),
        sa.Index("ix_case_cycle_short", "cycle_id", "short", "id"),
        sa.Index("ix_case_state_due", "state", "next_due"),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="outcome_iff_closed"),
    )


class CaseCause(Model):
    """Why the enterprise is in difficulty."""

    __tablename__ = "case_cause"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    cause: Mapped[Cause] = mapped_column(choice(Cause), primary_key=True)


class CaseTally(Model):
    """How many cases of a cycle and region stand in a state; derived, so that no page counts them all."""

    __tablename__ = "case_tally"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True)
    state: Mapped[State] = mapped_column(choice(State), primary_key=True)
    cases: Mapped[int] = mapped_column(default=0)


class CaseEvent(Model):
    """One step in the life of a case: who, on whose behalf, when, from, to, why."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    seq: Mapped[int] = mapped_column()
    step: Mapped[Step | None] = mapped_column(choice(Step))  # None: put on the list
    from_state: Mapped[State | None] = mapped_column(choice(State))
    to_state: Mapped[State] = mapped_column(choice(State))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    actor_role: Mapped[str] = mapped_column(sa.String(60))
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    details: Mapped[Any] = mapped_column(Json, nullable=True)  # what changed: {"field": [before, after]}
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"))

    actor: Mapped[Account] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[Account | None] = relationship(foreign_keys=[on_behalf_of_id])

    __table_args__ = (sa.UniqueConstraint("case_id", "seq"),)


class CaseLetter(Model):
    """A letter names a case; all the cases it names move together, or none."""

    __tablename__ = "case_letter"

    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True, index=True)

    letter: Mapped[Letter] = relationship()
    case: Mapped[Case] = relationship()


class ReplyVerdict(Model):
    """Whether a reply was accepted for one of the cases it speaks of."""

    __tablename__ = "reply_verdict"

    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("recipient.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True, index=True)
    accepted: Mapped[bool] = mapped_column()
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    given_at: Mapped[datetime] = mapped_column(Moment)


class VisitKind(StrEnum):
    """Assistance and supervision are not inspections: an inspection needs two officers who show their certificates."""

    ASSISTANCE = "assistance"
    SUPERVISION = "supervision"
    INSPECTION = "inspection"

    @property
    def label(self) -> str:
        """English msgid."""
        return _VISITS[self]


_VISITS = {
    VisitKind.ASSISTANCE: N_("Assistance visit"),
    VisitKind.SUPERVISION: N_("Supervision visit"),
    VisitKind.INSPECTION: N_("Inspection"),
}


class Visit(Versioned, Model):
    """A visit to the enterprise: when, who, what was found, what is to follow."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    kind: Mapped[VisitKind] = mapped_column(choice(VisitKind))
    day: Mapped[date] = mapped_column(sa.Date)
    people: Mapped[str] = mapped_column(sa.String(200))
    certificates: Mapped[str] = mapped_column(sa.String(200), default="")  # an inspection's 执法证件 numbers
    findings: Mapped[str] = mapped_column(sa.Text)
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    follow_ups: Mapped[list["FollowUp"]] = relationship(order_by="FollowUp.due_day")
    recorded_by: Mapped[Account] = relationship()


class FollowUp(Model):
    """What someone promised to do after a visit, and when it was done."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(400))
    due_day: Mapped[date] = mapped_column(sa.Date)
    done_day: Mapped[date | None] = mapped_column(sa.Date)


class Note(Model):
    """A dated note on the progress of a case."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    day: Mapped[date] = mapped_column(sa.Date)
    text: Mapped[str] = mapped_column(sa.Text)
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)

    written_by: Mapped[Account] = relationship()


class PlanState(StrEnum):
    """A relief plan's own small life."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    REPLACED = "replaced"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """English msgid."""
        return _PLANS[self]


_PLANS = {
    PlanState.DRAFT: N_("Being drafted"),
    PlanState.SUBMITTED: N_("Waits for approval"),
    PlanState.APPROVED: N_("Approved"),
    PlanState.RETURNED: N_("Returned"),
    PlanState.REPLACED: N_("Replaced"),
    PlanState.FAILED: N_("Failed"),
}


class Plan(Versioned, Model):
    """A version of the relief plan (个性化纾困方案)."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[PlanState] = mapped_column(choice(PlanState), default=PlanState.DRAFT)
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    measures: Mapped[list["Measure"]] = relationship(order_by="Measure.position", cascade="all, delete-orphan")
    author: Mapped[Account] = relationship(foreign_keys=[author_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (sa.UniqueConstraint("case_id", "number"),)


class Measure(Model):
    """One measure of a plan: tonnes, money, who answers for it, due and done."""

    __tablename__ = "measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int] = mapped_column()
    kind: Mapped[MeasureKind] = mapped_column(choice(MeasureKind))
    tonnes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    amount: Mapped[Decimal | None] = mapped_column(Money)
    responsible: Mapped[str] = mapped_column(sa.String(120))
    due_day: Mapped[date] = mapped_column(sa.Date)
    done_day: Mapped[date | None] = mapped_column(sa.Date)
    done_tonnes: Mapped[int | None] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.String(400), default="")


class Penalty(Versioned, Model):
    """What the city bureau ordered and decided, entered by the city, accepted by an officer."""

    __tablename__ = "penalty"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    order_day: Mapped[date] = mapped_column(sa.Date)  # order to correct
    decision_number: Mapped[str] = mapped_column(sa.String(80))
    decision_day: Mapped[date] = mapped_column(sa.Date)
    amount: Mapped[Decimal] = mapped_column(Money)
    regime: Mapped[str] = mapped_column(sa.String(40))  # code of the regime in force on the day of the act
    corrected_day: Mapped[date | None] = mapped_column(sa.Date)
    allocation_cut: Mapped[int | None] = mapped_column(sa.BigInteger)
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    accepted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)

    recorded_by: Mapped[Account] = relationship(foreign_keys=[recorded_by_id])
    accepted_by: Mapped[Account | None] = relationship(foreign_keys=[accepted_by_id])


class Extension(Versioned, Model):
    """A later working deadline, asked before the due day, granted or refused by a leader."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    new_day: Mapped[date] = mapped_column(sa.Date)
    reason: Mapped[str] = mapped_column(sa.Text)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    granted: Mapped[bool | None] = mapped_column()
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision_reason: Mapped[str] = mapped_column(sa.Text, default="")

    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])


class Pause(Model):
    """A time in which the case rests; what depends on its deadline shifts by as many days."""

    __tablename__ = "pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    from_day: Mapped[date] = mapped_column(sa.Date)
    expected_end: Mapped[date] = mapped_column(sa.Date)
    until_day: Mapped[date | None] = mapped_column(sa.Date)
    reason: Mapped[str] = mapped_column(sa.Text)


class CaseFile(Model):
    """A file of a case, with what it belongs to."""

    __tablename__ = "case_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"), unique=True)
    belongs_to: Mapped[str] = mapped_column(sa.String(20))  # note, visit, penalty, settlement, case
    belongs_id: Mapped[int | None] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(sa.String(200), default="")

    file: Mapped[StoredFile] = relationship()

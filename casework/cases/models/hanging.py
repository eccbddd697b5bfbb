"""What hangs on a case: visits, notes, plans, applications, penalties, extensions, pauses, files."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Model, Moment, Money, Versioned, choice
from casework.files.models import StoredFile
from casework.rules.measures import MeasureKind
from casework.rules.words import N_
from casework.users.models import Account


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

    __table_args__ = (
        sa.Index(
            "ix_follow_up_open",
            "done_day",
            "due_day",
            sqlite_where=sa.text("done_day IS NULL"),
            postgresql_where=sa.text("done_day IS NULL"),
        ),
    )


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


BEING_DECIDED = (PlanState.DRAFT, PlanState.SUBMITTED)


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


class Answer(StrEnum):
    """What came of an application; `label` is the English msgid."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """English msgid."""
        return _ANSWERS[self]


_ANSWERS = {
    Answer.GRANTED: N_("granted in full"),
    Answer.PARTLY: N_("granted in part"),
    Answer.REFUSED: N_("not granted"),
}


class Application(Versioned, Model):
    """An application for national policy support: to whom, when, for what, and what was answered."""

    __tablename__ = "application"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    sent_to: Mapped[str] = mapped_column(sa.String(120))
    sent_day: Mapped[date] = mapped_column(sa.Date)
    asks: Mapped[str] = mapped_column(sa.Text)
    answer_due: Mapped[date] = mapped_column(sa.Date)  # when the department asks after it
    answer: Mapped[Answer | None] = mapped_column(choice(Answer))
    answered_day: Mapped[date | None] = mapped_column(sa.Date)
    answer_text: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    recorded_by: Mapped[Account] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(answer IS NULL) = (answered_day IS NULL)", name="answered"),
        sa.Index(
            "ix_application_unanswered",
            "answer_due",
            sqlite_where=sa.text("answer IS NULL"),
            postgresql_where=sa.text("answer IS NULL"),
        ),
    )


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
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        sa.Index(
            "ix_extension_asked",
            "case_id",
            sqlite_where=sa.text("granted IS NULL"),
            postgresql_where=sa.text("granted IS NULL"),
        ),
    )


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
    belongs_to: Mapped[str] = mapped_column(sa.String(20))  # note, visit, application, penalty, settlement, case
    belongs_id: Mapped[int | None] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(sa.String(200), default="")

    file: Mapped[StoredFile] = relationship()

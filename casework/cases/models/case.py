"""The case: state, history, and the letters that name it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Json, Model, Moment, Versioned, choice
from casework.letters.models import Letter
from casework.registry.models import Cycle, Enterprise
from casework.rules.causes import Cause
from casework.rules.workflow import Outcome, State, Step
from casework.users.models import Account, Region


class Case(Versioned, Model):
    """An enterprise on the problem list of a cycle.

    `short`, `gap_rate` and `next_due` are derived: the action that changes their source writes them. So is
    `working_deadline` once it was moved: `deadline_set` is the day from which extensions and pauses lead to it, which
    holds since `deadline_since`. Until then both are empty, and the working deadline is the day that was set.
    """

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    state: Mapped[State] = mapped_column(choice(State), default=State.LISTED)
    state_before: Mapped[State | None] = mapped_column(choice(State))  # where revoke and return go
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    working_deadline: Mapped[date] = mapped_column(sa.Date)
    deadline_set: Mapped[date | None] = mapped_column(sa.Date)
    deadline_since: Mapped[date | None] = mapped_column(sa.Date)
    deadline_provisional: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    paused: Mapped[bool] = mapped_column(default=False)
    listed_at: Mapped[datetime] = mapped_column(Moment)
    listed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    listing_reason: Mapped[str] = mapped_column(sa.Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    short: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    gap_rate: Mapped[int] = mapped_column(sa.Integer, default=0)  # per ten thousand of verified emissions
    next_due: Mapped[date | None] = mapped_column(sa.Date)
    holdings: Mapped[int | None] = mapped_column(sa.BigInteger)  # tonnes confirmed to lie in the accounts
    holdings_day: Mapped[date | None] = mapped_column(sa.Date)
    holdings_source: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")

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
        sa.Index("ix_case_cycle_state_due", "cycle_id", "state", "next_due", "id"),
        sa.Index("ix_case_state_due", "state", "next_due"),
        sa.Index("ix_case_officer_state_due", "officer_id", "state", "next_due"),
        sa.Index("ix_case_region_state_due", "region_id", "state", "next_due"),
        *(
            sa.Index(
                f"ix_case_open_{column}",
                "cycle_id",
                column,
                "id",
                sqlite_where=sa.text("state <> 'closed'"),
                postgresql_where=sa.text("state <> 'closed'"),
            )
            for column in ("next_due", "short", "gap_rate", "listed_at")
        ),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="outcome_iff_closed"),
    )

    @hybrid_property
    def next_due_provisional(self) -> bool:
        """Whether the next due day may still move: it is the working deadline, and that may."""
        return self.deadline_provisional and self.next_due == self.working_deadline

    @next_due_provisional.inplace.expression
    @classmethod
    def _next_due_provisional_in_sql(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.deadline_provisional, cls.next_due == cls.working_deadline)


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
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"), index=True)

    actor: Mapped[Account] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[Account | None] = relationship(foreign_keys=[on_behalf_of_id])

    __table_args__ = (sa.UniqueConstraint("case_id", "seq"),)


class CaseLetter(Model):
    """A letter names a case; all the cases it names move together, or none.

    Of several recipients the one of `region_id` answers for the case.
    """

    __tablename__ = "case_letter"

    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True, index=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), index=True)

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

"""Rounds and the schedules that make them, the cities' reports, their corrections, and what they propose."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from casework.cases.models import Case, Measure
from casework.db import Json, Model, Moment, Versioned, choice
from casework.files.models import StoredFile
from casework.letters.models import Letter
from casework.registry.models import Cycle, ImportBatch
from casework.rules.report_forms import NEWEST_FORM, Risk
from casework.rules.reports import RecordKind
from casework.rules.rounds import ReportState, Rhythm, RoundState
from casework.rules.words import N_
from casework.users.models import Account, Region


class Schedule(Versioned, Model):
    """What makes rounds by itself; `made_until` is the planned day of the last round it made."""

    __tablename__ = "round_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    rhythm: Mapped[Rhythm] = mapped_column(choice(Rhythm))
    first_day: Mapped[date] = mapped_column(sa.Date)
    last_day: Mapped[date] = mapped_column(sa.Date)
    working_days: Mapped[int] = mapped_column()
    units: Mapped[Any] = mapped_column(Json, nullable=True)  # the filter, None for every open case
    note: Mapped[str] = mapped_column(sa.Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    made_until: Mapped[date | None] = mapped_column(sa.Date)
    set_up_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    set_up_at: Mapped[datetime] = mapped_column(Moment)

    cycle: Mapped[Cycle] = relationship()
    set_up_by: Mapped[Account] = relationship()


class Round(Versioned, Model):
    """A reporting round (调度批次): the units that were included, until when, and how it stands."""

    __tablename__ = "reporting_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    number: Mapped[int] = mapped_column()  # within the cycle, from 1
    schedule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round_schedule.id"))
    period_first: Mapped[date] = mapped_column(sa.Date)
    period_last: Mapped[date] = mapped_column(sa.Date)
    opens_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)  # the first moment that is too late
    due_day: Mapped[date] = mapped_column(sa.Date)  # its day in Shanghai, by which worklists are sorted
    units: Mapped[Any] = mapped_column(Json, nullable=True)  # the filter by which they were included
    form_version: Mapped[int] = mapped_column(default=NEWEST_FORM)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[RoundState] = mapped_column(choice(RoundState), default=RoundState.OPEN)
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))  # None: the schedule
    frozen_at: Mapped[datetime | None] = mapped_column(Moment)
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"), index=True)  # its notice

    cycle: Mapped[Cycle] = relationship()
    schedule: Mapped[Schedule | None] = relationship()
    letter: Mapped[Letter | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "number"),
        sa.UniqueConstraint("schedule_id", "period_first"),
        sa.Index("ix_reporting_round_state_due_at", "state", "due_at"),
        sa.CheckConstraint("(state = 'frozen') = (frozen_at IS NOT NULL)", name="frozen_iff_moment"),
    )


class RoundBulletin(Model):
    """A bulletin (通报) with the round it was made from; one that rests on the records alone has no row."""

    __tablename__ = "round_bulletin"

    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("reporting_round.id"), index=True)


class RoundRegion(Model):
    """A region's part in a round: how many units, since when none is missing, and what stands in them.

    Everything but `units` is derived from the reports that were given, and written by the action that changes one.
    """

    __tablename__ = "round_region"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("reporting_round.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True, index=True)
    units: Mapped[int] = mapped_column()
    complete_at: Mapped[datetime | None] = mapped_column(Moment)
    given: Mapped[int] = mapped_column(default=0)  # submitted or accepted
    accepted: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)  # since the last report
    worse: Mapped[int] = mapped_column(default=0)
    contradicting: Mapped[int] = mapped_column(default=0)
    at_risk: Mapped[int] = mapped_column(default=0)  # judged high
    surrendered: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    to_buy: Mapped[int] = mapped_column(sa.BigInteger, default=0)

    region: Mapped[Region] = relationship()

    __table_args__ = (
        sa.Index(
            "ix_round_region_waiting",
            "round_id",
            sqlite_where=sa.text("given > accepted"),
            postgresql_where=sa.text("given > accepted"),
        ),
        sa.Index(
            "ix_round_region_missing",
            "round_id",
            sqlite_where=sa.text("given < units"),
            postgresql_where=sa.text("given < units"),
        ),
    )


class Report(Versioned, Model):
    """What a city reports of one unit in one round.

    `typed` is what stands in the fields, `values` what could be read of it: the city's own until it is handed in.
    `submitted` are the values that were handed in last; `surrendered`, `to_buy` and `risk` are taken out of them, and
    `worse` (names of fields, with commas), `contradicts` and `changed` follow from them, so that the department's
    pages sort and count without reading them all: one action writes all of these.
    """

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("reporting_round.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    state: Mapped[ReportState] = mapped_column(choice(ReportState), default=ReportState.TO_REPORT)
    typed: Mapped[Any] = mapped_column(Json, nullable=True)
    values: Mapped[Any] = mapped_column(Json, nullable=True)
    submitted: Mapped[Any] = mapped_column(Json, nullable=True)
    no_change: Mapped[bool] = mapped_column(default=False)
    complete: Mapped[bool] = mapped_column(default=False)  # nothing must be put right before it is submitted
    surrendered: Mapped[int | None] = mapped_column(sa.BigInteger)
    to_buy: Mapped[int | None] = mapped_column(sa.BigInteger)
    risk: Mapped[Risk | None] = mapped_column(choice(Risk))
    worse: Mapped[str] = mapped_column(sa.Text, default="")
    contradicts: Mapped[str] = mapped_column(sa.Text, default="")
    changed: Mapped[bool] = mapped_column(default=False)  # against the last report
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    saved_at: Mapped[datetime | None] = mapped_column(Moment)
    first_submitted_at: Mapped[datetime | None] = mapped_column(Moment)  # decides whether it came late
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    return_reason: Mapped[str] = mapped_column(sa.Text, default="")

    round: Mapped[Round] = relationship()
    region: Mapped[Region] = relationship()
    case: Mapped[Case] = relationship()
    submitted_by: Mapped[Account | None] = relationship(foreign_keys=[submitted_by_id])
    reviewed_by: Mapped[Account | None] = relationship(foreign_keys=[reviewed_by_id])

    __table_args__ = (
        sa.UniqueConstraint("round_id", "case_id"),
        sa.Index("ix_report_round_region_state", "round_id", "region_id", "state"),
        sa.Index("ix_report_round_order", "round_id", "id"),
        sa.Index("ix_report_round_state", "round_id", "state", "id"),
        sa.Index("ix_report_round_to_buy", "round_id", "to_buy", "id"),
        sa.Index("ix_report_case_state", "case_id", "state", "id"),
        sa.Index("ix_report_state_region", "state", "region_id"),
        sa.Index(
            "ix_report_returned",
            "region_id",
            sqlite_where=sa.text("state = 'returned'"),
            postgresql_where=sa.text("state = 'returned'"),
        ),
        sa.CheckConstraint("(state = 'to_report') = (first_submitted_at IS NULL)", name="submitted_iff_moment"),
    )


class ReportFile(Model):
    """A file that came with a report."""

    __tablename__ = "report_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"), unique=True)

    file: Mapped[StoredFile] = relationship()


class Correction(Model):
    """A change of a report after its round was frozen: before and after, who, when and why; never changed itself."""

    __tablename__ = "report_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"), index=True)
    changes: Mapped[Any] = mapped_column(Json, nullable=True)  # {"field": [before, after]}
    reason: Mapped[str] = mapped_column(sa.Text)
    corrected_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    corrected_at: Mapped[datetime] = mapped_column(Moment)

    corrected_by: Mapped[Account] = relationship()


class ProposalState(StrEnum):
    """How a proposal to change the records stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """English msgid."""
        return _PROPOSALS[self]


_PROPOSALS = {
    ProposalState.OPEN: N_("Waits for a decision"),
    ProposalState.ACCEPTED: N_("Taken over"),
    ProposalState.DECLINED: N_("Declined"),
    ProposalState.REPLACED: N_("Replaced by what came later"),
}


class RecordProposal(Versioned, Model):
    """What a report or an import would change in the records, with its source as evidence; an officer decides on it.

    Each source has at most one open proposal for each thing. `day` is that of the record an import rests on.
    """

    __tablename__ = "record_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("report.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    kind: Mapped[RecordKind] = mapped_column(choice(RecordKind))
    target_id: Mapped[int] = mapped_column(default=0)  # the measure, or 0 for what the unit owes
    before: Mapped[int | None] = mapped_column(sa.BigInteger)
    after: Mapped[int | None] = mapped_column(sa.BigInteger)
    day: Mapped[date | None] = mapped_column(sa.Date)
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState), default=ProposalState.OPEN)
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    report: Mapped[Report | None] = relationship()
    batch: Mapped[ImportBatch | None] = relationship()
    case: Mapped[Case] = relationship()
    decided_by: Mapped[Account | None] = relationship()
    measure: Mapped[Measure | None] = relationship(
        primaryjoin=lambda: foreign(RecordProposal.target_id) == Measure.id, viewonly=True
    )

    __table_args__ = (
        sa.Index("ix_record_proposal_state_case", "state", "case_id"),
        *(
            sa.Index(
                f"uq_record_proposal_open_{source}", "case_id", "kind", "target_id", unique=True,
                sqlite_where=sa.text(f"state = 'open' AND {source}_id IS NOT NULL"),
                postgresql_where=sa.text(f"state = 'open' AND {source}_id IS NOT NULL"),
            )
            for source in ("report", "import")
        ),
        sa.CheckConstraint("(report_id IS NULL) <> (import_id IS NULL)", name="one_source"),
        sa.CheckConstraint("(state IN ('accepted', 'declined')) = (decided_at IS NOT NULL)", name="decided_iff_moment"),
    )  # fmt: skip

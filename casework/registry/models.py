"""Cycles, enterprises, what they owe and surrendered, and their trades."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Json, Model, Moment, Money, Versioned, choice
from casework.rules.words import N_
from casework.users.models import Region


class Cycle(Versioned, Model):
    """A compliance cycle: one statutory deadline, one or more compliance years."""

    __tablename__ = "cycle"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(20), unique=True)  # "2019-2020", "2021-2022", "2025"
    name: Mapped[str] = mapped_column(sa.String(80))
    deadline: Mapped[datetime] = mapped_column(Moment)  # the first moment that is too late

    years: Mapped[list["ComplianceYear"]] = relationship(order_by="ComplianceYear.label", back_populates="cycle")
    milestones: Mapped[list["Milestone"]] = relationship(order_by="Milestone.day", cascade="all, delete-orphan")


class ComplianceYear(Model):
    """A year of a cycle, named by its label: "2019-2020" is one year."""

    __tablename__ = "compliance_year"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(20), unique=True)

    cycle: Mapped[Cycle] = relationship(back_populates="years")


class Milestone(Model):
    """A share of units (per ten thousand) that should have surrendered by the end of a day."""

    __tablename__ = "milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    day: Mapped[date] = mapped_column(sa.Date)
    share: Mapped[int] = mapped_column(sa.Integer)  # 9500 is 95 %
    note: Mapped[str] = mapped_column(sa.String(200), default="")


class Sector(StrEnum):
    """Trades of the national market."""

    POWER = "power"
    STEEL = "steel"
    CEMENT = "cement"
    ALUMINIUM = "aluminium"

    @property
    def label(self) -> str:
        """English msgid."""
        return _SECTORS[self]


_SECTORS = {
    Sector.POWER: N_("Power generation"),
    Sector.STEEL: N_("Steel"),
    Sector.CEMENT: N_("Cement"),
    Sector.ALUMINIUM: N_("Aluminium"),
}


class Enterprise(Versioned, Model):
    """A key emitting unit, known by its unified social credit code."""

    __tablename__ = "enterprise"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120), index=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), index=True)
    sector: Mapped[Sector] = mapped_column(choice(Sector), default=Sector.POWER)
    contact: Mapped[str] = mapped_column(sa.String(60), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    struck_off_day: Mapped[date | None] = mapped_column(sa.Date)

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)


class NamePiece(Model):
    """Two-character pieces of an enterprise's name and code, so that a part can be searched on both engines."""

    __tablename__ = "name_piece"

    piece: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"), primary_key=True, index=True)


class Obligation(Versioned, Model):
    """What an enterprise owes for a compliance year, in whole tonnes.

    `verified`, `allocation`, `due` are as of the last correction; `surrendered`, `last_surrender_day` and `short` are
    derived from the surrender rows and written by the one action that adds them.
    """

    __tablename__ = "obligation"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    year_id: Mapped[int] = mapped_column(sa.ForeignKey("compliance_year.id"))
    verified: Mapped[int] = mapped_column(sa.BigInteger)
    allocation: Mapped[int] = mapped_column(sa.BigInteger)
    due: Mapped[int] = mapped_column(sa.BigInteger)
    surrendered: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    last_surrender_day: Mapped[date | None] = mapped_column(sa.Date)
    short: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.String(200), default="")

    enterprise: Mapped[Enterprise] = relationship()
    year: Mapped[ComplianceYear] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "year_id"),
        sa.Index("ix_obligation_year_short", "year_id", "short"),
        # What courses are counted from, so that a million rows are not fetched for five columns of theirs.
        sa.Index("ix_obligation_counted", "year_id", "enterprise_id", "id", "due", "surrendered", "last_surrender_day"),
        sa.CheckConstraint("verified >= 0 AND allocation >= 0 AND due >= 0", name="quantities"),
        sa.CheckConstraint("short >= 0", name="short"),
    )


class ObligationCorrection(Model):
    """The figures of an obligation as they held from a day on; the first row is how it was entered."""

    __tablename__ = "obligation_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"))
    from_day: Mapped[date] = mapped_column(sa.Date)
    verified: Mapped[int] = mapped_column(sa.BigInteger)
    allocation: Mapped[int] = mapped_column(sa.BigInteger)
    due: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (sa.Index("ix_obligation_correction_counted", "obligation_id", "from_day", "due"),)


class Surrender(Model):
    """Tonnes surrendered on a day; a correction is a row of its own and may be negative."""

    __tablename__ = "surrender"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"))
    day: Mapped[date] = mapped_column(sa.Date)
    tonnes: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        sa.Index("ix_surrender_counted", "obligation_id", "day", "tonnes"),
        sa.Index(
            "ix_surrender_taken_back", "tonnes", "obligation_id",
            sqlite_where=sa.text("tonnes < 0"), postgresql_where=sa.text("tonnes < 0"),
        ),
    )  # fmt: skip


class Direction(StrEnum):
    """Side of a trade, seen from the enterprise."""

    BUY = "buy"
    SELL = "sell"

    @property
    def label(self) -> str:
        """English msgid."""
        return {Direction.BUY: N_("Bought"), Direction.SELL: N_("Sold")}[self]


class Trade(Model):
    """Allowances bought or sold by an enterprise on a day, counted for a cycle."""

    __tablename__ = "trade"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    day: Mapped[date] = mapped_column(sa.Date)
    direction: Mapped[Direction] = mapped_column(choice(Direction))
    tonnes: Mapped[int] = mapped_column(sa.BigInteger)
    amount: Mapped[Decimal] = mapped_column(Money)
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))

    enterprise: Mapped[Enterprise] = relationship()

    __table_args__ = (sa.CheckConstraint("tonnes > 0 AND amount >= 0", name="quantities"),)


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    TAKING_OVER = "taking_over"
    TAKEN_OVER = "taken_over"
    FAILED = "failed"
    DROPPED = "dropped"


class ImportBatch(Versioned, Model):
    """A workbook on its way in: file, mapping, outcome of the dry run, and what was taken over."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # surrender or trades
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"))
    year_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compliance_year.id"))
    cycle_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cycle.id"))
    state: Mapped[ImportState] = mapped_column(choice(ImportState), default=ImportState.UPLOADED)
    mapping: Mapped[Any] = mapped_column(Json, nullable=True)
    outcome: Mapped[Any] = mapped_column(Json, nullable=True)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    taken_over_at: Mapped[datetime | None] = mapped_column(Moment)

    year: Mapped[ComplianceYear | None] = relationship()
    cycle: Mapped[Cycle | None] = relationship()


class AnnouncedYear(Versioned, Model):
    """A year of the working calendar as the administrator entered it; it stands above what the program brings.

    `days` is {"2027-02-06": ["holiday", "春节"], ...}, the other kind being "make_up". A year taken back keeps its row.
    """

    __tablename__ = "announced_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    announced: Mapped[bool] = mapped_column(default=True)
    days: Mapped[Any] = mapped_column(Json)


class MarketPrice(Versioned, Model):
    """A day of the national market: closing price in yuan per tonne, and what was traded."""

    __tablename__ = "market_price"

    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    close: Mapped[Decimal] = mapped_column(Money)
    tonnes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    amount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    __table_args__ = (sa.CheckConstraint("close > 0 AND tonnes >= 0 AND amount >= 0", name="quantities"),)
